"""Finds the gates that a post passes, from what was remembered of each of its parts."""

from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import pairwise
from operator import or_
from typing import Generic, NamedTuple, TypeVar

from workers.grammar.gates import MOST_NEEDS, Gate
from workers.grammar.letters import Letters

T = TypeVar("T")
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
        self._inside, self._before, self._after, self._needs = _Opened(), _Opened(), _Opened(), _Opened()
        for place, (gate, needs, _) in enumerate(behind):
            tables = (self._inside,) if len(gate) == 1 else (self._before, self._after)
            for table, letters in zip(tables, gate, strict=True):
                table.mark(letters, place)
            for level in range(MOST_NEEDS):
                if level < len(needs):
                    self._needs.mark(needs[level], level * self._size + place)
                else:
                    self._met |= 1 << (level * self._size + place)

    def key(self, places: Sequence[str]) -> Key:
        """What a part of a text opens; each of its places stands for one of some letters."""
        if not places:
            return Key(0, _SILENT, 0, 0)
        inside = reduce(or_, (self._inside.by(place) for place in places))
        for one, other in pairwise(places):
            inside |= self._before.by(one) & self._after.by(other)
        needs = reduce(or_, (self._needs.by(place) for place in places))
        return Key(inside, self._after.by(places[0]), self._before.by(places[-1]), needs)

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


class _Opened(dict[str, int]):
    """Which gates each letter opens, a bit a gate; worked out when the letter is first met."""

    def __init__(self) -> None:
        super().__init__()
        self._gates: dict[Letters, int] = {}

    def mark(self, letters: Letters, gate: int) -> None:
        """These letters open this gate."""
        self._gates[letters] = self._gates.get(letters, 0) | 1 << gate

    def by(self, letters: Iterable[str]) -> int:
        """The gates that one of these letters opens."""
        return reduce(or_, map(self.__getitem__, letters))

    def __missing__(self, letter: str) -> int:
        bit = ord(letter)
        opened = reduce(or_, (gates for letters, gates in self._gates.items() if letters >> bit & 1), 0)
        self[letter] = opened
        return opened
