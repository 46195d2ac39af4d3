"""Why: which of a watch's concerns a post speaks of, by the watch file's own words."""

import re
from dataclasses import dataclass

from uproar.watch import Concern
from workers.evidence import Evidence
from workers.folding import fold

_ALL = ""  # the key of the patterns that try the words of every language
_PREFIX_REST = r"\w{0,30}"


@dataclass(frozen=True, slots=True)
class ConcernWords:
    """A watch's concern words, compiled: for each concern a pattern a language, and one for all languages."""

    patterns: tuple[tuple[str, dict[str, re.Pattern[str]]], ...]

    def find(self, text: str, lang: str) -> tuple[tuple[str, ...], tuple[Evidence, ...]]:
        """The names of the concerns in the order of the watch file, and the spans that name them.

        A post in English or French is searched for the words of its own language and for every proper name (a word
        that the watch file writes with a capital); a post in another language, or in none, for all words.
        """
        folded = fold(text)
        names: list[str] = []
        evidence: list[Evidence] = []
        for name, patterns in self.patterns:
            pattern = patterns.get(lang if lang in {"en", "fr"} else _ALL, patterns[_ALL])
            found = [folded.evidence(*match.span(), f"concern.{name}") for match in pattern.finditer(folded.text)]
            if found:
                names.append(name)
                evidence += found
        return tuple(names), tuple(sorted(evidence, key=lambda one: one.start))


def compile_concerns(concerns: tuple[Concern, ...]) -> ConcernWords:
    """Compile the words of a watch: case and accents do not count, a final * stands for any ending."""
    return ConcernWords(tuple((concern.name, _patterns(concern)) for concern in concerns))


def _patterns(concern: Concern) -> dict[str, re.Pattern[str]]:
    every = {word for words in concern.words.values() for word in words}
    proper = {word for word in every if word[:1].isupper()}
    patterns = {lang: _either(proper.union(concern.words.get(lang, ()))) for lang in ("en", "fr")}
    return {**patterns, _ALL: _either(every)}


def _either(words: set[str]) -> re.Pattern[str]:
    spelled = {
        re.escape(plain) + (_PREFIX_REST if word.rstrip().endswith("*") else "")
        for word in words
        if (plain := fold(word.rstrip("* ")).text.strip())
    }
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(spelled, key=len, reverse=True))})(?!\w)" if spelled else r"(?!)")
