"""Every question we ask of requests that were pushed here and may come again.

Posts and dead letters need none of this: they are known by their ids, or by a hash of what they say, and stored once
however often they come. It is for the sender, who gets the answer that was lost on its way, and hears of a key that
stands for two different things.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col

from uproar.database import insert
from uproar.models import Push

KEPT = timedelta(hours=24)


class KeyReusedError(Exception):
    """The key was given to another request before."""


def claim_key(session: Session, *, key: str, digest: str, now: datetime) -> dict[str, Any] | None:
    """The answer that this request got before; None if it is new: then its key is taken until the transaction ends.

    A request that comes while its twin is being worked on waits for it.

    Raises:
        KeyReusedError: another request of the last 24 hours had this key.
    """
    session.execute(delete(Push).where(col(Push.answered_at) < now - KEPT))
    row = {"key": key, "digest": digest, "answer": {}, "answered_at": now}
    statement = insert(session, Push).on_conflict_do_nothing(index_elements=["key"]).returning(col(Push.key))
    if session.execute(statement, [row]).all():
        return None
    present = session.get_one(Push, key, populate_existing=True)
    if present.digest != digest:
        raise KeyReusedError
    return present.answer


def keep_answer(session: Session, *, key: str, answer: dict[str, Any]) -> None:
    """Note the answer to a request whose key was claimed in this transaction."""
    push = session.get_one(Push, key, populate_existing=True)
    push.answer = answer
    session.add(push)
