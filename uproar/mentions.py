"""Whether a text mentions the deal of a watch: one answer for every source, made to be asked of a whole firehose."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from uproar.watch import Watch

Match = Literal["direct", "referenced"]

MAX_CHARS = 20_000  # of a text; the longest of any platform that is no article
SHORTEST_IN_TAG = 9  # letters of a name that is looked for inside of a #boycottharbourclinics: #targeted is no Target

_WORD = re.compile(r"\w+")
_TAG = re.compile(r"[#＃](\w+)")  # noqa: RUF001 - the sign of Chinese and Japanese keyboards makes a tag, too
_HUMP = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_+")
_APART = r"(?:\s{1,3}|\s?[-_·'’&+/]\s?|\.)"  # noqa: RUF001 - what may stand between the words of a name
_UNSEEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff"  # soft hyphen, joiners and the like: inside of words, and invisible
_BMP = 0x10000


class _Folding(dict[int, str]):
    """What each character becomes, found out when it is first met: `str.translate` is far faster than a loop."""

    def __missing__(self, code: int) -> str:
        folded = self.fold_one(chr(code))
        if code < _BMP:  # what nobody writes twice must not fill the memory
            self[code] = folded
        return folded

    def fold_one(self, one: str) -> str:
        apart = unicodedata.normalize("NFKD", one).casefold()
        return "".join(part for part in apart if not unicodedata.combining(part) and part not in _UNSEEN)


class _Splitting(_Folding):
    """The same, with a blank for whatever is no letter or digit."""

    def fold_one(self, one: str) -> str:
        return "".join(part if part.isalnum() else " " for part in super().fold_one(one))


_FOLDED, _SPLIT = _Folding(), _Splitting()
_SPLIT_ASCII = bytes(ord(chr(code).lower()) if chr(code).isalnum() else 32 for code in range(128)) + bytes(128)


def fold(text: str) -> str:
    """Small letters without accents."""
    return text.lower() if text.isascii() else text.translate(_FOLDED)


def _split(text: str) -> list[str]:
    """The folded words of a text: runs of letters and digits."""
    if text.isascii():
        return text.encode("ascii").translate(_SPLIT_ASCII).decode("ascii").split()
    return text.translate(_SPLIT).split()


@dataclass(frozen=True, slots=True)
class _Term:
    """A name as it is looked for, in the folded text, or in the text itself where capital letters count.

    A text without all of `words` cannot have it.
    """

    pattern: re.Pattern[str]
    words: frozenset[str]
    exact: bool = False


class Mentions:
    """The words of one watch, compiled.

    A name matches as whole words, whatever their case and accents and with a blank, a hyphen or the like between
    them, or written together (OneMedical, @onemedical); a name that begins with `$`, `#` or `@` only so. Inside of a
    hashtag it is found by #CamelCase, or at its start or end if it is long.
    """

    def __init__(self, watch: Watch) -> None:
        self._by_word: dict[str, list[_Term]] = {}
        self._joined: set[str] = set()
        for service in watch.services:
            for name in (service.name, *service.aliases):
                if name not in watch.matching.exact:
                    self._add(name)
            for sign, tags in (("@", service.handles), ("#", service.hashtags)):
                for tag in tags:
                    self._add(sign + tag)
        for term in watch.matching.terms:
            self._add(term)
        for name in watch.matching.exact:
            self._add_exact(name)
        self._excluded = [_compile(phrase) for phrase in watch.matching.exclude if _words(phrase)]
        self._words = frozenset(self._by_word)
        self._longest = max(map(len, self._joined), default=0)
        self._ends = tuple(joined for joined in self._joined if len(joined) >= SHORTEST_IN_TAG)

    def of(self, text: str, context: Iterable[str] = ()) -> Match | None:
        """How a post mentions the deal: itself, only in what it refers to, or not at all.

        Args:
            text: the post.
            context: what it quotes, answers to or stands under; its links and tags.
        """
        head = text[:MAX_CHARS]
        around = [one[:MAX_CHARS] for one in context]
        everything = "\n".join((head, *around)) if around else head
        # nearly all of a firehose ends here: no word of any name, and no tag that may hide one
        if self._words.isdisjoint(_split(everything)) and "#" not in everything and "＃" not in everything:  # noqa: RUF001
            return None
        direct = self._found(head)
        if not direct and not any(map(self._found, around)):
            return None
        plain = fold(head)
        if any(pattern.search(plain) for pattern in self._excluded):
            return None
        return "direct" if direct else "referenced"

    def _found(self, text: str) -> bool:
        words = frozenset(_split(text))
        met = self._words & words
        if met:
            plain = fold(text)
            for word in met:
                for term in self._by_word[word]:
                    if term.words <= words and term.pattern.search(text if term.exact else plain):
                        return True
        return bool(self._joined) and any(map(self._in_tag, _TAG.findall(text)))

    def _in_tag(self, tag: str) -> bool:
        whole = "".join(_split(tag))
        if whole in self._joined or whole.startswith(self._ends) or whole.endswith(self._ends):
            return True
        words = ["".join(_split(word)) for word in _HUMP.split(tag) if word]
        return len(words) > 1 and self._stands_in(words)

    def _stands_in(self, words: list[str]) -> bool:
        """Whether some neighbouring words of a tag are a name."""
        for first in range(len(words)):
            name = ""
            for word in words[first:]:
                name += word
                if len(name) > self._longest:
                    break
                if name in self._joined:
                    return True
        return False

    def _add(self, name: str) -> None:
        words = _words(name)
        if not words:
            return
        sign = name[0] if name[0] in "$#@" else ""
        self._index(_compile(name), words)
        joined = "".join(words)
        if not sign and len(words) > 1:
            self._index(re.compile(rf"(?<!\w){re.escape(joined)}(?!\w)"), [joined])
        if sign != "$":
            self._joined.add(joined)

    def _add_exact(self, name: str) -> None:
        if words := _words(name):
            spelled = _APART.join(map(re.escape, _WORD.findall(name)))
            self._index(re.compile(rf"(?<!\w){spelled}(?!\w)"), words, exact=True)

    def _index(self, pattern: re.Pattern[str], words: list[str], *, exact: bool = False) -> None:
        """Under its longest word, which is the one that is met least often."""
        term = _Term(pattern, frozenset(words), exact)
        self._by_word.setdefault(max(words, key=len), []).append(term)


def _words(name: str) -> list[str]:
    return _split(name)


def _compile(name: str) -> re.Pattern[str]:
    sign = re.escape(name[0]) if name[0] in "$#@" else ""
    return re.compile(rf"(?<!\w){sign}{_APART.join(map(re.escape, _words(name)))}(?!\w)")
