"""With which keys the authors in the database are hashed, and how one more key is added without a loss.

A hash is made by all keys in turn (`key_settings.keyed`), so stored ones are brought up to date by the keys that came
after; the ids of accounts, which are stored nowhere, are not needed. Whoever only has the keys of before can no longer
look in a copy of the database whether an account is there.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, update
from sqlmodel import Session, SQLModel, col, select

from uproar.database import insert
from uproar.errors import UproarError
from uproar.key_settings import KEY, KeySettings, keyed
from uproar.models import HashKey, Post, Tombstone

CHUNK = 5_000


class OtherKeyError(UproarError):
    """The authors in the database are hashed with other keys than those of this installation; says what to do."""


def fingerprints(keys: Sequence[bytes]) -> list[str]:
    """Tells the keys up to each one from others, and nothing else of them."""
    return [keyed(keys[:number], b"backup")[:16] for number in range(1, len(keys) + 1)]


def require(session: Session, settings: KeySettings) -> None:
    """Refuse to hash with other keys than the database's: no author would be known again, and no tombstone hold.

    The first who asks decides with which.

    Raises:
        OtherKeyError: the database has others.
    """
    there = noted(session, settings)
    if number_of(there, settings) < len(settings.keys):
        raise OtherKeyError("A key was added that stored hashes lack. Stop Uproar, and run `uproar key rotate`.")


def noted(session: Session, settings: KeySettings) -> str:
    """The fingerprint of the keys that the database's hashes are made with; of ours if nobody has hashed yet.

    Raises:
        OtherKeyError: an older version has hashed, and it cannot be told with what.
    """
    there = used(session)
    if there is None:
        ours = fingerprints(settings.keys)
        if _has_hashes(session):
            if settings.secret_key is None and len(ours) > 1:  # nobody has added them: that would have been noted
                raise OtherKeyError(
                    f"{settings.data_dir / KEY} has several lines. They were one key to the version of Uproar that "
                    "wrote this database, and are several now: set UPROAR_SECRET_KEY to all of them, as they stand."
                )
            ours = ours[:1]
        _note(session, ours, first=1)
        there = used(session)  # of two who are the first, one was
    return there or ""


def used(session: Session) -> str | None:
    """The fingerprint of the keys that the database's hashes are made with; None if nobody has hashed yet."""
    return session.exec(select(HashKey.fingerprint).order_by(col(HashKey.number).desc()).limit(1)).first()


def _has_hashes(session: Session) -> bool:
    """Whether hashes are stored of a version that did not note its keys: that knew of one."""
    hashed = session.exec(select(Post.id).where(col(Post.author_hash).is_not(None)).limit(1)).first()
    return hashed is not None or session.exec(select(Tombstone.key).limit(1)).first() is not None


def adopt(session: Session, settings: KeySettings) -> None:
    """Take what is stored for hashed with the keys that are here, whatever it was hashed with."""
    session.execute(delete(HashKey))
    _note(session, fingerprints(settings.keys), first=1)


def _note(session: Session, ours: Sequence[str], *, first: int) -> None:
    now = datetime.now(UTC)
    rows = [{"number": number, "fingerprint": one, "since": now} for number, one in enumerate(ours, start=first)]
    session.execute(insert(session, HashKey).on_conflict_do_nothing(index_elements=["number"]), rows)


def catch_up(session: Session, settings: KeySettings) -> Iterator[int]:
    """Bring all stored hashes up to the newest key; yields how many posts are done, after each part of them.

    Raises:
        OtherKeyError: they are made with keys that are not here.
    """
    later = settings.keys[number_of(noted(session, settings), settings) :]
    if not later:
        return
    yield from _rehash_posts(session, later)
    stones = session.exec(select(Tombstone.key)).all()
    _set(session, Tombstone, "key", "key", [(old, rehashed(old, later)) for old in stones])
    ours = fingerprints(settings.keys)
    _note(session, ours[-len(later) :], first=len(ours) - len(later) + 1)


def number_of(fingerprint: str, settings: KeySettings) -> int:
    """How many of the keys that are here have this fingerprint together.

    Raises:
        OtherKeyError: no first ones of them do.
    """
    ours = fingerprints(settings.keys)
    if fingerprint not in ours:
        raise OtherKeyError(
            "The authors in the database are hashed with other keys than those here: nobody would be known again. Set "
            "UPROAR_SECRET_KEY and UPROAR_ADDED_KEYS as on the machine that hashed them, or bring its "
            f"{settings.data_dir / KEY}, and restart. If they are lost: `uproar key adopt`."
        )
    return ours.index(fingerprint) + 1


def rehashed(stored: str, later: Sequence[bytes]) -> str:
    """What a hash becomes by keys that were added after it was made."""
    return keyed(later, bytes.fromhex(stored))


def to_rehash(session: Session) -> int:
    """How many posts `catch_up` will look at."""
    return session.exec(select(func.count(col(Post.author_hash)))).one()


def _rehash_posts(session: Session, later: Sequence[bytes]) -> Iterator[int]:
    last = 0
    while True:
        query = select(Post.id, Post.author_hash).where(col(Post.id) > last, col(Post.author_hash).is_not(None))
        rows = session.exec(query.order_by(col(Post.id)).limit(CHUNK)).all()
        if not rows:
            return
        _set(session, Post, "id", "author_hash", [(id_, rehashed(stored or "", later)) for id_, stored in rows])
        last = rows[-1][0] or last
        yield len(rows)


def _set(session: Session, table: type[SQLModel], key: str, column: str, values: Sequence[tuple[Any, str]]) -> None:
    if values:
        rows: Any = table.__table__  # type: ignore[attr-defined] # SQLModel adds it to classes with table=True
        statement = update(rows).where(rows.c[key] == bindparam("its_key")).values({column: bindparam("its_hash")})
        session.connection().execute(statement, [{"its_key": one, "its_hash": new} for one, new in values])
