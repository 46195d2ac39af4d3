"""Takes out of a text what would lead to a person, and cuts it short: pure."""

import re
import unicodedata

LONGEST = 200
READ = 2_000  # of a long text

_JOINER = "\u200d"
_EMAIL = re.compile(r"[^\s@<>()\[\]\"',;:]{1,64}@[^\s@<>()\[\]\"',;:]{1,200}\.[^\W\d_]{2,24}")
_HANDLE = re.compile(r"(?<![\w/])@\w(?:[\w.\-]{0,100}\w)?(?:@\w[\w.\-]{0,200}\w)?|(?<![\w/])/?u/[\w\-]{2,40}")
_ACCOUNT = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")  # ISO 13616
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER = re.compile(r"(?<![\w$€£])\+?(?:\(?\d[\d ().\-/\u00a0]{5,30}\d)(?!\w)")
_LEAST_DIGITS = 7  # of a telephone number; a card has 12 to 19


def redact(text: str) -> str:
    """The text in one line, with [handle], [address] and [number] for those of people, of at most 200 characters.

    Marks that nobody sees and that turn the direction of a line are left out. It is cut at a word.
    """
    seen = "".join(
        " " if one.isspace() else one
        for one in text[:READ]
        if one.isspace() or one == _JOINER or unicodedata.category(one) not in {"Cc", "Cf", "Cs", "Co"}
    )
    line = " ".join(unicodedata.normalize("NFC", seen).split())
    line = _HANDLE.sub("[handle]", line)
    line = _EMAIL.sub("[address]", line)
    line = _ACCOUNT.sub("[number]", line)
    line = _NUMBER.sub(_hidden, line)
    return _cut(line)


def _hidden(found: re.Match[str]) -> str:
    text = found[0]
    if _DATE.fullmatch(text) or sum(one.isdecimal() for one in text) < _LEAST_DIGITS:
        return text
    return "[number]"


def _cut(line: str) -> str:
    if len(line) <= LONGEST:
        return line
    start = line[: LONGEST - 1]
    word_end = start.rfind(" ")
    return (start[:word_end] if word_end > LONGEST // 2 else start).rstrip() + "…"
