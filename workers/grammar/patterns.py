"""The language that rules are written in: parsed, checked to be bounded, and turned into a regular expression.

A rule is a sequence of words, blanks between them: `word` is that word, `stem*` every word that begins so, `<name>` any
word of a class or what a macro stands for, `<!one|other>` any word that is in none of these classes, `.` any word, `,`
a comma or a like sign; `^` and `$` are the ends of a clause. `( | )` are alternatives, `(?! )` and `(?= )` look ahead,
`(?<! )` looks one word back. `?` and `{m,n}` repeat what stands before them. There is no unbounded repetition, so that
the time of a search is linear in the length of a post.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache, cached_property

MOST_REPEATS = 12
NAMES = frozenset({"SERVICE", "MENTION", "ASK", "DOT", "Name", "Caps", "Num"})  # need no <>
SENTENCE_ENDS = frozenset({"ASK", "DOT"})

_TOKEN = re.compile(
    r"\(\?<!|\(\?[!=]|[()|?]|\{\d+,\d+\}|<!?[A-Za-z_.|]+>|[.^$,]|[^\s()|?{}<>.^$,]+|(?P<unreadable>\S.{0,19})"
)
_SIGNS, _QUANTIFIERS, _BAR, _CLOSE = ".^$,", "?{", "|", ")"


class BadPatternError(ValueError):
    """A rule that cannot be read; says what is wrong."""


@dataclass(frozen=True)
class Node:
    """One piece of a rule: `kind` is word, name, sign, sequence, choice, look or repeat."""

    kind: str
    value: str = ""
    parts: tuple["Node", ...] = ()
    bounds: tuple[int, int] = (1, 1)

    @cached_property
    def wide(self) -> bool:
        """Whether it speaks of the end of a sentence."""
        return (self.kind == "name" and self.value in SENTENCE_ENDS) or any(part.wide for part in self.parts)


Macro = Callable[[str], Node | None]


@dataclass(slots=True)
class _Group:
    """A bracket that is open: the alternatives before, and the pieces of the one that is being read."""

    opening: str = "("
    before: list[Node] = field(default_factory=list)
    parts: list[Node] = field(default_factory=list)

    def end_alternative(self) -> None:
        """What follows is the next one."""
        self.before.append(self.parts[0] if len(self.parts) == 1 else Node("sequence", parts=tuple(self.parts)))
        self.parts = []

    def close(self) -> Node:
        """All that was read."""
        self.end_alternative()
        inner = self.before[0] if len(self.before) == 1 else Node("choice", parts=tuple(self.before))
        return inner if self.opening == "(" else Node("look", self.opening, (inner,))


def _no_macro(_name: str) -> Node | None:
    return None


def parse(pattern: str, macro: Macro = _no_macro) -> Node:
    """The pieces of a rule, with those of a macro in place of its name; a name that is no macro stays.

    Raises:
        BadPatternError: it cannot be read, or repeats something without end.
    """
    group, outer = _Group(), list[_Group]()
    for match in _TOKEN.finditer(pattern):
        token = match[0]
        if match.lastgroup:
            raise BadPatternError(f"cannot read {token!r} in {pattern!r}")
        if token[0] == "(":
            outer.append(group)
            group = _Group(token)
        elif token == _BAR:
            group.end_alternative()
        elif token == _CLOSE:
            if not outer:
                raise BadPatternError(f"a bracket too many in {pattern!r}")
            inner, group = group.close(), outer.pop()
            group.parts.append(inner)
        elif token[0] in _QUANTIFIERS:
            if not group.parts:
                raise BadPatternError(f"nothing to repeat in {pattern!r}")
            group.parts.append(_repeated(group.parts.pop(), token, pattern))
        else:
            leaf = _leaf(token)
            group.parts.append((macro(leaf.value) if leaf.kind == "name" else None) or leaf)
    if outer:
        raise BadPatternError(f"a bracket is not closed in {pattern!r}")
    return group.close()


@cache
def _leaf(written: str) -> Node:
    """A piece of one word, name or sign: the same one wherever it stands, since thousands do."""
    if written in NAMES:
        return Node("name", written)
    if written[0] == "<":
        return Node("name", written[1:-1])
    return Node("sign" if written in _SIGNS else "word", written)


def _repeated(part: Node, quantifier: str, pattern: str) -> Node:
    low, high = (0, 1) if quantifier == "?" else map(int, quantifier[1:-1].split(","))
    if not low <= high <= MOST_REPEATS:
        raise BadPatternError(f"{quantifier} in {pattern!r}: at most {MOST_REPEATS} repetitions")
    return Node("repeat", parts=(part,), bounds=(low, high))


def alternatives(node: Node) -> tuple[Node, ...]:
    """The alternatives that a rule is made of at its top."""
    if node.kind == "choice":
        return tuple(one for part in node.parts for one in alternatives(part))
    return (node,)


def terms(nodes: Iterable[Node]) -> set[tuple[str, str]]:
    """All words and names in some rules, as (kind, value)."""
    found: set[tuple[str, str]] = set()
    seen: set[int] = set()  # a macro is one node wherever it stands
    todo = list(nodes)
    while todo:
        one = todo.pop()
        if id(one) not in seen:
            seen.add(id(one))
            todo += one.parts
            if one.kind in {"word", "name"}:
                found.add((one.kind, one.value))
    return found
