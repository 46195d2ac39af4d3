"""Writes a text plainly, to look for phrases in it, and remembers where each character came from."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from string import ascii_lowercase

from workers.evidence import Evidence
from workers.grammar.tokens import MAX_CHARS

_APOSTROPHES = "\u2019\u2018\u02bc\u00b4`\u2032"
_QUOTES = "\u201c\u201d\u201e\u201f\u2033"
_ALIKE = str.maketrans(
    {**dict.fromkeys(_APOSTROPHES, "'"), **dict.fromkeys(_QUOTES, '"'), "ß": "ss", "œ": "oe", "æ": "ae", "Œ": "oe"}
)
_BLANKS = re.compile(r"[^\S\n]{2,}|[^\S\n ]")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_TRIPLES = tuple(3 * letter for letter in ascii_lowercase)
_HASHTAG = re.compile(r"#\w{2,80}")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_ODD = "\uffff"  # no character: stands for one that is not folded to one
_HUMP = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in lower case without accents; `origin[i]` is where its character i begins in the original.

    `origin` has one entry more than the text has characters: where the original ends.
    """

    text: str
    origin: Sequence[int]
    original: str

    def evidence(self, start: int, end: int, rule: str) -> Evidence:
        """The evidence for a span of the folded text, in offsets of the original."""
        first, last = self.origin[start], self.origin[end]
        return Evidence(first, last, self.original[first:last], rule)

    def replace(self, pattern: re.Pattern[str], by: str) -> "Folded":
        """Put `by` in place of every match; `by` may name groups, as in `re.sub`."""
        texts: list[str] = []
        origin: list[int] = []
        done = 0
        for match in pattern.finditer(self.text):
            new = match.expand(by)
            texts += (self.text[done : match.start()], new)
            origin += self.origin[done : match.start()]
            origin += [self.origin[match.start()]] * len(new)
            done = match.end()
        if not texts:
            return self
        return Folded("".join((*texts, self.text[done:])), [*origin, *self.origin[done:]], self.original)


@lru_cache(maxsize=4_096)
def _fold_character(character: str) -> str:
    apart = unicodedata.normalize("NFKD", character.translate(_ALIKE)).lower()
    return "".join(one for one in apart if unicodedata.category(one) not in {"Mn", "Cf", "Me"})


def _fold_one(match: re.Match[str]) -> str:
    plain = _fold_character(match[0])
    return plain if len(plain) == 1 else _ODD


def _humps(text: str) -> frozenset[int]:
    """Where a hashtag's inner words begin: #ByeNow has one at the N."""
    tags: Iterable[re.Match[str]] = _HASHTAG.finditer(text)
    return frozenset(tag.start() + hump.start() for tag in tags for hump in _HUMP.finditer(tag[0]))


@lru_cache(maxsize=64)  # all who score a post ask for the same text, and as many posts as are scored together
def fold(text: str) -> Folded:
    """Fold the first `MAX_CHARS` characters of a text.

    Lower case, no accents, straight quotes, single blanks, no letter three times in a row (one stays), the words
    in a #CamelCaseTag apart. Line breaks stay.
    """
    head = text[:MAX_CHARS]
    humps = _humps(head) if "#" in head else frozenset()
    plain = head if head.isascii() else _NOT_ASCII.sub(_fold_one, head)
    if not humps and _ODD not in plain:
        folded = Folded(plain.lower().replace("`", "'"), range(len(head) + 1), text)
    else:
        pieces: list[str] = []
        origin: list[int] = []
        for place, character in enumerate(head):
            new = character.lower() if character.isascii() else _fold_character(character)
            new = f" {new}" if place in humps else new
            pieces.append(new)
            origin += [place] * len(new)
        folded = Folded("".join(pieces), [*origin, len(head)], text)
    if "  " in folded.text or not folded.text.isprintable():  # blanks other than " " are not printable
        folded = folded.replace(_BLANKS, " ")
    if any(map(folded.text.__contains__, _TRIPLES)):
        folded = folded.replace(_STRETCHED, r"\1")
    return folded
