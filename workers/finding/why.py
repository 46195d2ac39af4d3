"""Why an alert was made, as it travels with it: pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import urlencode

from uproar.buckets import MINUTE
from workers.finding.redaction import redact

MOST_POSTS, MOST_CONCERNS, MOST_SOURCES, MOST_LANGUAGES = 3, 3, 5, 3


@dataclass(frozen=True, slots=True)
class Shown:
    """A post that shows a spike."""

    id: int
    url: str | None
    text: str


def window(start: int, end: int) -> dict[str, Any]:
    """A stretch of time in seconds since 1970, for people and programs."""
    return {"from": _iso(start), "to": _iso(end), "seconds": end - start}


def grown(concerns: Mapping[str, tuple[int, float]]) -> list[dict[str, Any]]:
    """The concerns that grew most, each with the posts that name it and how many these usually are."""
    most = sorted(concerns.items(), key=lambda item: (item[1][1] - item[1][0], item[0]))
    return [
        {"name": name, "count": count, "before": round(before, 1)}
        for name, (count, before) in most[:MOST_CONCERNS]
        if count > before
    ]


def largest(counts: Mapping[str, int], most: int) -> list[dict[str, Any]]:
    """The largest of some counts, each with its share of all."""
    whole = sum(counts.values())
    first = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:most]
    return [{"name": name, "count": count, "share": round(count / whole, 3)} for name, count in first if count]


def shown(posts: Sequence[Shown], say: Literal["excerpts", "links", "none"]) -> list[dict[str, Any]]:
    """What is told of the posts that show a spike."""
    return [] if say == "none" else [_shown(post, excerpt=say == "excerpts") for post in posts]


def _shown(post: Shown, *, excerpt: bool) -> dict[str, Any]:
    url = post.url if post.url and post.url.startswith(("https://", "http://")) else None
    return {"id": post.id, "url": url} | ({"text": redact(post.text)} if excerpt else {})


def unread(observed: Mapping[str, Callable[[int], bool]], start: int, end: int) -> list[dict[str, Any]]:
    """The stretches of a window in which a source was not observed; `observed` says it of each source and minute."""
    found: list[dict[str, Any]] = []
    for source, was in sorted(observed.items()):
        since: int | None = None
        for minute in range(start, end + MINUTE, MINUTE):
            missing = minute < end and not was(minute)
            if missing and since is None:
                since = minute
            if not missing and since is not None:
                found.append({"source": source, "from": _iso(since), "to": _iso(minute)})
                since = None
    return found


def link(dashboard: str, watch: str, moment: int) -> str:
    """The address of the dashboard at a moment."""
    return f"{dashboard}/?{urlencode({'watch': watch, 'at': moment})}"


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
