"""Cuts a folded post into clauses, with names, quotations and links put aside."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

from workers.folding import Folded, fold

SERVICE = "SERVICE"  # stands for any name of the service, so that rules need not know it; folded text has no capitals
OTHER = "@"  # stands for any other account
BREAK = "\n"  # stands between clauses; a rule's dot never matches it

_LINK = re.compile(r"(?:https?://|www\.)\S{1,2000}")
_MENTION = re.compile(r"@[\w.]{1,80}")
_QUOTATION = re.compile(r'"([^"\n]{8,600})"|«([^»\n]{8,600})»')
_BOUNDARY = re.compile(
    r" ?(?:[!?\n][!?\n .]{0,40}|[.…;,:](?=[\s)\"]|$)[. ]{0,40}|\.{2,40} ?|[()\[\]—–|•\"«»] ?|-{1,2}(?= ) ?)"  # noqa: RUF001 - that dash
    r"| (?=(?:but|mais|however|though|although|yet|because|puisque|parce que|car) )"
)
_REPOST = re.compile(r"\s{0,9}rt @[\w.]{1,80}")
_SENTENCE_ENDS = ".!?;…\n"


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: where it stands in the marked text, and the number of its sentence."""

    start: int
    end: int
    sentence: int


@dataclass(frozen=True, slots=True)
class Marked:
    """A post made ready for the rules."""

    folded: Folded
    clauses: tuple[Clause, ...]
    quoted: str
    repost: bool

    @property
    def text(self) -> str:
        """The marked text, with one `BREAK` between clauses."""
        return self.folded.text

    def clause_at(self, place: int) -> int:
        """The number of the clause that a place in the text belongs to."""
        return max(0, bisect_right(self.clauses, place, key=lambda clause: clause.start) - 1)

    def sentence_of(self, clause: int) -> str:
        """The whole sentence around a clause."""
        number = self.clauses[clause].sentence
        same = [one for one in self.clauses if one.sentence == number]
        return self.text[same[0].start : same[-1].end]


@lru_cache(maxsize=512)
def name_pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    """Finds any of the names; "One Medical" is also met as OneMedical, one-medical, @OneMedical and #OneMedical."""
    spellings = {
        "[ _-]?".join(map(re.escape, words))
        for name in names
        if (words := re.findall(r"[^\W_]+|[^\w\s]", fold(name).text))
    }
    either = "|".join(sorted(spellings, key=len, reverse=True))
    return re.compile(rf"(?<!\w)[@#]?(?:{either})(?!\w)(?:'s\b)?" if either else r"(?!)")


def mark(text: str, names: tuple[str, ...]) -> Marked:
    """Put names, links and quotations aside and cut the rest into clauses."""
    folded = fold(text)
    repost = _REPOST.match(folded.text) is not None
    folded = folded.replace(_LINK, " ")
    quoted = " ".join(match[1] or match[2] for match in _QUOTATION.finditer(folded.text))
    folded = folded.replace(_QUOTATION, BREAK) if quoted else folded
    folded = folded.replace(name_pattern(names), SERVICE).replace(_MENTION, OTHER)
    clauses: list[Clause] = []
    start = sentence = shift = 0
    for match in _BOUNDARY.finditer(folded.text):
        clauses.append(Clause(start - shift, match.start() - shift, sentence))
        shift += match.end() - match.start() - 1
        start = match.end()
        sentence += any(sign in _SENTENCE_ENDS for sign in match[0])
    clauses.append(Clause(start - shift, len(folded.text) - shift, sentence))
    return Marked(folded.replace(_BOUNDARY, BREAK), tuple(clauses), quoted, repost)
