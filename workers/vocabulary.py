"""All that the pure modules know of what stands between two blanks, looked up once for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from workers import sentiment
from workers.grammar.keys import Key
from workers.grammar.reader import Reader
from workers.hints import NO_HINT, Hint, Hints
from workers.sentiment.reading import Word

_MEMORY = 20_000  # chunks; the memory is emptied when full
_LONGEST = 40  # of a chunk that is remembered


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of a chunk: its words with their tones, the gates that it opens, and a hint of phrases, if any."""

    words: tuple[Word, ...]
    key: Key
    hint: Hint | None


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
        hint = self.hints[chunk]
        entry = Entry(self.tone[chunk], self.reader.opened[chunk], None if hint == NO_HINT else hint)
        if len(chunk) <= _LONGEST:
            if len(self) >= _MEMORY:
                self.clear()
            self[chunk] = entry
        return entry

    def look_up(self, chunks: Sequence[str]) -> list[Entry]:
        """What is known of the chunks of a post."""
        return [*map(self.__getitem__, chunks)]
