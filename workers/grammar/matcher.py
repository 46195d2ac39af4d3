"""A rule made ready for searching: a regular expression over letters, compiled when it is first needed, or kept so."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from workers.grammar.compiling import pack, unpack
from workers.grammar.letters import NOTHING, Letters, each
from workers.grammar.patterns import BadPatternError, Node, alternatives

_RESERVED = ".?,~S@"
_SPECIAL = ".?"  # those of them that mean something else outside of brackets
_OTHER = "0"  # every word that the rule does not speak of
# Characters that have no meaning within brackets, those below 256 first: Python's regular expressions are compiled
# fast and run fast only with them, and a rule tells few kinds of words apart.
_LOCAL = [*map(chr, range(0x80, 0x100)), *"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRTUVWXYZ123456789"]
_LOCAL += map(chr, range(0x100, 0x400))
_LONG = 3  # characters in a row are written as a range


class _OneOf(NamedTuple):
    """A place in a regular expression where one of these letters stands, or any word that is none of them."""

    letters: Letters
    others: bool = False


_Pieces = tuple[str | _OneOf, ...]


@dataclass(slots=True)
class Alphabet:
    """What the words of a rule are in letters: `letters(kind, value)`.

    `ends` end a clause, after one of `starters` another may begin. `silent` follows the letter of a name once for
    each further word of that name. Every letter's code point is below `size`.
    """

    letters: Callable[[str, str], Letters]
    ends: str
    starters: Letters
    silent: str
    size: int
    _written: dict[int, tuple[Node, _Pieces]] = field(default_factory=dict)  # a macro is one node wherever it stands
    _members: dict[Letters, str] = field(default_factory=dict)

    def members(self, letters: Letters) -> str:
        """The letters of a set: many rules have it."""
        members = self._members.get(letters)
        if members is None:
            members = self._members[letters] = "".join(each(letters))
        return members

    def write(self, node: Node) -> _Pieces:
        """A rule as the pieces of a regular expression, of which only the letters are not written yet."""
        if id(node) not in self._written:
            self._written[id(node)] = node, self._pieces(node)
        return self._written[id(node)][1]

    def expression(self, node: Node) -> tuple[str, str]:
        """A rule as a regular expression, and the table that letters are translated by before they are searched.

        All letters that the rule does not tell apart become one character.
        """
        pieces, members = self.write(node), self.members
        weights = Counter(piece.letters for piece in pieces if isinstance(piece, _OneOf))
        sets = sorted(weights, key=lambda letters: weights[letters] * letters.bit_count())
        kinds: dict[str, int] = {}
        for number, letters in enumerate(sets):
            for letter in members(letters):
                kinds[letter] = kinds.get(letter, 0) | 1 << number
        local = _characters({kind for letter, kind in kinds.items() if letter not in _RESERVED})
        table = {letter: letter if letter in _RESERVED else local[kind] for letter, kind in kinds.items()}
        # one character for every code point: far smaller than a mapping, and twice as fast to translate by
        by_code = [_OTHER] * self.size
        for letter, character in (*table.items(), *zip(_RESERVED, _RESERVED, strict=True)):
            by_code[ord(letter)] = character
        listed = {letters: _listed({table[letter] for letter in members(letters)}) for letters in sets}
        written = [piece if isinstance(piece, str) else self._bracket(piece, listed[piece.letters]) for piece in pieces]
        return "".join(by_code), "".join(written)

    def _bracket(self, piece: _OneOf, listed: str) -> str:
        if piece.others:
            return f"[^{self.ends}{listed}]"
        if len(listed) == 1 and listed not in _SPECIAL:
            return listed  # read far sooner than a bracket
        return f"[{listed}]" if listed else "(?!)"

    def _pieces(self, node: Node) -> _Pieces:
        match node.kind:
            case "word" | "name":
                pieces = self._word(node)
            case "sign":
                pieces = self._sign(node.value)
            case "sequence":
                pieces = tuple(piece for part in node.parts for piece in self.write(part))
            case "choice":
                pieces = self._choice(node)
            case "look" if node.value == "(?<!":
                pieces = node.value, _OneOf(self._all(node.parts[0])), ")"
            case "look":
                pieces = node.value, *self.write(node.parts[0]), ")"
            case _:
                inner = self.write(node.parts[0])
                single = len(inner) == 1 and isinstance(inner[0], _OneOf)
                times = "?" if node.bounds == (0, 1) else f"{{{node.bounds[0]},{node.bounds[1]}}}"
                pieces = *(inner if single else ("(?:", *inner, ")")), times
        return pieces

    def _word(self, node: Node) -> _Pieces:
        if node.kind == "name" and node.value.startswith("!"):
            letters = NOTHING
            for one in node.value[1:].split("|"):
                letters |= self.letters("name", one)
            return (_OneOf(letters, others=True),)
        letters = self.letters(node.kind, node.value)
        return (_OneOf(letters), f"{self.silent}{{0,8}}+") if node.value == "SERVICE" else (_OneOf(letters),)

    def _sign(self, sign: str) -> _Pieces:
        match sign:
            case "^":
                return f"(?:(?<![^{self.ends}])|(?<=", _OneOf(self.starters), "))"
            case "$":
                return (f"(?![^{self.ends}])",)
            case ",":
                return (_OneOf(self.letters("sign", ",")),)
            case _:
                return (_OneOf(NOTHING, others=True),)

    def _choice(self, node: Node) -> _Pieces:
        """Neighbouring alternatives of one word each become one."""
        choices: list[_Pieces] = []
        for part in alternatives(node):
            pieces = self.write(part)
            single, before = _single(pieces), _single(choices[-1]) if choices else None
            if single is not None and before is not None:
                choices[-1] = (_OneOf(single | before),)
            else:
                choices.append(pieces)
        first, *others = choices
        if not others:
            return first
        return "(?:", *first, *(piece for one in others for piece in ("|", *one)), ")"

    def _all(self, node: Node) -> Letters:
        """The letters of all words of a piece that stands for one word."""
        if node.kind in {"word", "name"}:
            return self.letters(node.kind, node.value)
        letters = NOTHING
        for part in node.parts:
            letters |= self._all(part)
        return letters


def _single(pieces: _Pieces) -> Letters | None:
    """The letters of a piece that is nothing but one of them."""
    if len(pieces) == 1 and isinstance(pieces[0], _OneOf) and not pieces[0].others:
        return pieces[0].letters
    return None


class Matcher:
    """Searches strings of letters for a rule."""

    def __init__(self, node: Node, alphabet: Alphabet) -> None:
        self._source: tuple[Node, Alphabet] | bytes = node, alphabet
        self._ready: tuple[str, re.Pattern[str]] | None = None

    def __getstate__(self) -> bytes:
        return self._source if isinstance(self._source, bytes) else pack(*self._source[1].expression(self._source[0]))

    def __setstate__(self, packed: bytes) -> None:
        self._source, self._ready = packed, None

    @property
    def node(self) -> Node:
        """The rule as it was parsed.

        Raises:
            AttributeError: it was kept compiled, and is that alone.
        """
        if isinstance(self._source, bytes):
            raise AttributeError("what was kept compiled is not parsed any more")  # noqa: TRY004 - it has no such thing
        return self._source[0]

    def search(self, letters: str) -> re.Match[str] | None:
        """The first place where the rule is met."""
        table, pattern = self._ready or self._prepare()
        return pattern.search(letters.translate(table))

    def spans(self, letters: str, most: int) -> list[tuple[int, int]]:
        """The first places where the rule is met, from left to right."""
        table, pattern = self._ready or self._prepare()
        own = letters.translate(table)
        if pattern.search(own) is None:
            return []
        return [match.span() for match in islice(pattern.finditer(own), most)]

    @property
    def regex(self) -> str:
        """The regular expression that it is."""
        return (self._ready or self._prepare())[1].pattern

    def _prepare(self) -> tuple[str, re.Pattern[str]]:
        if isinstance(self._source, bytes):
            self._ready = unpack(self._source)
        else:
            node, alphabet = self._source
            table, expression = alphabet.expression(node)
            self._ready = table, re.compile(expression)
        return self._ready


def _characters(kinds: Collection[int]) -> dict[int, str]:
    """A character for each kind of letters; those that many sets have in common stand side by side.

    A kind has a bit for each set that it is in, the highest for the set that is written most.
    """
    if len(kinds) > len(_LOCAL):
        raise BadPatternError(f"a rule tells {len(kinds)} kinds of words apart; at most {len(_LOCAL)} can be")
    return dict(zip(sorted(kinds, reverse=True), _LOCAL, strict=False))


def _listed(characters: Iterable[str]) -> str:
    """Characters as they stand within brackets, those in a row as a range."""
    runs: list[list[int]] = []
    for code in sorted(map(ord, characters)):
        if runs and code == runs[-1][-1] + 1:
            runs[-1].append(code)
        else:
            runs.append([code])
    return "".join(f"{chr(run[0])}-{chr(run[-1])}" if len(run) > _LONG else "".join(map(chr, run)) for run in runs)
