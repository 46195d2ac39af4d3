"""Turns the bytes of a feed into posts; pure. Run as a program, it does so in a process of its own.

feedparser's expressions are quadratic on some texts and hold the interpreter's lock, so that no thread could stop them.
A process is started for each reading: what is imported here must not bring in the database or the HTTP client.
"""

import hashlib
import io
import json
import resource
import sys
from calendar import timegm
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser

from collector.markup import to_text
from uproar.incoming import BadItemError, Dead, Incoming, parse_each

MAX_ENTRIES = 2_000
MAX_MARKUP = 1_000_000
MAX_TAGS = 100
MAX_TAG = 200
MAX_PARTS = 10  # of one entry, that are compared with one another
MEMORY = 2 * 2**30
PLATFORM = "feed"


class NoFeedError(Exception):
    """This is no feed, or one that cannot be read at all."""


def parse(
    body: bytes, headers: dict[str, str], *, url: str, base: str, now: datetime
) -> tuple[list[Incoming], list[Dead]]:
    """Turn a feed into posts; pure. Ill-formed feeds are read as far as they go.

    An entry without a date gets `now`; one without an id gets a hash of its link and title, or of title and text.
    `url` is the feed's own address, `base` the one that its links are relative to.

    Raises:
        NoFeedError: this is no feed at all.
    """
    try:
        read = feedparser.parse(
            io.BytesIO(body),  # bytes as such would be tried as the name of a file first
            response_headers={**headers, "content-location": ""},  # else ids change when the feed moves
            resolve_relative_uris=False,  # of markup, of which we take the text only
            sanitize_html=False,
        )
    except ValueError as error:  # numbers of thousands of digits
        raise NoFeedError(f"this feed cannot be read: {error}") from None
    if not read.entries and not read.get("version"):
        raise NoFeedError(f"this is no feed: {read.get('bozo_exception', 'nothing in it can be read')}")
    entries = [entry for entry in read.entries[:MAX_ENTRIES] if not _is_the_product(entry)]
    one = partial(_parse_one, url=url, base=base, language=read.feed.get("language"), now=now)
    posts, dead = parse_each(entries, one, now=now)
    if len(read.entries) > MAX_ENTRIES:
        dead.append(Dead(url, f"the feed has {len(read.entries):,} entries; only the first {MAX_ENTRIES:,} were read"))
    return posts, dead


def _parse_one(entry: Any, *, url: str, base: str, language: Any, now: datetime) -> Incoming:
    title = to_text(str(entry.get("title") or ""))
    body = _body(entry, title=title)
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
        context=(*((link,) if link else ()), *_tags(entry)),
    )


def _link(entry: Any, *, base: str) -> str:
    link = str(entry.get("link") or "")
    if link == str(entry.get("id") or "") and not link.startswith(("http://", "https://", "/")):
        # feedparser takes an id for a link where there is no better one; Apple's are numbers
        others = (str(one.get("href") or "") for one in entry.get("links", ()))
        link = next((one for one in others if one.startswith(("http://", "https://"))), "")
    try:
        return urljoin(base, link) if link else ""
    except ValueError as error:
        raise BadItemError(f"the link {link[:200]!r} is no address: {error}") from None


def _fingerprint(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode(errors="backslashreplace")).hexdigest()


def _tags(entry: Any) -> list[str]:
    """The categories that an entry stands in: they say what it is about."""
    tags = [str(tag.get("label") or tag.get("term") or "") for tag in entry.get("tags", ())]
    return [tag[:MAX_TAG] for tag in tags[:MAX_TAGS] if tag]


def _is_the_product(entry: Any) -> bool:
    """Whether this is what Apple puts above the reviews of an app: the app itself, with its price and no rating."""
    return "im_price" in entry and "im_rating" not in entry


def _body(entry: Any, *, title: str) -> str:
    parts = [str(part.get("value") or "") for part in entry.get("content", ())] or [str(entry.get("summary") or "")]
    markup = "\n".join(parts)
    if len(markup) > MAX_MARKUP:
        raise BadItemError(f"the entry has {len(markup):,} characters; the limit is {MAX_MARKUP:,}")
    return "\n".join(_without_repeats([to_text(part) for part in parts], title=title))


def _without_repeats(parts: list[str], *, title: str) -> list[str]:
    """The parts that say something new: reviews at Apple come as text, and once more as HTML with their title."""
    plain = [part.removeprefix(f"{title}\n") for part in parts] if title and len(parts) > 1 else parts
    whole = list(dict.fromkeys(part for part in plain if part))
    if len(whole) > MAX_PARTS:
        return whole
    return [part for part in whole if not any(part != other and part in other for other in whole)]


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
    except NoFeedError as error:
        answer = {"error": str(error)}
    else:
        answer = {"posts": [asdict(post) for post in posts], "dead": [asdict(one) for one in dead]}
    json.dump(answer, sys.stdout, default=datetime.isoformat)


if __name__ == "__main__":
    main()
