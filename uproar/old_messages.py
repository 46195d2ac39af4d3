"""Messages that nobody needs any longer."""

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from uproar.alerts import FIRING
from uproar.models import Delivery, Spike


def forget_before(session: Session, moment: datetime, *, limit: int = 1_000) -> int:
    """Forget messages that were made before a moment, have come to their end and are about spikes that are over.

    The oldest `limit` of them; how many there were.
    """
    query = select(Delivery.id).join(Spike, col(Spike.id) == Delivery.spike_id)
    query = query.where(Delivery.created_at < moment, col(Delivery.next_attempt_at).is_(None))
    query = query.where(col(Spike.state).not_in(FIRING)).order_by(col(Delivery.id)).limit(limit)
    ids = session.exec(query.with_for_update(of=Delivery, skip_locked=True)).all()
    session.execute(delete(Delivery).where(col(Delivery.id).in_(ids)))
    return len(ids)
