"""Tombstones: by them what was forgotten is known when it comes again, and is left out. Keyed hashes, no names."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import text
from sqlmodel import Session, col, select

from uproar import hashing
from uproar.database import insert, is_sqlite
from uproar.incoming import Incoming
from uproar.key_settings import keyed
from uproar.models import Tombstone
from uproar.settings import Settings

Kind = Literal["author", "post", "watch"]
CHUNK = 1_000  # keys in one statement
_LOCK = 1_953_460_590  # any number, the same for all


def of_author(settings: Settings, platform: str, author: str) -> str:
    """The key of an author: the hash under which their posts are stored."""
    return settings.hash_author(platform, author)


def of_post(settings: Settings, platform: str, native_id: str) -> str:
    """The key of a post, in all watches."""
    return _keyed(settings, "post", platform, native_id)


def of_watch(settings: Settings, watch: str) -> str:
    """The key of a watch."""
    return _keyed(settings, "watch", watch)


def _keyed(settings: Settings, *parts: str) -> str:
    message = "\0".join(("tombstone", *parts)).encode(errors="backslashreplace")
    return keyed(settings.keys, message)


def put(session: Session, keys: Iterable[tuple[str, str]], *, now: datetime) -> None:
    """Set tombstones, each a key with its kind; one that stands already stays as old as it is."""
    rows = [{"key": key, "kind": kind, "set_at": now} for key, kind in sorted(set(keys))]
    if rows:
        session.execute(insert(session, Tombstone).on_conflict_do_nothing(index_elements=["key"]), rows)


def settle(session: Session) -> None:
    """Wait for everybody who may have asked before the newest tombstones were there, and may still be storing.

    SQLite has one writer at a time anyway.
    """
    if not is_sqlite(session):
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def require_keys(session: Session, settings: Settings) -> None:
    """Refuse to hash with other keys than the database's; until this transaction ends they stay what they are.

    Raises:
        OtherKeyError: the database has others.
    """
    if not is_sqlite(session):  # see `settle`
        session.execute(text("SELECT pg_advisory_xact_lock_shared(:lock)"), {"lock": _LOCK})
    hashing.require(session, settings)


def without_forgotten(
    session: Session, posts: Sequence[Incoming], *, watch: str, settings: Settings
) -> Sequence[Incoming]:
    """The posts that nobody has asked to forget, neither them nor their authors nor the watch.

    Raises:
        OtherKeyError: they could not be known again.
    """
    require_keys(session, settings)
    if session.exec(select(Tombstone.key).limit(1)).first() is None:
        return posts
    keys = [_keys(settings, post) for post in posts]
    gone = standing(session, {of_watch(settings, watch)}.union(*keys))
    if of_watch(settings, watch) in gone:
        return []
    return [post for post, its in zip(posts, keys, strict=True) if gone.isdisjoint(its)]


def _keys(settings: Settings, post: Incoming) -> set[str]:
    own = {of_post(settings, post.platform, post.native_id)}
    return own | {of_author(settings, post.platform, post.author)} if post.author else own


def standing(session: Session, keys: Collection[str]) -> set[str]:
    """Which of these tombstones there are."""
    found: set[str] = set()
    ordered = sorted(keys)
    for start in range(0, len(ordered), CHUNK):
        some = ordered[start : start + CHUNK]
        found |= set(session.exec(select(Tombstone.key).where(col(Tombstone.key).in_(some))))
    return found


def everyone(session: Session) -> list[Tombstone]:
    """All of them."""
    return list(session.exec(select(Tombstone).order_by(Tombstone.key)))
