"""Cuts a post at its blanks, once for all who read it."""

import re
from dataclasses import dataclass

MAX_CHARS = 4_000  # what is read of a post, from its start; longer ones are articles, and the point stands early

CHUNKS = re.compile(r"\S+|\n")
# A link, a mention, a hashtag, a number, initials with their "and" ("AT&T"), a word with its apostrophes and hyphens, a
# line break, a run of dots, a sign.
# Joiners and variation selectors of emoji are no tokens.
TOKENS = re.compile(
    r"https?://\S+|www\.\S+|@\w+(?:\.\w+)*|#\w+|\d[\d.,]*%?|[^\W\d_]{1,2}&(?:amp;)?[^\W\d_]{1,2}(?!\w)|&amp;|[^\W\d_][\w\u0300-\u036f]*(?:['’´`ʼ-]\w[\w\u0300-\u036f]*)*|\n|\.\.+|[^\w\s\ufe0f\u200d\u20e3]|_+"  # noqa: RUF001 - apostrophes
)

_QUOTATION = re.compile(r'"([^"\n]{8,600})"|“([^”\n]{8,600})”|«([^»\n]{8,600})»')


@dataclass(slots=True)
class Tokenised:
    """A post cut at its blanks; line breaks are chunks of their own.

    `head`: what was read, as long as the beginning of `text`; `quoted`: what was put aside. `plain`: whether `chunks`
    are all of the text as it was written, without line breaks.
    """

    text: str
    head: str
    chunks: list[str]
    quoted: str
    plain: bool


def tokenise(text: str) -> Tokenised:
    """Cut the first `MAX_CHARS` characters of a post into tokens, once for all languages."""
    head = text[:MAX_CHARS]
    quoted = ""
    if '"' in head or "“" in head or "«" in head:
        quoted = " ".join(match[1] or match[2] or match[3] for match in _QUOTATION.finditer(head))
        head = _QUOTATION.sub(lambda match: "\n" + " " * (len(match[0]) - 1), head) if quoted else head
    if head.isupper() and len(head.lower()) == len(head):  # all in capitals: they say nothing of names
        head = head.lower()
    lines = "\n" in head
    return Tokenised(text, head, CHUNKS.findall(head) if lines else head.split(), quoted, not lines and head == text)
