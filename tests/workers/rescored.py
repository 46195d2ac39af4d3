"""What the tests of `uproar rescore` share: workers without a broker, old reactions, and questions to the tables."""

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update
from sqlmodel import select

from uproar import database, recounting, rescoring
from uproar.models import Reaction
from uproar.queue import Announcer
from uproar.settings import Settings
from workers import batches, scorers
from workers import rescore as command
from workers.finding import episodes


def without_a_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    """No broker is asked; the workers of these tests look by themselves."""
    monkeypatch.setattr(batches, "announce", lambda _task: True)
    monkeypatch.setattr(batches._spikes, "announce", lambda: True)
    monkeypatch.setattr(episodes, "announce", lambda _task: True)
    monkeypatch.setattr(Announcer, "announce", lambda _self: True)
    monkeypatch.setattr(command, "set_up_logging", lambda: None)  # it would last beyond these tests
    scorers.scorer.cache_clear()
    scorers.watches.cache_clear()


def rescore(*arguments: str) -> Result:
    """Run the command."""
    answer = CliRunner().invoke(command.rescore, arguments)
    if answer.exception is not None and not isinstance(answer.exception, SystemExit):
        raise answer.exception
    return answer


def waiting() -> int:
    """How many posts are to get a new reaction."""
    with database.reading() as session:
        return rescoring.waiting(session, watches=["harbour"])


def age(store: Settings) -> None:
    """Let every reaction be one of an old version that saw nothing in any post; the counts follow."""
    with database.writing() as session:
        blind = {"stage": "none", "cancel": False, "concerns": [], "model_version": "0"}
        session.execute(update(Reaction).values(**blind))
        recounting.rebuild(session, watch="harbour")
    scorers.remembered.cache_clear()  # the process of that version has ended


def versions() -> set[str]:
    """What made the reactions that are there."""
    with database.reading() as session:
        return set(session.exec(select(Reaction.model_version)).all())
