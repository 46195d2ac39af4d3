"""What `uproar forget` may be asked for: everything of an author, a post or a watch."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, select

from uproar import tombstones
from uproar.columns import MOST_ID
from uproar.errors import UproarError
from uproar.models import Post
from uproar.settings import Settings
from uproar.tombstones import Kind

LEAST_NAME = 5  # characters: what is shorter stands in the raw form of too much that is not meant
BY_ID = "PLATFORM:ID, say hackernews:32180644"
SAME_HOST = {
    "twitter.com": "x.com",
    "x.com": "twitter.com",
    "mobile.twitter.com": "x.com",
    "old.reddit.com": "reddit.com",
}


class UnknownError(UproarError):
    """What is to be forgotten is not stored, and cannot be told from what else there is."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be forgotten.

    Attributes:
        kind: author, post or watch.
        meant: conditions for its posts.
        keys: its tombstones; those of the single posts come on top, unless it is a watch: others may have these.
        names: by what it stands in the raw form of items that could not be used.
        watch: the watch that goes as a whole.
    """

    kind: Kind
    meant: tuple[ColumnElement[bool], ...]
    keys: frozenset[str]
    names: frozenset[str] = frozenset()
    watch: str | None = None


def author(platform: str, name: str, settings: Settings) -> Asked:
    """Everything of an account, by the id that its platform gives it."""
    key = tombstones.of_author(settings, platform, name)
    return Asked("author", (col(Post.author_hash) == key,), frozenset({key}), _telling({name}))


def author_of(session: Session, what: str) -> Asked:
    """Everything of whoever wrote a stored post.

    Raises:
        UnknownError: there is no such post, or it is not known who wrote it.
    """
    found = _named(session, what)
    hashes = frozenset(one.author_hash for one in found if one.author_hash is not None)
    if not hashes:
        raise UnknownError(f"{what}: who wrote it is not stored. Name the account: PLATFORM and its id there.")
    return Asked("author", (col(Post.author_hash).in_(hashes),), hashes)


def post(session: Session, what: str, settings: Settings) -> Asked:
    """One post in all watches, by its number here, its link, or PLATFORM:ID, which need not be stored.

    Raises:
        UnknownError: no post has that number or link.
    """
    platform, colon, native_id = what.partition(":")
    if colon and platform and native_id and not native_id.startswith("//"):
        pairs = {(platform, native_id)}
    else:
        pairs = {(one.platform, one.native_id) for one in _named(session, what)}
    of_each = [(col(Post.platform) == name) & (col(Post.native_id) == id_) for name, id_ in sorted(pairs)]
    keys = frozenset(tombstones.of_post(settings, name, id_) for name, id_ in pairs)
    return Asked("post", (or_(*of_each),), keys, _telling(id_ for _, id_ in pairs))


def watch(name: str, settings: Settings) -> Asked:
    """All that is stored of a watch."""
    return Asked("watch", (col(Post.watch) == name,), frozenset({tombstones.of_watch(settings, name)}), watch=name)


def _named(session: Session, what: str) -> Sequence[Post]:
    """The posts of a number or a link."""
    if what.isascii() and what.isdecimal() and int(what) <= MOST_ID:
        found = session.exec(select(Post).where(Post.id == int(what))).all()
    elif what.startswith(("https://", "http://")):
        found = session.exec(select(Post).where(col(Post.url).in_(_spellings(what)))).all()
    else:
        raise UnknownError(f"{what!r} is no post: write its number here, its link (https://…), or {BY_ID}.")
    if not found:
        raise UnknownError(f"{what}: no such post is stored. To keep one out that is not: uproar forget post {BY_ID}.")
    return found


def _spellings(link: str) -> list[str]:
    """How else a link may be written: http, www, another name of the host, a slash at its end, with a query or not."""
    parts = urlsplit(link)
    host = (parts.hostname or "").removeprefix("www.")
    hosts = {host, SAME_HOST.get(host, host)}
    hosts |= {f"www.{one}" for one in hosts} | {parts.netloc}
    ends = {"", "/", f"?{parts.query}", f"/?{parts.query}"}
    path = parts.path.rstrip("/")
    return sorted({link} | {f"{way}://{one}{path}{end}" for way in ("https", "http") for one in hosts for end in ends})


def _telling(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name for name in names if len(name) >= LEAST_NAME)
