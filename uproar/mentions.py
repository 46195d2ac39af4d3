"""Whether a text mentions the deal of a watch: one answer for every source, made to be asked of a whole firehose."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from uproar.watch import Watch
from uproar.words import WordsInJson, fold, split

Match = Literal["direct", "referenced"]

MAX_CHARS = 20_000  # of a text; the longest of any platform that is no article
SHORTEST_IN_TAG = 9  # letters of a name that is looked for inside of a #boycottharbourclinics: #targeted is no Target

_WORD = re.compile(r"\w+")
_TAG = re.compile(r"[#＃](\w+)")  # noqa: RUF001 - the sign of Chinese and Japanese keyboards makes a tag, too
_HUMP = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_+")
_APART = r"(?:\s{1,3}|\s?[-_·'’&+/]\s?|\.)"  # noqa: RUF001 - what may stand between the words of a name


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

    `may_be_in(raw)` says fast whether a text in a piece of JSON that nobody has read yet may mention the deal.
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
        self._excluded = [_compile(phrase) for phrase in watch.matching.exclude if split(phrase)]
        self._words = frozenset(self._by_word)
        self.may_be_in = WordsInJson(self._words, self._in_tag).may_be_in
        self._beginnings = {joined[:end] for joined in self._joined for end in range(1, len(joined) + 1)}
        long = [joined for joined in self._joined if len(joined) >= SHORTEST_IN_TAG]
        self._starts = _grouped((joined[:SHORTEST_IN_TAG], joined) for joined in long)
        self._stops = _grouped((joined[-SHORTEST_IN_TAG:], joined) for joined in long)

    def of(self, text: str, context: Iterable[str] = ()) -> Match | None:
        """How a post mentions the deal: itself, only in what it refers to, or not at all.

        Args:
            text: the post.
            context: what it quotes, answers to or stands under; its links and tags.
        """
        head = text[:MAX_CHARS]
        around = [one[:MAX_CHARS] for one in context]
        everything = "\n".join((head, *around)) if around else head
        if self._words.isdisjoint(split(everything)) and not self._in_tags(everything):
            return None
        direct = self._found(head)
        if not direct and not any(map(self._found, around)):
            return None
        if self.excludes(head):
            return None
        return "direct" if direct else "referenced"

    def excludes(self, name: str) -> bool:
        """Whether every post that has this name is about something else."""
        plain = fold(name)
        return any(pattern.search(plain) for pattern in self._excluded)

    def _found(self, text: str) -> bool:
        words = frozenset(split(text))
        met = self._words & words
        if met:
            plain = fold(text)
            for word in met:
                for term in self._by_word[word]:
                    if term.words <= words and term.pattern.search(text if term.exact else plain):
                        return True
        return self._in_tags(text)

    def _in_tags(self, text: str) -> bool:
        return ("#" in text or "＃" in text) and any(map(self._in_tag, _TAG.findall(text)))  # noqa: RUF001

    def _in_tag(self, tag: str) -> bool:
        whole = "".join(split(tag))
        if whole in self._joined:
            return True
        starts, stops = self._starts.get(whole[:SHORTEST_IN_TAG]), self._stops.get(whole[-SHORTEST_IN_TAG:])
        if (starts and whole.startswith(starts)) or (stops and whole.endswith(stops)):
            return True
        return self._stands_in([fold(word) for word in _HUMP.split(tag) if word])

    def _stands_in(self, words: list[str]) -> bool:
        """Whether some neighbouring words of a tag are a name."""
        for first in range(len(words)):
            name = ""
            for last in range(first, len(words)):  # no slice: a hostile tag may have ten thousand words
                name += words[last]
                if name in self._joined:
                    return True
                if name not in self._beginnings:
                    break
        return False

    def _add(self, name: str) -> None:
        words = split(name)
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
        if words := split(name):
            spelled = _APART.join(map(re.escape, _WORD.findall(name)))
            self._index(re.compile(rf"(?<!\w){spelled}(?!\w)"), words, exact=True)
            self._joined.add("".join(words))  # a #tag is a name, however it is written

    def _index(self, pattern: re.Pattern[str], words: list[str], *, exact: bool = False) -> None:
        """Under its longest word, which is the one that is met least often."""
        term = _Term(pattern, frozenset(words), exact)
        self._by_word.setdefault(max(words, key=len), []).append(term)


def _compile(name: str) -> re.Pattern[str]:
    sign = re.escape(name[0]) if name[0] in "$#@" else ""
    return re.compile(rf"(?<!\w){sign}{_APART.join(map(re.escape, split(name)))}(?!\w)")


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    groups: dict[str, tuple[str, ...]] = {}
    for key, value in pairs:
        groups[key] = (*groups.get(key, ()), value)
    return groups
