"""Takes out for good what `uproar forget` is asked for; every question that it asks.

Other than a post that its platform deletes, which keeps its key, nothing is left of these but a tombstone.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, func, update
from sqlmodel import Session, col, select

from uproar import erasing, forgettable, tombstones
from uproar.forgettable import Asked
from uproar.models import Charge, Correction, DeadLetter, Forgetting, Post, Quote, Reaction, Version
from uproar.settings import Settings
from uproar.tombstones import Kind

AT_ONCE = 300  # posts in one transaction


def next_posts(session: Session, asked: Asked) -> list[Post]:
    """Some of the posts that are meant, with the reposts of them, which are the same text; none: all are gone."""
    found = list(session.exec(select(Post).where(*asked.meant).order_by(col(Post.id)).limit(AT_ONCE)))
    if asked.watch is not None:
        return found
    ids = [one.id for one in found]
    return found + [one for one in session.exec(_reposts(ids)) if one.id not in ids]


def _reposts(ids: Any) -> Any:
    query = select(Post).join(Reaction, col(Reaction.post_id) == col(Post.id))
    return query.where(col(Reaction.echo_of).in_(ids), col(Post.repost)).order_by(col(Post.id))


def unquote(session: Session, posts: Sequence[Post]) -> int:
    """Take what these posts say out of the answers to them; how many those were."""
    ids = [one.id for one in posts]
    texts = {one.text for one in posts if one.text}
    texts |= set(session.exec(select(Version.text).where(col(Version.post_id).in_(ids))))
    found = select(Post.id).where(col(Post.parent_text).in_(texts)).order_by(col(Post.id)).with_for_update()
    answers = list(session.exec(found)) if texts else []
    if answers:
        session.execute(update(Post).where(col(Post.id).in_(answers)).values(parent_text=None))
    return len(answers)


def take_out(
    session: Session, asked: Asked, posts: Sequence[Post], settings: Settings, *, now: datetime
) -> Counter[str]:
    """Delete posts that are meant, and what belongs to them; the counts follow. How many rows, by table."""
    ids = [one.id for one in posts if one.id is not None]
    rows = counted(session, ids)
    if asked.watch is None:  # what a watch had, another may have
        keys = {tombstones.of_post(settings, one.platform, one.native_id) for one in posts}
        tombstones.put(session, [(key, "post") for key in keys], now=now)
        named = col(Charge.native_id).in_({one.native_id for one in posts})
        gone: Any = session.execute(delete(Charge).where(named))
        rows["charges"] = gone.rowcount
    erasing.take_out(session, ids, now=now)
    session.execute(delete(Post).where(col(Post.id).in_(ids)))
    session.expunge_all()
    return rows


def counted(session: Session, ids: Any) -> Counter[str]:
    """How many rows belong to these posts, by table; `ids` is a list, or a query."""
    found = Counter[str]()
    for table in (Post, Reaction, Correction, Version, DeadLetter, Quote):
        its = col(getattr(table, "id" if table is Post else "post_id"))
        found[str(table.__tablename__)] = session.exec(select(func.count(its)).where(its.in_(ids))).one()
    return found


def preview(session: Session, asked: Asked) -> Counter[str]:
    """How many rows would go, by table."""
    meant: Any = select(Post.id).where(*asked.meant)
    if asked.watch is None:
        meant = meant.union(_reposts(meant).with_only_columns(col(Post.id)).order_by(None))
    found = counted(session, meant) + Counter(dead_letters=sum(1 for _ in _letters(session, asked)))
    if asked.watch is not None:
        for table in _of_watches():
            query = select(func.count()).select_from(table).where(table.c.watch == asked.watch)
            found[table.name] = int(session.exec(query).one())
    return found


def bury_letters(session: Session, asked: Asked) -> int:
    """Delete the dead letters whose raw form names what is forgotten, as a whole word; how many there were."""
    ids = list(_letters(session, asked))
    session.execute(delete(DeadLetter).where(col(DeadLetter.id).in_(ids)))
    return len(ids)


def _letters(session: Session, asked: Asked) -> Iterable[int]:
    for name in asked.names:
        whole = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
        like = col(DeadLetter.raw).contains(name, autoescape=True)
        for id_, raw in session.exec(select(DeadLetter.id, DeadLetter.raw).where(like)):
            if id_ is not None and whole.search(raw):
                yield id_


def take_out_watch(session: Session, name: str) -> Counter[str]:
    """Delete every row of a watch that is left when its posts are gone; how many, by table."""
    rows = Counter[str]()
    for table in _of_watches():
        gone: Any = session.execute(table.delete().where(table.c.watch == name))
        rows[table.name] += gone.rowcount
    return rows


def _of_watches() -> list[Table]:
    """The tables that name a watch, what belongs to others first."""
    return [table for table in reversed(Post.metadata.sorted_tables) if "watch" in table.c]


def forget_again(session: Session, settings: Settings, *, now: datetime) -> int:
    """Take out what has a tombstone and is there all the same, out of a backup; how many posts that was."""
    keys = defaultdict[str, set[str]](set)
    for one in tombstones.everyone(session):
        keys[one.kind].add(one.key)
    number = 0
    for name in sorted(_watches(session)):
        if tombstones.of_watch(settings, name) in keys["watch"]:
            number += _all_of(session, forgettable.watch(name, settings), settings, now=now)
            take_out_watch(session, name)
    for some in _parts(sorted(keys["author"])):
        by_them = Asked("author", (col(Post.author_hash).in_(some),), frozenset(some))
        number += _all_of(session, by_them, settings, now=now)
    for ids in _parts(_buried(session, keys["post"], settings)):
        number += _all_of(session, Asked("post", (col(Post.id).in_(ids),), frozenset()), settings, now=now)
    return number


def _watches(session: Session) -> set[str]:
    """The names of all watches of which there is a row."""
    return {name for table in _of_watches() for name in session.exec(select(table.c.watch).distinct()) if name}


def _buried(session: Session, keys: Collection[str], settings: Settings) -> list[int]:
    """The posts that have a tombstone of their own."""
    if not keys:
        return []
    rows = session.exec(select(Post.id, Post.platform, Post.native_id).execution_options(yield_per=AT_ONCE))
    return [id_ for id_, *name in rows if id_ is not None and tombstones.of_post(settings, *name) in keys]


def _parts(items: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE))


def _all_of(session: Session, asked: Asked, settings: Settings, *, now: datetime) -> int:
    number = 0
    while found := next_posts(session, asked):
        if asked.watch is None:
            unquote(session, found)
        take_out(session, asked, found, settings, now=now)
        number += len(found)
    return number


def log(session: Session, *, by: str, kind: Kind, step: str, rows: Counter[str], now: datetime) -> None:
    """Add a row to the log."""
    session.add(Forgetting(at=now, by=by, kind=kind, step=step, rows=dict(+rows)))


def logged(session: Session, *, limit: int) -> Sequence[Forgetting]:
    """The log, the newest first."""
    return session.exec(select(Forgetting).order_by(col(Forgetting.id).desc()).limit(limit)).all()


def has_platform(session: Session, platform: str) -> bool:
    """Whether any post of a platform is stored."""
    return session.exec(select(Post.id).where(Post.platform == platform).limit(1)).first() is not None
