"""Why: which of a watch's concerns a post speaks of, by the watch file's own words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from uproar.watch import Concern
from workers.evidence import Evidence
from workers.folding import fold
from workers.grammar import LANGUAGES, Tokenised

_PREFIX_REST = r"\w{0,30}"


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a concern: the languages that it stands for, and how it is looked for."""

    concern: str
    langs: frozenset[str]
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class ConcernWords:
    """A watch's concern words, compiled."""

    names: tuple[str, ...]
    written: tuple[str, ...]
    words: tuple[_Word, ...]

    def find(
        self, tokenised: Tokenised, lang: str, numbers: Sequence[int]
    ) -> tuple[tuple[str, ...], tuple[Evidence, ...]]:
        """The names of the concerns in the order of the watch file, and the spans that name them.

        A post in a language that the rules know is searched for the words of its own language and for every proper
        name (a word that the watch file writes with a capital); a post in another language, or in none, for all words.

        Args:
            tokenised: the post.
            lang: its language.
            numbers: which of `written` the post could hold; see `Hints`.
        """
        if not numbers:
            return (), ()
        folded = fold(tokenised.text)
        found: dict[tuple[int, int, str], Evidence] = {}
        for word in [self.words[number] for number in numbers]:
            if lang in word.langs or lang not in LANGUAGES:
                for match in word.pattern.finditer(folded.text):
                    one = folded.evidence(*match.span(), f"concern.{word.concern}")
                    found[one.start, one.end, one.rule] = one
        evidence = _outermost([found[key] for key in sorted(found)])
        named = {one.rule for one in evidence}
        return tuple(name for name in self.names if f"concern.{name}" in named), tuple(evidence)


def _outermost(evidence: list[Evidence]) -> list[Evidence]:
    """The spans that lie in no other one of the same concern: "data breach" says all that "data" says there."""
    return [
        one
        for one in evidence
        if not any(
            other is not one and other.rule == one.rule and other.start <= one.start and one.end <= other.end
            for other in evidence
        )
    ]


def compile_concerns(concerns: tuple[Concern, ...]) -> ConcernWords:
    """Compile the words of a watch: case and accents do not count, a final * stands for any ending."""
    written: list[str] = []
    words: list[_Word] = []
    for concern in concerns:
        for text in sorted({text for texts in concern.words.values() for text in texts}):
            langs = frozenset(lang for lang, texts in concern.words.items() if text in texts)
            everywhere = frozenset(LANGUAGES) if text[:1].isupper() else langs
            if pattern := _pattern(text):
                written.append(text)
                words.append(_Word(concern.name, everywhere, pattern))
    return ConcernWords(tuple(concern.name for concern in concerns), tuple(written), tuple(words))


def _pattern(word: str) -> re.Pattern[str] | None:
    plain = fold(word.rstrip("* ")).text.strip()
    if not re.search(r"\w", plain):
        return None  # nothing that could be found
    rest = _PREFIX_REST if word.rstrip().endswith("*") else ""
    return re.compile(rf"(?<!\w){re.escape(plain)}{rest}(?!\w)")
