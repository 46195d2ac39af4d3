"""Takes out of a text what keeps words from being recognised."""

import html
import re

_SIGNS = "\u203c\u2049\u2122\u2139\u2190-\u2bff\u3030\u303d\U0001f000-\U0001faff"
_EMOJI = re.compile(f"([{_SIGNS}])[\ufe0e\ufe0f\u200d\U0001f3fb-\U0001f3ff]*")
_HASHTAG = re.compile(r"#(?=\w*[^\W\d_])\w{2,80}")
_HUMP = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_SPECIAL = re.compile("[\u00b4\u2000-\U0010ffff]")  # quotes and emoji; below are letters


def tidy(text: str) -> str:
    """Straight apostrophes, `&amp;` as `&`, emoji apart from words, #CamelCaseTags taken apart, in linear time."""
    if "&" in text:
        text = html.unescape(text)
    if "\\u2019" in text:  # escaped twice on its way: common in archives of posts
        text = text.replace("\\u2019", "'")
    if not text.isascii() and _SPECIAL.search(text):
        text = text.replace("\u00b4", "'").replace("\u2019", "'").replace("\u2018", "'").replace("\u2026", "... ")
        text = _EMOJI.sub(r" \1 ", text)
    if "#" in text:
        text = _HASHTAG.sub(_apart, text)
    return text


def _apart(tag: re.Match[str]) -> str:
    return _HUMP.sub(" ", tag[0][1:])


def shortenings(word: str) -> tuple[str, ...]:
    """A stretched word with its letters twice and once (sooo: soo, so); nothing for a word that is not."""
    if not _STRETCHED.search(word):
        return ()
    return _STRETCHED.sub(r"\1\1", word), _STRETCHED.sub(r"\1", word)
