"""The one place that changes counts: brings reactions into buckets and their roll-ups, and takes them out again."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import bindparam, delete
from sqlmodel import Session, SQLModel, col, select

from uproar.buckets import BucketKey, ConcernKey, Counted, changes, rolled_up
from uproar.bulk import inserting
from uproar.models import Bucket, ConcernBucket, ConcernRollup, Rollup, SettledBucket, SettledConcernBucket

Key = TypeVar("Key")
Shown = type[Bucket] | type[ConcernBucket] | type[Rollup] | type[ConcernRollup]
Table = Shown | type[SettledBucket] | type[SettledConcernBucket]

KEYS: Mapping[Table, Sequence[str]] = {
    Bucket: ("watch", "minute", "source", "lang"),
    ConcernBucket: ("watch", "minute", "source", "lang", "concern"),
    Rollup: ("watch", "step", "minute", "source", "lang"),
    ConcernRollup: ("watch", "step", "minute", "source", "lang", "concern"),
    SettledBucket: ("watch", "minute", "source", "lang"),
    SettledConcernBucket: ("watch", "minute", "source", "lang", "concern"),
}
SHOWN: Sequence[Shown] = (Bucket, ConcernBucket, Rollup, ConcernRollup)

NAMES_OF_KEYS = {name for names in KEYS.values() for name in names}


def counted(row: Mapping[str, Any]) -> Counted:
    """What is counted of one row of `reactions`, or of one line of an evidence pack."""
    return Counted(
        watch=row["watch"],
        source=row["source"],
        created_at=row["created_at"],
        lang=row["lang"],
        sentiment=row["sentiment"],
        stage=row["stage"],
        stance=row["stance"],
        concerns=tuple(row["concerns"]),
        voice=row["voice"],
    )


def add_counts(session: Session, reactions: Iterable[Counted]) -> None:
    """Add reactions to their buckets."""
    change_counts(session, before=(), after=reactions)


def change_counts(session: Session, *, before: Iterable[Counted], after: Iterable[Counted]) -> None:
    """Take reactions out of their buckets and put others in; a bucket that nothing is left of goes.

    Whoever takes out what is counted must hold the rows of `reactions`, so that nobody takes it out twice.
    """
    _change(session, *changes(before, after))


def _change(session: Session, buckets: Mapping[Any, Any], concerns: Mapping[Any, Any]) -> None:
    _add(session, Bucket, buckets)
    _add(session, ConcernBucket, concerns)
    # rows that all writers share come last: they wait for one another for no longer than it takes to commit
    _add(session, Rollup, rolled_up(buckets))
    _add(session, ConcernRollup, rolled_up(concerns))


def settle(session: Session, reactions: Iterable[Counted]) -> None:
    """Note that these are counted and will be gone: a recount takes them from here."""
    buckets, concerns = changes((), reactions)
    _add(session, SettledBucket, buckets)
    _add(session, SettledConcernBucket, concerns)


def settled(
    session: Session, *, watch: str
) -> tuple[dict[BucketKey, dict[str, int]], dict[ConcernKey, dict[str, int]]]:
    """What was settled of a watch, in the shape of a recount."""
    return _stored(session, SettledBucket, watch), _stored(session, SettledConcernBucket, watch)


def summed(one: Mapping[Key, Mapping[str, int]], other: Mapping[Key, Mapping[str, int]]) -> dict[Key, dict[str, int]]:
    """Two tallies as one."""
    return {key: dict(Counter(one.get(key)) + Counter(other.get(key))) for key in one.keys() | other.keys()}


def add_settled(session: Session, *, watch: str) -> None:
    """Put what was settled into the buckets of a watch that are counted anew."""
    _change(session, *settled(session, watch=watch))


def clear(session: Session, *, watch: str) -> None:
    """Throw away all that was counted of a watch, but for what cannot be counted anew."""
    for table in SHOWN:
        session.execute(delete(table).where(col(table.watch) == watch))


def _add(session: Session, table: Table, tallied: Mapping[Any, Mapping[str, int]]) -> None:
    if not tallied:
        return
    keys = KEYS[table]
    none = {name: 0 for name in table.model_fields if name not in keys}
    whole = [{**none, **dict(zip(keys, key, strict=True)), **row} for key, row in tallied.items()]
    statement, given = inserting(session, table, whole)
    counts = [column for column in statement.table.c if column.name not in keys]
    add = {column.name: column + statement.excluded[column.name] for column in counts}
    session.execute(statement.on_conflict_do_update(index_elements=keys, set_=add), given)
    left = [{f"its_{name}": row[name] for name in keys} for row in whole if row["posts"] < 0]
    if left:  # the rows are ours since the statement above: nobody counts into them in between
        same = [statement.table.c[name] == bindparam(f"its_{name}") for name in keys]
        session.connection().execute(statement.table.delete().where(*same, statement.table.c.posts == 0), left)


def counts_of(row: SQLModel) -> dict[str, int]:
    """What a row of these tables counts, without its key."""
    return row.model_dump(exclude=NAMES_OF_KEYS)


def stored(session: Session, *, watch: str) -> tuple[dict[BucketKey, dict[str, int]], dict[ConcernKey, dict[str, int]]]:
    """The buckets of a watch as they are, in the shape of a recount: without the columns that are zero."""
    return _stored(session, Bucket, watch), _stored(session, ConcernBucket, watch)


def stored_rollups(session: Session, *, watch: str) -> tuple[dict[Any, dict[str, int]], dict[Any, dict[str, int]]]:
    """The same of their roll-ups, in the shape of `rolled_up`."""
    return _stored(session, Rollup, watch), _stored(session, ConcernRollup, watch)


def _stored(session: Session, table: Table, watch: str) -> dict[Any, Any]:
    found = {}
    for row in session.exec(select(table).where(col(table.watch) == watch)):
        key = tuple(getattr(row, name) for name in KEYS[table])
        found[key] = {name: number for name, number in counts_of(row).items() if number}
    return found
