"""How the whole service is at one moment: what `uproar status` shows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import redis
from sqlmodel import Session

from uproar import budget, condition, database, jobs, roles
from uproar.condition import Figures
from uproar.jobs import RESCORE, Job
from uproar.lags import lags
from uproar.readiness import reasons
from uproar.roles import ROLES, Seen
from uproar.settings import Settings
from uproar.source_states import SourceState, source_states
from uproar.watch import Watch, active


@dataclass(frozen=True, slots=True)
class Status:
    """What was found. `trouble` is empty if all goes well; `posts` and `reactions` are totals at that moment."""

    at: datetime
    trouble: tuple[str, ...]
    roles: tuple[Seen, ...]
    lags: dict[str, float]
    figures: Figures
    sources: tuple[SourceState, ...]
    budget: budget.State | None
    jobs: tuple[Job, ...]

    @property
    def reactions(self) -> int:
        """Posts that have a reaction."""
        return sum(self.figures.reactions.values())

    @property
    def posts(self) -> int:
        """Posts that are stored."""
        return self.reactions + sum(self.figures.backlog.values())


def look(settings: Settings, *, watches: Sequence[Watch], now: datetime) -> Status:
    """Look at the tables and at what roles and jobs tell.

    Raises:
        SQLAlchemyError: the database does not answer, or has no tables of this version.
    """
    try:
        present, told, lost = tuple(roles.seen(settings)), jobs.running(settings), []
    except (redis.RedisError, OSError) as error:
        present, told, lost = (
            (),
            [],
            [f"The broker does not answer (does `uproar up` run?), so nobody hears who works: {error}"],
        )
    with database.reading() as session:
        figures = condition.figures(session)
        states = source_states(session, watches=active(list(watches)), now=now)
        left = filter(None, (_with_what_is_left(job, figures) for job in told))
        return Status(
            at=now,
            trouble=(
                *lost,
                *([] if lost else _missing(present)),
                *reasons(session, watches=list(watches), versions=database.versions(), now=now),
            ),
            roles=present,
            lags=lags(session, watches=watches, now=now),
            figures=figures,
            sources=tuple(states),
            budget=_budget(session, settings, now=now),
            jobs=(*left, *_catching_up(states, watches, now=now)),
        )


def _missing(present: Sequence[Seen]) -> list[str]:
    """The roles of which there is nobody, each with what to do."""
    there = {one.role for one in present if one.alive}
    command = {"collector": "collect", "worker": "work", "dashboard": "serve"}
    return [
        f"No {role} is at work: does `uproar {command.get(role, role)}` (or `uproar up`) run?"
        for role in ROLES
        if role not in there
    ]


def _with_what_is_left(job: Job, figures: Figures) -> Job | None:
    """A job of the workers' is told once, when it begins: what is done of it, the backlog says."""
    if job.name != RESCORE:
        return job
    left = sum(figures.rescoring.values())
    return Job(job.name, max(0, job.total - left), job.total, job.unit) if left else None


def _catching_up(states: Sequence[SourceState], watches: Sequence[Watch], *, now: datetime) -> Iterator[Job]:
    """Sources that still read what was written before now: how far they are between the watch's start and now."""
    starts = {watch.name: watch.starts for watch in watches}
    for one in states:
        if one.enabled and one.covered_until is not None and not one.caught_up and starts[one.watch] < now:
            done, total = one.covered_until - starts[one.watch], now - starts[one.watch]
            yield Job(f"{one.watch}/{one.source}", int(done.total_seconds()), int(total.total_seconds()), "seconds")


def _budget(session: Session, settings: Settings, *, now: datetime) -> budget.State | None:
    """How the budget of X stands, if there is a token or something was bought."""
    state = budget.state(session, budget.X, now=now, limits=budget.x_limits(settings))
    return state if settings.x_bearer_token is not None or state.month.used else None
