"""RSS and Atom feeds: conditional requests, broken feeds read as far as they go."""

import hashlib
import io
import json
from calendar import timegm
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser
from pydantic import BaseModel, ConfigDict, Field

from collector.http import require_ok
from collector.markup import to_text
from collector.source import Hole, Page
from uproar.incoming import BadItemError, Incoming, checked
from uproar.outgoing import Limits, OutgoingError, request
from uproar.settings import Settings
from uproar.sources import Dead
from uproar.watch import SourceSpec, Watch

MAX_ENTRIES = 2_000
MAX_MARKUP = 1_000_000
MAX_MARK = 500
PLATFORM = "feed"


class Options(BaseModel):
    """The keys of a `feed` source in a watch file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(pattern=r"^https?://\S+$", max_length=2_000)
    allow_private: bool = False


class Feed:
    """One feed; a request is made only if the server has something new."""

    def __init__(self, spec: SourceSpec, watch: Watch, _settings: Settings) -> None:
        self._options = Options.model_validate(spec.options)
        self._watch = watch

    def fetch(self, position: dict[str, Any], *, now: datetime) -> Page:
        """Read the feed if it changed."""
        known = {"if-none-match": position.get("etag"), "if-modified-since": position.get("last_modified")}
        headers = {name: value for name, value in known.items() if value}
        limits = Limits(allow_private=self._options.allow_private)
        answer = require_ok(request("GET", self._options.url, limits=limits, headers=headers), now=now)
        mark = {"read_until": now.timestamp()}
        if answer.status == 304:  # noqa: PLR2004 - HTTP: not modified
            return Page((), {**position, **mark}, covered_until=now)
        posts, dead = parse(answer.body, answer.headers, url=self._options.url, base=answer.url, now=now)
        inside = [post for post in posts if self._in_range(post.created_at)]
        following = {
            "etag": _mark(answer.headers.get("etag")),
            "last_modified": _mark(answer.headers.get("last-modified")),
            "entries": len(posts),
            **mark,
        }
        return Page(inside, following, dead=dead, holes=_missed(posts, position, now=now), covered_until=now)

    def _in_range(self, moment: datetime) -> bool:
        return self._watch.starts <= moment and (self._watch.ends is None or moment < self._watch.ends)


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


def parse(
    body: bytes, headers: dict[str, str], *, url: str, base: str, now: datetime
) -> tuple[list[Incoming], list[Dead]]:
    """Turn a feed into posts; pure. Ill-formed feeds are read as far as they go.

    An entry without a date gets `now`; one without an id gets a hash of its link and title, or of title and text.
    `url` is the feed's own address, `base` the one that its links are relative to.

    Raises:
        OutgoingError: this is no feed at all.
    """
    try:
        read = feedparser.parse(
            io.BytesIO(body),  # bytes as such would be tried as the name of a file first
            response_headers={**headers, "content-location": ""},  # else ids change when the feed moves
            resolve_relative_uris=False,  # of markup, of which we take the text only
            sanitize_html=False,
        )
    except ValueError as error:  # numbers of thousands of digits
        raise OutgoingError(f"this feed cannot be read: {error}") from None
    if not read.entries and not read.get("version"):
        raise OutgoingError(f"this is no feed: {read.get('bozo_exception', 'nothing in it can be read')}")
    posts: list[Incoming] = []
    dead: list[Dead] = []
    for entry in read.entries[:MAX_ENTRIES]:
        try:
            post = _parse_one(entry, url=url, base=base, language=read.feed.get("language"), now=now)
            posts.append(checked(post, now=now))
        except BadItemError as error:
            dead.append(Dead(json.dumps(entry, default=str), str(error)))
    if len(read.entries) > MAX_ENTRIES:
        dead.append(Dead(url, f"the feed has {len(read.entries):,} entries; only the first {MAX_ENTRIES:,} were read"))
    return posts, dead


def _parse_one(entry: Any, *, url: str, base: str, language: Any, now: datetime) -> Incoming:
    title = to_text(str(entry.get("title") or ""))
    body = _body(entry)
    text = body if body.startswith(title) else f"{title}\n{body}".strip()
    if not text:
        raise BadItemError("the entry has neither title nor text")
    link = _link(entry, base=base)
    own = str(entry.get("id") or "") or _fingerprint(*((link, title) if link else (title, body)))
    host = urlsplit(url).hostname or "feed"
    return Incoming(
        platform=PLATFORM,
        # ids of feeds are unique in their feed at best
        native_id=own if own.startswith(("http://", "https://", "tag:", "urn:")) else f"{host}:{own}",
        text=text,
        created_at=_moment(entry, now=now),
        author=str(entry.get("author") or "") or None,
        url=link or None,
        lang=str(language)[:2].lower() if language else None,
    )


def _link(entry: Any, *, base: str) -> str:
    link = str(entry.get("link") or "")
    try:
        return urljoin(base, link) if link else ""
    except ValueError as error:
        raise BadItemError(f"the link {link[:200]!r} is no address: {error}") from None


def _fingerprint(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode(errors="backslashreplace")).hexdigest()


def _body(entry: Any) -> str:
    parts = [str(part.get("value") or "") for part in entry.get("content", ())] or [str(entry.get("summary") or "")]
    markup = "\n".join(parts)
    if len(markup) > MAX_MARKUP:
        raise BadItemError(f"the entry has {len(markup):,} characters; the limit is {MAX_MARKUP:,}")
    return to_text(markup)


def _moment(entry: Any, *, now: datetime) -> datetime:
    for name in ("published_parsed", "updated_parsed"):
        value = entry.get(name)
        if value:
            try:
                return datetime.fromtimestamp(timegm(value), UTC)
            except (ValueError, OverflowError, OSError):
                raise BadItemError(f"the date {tuple(value)} is not a date") from None
    return now
