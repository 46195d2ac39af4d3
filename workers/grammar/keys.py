"""Finds the gates that a post passes, from what was remembered of each of its parts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from operator import or_
from typing import Generic, TypeVar

from workers.grammar.gates import Gate
from workers.grammar.letters import Letters, each

T = TypeVar("T")
_Behind = dict[Letters, int]  # the gates that these letters open, a bit a gate


@dataclass(frozen=True, slots=True, eq=False)
class Key:
    """What a part of a text with these `letters` opens of `Gates`: sets of them are numbers with a bit a gate.

    `inside`: the gates that it passes by itself. `after`: those whose second set has its first letter; None for a part
    without letters, whose neighbours stand side by side. `before`: those whose first set has its last letter.
    `needs`: the needs that it meets, with a bit a need.
    """

    letters: str
    inside: int
    after: int | None
    before: int
    needs: int


class Gates(Generic[T]):
    """Things behind gates, each with one of these and with what the text needs elsewhere.

    `key` says of a part of a text what `passed` has to know of it.
    """

    def __init__(self, behind: Sequence[tuple[Gate, tuple[Letters, ...], T]] = ()) -> None:
        self._behind = [thing for _, _, thing in behind]
        self.things = list(dict.fromkeys(self._behind))
        numbers = {need: number for number, need in enumerate({need: None for _, needs, _ in behind for need in needs})}
        self._needed = [sum(1 << numbers[need] for need in set(needs)) for _, needs, _ in behind]
        inside: _Behind = {}
        before: _Behind = {}
        after: _Behind = {}
        for place, (gate, _, _) in enumerate(behind):
            tables = (inside,) if len(gate) == 1 else (before, after)
            for table, letters in zip(tables, gate, strict=True):
                _mark(table, letters, place)
        elsewhere = {need: 1 << number for need, number in numbers.items()}
        self._inside, self._before, self._after, self._needs = map(_by_letter, (inside, before, after, elsewhere))

    def key(self, letters: str, places: Sequence[str]) -> Key:
        """What a part of a text opens; each of its places stands for one of some letters."""
        if not places:
            return Key(letters, 0, None, 0, 0)
        inside = reduce(or_, (_open(self._inside, place) for place in places))
        for one, other in pairwise(places):
            inside |= _open(self._before, one) & _open(self._after, other)
        needs = reduce(or_, (_open(self._needs, place) for place in places))
        return Key(letters, inside, _open(self._after, places[0]), _open(self._before, places[-1]), needs)

    def passed(self, keys: Sequence[Key]) -> list[T]:
        """What is behind the gates that a text with these parts passes, in order."""
        found = before = 0
        for key in keys:
            if key.after is not None:
                found |= key.inside | before & key.after
                before = key.before
        return self._without_needs(found, keys) if found else []

    def _without_needs(self, found: int, keys: Iterable[Key]) -> list[T]:
        """What is behind these gates, if the text has what else it takes."""
        met = 0
        for key in keys:
            met |= key.needs
        things: list[T] = []
        while found:
            lowest = found & -found
            found ^= lowest
            number = lowest.bit_length() - 1
            needed = self._needed[number]
            if met & needed == needed:
                things.append(self._behind[number])
        return list(dict.fromkeys(things)) if len(things) > 1 else things


def _mark(behind: _Behind, letters: Letters, gate: int) -> None:
    behind[letters] = behind.get(letters, 0) | 1 << gate


def _by_letter(behind: _Behind) -> dict[str, int]:
    """The gates that each letter opens."""
    opened: dict[str, int] = {}
    for letters, gates in behind.items():
        for letter in each(letters):
            opened[letter] = opened.get(letter, 0) | gates
    return opened


def _open(table: dict[str, int], letters: Iterable[str]) -> int:
    return reduce(or_, (table.get(letter, 0) for letter in letters))
