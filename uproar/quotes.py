"""Posts that are quoted in the details of spikes and in messages about them, and how they leave both again."""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, select

from uproar.models import Delivery, Quote, Spike


def forget(session: Session, post_ids: Collection[int]) -> None:
    """Take posts out of the details of spikes and of every message that quotes them, sent or not.

    What is being sent at this moment still has them; what has arrived elsewhere is out of reach.
    """
    quoting = set(session.exec(select(Quote.spike_id).where(col(Quote.post_id).in_(post_ids))))
    if not quoting:
        return
    gone = set(post_ids)
    spikes = select(Spike).where(col(Spike.id).in_(quoting)).order_by(col(Spike.id))
    for spike in session.exec(spikes.with_for_update(key_share=True)):  # new messages about it need not wait for this
        spike.details = _without(spike.details, gone)
        session.add(spike)
    messages = select(Delivery).where(col(Delivery.spike_id).in_(quoting)).order_by(col(Delivery.id))
    for message in session.exec(messages.with_for_update()):
        body = json.loads(message.body)
        body["uproar"] = _without(body.get("uproar"), gone)
        message.body = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        session.add(message)
    session.execute(delete(Quote).where(col(Quote.post_id).in_(post_ids)))


def _without(details: dict[str, Any] | None, gone: set[int]) -> dict[str, Any] | None:
    """The same without the posts of these ids; a new object, so that the session sees the change."""
    if not details or not isinstance(details.get("posts"), list):
        return details
    return {**details, "posts": [one for one in details["posts"] if one.get("id") not in gone]}
