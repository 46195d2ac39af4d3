"""How many people the cancel voices of a range are, told apart by the keyed hashes of their accounts."""

from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, literal_column
from sqlalchemy import select as choose
from sqlmodel import Session, col, select

from uproar.corrections import is_newest, said_cancel, said_voice
from uproar.models import Correction, Post, Reaction, SettledBucket
from uproar.sums import Range

MOST_VOICES = 5_000  # more than these are not told apart while somebody waits for a page

Counted = type[Reaction] | type[Correction] | type[SettledBucket]


def cancel_people(session: Session, asked: Range, *, voices: int) -> int | None:
    """Distinct authors of the cancel voices, corrections included.

    Posts without an author (erased, or never told) count nothing; who writes under two accounts counts twice. Who
    leaves the services of two watches counts once: the keyed hash of an account is the same in both.

    Args:
        session: of either database.
        asked: the range, and of which sources and languages.
        voices: how many cancel voices it has; None is answered where they are too many to be asked one by one,
            and where some are of posts that are not kept any more.
    """
    if voices > MOST_VOICES:
        return None
    span = asked.span
    given: dict[str, Any] = {"watches": asked.watches, "sources": asked.sources, "langs": asked.langs}
    given |= {"start": span.start, "end": span.end, "first": span.first, "last": span.last}
    settled, number = session.execute(_asks(sources=bool(asked.sources), langs=bool(asked.langs)), given).one()
    return None if settled else int(number)


@lru_cache(maxsize=4)
def _asks(*, sources: bool, langs: bool) -> Select[tuple[bool, int]]:
    """Whether the range has cancel voices of which nothing but their count is kept, and the authors of all others."""
    within = [_any_of(Reaction, "source")] if sources else []
    within += [_any_of(Reaction, "lang")] if langs else []
    author = select(Post.author_hash).join(Reaction, col(Reaction.post_id) == col(Post.id))
    author = author.where(col(Post.author_hash).is_not(None), *within)
    leaving = [literal_column("reactions.stage <> 'none'"), col(Reaction.cancel), col(Reaction.voice)]  # as the index
    touched = select(Correction.id).where(Correction.post_id == Reaction.post_id).exists()
    of_machine = author.where(*_in_range(Reaction), *leaving, ~touched)
    # corrections are few: they are asked for by themselves
    of_persons = author.join(Correction, col(Correction.post_id) == col(Reaction.post_id))
    of_persons = of_persons.where(*_in_range(Correction), is_newest(), said_cancel(), said_voice())
    minute = col(SettledBucket.minute)
    gone = select(SettledBucket.minute).where(_any_of(SettledBucket, "watch"), SettledBucket.cancel > 0)
    gone = gone.where(minute >= bindparam("start"), minute < bindparam("end"))
    gone = gone.where(_any_of(SettledBucket, "source")) if sources else gone
    gone = gone.where(_any_of(SettledBucket, "lang")) if langs else gone
    everybody = of_machine.union(of_persons).subquery()
    return choose(gone.exists(), select(func.count()).select_from(everybody).scalar_subquery())


def _any_of(table: Counted, name: str) -> ColumnElement[bool]:
    plural = f"{name}es" if name == "watch" else f"{name}s"
    column: ColumnElement[str] = getattr(table, name)
    return column.in_(bindparam(plural, expanding=True))


def _in_range(table: type[Reaction] | type[Correction]) -> list[ColumnElement[bool]]:
    moment = col(table.created_at)
    return [_any_of(table, "watch"), moment >= bindparam("first"), moment < bindparam("last")]
