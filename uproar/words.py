"""Words without case and accents, and a quick look whether some of them can be in a JSON text at all. Pure."""

import re
import unicodedata
from collections.abc import Callable, Iterable

_UNSEEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff"  # soft hyphen, joiners and the like: inside of words, and invisible
_BMP = 0x10000
_TAG, _TAG_KEY = re.compile(r"#(\w+)"), re.compile(r'"tag": ?"(\w+)')  # two, for each begins with what is looked for
_FEATURES = {"link", "mention", "tag"}  # app.bsky.richtext.facet#link is no hashtag
_FACETS = tuple(f'facet#{name}"'.encode() for name in sorted(_FEATURES))
_ASCII = bytes(range(128))
FEW = 6  # so many words are faster looked for one by one

# Characters that in Latin-1 become one letter, digit or sign of ASCII, and beyond it nothing of ASCII at all: œ, Greek,
# Cyrillic, Arabic, punctuation, signs, kana, CJK, Hangul, emoji. A test goes through all of Unicode.
_PLAIN = (
    "\0-\u00ac\u00ae-\u00bb\u00bf-\u00de\u00e0-\u00ff\u0152\u0153\u0370-\u0482\u048a-\u0590\u0620-\u064a\u0671-\u06d5"
    "\u2010-\u205f\u2190-\u245f\u2500-\u2bff\u3000-\u3029\u3030-\u3098\u309b-\u324f\u3400-\u9fff\uac00-\ud7a3"
    "\ufe00-\ufe1f\uff01-\uff02\uff04-\uff0f\uff5b-\uff9d\U0001f1e6-\U0001f1ff\U0001f300-\U0001fbef"
)
_NOT_PLAIN = re.compile(f"[^{_PLAIN}]")
_SHARP_S = "ß".encode()  # becomes two letters, and stands in most of what is written in German


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


def _latin_byte(code: int) -> int:
    one = _SPLIT[code]
    return ord(one) if len(one) == 1 and one.isascii() else ord(" ")


_LATIN = bytes(map(_latin_byte, range(256)))


def fold(text: str) -> str:
    """Small letters without accents."""
    return text.lower() if text.isascii() else text.translate(_FOLDED)


def split(text: str) -> list[str]:
    """The folded words of a text: its runs of letters and digits."""
    if text.isascii():
        return text.encode("ascii").translate(_LATIN).decode("ascii").split()
    return text.translate(_SPLIT).split()


class WordsInJson:
    """Looks for words in JSON that nobody has read yet, which saves reading nearly all of a firehose."""

    def __init__(self, words: Iterable[str], is_wanted_tag: Callable[[str], bool]) -> None:
        """`words` as `split` finds them; hashtags, which may hide them, are asked about one by one."""
        wanted = frozenset(words)
        self._ascii = all(map(str.isascii, wanted))
        self._wanted = frozenset(word.encode() for word in wanted)
        self._few = tuple(self._wanted) if len(wanted) <= FEW else ()
        self._is_wanted_tag = is_wanted_tag

    def may_be_in(self, raw: bytes) -> bool:
        """Whether `raw`, cut out of a JSON text, may hold one of the words or tags.

        False is certain; True is worth a closer look.
        """
        if b"\\" in raw:
            raw = raw.replace(b"\\n", b" ")
            if b"\\" in raw:
                raw = raw.replace(b'\\"', b" ").replace(b"\\u0026", b" ")
                if b"\\" in raw:
                    return True
        letters = raw
        if not raw.isascii():
            raw = raw.replace(_SHARP_S, b"ss")
            if not self._ascii or _NOT_PLAIN.search(raw.translate(None, _ASCII).decode(errors="replace")):
                return True
            letters = raw.decode(errors="replace").encode("latin-1", "replace")
        if (b"#" in raw or b'"tag' in raw) and self._may_be_tag_in(raw):
            return True
        letters = letters.translate(_LATIN)
        if self._few:
            return any(word in letters for word in self._few)
        return not self._wanted.isdisjoint(letters.split())

    def _may_be_tag_in(self, raw: bytes) -> bool:
        if b'"tags"' in raw:
            return True
        if b'"tag"' not in raw and raw.count(b"#") == sum(map(raw.count, _FACETS)):
            return False
        text = raw.decode(errors="replace")
        tags = {*_TAG.findall(text), *_TAG_KEY.findall(text)} - _FEATURES
        return any(map(self._is_wanted_tag, tags))
