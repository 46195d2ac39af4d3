"""Which posts a pattern is tried on at all: those that have two words side by side that it cannot do without."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache, reduce
from operator import or_

from workers.grammar.letters import NOTHING, Letters, letters_in
from workers.grammar.patterns import Node

Gate = tuple[Letters, ...]
"""One or two sets of letters; a text passes that has a letter of the first, right before one of the second if any."""
MOST_NEEDS = 2  # of what a text must have besides a gate
_MOST_KEPT = 6


@dataclass(frozen=True, slots=True)
class Span:
    """What a pattern finds: its first and last letters, whether it can be nothing, and its gates.

    Whatever it finds passes one of the gates; there are none if it can be nothing, or any word. And it meets all needs.
    """

    first: Letters = NOTHING
    last: Letters = NOTHING
    empty: bool = True
    gates: tuple[Gate, ...] = ()
    needs: tuple[Letters, ...] = ()


@dataclass(slots=True)
class Gatekeeper:
    """Finds the gates of patterns.

    Attributes:
        letters: the letters of a word, name or sign, as `letters(kind, value)`.
        silent: what may follow the letter of the service.
        cost: how often one of some letters is met, as a share of all.
    """

    letters: Callable[[str, str], Letters]
    silent: str
    cost: Callable[[Letters], float]
    _known: dict[int, tuple[Node, Span]] = field(default_factory=dict)  # a macro is one node wherever it stands

    def __post_init__(self) -> None:
        self.cost = lru_cache(maxsize=None)(self.cost)

    def gates(self, node: Node) -> list[tuple[Gate, tuple[Letters, ...]]]:
        """The gates of a pattern, if it has any, and for each what else a text needs, the rarest first."""
        span = self._span(node)
        return [
            (gate, tuple(need for need in span.needs if not any(part | need == need for part in gate))[:MOST_NEEDS])
            for gate in span.gates
        ]

    def _span(self, node: Node) -> Span:
        known = self._known.get(id(node))
        if known is None:
            known = self._known[id(node)] = node, self._read(node)
        return known[1]

    def _read(self, node: Node) -> Span:
        spans = [self._span(part) for part in node.parts]
        match node.kind:
            case "sequence":
                span = self._sequence(spans)
            case "choice":
                span = self._choice(spans)
            case "repeat":
                span = spans[0] if node.bounds[0] else Span(spans[0].first, spans[0].last)
            case "look":
                span = Span()
            case "sign" if node.value in "^$":
                span = Span()
            case _:
                span = self._word(node)
        return span

    def _word(self, node: Node) -> Span:
        letters = self.letters(node.kind, node.value)
        last = letters | letters_in(self.silent) if node.value == "SERVICE" else letters
        if self.cost(letters) >= 1:
            return Span(letters, last, empty=False)
        return Span(letters, last, empty=False, gates=((letters,),), needs=(letters,))

    def _sequence(self, spans: list[Span]) -> Span:
        firsts = _borders((one.first, one.empty) for one in reversed(spans))[::-1]
        lasts = _borders((one.last, one.empty) for one in spans)
        there = [place for place, one in enumerate(spans) if not one.empty]
        if not there:
            return Span(_any(firsts[:1]), _any(lasts[-1:]))
        pairs = ((lasts[place - 1], firsts[place]) for place in range(there[0] + 1, there[-1] + 1))
        choices: list[tuple[Gate, ...]] = [
            ((one, other),) for one, other in pairs if self.cost(one) * self.cost(other) < 1
        ]
        choices += (one.gates for one in spans if one.gates)
        needs = self._rarest(need for one in spans for need in one.needs)
        gates = min(choices, key=self._chance, default=())
        return Span(firsts[0], lasts[-1], empty=False, gates=gates, needs=needs)

    def _choice(self, spans: list[Span]) -> Span:
        first, last = _any(one.first for one in spans), _any(one.last for one in spans)
        if not all(one.gates for one in spans):
            return Span(first, last, empty=any(one.empty for one in spans))
        single = _any(gate[0] for one in spans for gate in one.gates if len(gate) == 1)
        pairs = (gate for one in spans for gate in one.gates if len(gate) > 1)
        gates = tuple(dict.fromkeys([(single,), *pairs] if single else pairs))
        needs = self._rarest(map(_any, zip(*(one.needs for one in spans), strict=False)))
        return Span(first, last, empty=False, gates=gates, needs=needs)

    def _rarest(self, needs: Iterable[Letters]) -> tuple[Letters, ...]:
        return tuple(sorted(dict.fromkeys(needs), key=self.cost)[:_MOST_KEPT])

    def _chance(self, gates: Iterable[Gate]) -> float:
        """How likely a place in a text passes one of these gates."""
        total = 0.0
        for gate in gates:
            chance = 1.0
            for letters in gate:
                chance *= self.cost(letters)
            total += chance
        return total


def _borders(row: Iterable[tuple[Letters, bool]]) -> list[Letters]:
    """The letters that may stand at the end of a row so far, after each of its parts; a part may be empty."""
    borders: list[Letters] = []
    border = NOTHING
    for letters, empty in row:
        border = letters | border if empty else letters
        borders.append(border)
    return borders


def _any(sets: Iterable[Letters]) -> Letters:
    return reduce(or_, sets, NOTHING)
