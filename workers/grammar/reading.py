"""A post as the rules see it: which of them it meets, and where."""

from functools import reduce
from operator import or_
from typing import NamedTuple

from workers.evidence import Evidence
from workers.grammar.language import ASK, COMMA, DOT, SERVICE, Rule, Way
from workers.grammar.loading import LANGUAGES, load_language
from workers.grammar.reader import Reader, reader
from workers.grammar.tokens import CHUNKS, Tokenised

MOST_MATCHES = 8  # of an alternative in a sentence; who says it more often says nothing new
SHORT = 8  # words; of so few a language cannot be told for sure

_ENDS = frozenset({DOT, ASK})


class Sentence(NamedTuple):
    """A sentence as letters, and where it begins in those of the post."""

    start: int
    letters: str


class Reading:
    """A post as letters; they are only made where the post has words that a rule needs."""

    def __init__(self, tokenised: Tokenised, reader: Reader) -> None:
        self.tokenised = tokenised
        self.reader = reader
        self._letters: str | None = None
        self._ways: list[tuple[Way, Sentence]] | None = None

    @property
    def letters(self) -> str:
        """The letters of the post."""
        if self._letters is None:
            self._letters = self.reader.letters_of(self.tokenised.chunks)
        return self._letters

    @property
    def named(self) -> bool:
        """Whether the service is named."""
        return SERVICE in self.letters

    def evidence(self, start: int, end: int, rule: str) -> Evidence:
        """The evidence for a span of letters, in offsets of the text."""
        if start >= end:  # a pattern that finds a place between words: the word that follows stands for it
            start = min(start, len(self.letters) - 1)
            end = start + 1
        first, _ = self._span(start)
        _, last = self._span(end - 1)
        return Evidence(first, last, self.tokenised.text[first:last], rule)

    def _span(self, place: int) -> tuple[int, int]:
        """Where the word of a letter stands in the text."""
        done = 0
        for chunk in CHUNKS.finditer(self.tokenised.head):
            size = len(self.reader[chunk[0]])
            if done + size > place:
                for letters, (first, last) in self.reader.tokens(chunk[0]):
                    done += len(letters)
                    if done > place:
                        return chunk.start() + first, chunk.start() + last
            done += size
        raise IndexError(place)

    def matches(self, topic: str, *, named: bool = False) -> list[tuple[Rule, int, int]]:
        """The rules of a topic that the post meets, each with its spans of letters.

        `named`: the service is named around the post, if not in it.
        """
        ways = self._ways
        if ways is None:
            ways = self._ways = self.reached()
        found = []
        for way, sentence in ways:
            rule = way.rule
            if way.topic != topic or (rule.named and not (named or self.named)):
                continue
            for match in way.pattern.find(sentence.letters, MOST_MATCHES):
                start, end = match.start() + sentence.start, match.end() + sentence.start
                if end > start and not self._excused(rule, start, end):
                    found.append((rule, start, end))
        return found

    def reached(self) -> list[tuple[Way, Sentence]]:
        """The ways that a sentence, or the whole post, could meet."""
        language = self.reader.language
        mask = reduce(or_, map(self.reader.masks.__getitem__, self.tokenised.chunks), 0)
        ways = language.ways.reached(mask)
        wide = language.wide_ways.reached(mask >> language.ways.bits)
        if not (ways or wide):
            return []
        whole = Sentence(0, self.letters)
        pairs = [(way, whole) for way in wide]
        if len(ways) > 1 and len(self.tokenised.chunks) > SHORT:
            pairs += [(way, one) for one, mask in self._sentences() for way in language.ways.reached(mask)]
        else:  # cutting costs more than it saves
            pairs += [(way, whole) for way in ways]
        return pairs

    def _sentences(self) -> list[tuple[Sentence, int]]:
        """The sentences with their masks. A chunk belongs to one sentence, though a "www.example" has a dot inside."""
        masks = self.reader.masks
        sentences: list[tuple[Sentence, int]] = []
        start = end = mask = 0
        last = len(self.letters)
        for chunk in self.tokenised.chunks:
            letters = self.reader[chunk]
            end += len(letters)
            mask |= masks[chunk]
            if letters[-1:] in _ENDS or end == last:
                sentences.append((Sentence(start, self.letters[start:end]), mask))
                start = end
                mask = 0
        return sentences

    def _excused(self, rule: Rule, start: int, end: int) -> bool:
        if rule.unless is not None and rule.unless.search(self.clause(start, end)):
            return True
        return rule.unless_sentence is not None and rule.unless_sentence.search(self.sentence(start, end)) is not None

    def clause(self, start: int, end: int) -> str:
        """The letters of the clauses that a span lies in."""
        letters = self.letters
        first = max(letters.rfind(end_, 0, start) for end_ in (DOT, ASK, COMMA)) + 1
        lasts = [place for end_ in (DOT, ASK, COMMA) if (place := letters.find(end_, end)) >= 0]
        return letters[first : min(lasts, default=len(letters))]

    def sentence(self, start: int, end: int) -> str:
        """The letters of the sentences that a span lies in, with the sign that ends them."""
        letters = self.letters
        first = max(letters.rfind(end_, 0, start) for end_ in (DOT, ASK)) + 1
        lasts = [place + 1 for end_ in (DOT, ASK) if (place := letters.find(end_, end)) >= 0]
        return letters[first : min(lasts, default=len(letters))]


def read(tokenised: Tokenised, lang: str, names: tuple[str, ...]) -> list[Reading]:
    """A post as read by the languages that it is written in, its own first.

    Posts mix languages: others that it has words of read it too, and all do if it is short or in none of them.
    """
    short = len(tokenised.chunks) <= SHORT or lang not in LANGUAGES
    codes = [lang] if lang in LANGUAGES else []
    codes += (
        code
        for code in LANGUAGES
        if code != lang and (short or not load_language(code).markers.isdisjoint(tokenised.chunks))
    )
    return [Reading(tokenised, reader(code, names)) for code in codes]
