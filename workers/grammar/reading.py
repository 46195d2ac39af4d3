"""A post as the rules see it: which of them it meets, and where."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

from workers.evidence import Evidence
from workers.grammar.keys import Key
from workers.grammar.language import ASK, COMMA, DOT, SERVICE, Rule, Way
from workers.grammar.loading import LANGUAGES, load_language
from workers.grammar.matcher import Matcher
from workers.grammar.reader import Reader, reader
from workers.grammar.tokens import CHUNKS, Tokenised

MOST_MATCHES = 8  # of an alternative in a sentence; who says it more often says nothing new
SHORT = 8  # words; of so few a language cannot be told for sure

_SENTENCES = re.compile(f"[^{DOT}{ASK}]*[{DOT}{ASK}]+|[^{DOT}{ASK}]+")
_CLAUSE_END = re.compile(f"[{DOT}{ASK}{COMMA}]")
_SENTENCE_END = re.compile(f"[{DOT}{ASK}]")


class Reading:
    """A post as letters; they are only made where the post has words that a rule needs."""

    def __init__(self, tokenised: Tokenised, reader: Reader, keys: Sequence[Key] | None = None) -> None:
        self.tokenised = tokenised
        self.reader = reader
        self._keys = [*map(reader.opened.__getitem__, tokenised.chunks)] if keys is None else keys
        self._letters: str | None = None
        self._places: tuple[list[int], list[int]] | None = None
        self.ways = reader.language.gates.passed(self._keys)  # that the post could meet

    @property
    def letters(self) -> str:
        """The letters of the post."""
        if self._letters is None:
            self._letters = self.reader.named("".join([key.letters for key in self._keys]))
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
        chunks = self.tokenised.chunks
        if self._places is None:
            sizes = (len(key.letters) for key in self._keys)
            starts = [match.start() for match in CHUNKS.finditer(self.tokenised.head)]
            self._places = starts, list(accumulate(sizes, initial=0))
        starts, letters_before = self._places
        number = bisect_right(letters_before, place) - 1
        done = letters_before[number]
        for letters, (first, last) in self.reader.tokens(chunks[number]):
            done += len(letters)
            if done > place:
                return starts[number] + first, starts[number] + last
        raise IndexError(place)

    def matches(self, topic: str, *, named: bool = False) -> list[tuple[Rule, int, int]]:
        """The rules of a topic that the post meets, each with its spans of letters.

        `named`: the service is named around the post, if not in it.
        """
        found = []
        for way in self.ways:
            rule = way.rule
            if way.topic == topic and (not rule.named or named or self.named):
                for start, end in self._found(way):
                    if end > start and not self._excused(rule, start, end):
                        found.append((rule, start, end))
        return found

    def search(self, pattern: str, letters: str) -> re.Match[str] | None:
        """Where letters of the post, all or those of a clause or a sentence, first meet a pattern with this name."""
        own = self.pattern(pattern)
        return own.search(letters) if own else None

    def pattern(self, name: str) -> Matcher | None:
        """A pattern with this name, if the post could meet it."""
        return next((way.pattern for way in self.ways if way.topic == name), None)

    def _found(self, way: Way) -> Iterable[tuple[int, int]]:
        """The first places where a way is met: of the post for a wide one, else of each sentence."""
        spans = way.pattern.spans(self.letters, MOST_MATCHES + 1)
        if len(spans) <= MOST_MATCHES or way.wide:
            return spans[:MOST_MATCHES]
        spans = []
        start = 0
        for sentence in _SENTENCES.findall(self.letters):
            spans += [(start + first, start + last) for first, last in way.pattern.spans(sentence, MOST_MATCHES)]
            start += len(sentence)
        return spans

    def _excused(self, rule: Rule, start: int, end: int) -> bool:
        if rule.unless is not None and rule.unless.search(self.clause(start, end)):
            return True
        if rule.unless_sentence is not None and rule.unless_sentence.search(self.sentence(start, end)):
            return True
        return rule.unless_post is not None and rule.unless_post.search(self.letters) is not None

    def clause(self, start: int, end: int) -> str:
        """The letters of the clauses that a span lies in."""
        letters = self.letters
        first = max(letters.rfind(DOT, 0, start), letters.rfind(ASK, 0, start), letters.rfind(COMMA, 0, start)) + 1
        last = _CLAUSE_END.search(letters, end)
        return letters[first : last.start() if last else None]

    def sentence(self, start: int, end: int) -> str:
        """The letters of the sentences that a span lies in, with the sign that ends them."""
        letters = self.letters
        first = max(letters.rfind(DOT, 0, start), letters.rfind(ASK, 0, start)) + 1
        last = _SENTENCE_END.search(letters, end)
        return letters[first : last.end() if last else None]


def read(tokenised: Tokenised, lang: str, names: tuple[str, ...]) -> list[Reading]:
    """A post as read by the languages that it is written in, its own first."""
    codes = [lang] if lang in LANGUAGES else []
    return [Reading(tokenised, reader(code, names)) for code in (*codes, *other_languages(tokenised.chunks, lang))]


def other_languages(chunks: Sequence[str], lang: str) -> list[str]:
    """Which languages read a post besides its own.

    Posts mix languages: others that it has words of read it too, and all do if it is short or in none of them.
    """
    if len(chunks) <= SHORT or lang not in LANGUAGES:
        return [code for code in LANGUAGES if code != lang]
    return [code for code in LANGUAGES if code != lang and not load_language(code).markers.isdisjoint(chunks)]
