"""Finds the gates that a post passes, from what was remembered of each of its parts."""

from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import pairwise
from operator import or_
from typing import Generic, NamedTuple, TypeVar

from workers.grammar.gates import MOST_NEEDS, Gate
from workers.grammar.letters import Letters, each

T = TypeVar("T")
_Behind = dict[Letters, int]  # the gates that these letters open, a bit a gate
_SILENT = -1  # of a part without letters: its neighbours stand side by side


class Key(NamedTuple):
    """What a part of a text opens of `Gates`, each number with a bit a gate.

    `inside`: the gates that it passes by itself. `after`: those whose second set has its first letter, `before`: those
    whose first set has its last letter. `needs`: those with a need that it meets, in one run of bits a need.
    """

    inside: int
    after: int
    before: int
    needs: int


class Gates(Generic[T]):
    """Things behind gates, each with one of these and with what the text needs elsewhere.

    `key` says of a part of a text what `passed` has to know of it.
    """

    def __init__(self, behind: Sequence[tuple[Gate, tuple[Letters, ...], T]] = ()) -> None:
        self._behind = [thing for _, _, thing in behind]
        self.things = list(dict.fromkeys(self._behind))
        self._size = len(behind)
        self._met = 0
        inside: _Behind = {}
        before: _Behind = {}
        after: _Behind = {}
        elsewhere: _Behind = {}
        for place, (gate, needs, _) in enumerate(behind):
            tables = (inside,) if len(gate) == 1 else (before, after)
            for table, letters in zip(tables, gate, strict=True):
                _mark(table, letters, place)
            for level in range(MOST_NEEDS):
                if level < len(needs):
                    _mark(elsewhere, needs[level], level * self._size + place)
                else:
                    self._met |= 1 << (level * self._size + place)
        self._inside, self._before, self._after, self._needs = map(_by_letter, (inside, before, after, elsewhere))

    def key(self, places: Sequence[str]) -> Key:
        """What a part of a text opens; each of its places stands for one of some letters."""
        if not places:
            return Key(0, _SILENT, 0, 0)
        inside = reduce(or_, (_open(self._inside, place) for place in places))
        for one, other in pairwise(places):
            inside |= _open(self._before, one) & _open(self._after, other)
        needs = reduce(or_, (_open(self._needs, place) for place in places))
        return Key(inside, _open(self._after, places[0]), _open(self._before, places[-1]), needs)

    def passed(self, keys: Iterable[Key]) -> list[T]:
        """What is behind the gates that a text with these parts passes, in order."""
        found = previous = 0
        met = self._met
        for inside, after, before, needs in keys:
            if after != _SILENT:
                found |= inside | previous & after
                met |= needs
                previous = before
        for level in range(MOST_NEEDS):
            found &= met >> level * self._size
        things: list[T] = []
        while found:
            lowest = found & -found
            found ^= lowest
            things.append(self._behind[lowest.bit_length() - 1])
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
