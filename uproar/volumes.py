"""Every question we ask of volumes: how many posts a platform says there are, read or not."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from uproar.database import insert
from uproar.models import Volume
from uproar.span import Span

MOST = 2_000


@dataclass(frozen=True, slots=True)
class Counted:
    """Posts that were written from `started_at` up to but without `ended_at`."""

    started_at: datetime
    ended_at: datetime
    posts: int


def put(session: Session, counts: Sequence[Counted], *, watch: str, source: str) -> None:
    """Keep what a platform counts; a later count of the same stretch takes the place of the earlier one."""
    rows = [{"watch": watch, "source": source, **asdict(one)} for one in counts]
    if not rows:
        return
    statement = insert(session, Volume)
    new = {name: statement.excluded[name] for name in ("ended_at", "posts")}
    session.execute(statement.on_conflict_do_update(index_elements=["watch", "source", "started_at"], set_=new), rows)


def within(session: Session, *, watch: str, span: Span) -> list[Volume]:
    """The counts that touch a span, the earliest first."""
    query = select(Volume).where(Volume.watch == watch, Volume.started_at < span.last, Volume.ended_at > span.first)
    return list(session.exec(query.order_by(col(Volume.started_at), Volume.source).limit(MOST)))
