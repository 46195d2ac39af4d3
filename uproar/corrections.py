"""Every question we ask of corrections: what a person said against a reaction, which counts from then on."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from uproar.buckets import CANCEL_STAGES, Counted
from uproar.bulk import among
from uproar.counting import change_counts, counted
from uproar.models import Correction, Post, Reaction

CORRECTABLE = ("stage", "sentiment", "stance", "concerns", "voice")


class UnknownPostError(Exception):
    """There is no post of that number."""


class NoReactionError(Exception):
    """The post has no reaction yet that could be corrected."""


class NotCorrectedError(Exception):
    """No correction of the post is in force that could be withdrawn."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a person says a reaction should have been; None leaves the machine's answer as it is.

    `sampled`: the post was drawn by chance to be judged; nobody came to it because something struck them.
    """

    stage: str | None = None
    sentiment: str | None = None
    stance: str | None = None
    concerns: list[str] | None = None
    voice: bool | None = None
    sampled: bool = False


def is_newest() -> ColumnElement[bool]:
    """Corrections that no later one of the same post has taken the place of: they are in force."""
    later = aliased(Correction)
    newer = select(later.id).where(later.post_id == Correction.post_id, col(later.id) > col(Correction.id))
    return ~newer.exists()


def said_cancel() -> ColumnElement[bool]:
    """Whether the author's leaving is spoken of, as the correction of a reaction says it or leaves it."""
    stage = col(Correction.stage)
    said = and_(stage.is_not(None), stage.in_(CANCEL_STAGES))
    return or_(and_(stage.is_(None), col(Reaction.cancel).is_(True)), said)


def said_voice() -> ColumnElement[bool]:
    """Whether it is an original, in the same way."""
    return func.coalesce(Correction.voice, Reaction.voice).is_(True)


def latest(session: Session, ids: Collection[int]) -> dict[int, Correction]:
    """The newest correction of each of these posts that has one, a withdrawal too: it corrects nothing."""
    if not ids:
        return {}
    found = session.exec(select(Correction).where(among(session, col(Correction.post_id), ids), is_newest()))
    return {one.post_id: one for one in found}


def latest_of_watch(session: Session, *, watch: str) -> dict[int, Correction]:
    """The newest correction of every post of a watch that has one; corrections are few."""
    found = session.exec(select(Correction).where(Correction.watch == watch, is_newest()))
    return {one.post_id: one for one in found}


def overlaid(row: Mapping[str, Any], correction: Correction | None) -> dict[str, Any]:
    """A row of `reactions` with what a person said in place of what the machine made of it."""
    if correction is None:
        return dict(row)
    said = {name: value for name in CORRECTABLE if (value := getattr(correction, name)) is not None}
    if "stage" in said and "cancel" in row:
        said["cancel"] = said["stage"] in CANCEL_STAGES
    return {**row, **said}


def corrected(reaction: Reaction, correction: Correction | None) -> Reaction:
    """The reaction that counts: itself, or where a person has said otherwise, a copy that belongs to no session."""
    if correction is None or correction.withdrawn:
        return reaction
    return Reaction(**overlaid(reaction.model_dump(), correction))


def hold(session: Session, ids: Collection[int]) -> dict[int, Counted]:
    """What is counted of these posts now, corrections included; their reactions are ours until the transaction ends.

    Whoever changes a count comes through here first, so a correction, a new reaction and an erasure of the same
    post wait for one another. Posts without a reaction are left out.
    """
    if not ids:
        return {}
    columns = [Reaction.post_id, *(getattr(Reaction, name) for name in Counted.__slots__)]
    query = select(*columns).where(among(session, col(Reaction.post_id), ids)).order_by(col(Reaction.post_id))
    rows = {row["post_id"]: dict(row) for row in session.execute(query.with_for_update()).mappings()}
    said = latest(session, rows)  # only now: before the lock, somebody could have added one
    return {id_: counted(overlaid(row, said.get(id_))) for id_, row in rows.items()}


def correct(
    session: Session, post_id: int, given: Given, *, note: str | None, by: str | None, now: datetime
) -> Correction:
    """Put a correction in force: it takes the place of the one before as a whole, and the counts follow.

    A post that was drawn by chance stays so, whoever says something else of it later.

    Raises:
        UnknownPostError: there is no such post.
        NoReactionError: the post waits for its reaction, or could not be scored.
    """
    return _append(session, post_id, given, withdrawn=False, note=note, by=by, now=now)


def withdraw(session: Session, post_id: int, *, by: str | None = None, now: datetime) -> Correction:
    """Give the machine's answer back; the history keeps what was said.

    Raises:
        UnknownPostError: there is no such post.
        NotCorrectedError: it has no correction that is in force.
    """
    if not _hold_one(session, post_id):
        raise UnknownPostError if session.get(Post, post_id) is None else NotCorrectedError
    present = latest(session, [post_id]).get(post_id)
    if present is None or present.withdrawn:
        raise NotCorrectedError
    return _append(session, post_id, Given(), withdrawn=True, note=None, by=by, now=now)


def _hold_one(session: Session, post_id: int) -> dict[int, Counted]:
    """The same of one post, and the post itself, which is to be there as long as its corrections are."""
    session.exec(select(Post.id).where(Post.id == post_id).with_for_update(read=True, key_share=True)).all()
    return hold(session, [post_id])


def _append(
    session: Session, post_id: int, given: Given, *, withdrawn: bool, note: str | None, by: str | None, now: datetime
) -> Correction:
    before = _hold_one(session, post_id)
    if not before:
        raise UnknownPostError if session.get(Post, post_id) is None else NoReactionError
    said = None if withdrawn else latest(session, [post_id]).get(post_id)
    given = replace(given, sampled=given.sampled or (said is not None and bool(said.sampled)))
    of = before[post_id]
    row = Correction(
        post_id=post_id, watch=of.watch, created_at=of.created_at, **asdict(given),
        note=note, by=by, withdrawn=withdrawn, corrected_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    change_counts(session, before=before.values(), after=hold(session, [post_id]).values())
    return row


def history(session: Session, post_id: int) -> list[Correction]:
    """Everything that was said of a post, the newest first.

    Raises:
        UnknownPostError: there is no such post.
    """
    found = list(
        session.exec(select(Correction).where(Correction.post_id == post_id).order_by(col(Correction.id).desc()))
    )
    if not found and session.get(Post, post_id) is None:
        raise UnknownPostError
    return found


def export(session: Session, *, watch: str | None = None) -> Iterator[tuple[Post, Reaction, Correction]]:
    """Every correction in force with its post and the machine's answer, in the order in which they were given.

    A post whose text was let go is left out: nothing can be measured by it.
    """
    query = (
        select(Post, Reaction, Correction)
        .join(Reaction, col(Reaction.post_id) == col(Post.id))
        .join(Correction, col(Correction.post_id) == col(Post.id))
        .where(is_newest(), col(Correction.withdrawn).is_(False), col(Post.let_go_at).is_(None))
        .order_by(col(Correction.id))
    )
    if watch is not None:
        query = query.where(Correction.watch == watch)
    yield from session.exec(query.execution_options(yield_per=1_000))
