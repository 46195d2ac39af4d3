"""Turns the bytes of a feed into posts; pure. Run as a program, it does so in a process of its own.

feedparser's expressions are quadratic on some texts and hold the interpreter's lock, so that no thread could stop them.
"""

import hashlib
import io
import json
import resource
import sys
from calendar import timegm
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser

from collector.markup import to_text
from uproar.incoming import BadItemError, Incoming, checked
from uproar.outgoing import OutgoingError
from uproar.sources import Dead

MAX_ENTRIES = 2_000
MAX_MARKUP = 1_000_000
MEMORY = 2 * 2**30
PLATFORM = "feed"


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
        native_id=f"{host}:{own}",  # unique in its feed at best; nor may one feed take the place of another's post
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


def main() -> None:
    """Read a line of JSON and a feed from standard input; write posts and dead letters, or the error, as JSON."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    head = json.loads(sys.stdin.buffer.readline())
    now = datetime.fromisoformat(head.pop("now"))
    answer: dict[str, Any]
    try:
        posts, dead = parse(sys.stdin.buffer.read(), head.pop("headers"), **head, now=now)
    except OutgoingError as error:
        answer = {"error": str(error)}
    else:
        answer = {"posts": [asdict(post) for post in posts], "dead": [asdict(one) for one in dead]}
    json.dump(answer, sys.stdout, default=datetime.isoformat)


if __name__ == "__main__":
    main()
