"""A rule made ready for searching: a regular expression over letters, made when it is first needed."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

from workers.grammar.patterns import BadPatternError, Node, terms

_RESERVED = ".?,~S@"
_OTHER = "0"  # every word that the rule does not speak of
# Characters that have no meaning within brackets, those below 256 first: Python's regular expressions are compiled
# fast and run fast only with them, and a rule tells few kinds of words apart.
_LOCAL = [*"ABCDEFGHIJKLMNOPQRTUVWXYZ", *map(chr, (*range(0x31, 0x3A), *range(0x61, 0x7B), *range(0x80, 0x400)))]

Letters = frozenset[str]


@dataclass(frozen=True, slots=True)
class Alphabet:
    """What the words of a rule are in letters: `letters(kind, value)`.

    `ends` end a clause, after one of `starters` another may begin. `silent` follows the letter of a name once for
    each further word of that name. Every letter's code point is below `size`.
    """

    letters: Callable[[str, str], Letters]
    ends: str
    comma: str
    starters: Letters
    silent: str
    size: int


class Matcher:
    """Searches strings of letters for a rule."""

    def __init__(self, node: Node, alphabet: Alphabet) -> None:
        self.node = node
        self._alphabet = alphabet
        self._ready: tuple[str, re.Pattern[str]] | None = None

    def search(self, letters: str) -> re.Match[str] | None:
        """The first place where the rule is met."""
        table, pattern = self._ready or self._prepare()
        return pattern.search(letters.translate(table))

    def find(self, letters: str, most: int) -> Iterable[re.Match[str]]:
        """The first places where the rule is met, from left to right."""
        table, pattern = self._ready or self._prepare()
        own = letters.translate(table)
        return islice(pattern.finditer(own), most) if pattern.search(own) else ()

    @property
    def regex(self) -> str:
        """The regular expression that it is."""
        return (self._ready or self._prepare())[1].pattern

    def _prepare(self) -> tuple[str, re.Pattern[str]]:
        """Give all letters that the rule does not tell apart one character, and compile the rule over these."""
        alphabet = self._alphabet
        values = {(kind, one) for kind, value in terms(self.node) for one in _singles(kind, value)}
        masks: dict[str, int] = {}
        for bit, (kind, value) in enumerate(sorted(values)):
            for letter in alphabet.letters(kind, value):
                masks[letter] = masks.get(letter, 0) | 1 << bit
        masks.update((letter, masks.get(letter, 0) | 1 << len(values)) for letter in alphabet.starters)
        kinds = _most_used_first({mask for letter, mask in masks.items() if letter not in _RESERVED})
        if len(kinds) > len(_LOCAL):
            raise BadPatternError(f"a rule tells {len(kinds)} kinds of words apart; at most {len(_LOCAL)} can be")
        local = dict(zip(kinds, _LOCAL, strict=False))
        table = {letter: local[mask] for letter, mask in masks.items() if letter not in _RESERVED}
        table.update(zip(_RESERVED, _RESERVED, strict=True))
        by_term = {
            term: frozenset(table[letter] for letter, mask in masks.items() if mask >> bit & 1)
            for bit, term in enumerate(sorted(values))
        }
        writer = _Writer(by_term, frozenset(map(table.__getitem__, alphabet.starters)), alphabet)
        # one character for every code point: far smaller than a mapping, and twice as fast to translate by
        by_code = "".join(table.get(chr(code), _OTHER) for code in range(alphabet.size))
        ready = by_code, re.compile(writer.regex(self.node))
        self._ready = ready
        return ready


def _most_used_first(masks: set[int]) -> list[int]:
    """Those in many classes first: they get the characters that are compiled fast."""
    return sorted(masks, key=lambda mask: (-mask.bit_count(), mask))


def _singles(kind: str, value: str) -> list[str]:
    return value[1:].split("|") if kind == "name" and value.startswith("!") else [value]


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes a rule as a regular expression over the characters that it tells apart."""

    characters: dict[tuple[str, str], Letters]
    starters: Letters
    alphabet: Alphabet

    def regex(self, node: Node) -> str:
        inner = [self.regex(part) for part in node.parts]
        match node.kind:
            case "word" | "name":
                written = self._word(node)
            case "sign":
                written = self._sign(node.value)
            case "sequence":
                written = "".join(inner)
            case "choice":
                written = f"(?:{'|'.join(inner)})"
            case "look" if node.value == "(?<!":
                written = f"(?<!{_either(self._one(node.parts[0]))})"
            case "look":
                written = f"{node.value}{inner[0]})"
            case _:
                written = f"(?:{inner[0]}){{{node.bounds[0]},{node.bounds[1]}}}"
        return written

    def _word(self, node: Node) -> str:
        if node.value.startswith("!") and node.kind == "name":
            others = frozenset[str]().union(*(self.characters["name", one] for one in node.value[1:].split("|")))
            return f"[^{self.alphabet.ends}{_listed(others)}]"
        silent = f"{self.alphabet.silent}{{0,8}}" if node.value == "SERVICE" else ""
        return f"{_either(self.characters[node.kind, node.value])}{silent}"

    def _sign(self, sign: str) -> str:
        ends = self.alphabet.ends
        match sign:
            case "^":
                return f"(?:(?<![^{ends}])|(?<={_either(self.starters)}))"
            case "$":
                return f"(?![^{ends}])"
            case ",":
                return self.alphabet.comma
            case _:
                return f"[^{ends}]"

    def _one(self, node: Node) -> Letters:
        """The characters of a piece that stands for one word."""
        if node.kind in {"word", "name"}:
            return self.characters[node.kind, node.value]
        return frozenset[str]().union(*(self._one(part) for part in node.parts))


def _either(characters: Letters) -> str:
    return f"[{_listed(characters)}]" if characters else "(?!)"


def _listed(characters: Letters) -> str:
    return "".join(sorted(characters))
