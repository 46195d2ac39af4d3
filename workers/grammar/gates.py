"""Which posts a pattern is tried on at all: those that have the words that it cannot do without."""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import product
from typing import Generic, TypeVar

from workers.grammar.patterns import Node

MOST_GATES = 64  # of a pattern; beyond, alternatives are lumped together
MOST_CUES = 3  # of a gate

T = TypeVar("T")
Letters = frozenset[str]
Gate = tuple[Letters, ...]
"""Sets of letters; a text passes that has a letter of each. The rarest set stands first."""


class Gatekeeper:
    """Finds the gates of a pattern: whatever the pattern finds passes one of them.

    Args:
        letters: the letters of a word or a name, as `letters(kind, value)`.
        cost: how often letters are met, in any unit.
    """

    def __init__(self, letters: Callable[[str, str], Letters], cost: Callable[[Letters], float]) -> None:
        self._letters = letters
        self._cost = lru_cache(maxsize=None)(cost)
        self._known: dict[int, tuple[Node, list[Gate]]] = {}  # a macro is one node wherever it stands

    def gates(self, node: Node) -> list[Gate]:
        """The gates of a pattern; an empty gate lets every text pass."""
        if id(node) not in self._known:
            self._known[id(node)] = node, self._gates(node)
        return self._known[id(node)][1]

    def _gates(self, node: Node) -> list[Gate]:
        unguarded: list[Gate] = [()]
        match node.kind:
            case "word" | "name" if not node.value.startswith("!"):
                return [(self._letters(node.kind, node.value),)]
            case "sequence":
                return self._all_of([self.gates(part) for part in node.parts])
            case "choice":
                return self._one_of([gate for part in node.parts for gate in self.gates(part)])
            case "repeat" if node.bounds[0]:
                return self.gates(node.parts[0])
            case "look" if node.value not in {"(?!", "(?<!"}:
                return self.gates(node.parts[0])
            case _:
                return unguarded

    def _all_of(self, parts: Sequence[list[Gate]]) -> list[Gate]:
        """Gates of the rarest parts; too many are left out, which lets more texts pass and none less."""
        gates: list[Gate] = [()]
        for part in sorted((part for part in parts if () not in part), key=self._chance):
            for chosen in (part, self._merged(part), self._lumped(part)):
                if len(gates) * len(chosen) <= MOST_GATES:
                    gates = list(dict.fromkeys(self._together(one, other) for one, other in product(gates, chosen)))
                    break
        return self._one_of(gates)

    def _chance(self, gates: list[Gate]) -> float:
        """How likely a text passes one of these gates, in the unit of the cost."""
        return sum(self._cost(gate[0]) for gate in gates)

    def _one_of(self, gates: list[Gate]) -> list[Gate]:
        """The same gates with those of one set joined to one; one that lets all pass makes the others idle."""
        if () in gates:
            return [()]
        single = frozenset[str]().union(*(gate[0] for gate in gates if len(gate) == 1))
        rest = list(dict.fromkeys(gate for gate in gates if len(gate) > 1))
        joined = [(single,), *rest] if single else rest
        if len(joined) > MOST_GATES:
            joined = self._merged(joined)
        return joined if len(joined) <= MOST_GATES else self._lumped(joined)

    def _merged(self, gates: list[Gate]) -> list[Gate]:
        """Fewer gates that let the same texts pass, and some more: those that share a set become one with that set."""
        if () in gates:
            return [()]
        shares = Counter(cue for gate in gates for cue in gate)
        others: dict[Letters, Letters] = {}
        single = frozenset[str]()
        for gate in gates:
            if len(gate) == 1:
                single |= gate[0]
                continue
            key = max(gate, key=lambda cue: shares[cue])
            other = next(cue for cue in gate if cue is not key)
            others[key] = others.get(key, frozenset()) | other
        pairs = [self._together((key,), (other,)) for key, other in others.items()]
        return [(single,), *pairs] if single else pairs

    def _lumped(self, gates: list[Gate]) -> list[Gate]:
        """One gate that lets the same texts pass, and many more."""
        if () in gates:
            return [()]
        return [(frozenset[str]().union(*(gate[0] for gate in gates)),)]

    def _together(self, one: Gate, other: Gate) -> Gate:
        return tuple(sorted(dict.fromkeys((*one, *other)), key=self._cost)[:MOST_CUES])


class Gates(Generic[T]):
    """Many things, each behind some gates; finds those that a text could reach, for all at once.

    A mask has one bit a gate for its first set, then one a gate for its second, and so on.
    """

    def __init__(self, things: Sequence[tuple[T, Sequence[Gate]]] = ()) -> None:
        self.things = [thing for thing, _ in things]
        behind = [(gate, number) for number, (_, gates) in enumerate(things) for gate in gates]
        self._numbers = [number for _, number in behind]
        self._size = len(behind)
        self._low = (1 << self._size) - 1
        self._short = [
            sum(1 << place for place, (gate, _) in enumerate(behind) if len(gate) <= level)
            for level in range(1, MOST_CUES)
        ]
        self._by_letter: dict[str, int] = {}
        for place, (gate, _) in enumerate(behind):
            for level, cue in enumerate(gate):
                for letter in cue:
                    self._by_letter[letter] = self._by_letter.get(letter, 0) | 1 << (level * self._size + place)

    @property
    def bits(self) -> int:
        """How many bits a mask has."""
        return self._size * MOST_CUES

    def mask(self, letters: str) -> int:
        """What some letters of a text open; the masks of all its parts are joined by |."""
        mask = 0
        for letter in letters:
            mask |= self._by_letter.get(letter, 0)
        return mask

    def reached(self, mask: int) -> list[T]:
        """The things behind the gates that a text with this mask passes, in order."""
        passed = mask & self._low
        for short in self._short:
            if not passed:
                return []
            mask >>= self._size
            passed &= mask | short
        numbers = set()
        while passed:
            lowest = passed & -passed
            passed ^= lowest
            numbers.add(self._numbers[lowest.bit_length() - 1])
        return [self.things[number] for number in sorted(numbers)]
