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
_TAG = re.compile(r"#(\w+)")
_HUMP = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_+")
_APART = r"(?:\s{1,3}|\s?[-_·'’&+/]\s?|\.)"  # noqa: RUF001 - what may stand between the words of a name


def fold(text: str) -> str:
    """Small letters without accents."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(
        one for one in apart if not unicodedata.combining(one) and one not in "\u200b\u200c\u200d\u2060\ufeff"
    )


@dataclass(frozen=True, slots=True)
class _Term:
    """A name as it is looked for, in the folded text, or in the text itself where capital letters count."""

    pattern: re.Pattern[str]
    exact: bool


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

    def of(self, text: str, context: Iterable[str] = ()) -> Match | None:
        """How a post mentions the deal: itself, only in what it refers to, or not at all.

        Args:
            text: the post.
            context: what it quotes, answers to or stands under; its links and tags.
        """
        head = text[:MAX_CHARS]
        plain = fold(head)
        direct = self._found(head, plain)
        if not direct and not context:
            return None
        if self._excluded and any(pattern.search(plain) for pattern in self._excluded):
            return None
        if direct:
            return "direct"
        return "referenced" if any(self._found(one[:MAX_CHARS], fold(one[:MAX_CHARS])) for one in context) else None

    def _found(self, text: str, plain: str) -> bool:
        met = self._by_word.keys() & _WORD.findall(plain)
        for word in met:
            for term in self._by_word[word]:
                if term.pattern.search(text if term.exact else plain):
                    return True
        return "#" in plain and bool(self._joined) and any(map(self._in_tag, _TAG.findall(text)))

    def _in_tag(self, tag: str) -> bool:
        words = [fold(word) for word in _HUMP.split(tag) if word]
        whole = "".join(words)
        for joined in self._joined:
            long = len(joined) >= SHORTEST_IN_TAG
            if whole == joined or (long and (whole.startswith(joined) or whole.endswith(joined))):
                return True
            if len(words) > 1 and joined in whole and _stands_in(joined, words):
                return True
        return False

    def _add(self, name: str) -> None:
        words = _words(name)
        if not words:
            return
        sign = name[0] if name[0] in "$#@" else ""
        self._index(words[0], _Term(_compile(name), exact=False))
        joined = "".join(words)
        if not sign and len(words) > 1:
            self._index(joined, _Term(re.compile(rf"(?<!\w){re.escape(joined)}(?!\w)"), exact=False))
        if sign != "$":
            self._joined.add(joined)

    def _add_exact(self, name: str) -> None:
        words = _words(name)
        if words:
            spelled = _APART.join(map(re.escape, _WORD.findall(name)))
            self._index(words[0], _Term(re.compile(rf"(?<!\w){spelled}(?!\w)"), exact=True))

    def _index(self, word: str, term: _Term) -> None:
        self._by_word.setdefault(word, []).append(term)


def _words(name: str) -> list[str]:
    return _WORD.findall(fold(name))


def _compile(name: str) -> re.Pattern[str]:
    sign = re.escape(name[0]) if name[0] in "$#@" else ""
    return re.compile(rf"(?<!\w){sign}{_APART.join(map(re.escape, _words(name)))}(?!\w)")


def _stands_in(joined: str, words: list[str]) -> bool:
    """Whether some neighbouring words of a tag are the name."""
    ends = range(1, len(words) + 1)
    return any("".join(words[first:last]) == joined for first in range(len(words)) for last in ends if last > first)
