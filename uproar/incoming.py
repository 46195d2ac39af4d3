"""One post as a source hands it over: normalised, checked, and not stored yet."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

MAX_TEXT = 100_000
MAX_ID = 512
MAX_URL = 2_000
MAX_PLATFORM = 64
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_CUT = re.compile(r"… \(cut: [0-9,]+ characters in all\)\Z")
AHEAD = timedelta(hours=24)  # clocks of other people's servers are wrong by hours, not by days


class BadItemError(Exception):
    """One item cannot be used; it goes to the dead letters with this reason, and its neighbours go on."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One public text by one author. `author` is the platform's id of the author; only its keyed hash is stored.

    `context` holds texts that the post refers to and that say what it is about: what it quotes, the title that it is
    a comment on, its links and tags. It decides with `text` whether the post mentions the deal, and is not stored.
    `matched` is the outcome: `direct`, `referenced`, or None where nobody asked. A post that comes again with a later
    `edited_at` is a new version of itself.
    """

    platform: str
    native_id: str
    text: str
    created_at: datetime
    author: str | None = None
    lang: str | None = None
    url: str | None = None
    parent_text: str | None = None
    target: str | None = None
    repost: bool = False
    edited_at: datetime | None = None
    context: tuple[str, ...] = ()
    matched: str | None = None


@dataclass(frozen=True, slots=True)
class Erasure:
    """What a platform says is no longer there: one post by its id, or by `author` everything of an account."""

    platform: str
    native_id: str | None = None
    author: str | None = None


@dataclass(frozen=True, slots=True)
class Dead:
    """One item that could not be used, as it came, and why."""

    raw: str
    reason: str
    post_id: int | None = None


def checked(post: Incoming, *, now: datetime) -> Incoming:
    """The post in the form in which it may be stored: NUL replaced, fields that are too long or no address left out.

    Raises:
        BadItemError: the text is empty, too long or no Unicode; the id is missing or too long; the time lies
            outside 1990 to tomorrow, or it was edited later than that.
    """
    if not post.text.strip():
        raise BadItemError("the text is empty")
    if len(post.text) > MAX_TEXT:
        raise BadItemError(f"the text has {len(post.text):,} characters; the limit is {MAX_TEXT:,}")
    if not 0 < len(post.native_id) <= MAX_ID:
        raise BadItemError(f"the id has {len(post.native_id):,} characters; it needs 1 to {MAX_ID}")
    if not EARLIEST <= post.created_at <= now + AHEAD:
        raise BadItemError(f"the time {post.created_at.isoformat()} lies outside 1990 to tomorrow")
    if post.edited_at is not None and post.edited_at > now + AHEAD:  # no later version would ever count
        raise BadItemError(f"the time of the edit {post.edited_at.isoformat()} lies after tomorrow")
    for name, value in (
        ("text", post.text),
        ("id", post.native_id),
        ("author", post.author),
        ("platform", post.platform),
        ("parent", post.parent_text),
    ):
        _must_encode(name, value)
    return replace(
        post,
        platform=_short(post.platform, MAX_PLATFORM) or "",  # part of a key, which PostgreSQL holds to 2,700 bytes
        native_id=post.native_id.replace("\0", "\ufffd"),
        text=post.text.replace("\0", "\ufffd"),  # PostgreSQL cannot keep NUL
        parent_text=post.parent_text.replace("\0", "\ufffd")[:MAX_TEXT] if post.parent_text else None,
        target=_short(post.target, 200),
        lang=_short(post.lang, 16),
        url=post.url if post.url and _is_address(post.url) else None,
    )


def parse_each(
    items: Iterable[Any], parse_one: Callable[[Any], Incoming | None], *, now: datetime
) -> tuple[list[Incoming], list[Dead]]:
    """Turn raw items into posts, each by itself: one that cannot be used becomes a dead letter.

    `parse_one` gives the post of an item, or None for one that is left out; it raises `BadItemError`.
    """
    posts: list[Incoming] = []
    dead: list[Dead] = []
    for item in items:
        try:
            post = parse_one(item)
            if post is not None:
                posts.append(checked(post, now=now))
        except BadItemError as error:
            dead.append(Dead(json.dumps(item, default=str), str(error)))
    return posts, dead


def read_raw(raw: str) -> Any:
    """What a dead letter holds whose raw form is JSON.

    Raises:
        BadItemError: it is none.
    """
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise BadItemError(f"its raw form is no JSON: {error}") from None


def storable(raw: str, limit: int = 65_536) -> str:
    """Any raw item as text that a database takes: surrogates and NUL escaped, cut after `limit` characters."""
    text = raw[:limit].encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")
    return text if len(raw) <= limit else f"{text}… (cut: {len(raw):,} characters in all)"


def was_cut(stored: str) -> bool:
    """Whether `storable` has cut this text."""
    return _CUT.search(stored[-80:]) is not None


def _must_encode(name: str, value: str | None) -> None:
    try:
        (value or "").encode()
    except UnicodeEncodeError as error:
        raise BadItemError(
            f"the {name} holds a lone surrogate at character {error.start}; it is no Unicode text"
        ) from None


def _short(value: str | None, limit: int) -> str | None:
    if not value:
        return None
    _must_encode("field", value)
    return value.replace("\0", "\ufffd")[:limit]


def _is_address(url: str) -> bool:
    # a link is shown to people: only what a browser opens as a page, and nothing that could break out of its place
    return len(url) <= MAX_URL and url.startswith(("http://", "https://")) and url.isascii() and url.isprintable()
