"""Which of many phrases a post could hold: by one word of each, looked up and not searched for."""

import re
from collections.abc import Iterable

from workers.folding import fold

_WORD = re.compile(r"\w+")
_MEMORY = 20_000  # chunks; the memory is emptied when full
_LONGEST = 40  # of a chunk that is remembered


class Hints(dict[str, tuple[int, ...]]):
    """Which phrases a chunk of a post has a word of; what was seen once is remembered.

    Of each phrase the two longest words are looked up: a chunk has the number of each phrase whose longest word it
    holds, and the number's complement (~n) of each whose second longest.

    Args:
        phrases: as they are written; a final * stands for any ending.
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        super().__init__()
        self._whole: dict[str, list[int]] = {}
        self._stems: dict[str, list[int]] = {}
        self._single: set[int] = set()
        for number, phrase in enumerate(phrases):
            words = _WORD.findall(fold(phrase.rstrip("* ")).text)
            last = len(words) - 1
            longest = sorted(range(len(words)), key=lambda place: -len(words[place]))[:2]
            if len(longest) == 1:
                self._single.add(number)
            for place, mark in zip(longest, (number, ~number), strict=False):
                goes_on = place == last and phrase.rstrip().endswith("*")
                (self._stems if goes_on else self._whole).setdefault(words[place], []).append(mark)
        self._shortest = min(map(len, self._stems), default=0)

    def __missing__(self, chunk: str) -> tuple[int, ...]:
        marks: list[int] = []
        for word in _WORD.findall(fold(chunk).text):
            marks += self._whole.get(word, ())
            for end in range(self._shortest, len(word) + 1):
                marks += self._stems.get(word[:end], ())
        if len(chunk) <= _LONGEST:
            if len(self) >= _MEMORY:
                self.clear()
            self[chunk] = tuple(marks)
        return tuple(marks)

    def of(self, chunks: Iterable[str]) -> list[int]:
        """The numbers of the phrases that a post could hold, in order."""
        found = [marks for marks in map(self.__getitem__, chunks) if marks]
        if not found:
            return []
        present = {mark for marks in found for mark in marks}
        return sorted(mark for mark in present if mark >= 0 and (mark in self._single or ~mark in present))
