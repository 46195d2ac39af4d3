"""Which of many phrases a post could hold: by one word of each, looked up and not searched for."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workers.folding import fold

_WORD = re.compile(r"\w+")
_MEMORY = 20_000  # chunks; the memory is emptied when full
_LONGEST = 40  # of a chunk that is remembered


@dataclass(frozen=True, slots=True)
class Hint:
    """Which phrases have their longest word, and which their second longest, in a chunk; one bit a phrase."""

    longest: int
    second: int


class Hints(dict[str, Hint]):
    """Which phrases a chunk of a post has a word of; what was seen once is remembered.

    Args:
        phrases: as they are written; a final * stands for any ending.
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        super().__init__()
        self._whole: dict[str, Hint] = {}
        self._stems: dict[str, Hint] = {}
        for number, phrase in enumerate(phrases):
            words = _WORD.findall(fold(phrase.rstrip("* ")).text)
            last = len(words) - 1
            places = sorted(range(len(words)), key=lambda place: -len(words[place]))[:2]
            bit = 1 << number
            single = len(places) == 1
            for place, hint in zip(places, (Hint(bit, bit if single else 0), Hint(0, bit)), strict=False):
                goes_on = place == last and phrase.rstrip().endswith("*")
                table = self._stems if goes_on else self._whole
                table[words[place]] = _joined((table.get(words[place], NO_HINT), hint))
        self._ends = sorted({len(stem) for stem in self._stems})

    def __missing__(self, chunk: str) -> Hint:
        found: list[Hint] = []
        for word in _WORD.findall(fold(chunk).text):
            stems = [word[:end] for end in self._ends if end <= len(word)]
            found += filter(None, (self._whole.get(word), *map(self._stems.get, stems)))
        hint = _joined(found) if found else NO_HINT
        if len(chunk) <= _LONGEST:
            if len(self) >= _MEMORY:
                self.clear()
            self[chunk] = hint
        return hint

    def of(self, chunks: Iterable[str]) -> list[int]:
        """The numbers of the phrases that a post could hold, in order."""
        return numbers_of([*map(self.__getitem__, chunks)])


def numbers_of(hints: Sequence[Hint]) -> list[int]:
    """The numbers of the phrases that a post with these chunks could hold, in order."""
    found = 0
    for hint in hints:
        if hint.longest:
            found |= hint.longest
    if found:  # most posts have words like "my", which are the second of many phrases, and no longest one
        found &= _joined(hints).second
    numbers: list[int] = []
    while found:
        lowest = found & -found
        found ^= lowest
        numbers.append(lowest.bit_length() - 1)
    return numbers


def _joined(hints: Iterable[Hint]) -> Hint:
    longest = second = 0
    for hint in hints:
        longest |= hint.longest
        second |= hint.second
    return Hint(longest, second)


NO_HINT = Hint(0, 0)
