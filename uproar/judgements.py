"""What people said of reactions, as a measure of the rules: every question about it."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from uproar.buckets import CANCEL_STAGES
from uproar.corrections import is_newest
from uproar.models import Correction, Post, Reaction


@dataclass(frozen=True, slots=True)
class Judged:
    """One post whose stage a person has judged: what the machine says now, how sure, and what the person says.

    `sampled`: it was drawn by chance; False: somebody chose it; None: not known.
    """

    machine: str
    person: str
    score: float
    sampled: bool | None

    @property
    def said_cancel(self) -> bool:
        """Whether the machine takes it for cancel intent."""
        return self.machine in CANCEL_STAGES

    @property
    def is_cancel(self) -> bool:
        """Whether the person does."""
        return self.person in CANCEL_STAGES


def judged(session: Session, *, watch: str) -> list[Judged]:
    """The posts of a watch with a correction in force that names the stage, be it the machine's own."""
    query = select(Reaction.stage, Correction.stage, Reaction.score, Correction.sampled)
    query = query.join(Correction, col(Correction.post_id) == col(Reaction.post_id))
    query = query.where(Correction.watch == watch, is_newest(), col(Correction.stage).is_not(None))
    return [Judged(machine, person or "", score, sampled) for machine, person, score, sampled in session.exec(query)]


def newest(session: Session, *, watch: str, limit: int) -> list[tuple[Post, Reaction, Correction]]:
    """The corrections in force that were given last, with their posts."""
    query = select(Post, Reaction, Correction).join(Reaction, col(Reaction.post_id) == col(Post.id))
    query = query.join(Correction, col(Correction.post_id) == col(Post.id))
    query = query.where(Correction.watch == watch, is_newest(), col(Correction.withdrawn).is_(False))
    return list(session.exec(query.order_by(col(Correction.id).desc()).limit(limit)))


def running_version(session: Session, *, watch: str) -> str | None:
    """The version of the rules that reacted to the newest post of a watch; None before the first one."""
    query = select(Reaction.model_version).where(Reaction.watch == watch)
    return session.exec(query.order_by(col(Reaction.created_at).desc()).limit(1)).first()
