"""The language that rules are written in: parsed, checked to be bounded, and turned into a regular expression.

A rule is a sequence of words, blanks between them: `word` is that word, `stem*` every word that begins so, `<name>` any
word of a class or what a macro stands for, `<!one|other>` any word that is in none of these classes, `.` any word, `,`
a comma or a like sign; `^` and `$` are the ends of a clause. `( | )` are alternatives, `(?! )` and `(?= )` look ahead,
`(?<! )` looks one word back. `?` and `{m,n}` repeat what stands before them. There is no unbounded repetition, so that
the time of a search is linear in the length of a post.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

MOST_REPEATS = 12
NAMES = frozenset({"SERVICE", "MENTION", "ASK", "DOT", "Name", "Caps", "Num"})  # need no <>

_TOKEN = re.compile(
    r"\s*(?:(?P<group>\(\?[!=]|\(\?<!|\()|(?P<close>\))|(?P<bar>\|)|(?P<quant>\?|\{\d+,\d+\})"
    r"|<(?P<name>!?[A-Za-z_.|]+)>|(?P<sign>[.^$,])|(?P<word>[^\s()|?{}<>.^$,]+))"
)


class BadPatternError(ValueError):
    """A rule that cannot be read; says what is wrong."""


@dataclass(frozen=True, slots=True)
class Node:
    """One piece of a rule: `kind` is word, name, sign, sequence, choice, look or repeat."""

    kind: str
    value: str = ""
    parts: tuple["Node", ...] = ()
    bounds: tuple[int, int] = (1, 1)


@dataclass(slots=True)
class _Parser:
    pattern: str
    tokens: list[tuple[str, str]] = field(default_factory=list)
    at: int = 0

    def __post_init__(self) -> None:
        place = 0
        text = self.pattern.rstrip()
        while place < len(text):
            match = _TOKEN.match(text, place)
            if match is None or match.lastgroup is None:
                raise BadPatternError(f"cannot read {text[place : place + 20]!r} in {self.pattern!r}")
            self.tokens.append((match.lastgroup, match[match.lastgroup]))
            place = match.end()

    def peek(self) -> str:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else "end"

    def take(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1][1]

    def choice(self) -> Node:
        parts = [self.sequence()]
        while self.peek() == "bar":
            self.take()
            parts.append(self.sequence())
        return parts[0] if len(parts) == 1 else Node("choice", parts=tuple(parts))

    def sequence(self) -> Node:
        parts: list[Node] = []
        while (kind := self.peek()) not in {"close", "bar", "end"}:
            if kind == "quant":
                if not parts:
                    raise BadPatternError(f"nothing to repeat in {self.pattern!r}")
                parts.append(self._repeat(parts.pop(), self.take()))
            else:
                parts.append(self._group() if kind == "group" else _single(kind, self.take()))
        return Node("sequence", parts=tuple(parts))

    def _repeat(self, part: Node, quantifier: str) -> Node:
        low, high = (0, 1) if quantifier == "?" else map(int, quantifier[1:-1].split(","))
        if not low <= high <= MOST_REPEATS:
            raise BadPatternError(f"{quantifier} in {self.pattern!r}: at most {MOST_REPEATS} repetitions")
        return Node("repeat", parts=(part,), bounds=(low, high))

    def _group(self) -> Node:
        opening = self.take()
        inner = self.choice()
        if self.peek() != "close":
            raise BadPatternError(f"a bracket is not closed in {self.pattern!r}")
        self.take()
        return Node("look", opening, (inner,)) if opening != "(" else inner


def _single(kind: str, value: str) -> Node:
    return Node("name" if value in NAMES else kind, value)


def parse(pattern: str) -> Node:
    """The pieces of a rule.

    Raises:
        BadPatternError: it cannot be read, or repeats something without end.
    """
    parser = _Parser(pattern)
    node = parser.choice()
    if parser.peek() != "end":
        raise BadPatternError(f"a bracket too many in {pattern!r}")
    return node


def expand(node: Node, macro: Callable[[str], Node | None]) -> Node:
    """Put the pieces of a macro in place of its name; a name that is no macro stays."""
    if node.kind == "name" and (meaning := macro(node.value)) is not None:
        return meaning
    if not node.parts:
        return node
    return Node(node.kind, node.value, tuple(expand(part, macro) for part in node.parts), node.bounds)


def alternatives(node: Node) -> tuple[Node, ...]:
    """The alternatives that a rule is made of at its top."""
    if node.kind == "choice":
        return tuple(one for part in node.parts for one in alternatives(part))
    if node.kind == "sequence" and len(node.parts) == 1:
        return alternatives(node.parts[0])
    return (node,)


def terms(node: Node) -> set[tuple[str, str]]:
    """All words and names in a rule, as (kind, value)."""
    found: set[tuple[str, str]] = set()
    seen: set[int] = set()  # a macro is one node wherever it stands
    nodes = [node]
    while nodes:
        one = nodes.pop()
        if id(one) not in seen:
            seen.add(id(one))
            nodes += one.parts
            if one.kind in {"word", "name"}:
                found.add((one.kind, one.value))
    return found
