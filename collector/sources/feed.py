"""RSS and Atom feeds: conditional requests, broken feeds read as far as they go."""

import hashlib
import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from collector.http import require_ok, server_time
from collector.source import Hole, Page, SourceGoneError
from uproar.incoming import Dead, Incoming
from uproar.outgoing import Limits, OutgoingError, request
from uproar.settings import Settings
from uproar.watch import SourceSpec, Watch

MAX_MARK = 500
PARSE_SECONDS = 20.0
PATIENCE = 0.1  # a feed that brought nothing for an hour is asked again after six minutes
SLOWEST = 4  # but never after more than so many times its interval
LONGEST_WAIT = 86_400.0
END = 4_096  # bytes in which a whole feed is closed

_END = re.compile(rb"</(\w+:)?(rss|feed|rdf)\s*>", re.IGNORECASE)


class Options(BaseModel):
    """The keys of a `feed` source in a watch file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(pattern=r"^https?://\S+$", max_length=2_000)
    allow_private: bool = False


class Feed:
    """One feed; a request is made only if the server has something new."""

    def __init__(self, spec: SourceSpec, watch: Watch, _settings: Settings) -> None:
        self._options = Options.model_validate(spec.options)
        self._every = spec.every_seconds
        self._watch = watch

    def fetch(self, position: dict[str, Any], *, now: datetime) -> Page:
        """Read the feed if it changed."""
        known = {"if-none-match": position.get("etag"), "if-modified-since": position.get("last_modified")}
        headers = {name: value for name, value in known.items() if value}
        limits = Limits(allow_private=self._options.allow_private)
        answer = require_ok(request("GET", self._options.url, limits=limits, headers=headers), now=now)
        there = server_time(answer, now=now)
        mark = {"read_until": there.timestamp()}
        if answer.status == 304:  # noqa: PLR2004 - HTTP: not modified
            return Page((), {**position, **mark}, covered_until=there, rest=self._rest(position, now=now))
        posts, dead = parse_aside(answer.body, answer.headers, url=self._options.url, base=answer.url, now=now)
        inside = [post for post in posts if self._watch.covers(post.created_at)]
        whole = _END.search(answer.body[-END:].replace(b"\0", b"")) is not None
        following = {
            "etag": _mark(answer.headers.get("etag")) if whole else None,  # what was cut off is asked for again
            "last_modified": _mark(answer.headers.get("last-modified")) if whole else None,
            "entries": len(posts),
            **_changed(posts, position, now=now),
            **mark,
        }
        holes = _missed(posts, position, now=now)
        rest = self._rest(following, now=now)
        return Page(inside, following, dead=dead, holes=holes, covered_until=there, rest=rest)

    def _rest(self, position: dict[str, Any], *, now: datetime) -> float | None:
        """How long to wait; None for as long as the watch file says, if the feed has brought something of late."""
        changed_at = position.get("changed_at")
        quiet = now.timestamp() - changed_at if isinstance(changed_at, int | float) else 0.0
        wait = min(quiet * PATIENCE, self._every * SLOWEST, LONGEST_WAIT)
        return wait if wait > self._every else None


def _changed(posts: list[Incoming], position: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    """When the feed last brought something new, and a digest of what it shows."""
    shown = "\0".join(sorted(f"{post.native_id}\0{post.text}" for post in posts))
    digest = hashlib.sha256(shown.encode()).hexdigest()
    same = digest == position.get("shows") and "changed_at" in position
    return {"shows": digest, "changed_at": position["changed_at"] if same else now.timestamp()}


def _mark(value: str | None) -> str | None:
    """What may be sent back: a header that could not be would make every later request fail."""
    return value if value and len(value) <= MAX_MARK and value.isascii() and value.isprintable() else None


def _missed(posts: list[Incoming], position: dict[str, Any], *, now: datetime) -> tuple[Hole, ...]:
    """A feed shows its newest entries only: if even the oldest is newer than the last reading, some may be lost.

    Entries without a date (they have `now`) tell nothing, and where nothing was shown before, nothing has gone.
    """
    last, oldest = position.get("read_until"), min((post.created_at for post in posts), default=now)
    if last is None or not position.get("entries") or oldest == now or oldest.timestamp() <= last:
        return ()
    return (Hole(datetime.fromtimestamp(last, UTC), oldest, "the feed no longer shows what came between two readings"),)


def parse_aside(
    body: bytes, headers: dict[str, str], *, url: str, base: str, now: datetime
) -> tuple[list[Incoming], list[Dead]]:
    """What `parse` makes of a feed, in a process that is given twenty seconds.

    Raises:
        OutgoingError: this is no feed.
        SourceGoneError: it could not be parsed within the limits.
    """
    given = {"headers": headers, "url": url, "base": base, "now": now.isoformat()}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "collector.feed_parser"],
            input=json.dumps(given).encode() + b"\n" + body,
            capture_output=True,
            timeout=PARSE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise SourceGoneError(f"the feed could not be parsed within {PARSE_SECONDS:g} s") from None
    if done.returncode != 0:
        reason = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise SourceGoneError(f"the feed could not be parsed: {reason[-1] if reason else done.returncode}")
    answer = json.loads(done.stdout)
    if "error" in answer:
        raise OutgoingError(answer["error"])
    posts = [_post_of(post) for post in answer["posts"]]
    return posts, [Dead(**one) for one in answer["dead"]]


def _post_of(fields: dict[str, Any]) -> Incoming:
    """A post that came as JSON."""
    created_at = datetime.fromisoformat(fields["created_at"])
    return Incoming(**{**fields, "created_at": created_at, "context": tuple(fields["context"])})
