"""One typed word as the plain words of the rules: small, without accents, contractions apart, slips mended."""

import re
import unicodedata
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass

MAX_WORD = 60


_APOSTROPHES = str.maketrans(dict.fromkeys("\u2019\u2018\u02bc\u00b4`\u2032", "'"))
_LETTERS = str.maketrans({"ß": "ss", "œ": "oe", "æ": "ae"})
_STRETCHED = re.compile(r"(.)\1{2,}")
_HUMP = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_+|(?<=[a-z])(?=\d)")
SHORTEST_TYPO = 7


def fold_word(word: str) -> str:
    """Small letters without accents, straight apostrophes; invisible signs are dropped."""
    if word.isascii():
        return word.lower().replace("`", "'")
    apart = unicodedata.normalize("NFKD", word.translate(_APOSTROPHES).lower().translate(_LETTERS))
    return "".join(one for one in apart if unicodedata.category(one) not in {"Mn", "Cf", "Me"}).lower()


def _unstretched(word: str) -> tuple[str, ...]:
    """The word, and if letters are stretched, also with these twice and once."""
    if not _STRETCHED.search(word):  # a search costs far less than to replace nothing
        return (word,)
    return word, _STRETCHED.sub(r"\1\1", word), _STRETCHED.sub(r"\1", word)


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a language is written.

    Attributes:
        known: the words that the rules know.
        expansions: what stands for what: "im" for "i am".
        typos: words with one letter left out, for each word that is worth mending.
        endings: what is written together with the word before it, and what it means: "'ll" for "will".
        elisions: what is written together with the word after it, as in "l'ami".
    """

    known: Container[str]
    expansions: Mapping[str, str]
    typos: Mapping[str, str]
    endings: Mapping[str, str]
    elisions: frozenset[str]

    def words(self, word: str) -> list[str]:
        """The plain words of a folded one."""
        forms = _unstretched(word)
        for form in forms:
            if form in self.expansions:
                return self.expansions[form].split()
            if form in self.known:
                return [form]
        if "'" in word:
            return self._apart(word)
        plain = forms[-1]
        return [self._mended(plain) if len(plain) >= SHORTEST_TYPO else plain]

    def _apart(self, word: str) -> list[str]:
        for end, meaning in self.endings.items():
            if word.endswith(end) and len(word) > len(end):
                return [*self.words(word[: -len(end)]), meaning]
        first, _, rest = word.partition("'")
        if f"{first}'" in self.elisions and rest:
            return [*self.expansions.get(f"{first}'", first).split(), *self.words(rest)]
        return [word]

    def _mended(self, word: str) -> str:
        """The word that this one is one slip away from, or itself."""
        return next((self.typos[form] for form in (word, *without_one(word)) if form in self.typos), word)


def without_one(word: str) -> Iterator[str]:
    """The word with each of its letters but the first left out."""
    return (word[:place] + word[place + 1 :] for place in range(1, len(word)))


def hashtag_words(tag: str) -> list[str]:
    """The words of a #CamelCaseTag."""
    return [word for word in _HUMP.split(tag[1:]) if word]
