"""Turns Reddit's things, submissions (t3) and comments (t1), into posts; pure."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, TypeGuard

from uproar.incoming import BadItemError, Dead, Erasure, Incoming, checked, read_raw

PLATFORM = "reddit"
SITE = "https://www.reddit.com"
GONE = ("[deleted]", "[removed]", "[ Removed by Reddit ]")

_NAME = re.compile(r"t[13]_[0-9a-z]{1,20}")
_FOOT = re.compile(r"\s*submitted by\s+/u/\S+(?:\s+to\s+r/\S+)?\s+\[link\]\s+\[comments\]\s*\Z")


def parse(things: list[Any], *, now: datetime) -> tuple[list[Incoming], list[Dead], list[Erasure]]:
    """The posts among things, those that cannot be used, and those whose text was deleted or removed."""
    posts: list[Incoming] = []
    dead: list[Dead] = []
    erased: list[Erasure] = []
    for thing in things:
        try:
            name, data = _open(thing)
            if _is_gone(name, data):
                erased.append(Erasure(PLATFORM, native_id=name))
                continue
            post = _submission(name, data) if name.startswith("t3") else _comment(name, data)
            posts.append(checked(post, now=now))
        except BadItemError as error:
            dead.append(Dead(json.dumps(thing), str(error)))
    return posts, dead, erased


def revive(raw: str, *, now: datetime) -> Incoming:
    """A thing that was a dead letter, read again.

    Raises:
        BadItemError: it still cannot be used, or was deleted.
    """
    thing = read_raw(raw)
    posts, dead, _ = parse([thing], now=now)
    if not posts:
        raise BadItemError(dead[0].reason if dead else "its text was deleted")
    return posts[0]


def name_of(thing: Any) -> str | None:
    """The fullname of a thing; None if it has none that can be asked for."""
    data = thing.get("data") if isinstance(thing, dict) else None
    name = data.get("name") if isinstance(data, dict) else None
    return name if isinstance(name, str) and _NAME.fullmatch(name) else None


def written(thing: Any) -> float | None:
    """When a thing was written, in seconds since 1970; None if it does not say."""
    data = thing.get("data") if isinstance(thing, dict) else None
    when = data.get("created_utc") if isinstance(data, dict) else None
    return float(when) if _is_seconds(when) else None


def gone(things: list[Any]) -> set[str]:
    """The fullnames of things that were deleted or removed."""
    named = ((name_of(thing), thing) for thing in things)
    return {name for name, thing in named if name is not None and _is_gone(name, thing["data"])}


def _is_gone(name: str, data: dict[str, Any]) -> bool:
    """Whether a thing is shown without its text; a mere link keeps its title, and says so by a category."""
    if data.get("removed_by_category") is not None:
        return True
    return data.get("selftext" if name.startswith("t3") else "body") in GONE


def _is_seconds(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 2**33


def _open(thing: Any) -> tuple[str, dict[str, Any]]:
    if not isinstance(thing, dict) or not isinstance(thing.get("data"), dict):
        raise BadItemError("the thing has no data")
    kind = thing.get("kind")
    if kind not in ("t1", "t3"):
        raise BadItemError(f"the kind is {str(kind)[:40]!r}, neither a submission (t3) nor a comment (t1)")
    name = name_of(thing)
    if name is None or not name.startswith(str(kind)):
        raise BadItemError(f"the {kind} has no name of its kind")
    return name, thing["data"]


def _submission(name: str, data: dict[str, Any]) -> Incoming:
    title = _string(data, "title")
    if title is None:
        raise BadItemError("the submission has no title")
    return _post(name, data, "\n".join(filter(None, (title, _string(data, "selftext")))), _context(data))


def _comment(name: str, data: dict[str, Any]) -> Incoming:
    body = data.get("body")
    if not isinstance(body, str):
        raise BadItemError("the comment has no body")
    refers = (*_strings(data, "link_title", "link_url"), *_place(data))
    return _post(name, data, body, refers)


def _post(name: str, data: dict[str, Any], text: str, context: tuple[str, ...]) -> Incoming:
    when, edited = data.get("created_utc"), data.get("edited")
    if not _is_seconds(when):
        raise BadItemError(f"created_utc is {str(when)[:40]!r}, not seconds since 1970")
    author, link = _string(data, "author"), _string(data, "permalink")
    return Incoming(
        platform=PLATFORM,
        native_id=name,
        text=text,
        created_at=datetime.fromtimestamp(when, UTC),
        author=None if author in GONE else author,
        url=SITE + link if link and link.startswith("/") else None,
        edited_at=datetime.fromtimestamp(edited, UTC) if _is_seconds(edited) and edited else None,
        context=context,
    )


def _context(data: dict[str, Any]) -> tuple[str, ...]:
    """What a submission refers to: its link, flair and subreddit, and what it is a crosspost of."""
    parents = data.get("crosspost_parent_list")
    return (
        *(() if data.get("is_self") is True else _strings(data, "url")),
        *_strings(data, "link_flair_text"),
        *_place(data),
        *(
            text
            for parent in (parents if isinstance(parents, list) else ())
            if isinstance(parent, dict)
            for text in (*_strings(parent, "title", "selftext"), *_place(parent))
            if text not in GONE
        ),
    )


def _place(data: dict[str, Any]) -> Iterator[str]:
    return (f"r/{name}" for name in _strings(data, "subreddit"))


def _string(data: dict[str, Any], name: str) -> str | None:
    value = data.get(name)
    return value if isinstance(value, str) and value else None


def _strings(data: dict[str, Any], *names: str) -> Iterator[str]:
    return (value for name in names if (value := _string(data, name)))


def from_entry(entry: Incoming) -> Incoming:
    """An entry of Reddit's RSS, as the parser of feeds gives it, as the post that the interface would give.

    Raises:
        BadItemError: it is no submission.
    """
    name = entry.native_id.rpartition(":")[2]
    if not _NAME.fullmatch(name) or not name.startswith("t3"):
        raise BadItemError(f"the entry {name[:40]!r} is no submission")
    author = (entry.author or "").removeprefix("/u/")
    return Incoming(
        platform=PLATFORM,
        native_id=name,
        text=_FOOT.sub("", entry.text),
        created_at=entry.created_at,
        author=None if not author or author in GONE else author,
        url=entry.url,
    )
