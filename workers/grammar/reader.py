"""Reads a post as letters, one a word, with the names of a service as one letter of their own."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from workers.grammar.keys import Key
from workers.grammar.language import ASK, COMMA, DOT, MENTION, SERVICE, SILENT, Language
from workers.grammar.loading import load_language
from workers.grammar.spelling import MAX_WORD, fold_word, hashtag_words
from workers.grammar.tokens import TOKENS, tokenise

_MEMORY = 20_000  # chunks; the memory is emptied when full
LONGEST_NAME = 200  # of a service, as far as it is read
_LONGEST = 40  # of a chunk that is remembered
_NAME_LETTERS = 0xE000
_SIGNS = {
    **dict.fromkeys(".!;…\n\u2028", DOT),
    **dict.fromkeys("?\u061f\uff1f", ASK),
    **dict.fromkeys(",:()[]{}<>|/\\-–—•·=«»→", COMMA),  # noqa: RUF001 - that dash
    **dict.fromkeys("\"“”„'’‘*~^$€£%+_`´#@", ""),  # noqa: RUF001 - these quotes
}
_NAMES = frozenset({"Name", "Caps"})
_SHORTEST_INITIALS = 3  # of a name written without its "&"
_SHORTEST_INSIDE = 4  # letters of a name that is looked for within a hashtag


class Reader(dict[str, str]):
    """The letters of what stands between blanks, for one language and one service; what was read once is remembered."""

    def __init__(self, language: Language, names: tuple[str, ...]) -> None:
        super().__init__()
        self.language = language
        self.names = names
        self._tokens: dict[str, str] = {}
        self.opened = _Keys(self)
        spellings = {tuple(self._words(name[:LONGEST_NAME])) for name in names} - {()}
        # "One Medical" is also written OneMedical, one-medical, @OneMedical, #OneMedical
        joined = {"".join(words).replace("_", "") for words in spellings}
        # "AT&T" is also written ATT; what is left of "H&M" is a word of its own
        self._joined = joined | {plain for name in joined if len(plain := name.replace("&", "")) >= _SHORTEST_INITIALS}
        words = sorted({word for spelling in spellings for word in spelling})
        self._private = {word: chr(_NAME_LETTERS + number) for number, word in enumerate(words)}
        self.public = {ord(letter): language.letter(word) for word, letter in self._private.items()}
        by_length = sorted(("".join(map(self._private.__getitem__, one)) for one in spellings), key=len, reverse=True)
        self._names = re.compile("|".join(by_length))
        self._name_letters = re.compile(f"[{''.join(self._private.values())}]") if words else None

    def __missing__(self, chunk: str) -> str:
        letters = "".join(letters for letters, _ in self.tokens(chunk))
        if len(chunk) <= _LONGEST:
            if len(self) >= _MEMORY:
                self.clear()
            self[chunk] = letters
        return letters

    def tokens(self, chunk: str) -> Iterator[tuple[str, tuple[int, int]]]:
        """The letters of each token of a chunk, with its place there."""
        for match in TOKENS.finditer(chunk):
            token = match[0][:MAX_WORD]
            letters = self._tokens.get(token)
            if letters is None:
                if len(self._tokens) >= _MEMORY:
                    self._tokens.clear()
                letters = self._tokens[token] = self._read_token(token)
            yield letters, match.span()

    def letters_of(self, chunks: Iterable[str]) -> str:
        """The letters of a text; the service is one letter, whatever it is called."""
        return self.named("".join(map(self.__getitem__, chunks)))

    def named(self, letters: str) -> str:
        """The letters of a text with one letter in place of each name of the service."""
        if self._name_letters is not None and self._name_letters.search(letters):
            letters = self._names.sub(_as_service, letters).translate(self.public)
        return letters

    def names_in(self, text: str) -> bool:
        """Whether a text names the service."""
        return SERVICE in self.letters_of(tokenise(text).chunks)

    def key(self, letters: str) -> Key:
        """What a chunk with these letters opens of the gates of the language's rules."""
        plain = letters.translate(self.public)
        # a word of a name stands for itself or, with its neighbours, for the whole name
        named = SERVICE + SILENT
        return self.language.gates.key(
            letters, [one if one == own else one + named for one, own in zip(plain, letters, strict=True)]
        )

    def _read_token(self, token: str) -> str:
        token = token.replace("&amp;", "&")
        first = token[0]
        if first.isalpha():
            return self._read_word(token)
        if first in "@#" and len(token) > 1:
            return self._read_tag(token)
        if first.isdigit():
            return self.language.letter(token.rstrip(".,"), "Num")
        sign = _SIGNS.get(first)
        if sign is not None:
            return sign
        if token in self.language.spelling.expansions:
            return self._spell(token)  # "&" is a word
        return self.language.letter(token) if token in self.language.known else COMMA

    def _read_word(self, token: str) -> str:
        word = fold_word(token)
        if word.startswith(("http:", "https:", "www.")):
            return COMMA
        if (joined := word.replace("-", "")) in self._joined and joined not in self._private:
            return SERVICE
        shape = ""
        if token[0].isupper():
            shape = "Caps" if len(token) > 1 and token.isupper() else "Name"
        return "".join(self._letter(one, shape) for one in self._words(word))

    def _words(self, text: str) -> list[str]:
        spelling = self.language.spelling
        words: list[str] = []
        for token in TOKENS.findall(text):
            word = fold_word(token[:MAX_WORD])
            if not word[:1].isalnum() and word not in spelling.expansions:
                continue  # the + of a name: signs say nothing in a post either
            whole = "-" not in word or word in spelling.known or word in spelling.expansions
            for piece in [word] if whole else word.split("-"):
                words += spelling.words(piece) if piece else ()
        return words

    def _letter(self, word: str, shape: str) -> str:
        if not self.names and shape in _NAMES and word not in self.language.known:
            return SERVICE  # no service is asked for: any is meant
        return self._private.get(word) or self.language.letter(word, shape)

    def _read_tag(self, token: str) -> str:
        words = hashtag_words(token)
        joined = "".join(map(fold_word, words))
        if joined in self._joined:
            return SERVICE
        if token[0] == "@":
            return MENTION
        if words and fold_word(words[0]) in self.language.calls:
            words = words[1:]  # "#CancelThem" calls on others, or only names a topic: it says nothing of its author
        if len(words) == 1:
            inside = [name for name in self._joined if len(name) >= _SHORTEST_INSIDE and name in joined]
            if inside:
                before, _, after = joined.partition(max(inside, key=len))
                return self._spell(before) + SERVICE + self._spell(after)
        return "".join(map(self._spell, words))

    def _spell(self, word: str) -> str:
        return "".join(self._letter(one, "") for one in self._words(word))


class _Keys(dict[str, Key]):
    """What each chunk opens of the gates of a language's rules."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self._reader = reader
        self._same: dict[str, Key] = {}

    def __missing__(self, chunk: str) -> Key:
        if max(len(self), len(self._same)) >= _MEMORY:
            self.clear()
            self._same.clear()
        letters = self._reader[chunk]
        key = self._same.get(letters)
        if key is None:  # it is large, and most words share theirs
            key = self._same[letters] = self._reader.key(letters)
        if len(chunk) <= _LONGEST:
            self[chunk] = key
        return key


def _as_service(match: re.Match[str]) -> str:
    return SERVICE + SILENT * (len(match[0]) - 1)


@lru_cache(maxsize=32)
def reader(code: str, names: tuple[str, ...]) -> Reader:
    """The reader of one of `LANGUAGES` for a service with these names; made once."""
    return Reader(load_language(code), names)
