"""All that the pure modules know of what stands between two blanks, looked up once for all of them."""

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

from workers import sentiment
from workers.grammar.keys import Key
from workers.grammar.reader import Reader
from workers.hints import NO_HINT, Hint, Hints
from workers.sentiment.french import French
from workers.sentiment.reading import Word, Words, columns

_MEMORY = 20_000  # chunks; the memory is emptied when full
_LONGEST = 40  # of a chunk that is remembered


class Entry(NamedTuple):
    """What is known of a chunk: as a word with a tone, of gates, and of phrases; no hint for most chunks."""

    low: str
    leaning: complex
    counts: bool
    turns: bool
    upper: bool
    word: Word
    words: tuple[Word, ...]
    key: Key
    hint: Hint | None


class Columns(NamedTuple):
    """The entries of a post, one column a field."""

    low: tuple[str, ...] = ()
    leaning: tuple[complex, ...] = ()
    counts: tuple[bool, ...] = ()
    turns: tuple[bool, ...] = ()
    upper: tuple[bool, ...] = ()
    word: tuple[Word, ...] = ()
    words: tuple[tuple[Word, ...], ...] = ()
    key: tuple[Key, ...] = ()
    hint: tuple[Hint | None, ...] = ()


class Vocabulary(dict[str, Entry]):
    """A language's chunks, for a service; what was seen once is remembered.

    Args:
        reader: reads them by the rules of the language.
        hints: finds phrases in them.
        neutral: names without a tone.
    """

    def __init__(self, reader: Reader, hints: Hints, neutral: tuple[str, ...]) -> None:
        super().__init__()
        self.reader = reader
        self.hints = hints
        self.neutral = neutral
        self.tone = sentiment.reader(reader.language.code, neutral)

    def __missing__(self, chunk: str) -> Entry:
        if isinstance(self.tone, French):
            words = self.tone[chunk]
            word = words[0] if words else Word("")
        else:
            word = self.tone[chunk]
            words = (word,)
        hint = self.hints[chunk]
        about = (word.low, word.leaning, word.counts, word.turns, word.upper)
        entry = Entry(*about, word, words, self.reader.opened[chunk], None if hint == NO_HINT else hint)
        if len(chunk) <= _LONGEST:
            if len(self) >= _MEMORY:
                self.clear()
            self[chunk] = entry
        return entry

    def look_up(self, chunks: Sequence[str]) -> Columns:
        """What is known of the chunks of a post."""
        return Columns._make(zip(*map(self.__getitem__, chunks), strict=True)) if chunks else Columns()

    def words(self, seen: Columns) -> Words:
        """The words of a post that needs no tidying, as its tone is read."""
        if isinstance(self.tone, French):
            return columns(chain.from_iterable(seen.words))
        return Words(seen.word, seen.low, seen.leaning, seen.counts, seen.turns, seen.upper)
