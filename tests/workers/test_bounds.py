"""No post takes long, no batch outlives its claim, and no wrong clock blinds the detector."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from tests.uproar.test_posts import claim, save, some
from uproar import database, posts, sources
from uproar.models import Cursor
from uproar.settings import Settings
from uproar.watch import Watch
from workers import batches
from workers.finding.views import within_reach

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


class Ticking:
    """A clock that goes on by a step with every look."""

    def __init__(self, step: float) -> None:
        self.step = step
        self.now = 0.0

    def __call__(self) -> float:
        """The time."""
        self.now += self.step
        return self.now


def test_a_batch_that_takes_too_long_gives_back_what_it_has_not_tried(
    store: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(some(5), store)
    monkeypatch.setattr(batches, "time", SimpleNamespace(monotonic=Ticking(step=30.0)))
    monkeypatch.setattr(batches, "AT_ONCE", 1)
    assert batches.react_to_batch(store) == (5, 1)
    with database.reading() as session:
        assert posts.backlog(session)[0] == 4
    assert len(claim("next", now=datetime.now(UTC))) == 4


def test_what_is_given_back_counts_as_not_tried(store: Settings) -> None:
    save(some(2), store)
    claim("a")
    with database.writing() as session:
        posts.give_back(session, claim="a")
    with database.writing() as session:
        taken = posts.claim(session, claim="b", batch=10, now=NOW, until=NOW + timedelta(seconds=60))
    assert [attempt for _, attempt in taken] == [1, 1]


def test_a_source_whose_time_was_set_by_a_wrong_clock_is_due(store: Settings) -> None:
    far = NOW + timedelta(days=30)
    with database.writing() as session:
        session.add(Cursor(watch="harbour", source="blog", next_due_at=far, claim="x", claimed_until=far))
        session.add(Cursor(watch="harbour", source="news", next_due_at=NOW + timedelta(hours=2)))
    with database.reading() as session:
        assert sources.resting(session, now=NOW) == {("harbour", "news")}
    until = NOW + timedelta(seconds=60)
    with database.writing() as session:
        assert sources.claim_due(session, watch="harbour", source="blog", claim="y", now=NOW, until=until)
        assert not sources.claim_due(session, watch="harbour", source="news", claim="y", now=NOW, until=until)


def test_a_detector_that_a_wrong_clock_has_led_ahead_comes_back() -> None:
    minute = int(NOW.timestamp())
    watch = Watch.model_validate(
        {"name": "harbour", "title": "t", "starts": "2020-01-01T00:00:00Z", "services": [{"name": "Harbour"}]}
    )
    assert within_reach(watch, minute + 30 * 86_400, newest=0, now=NOW) == minute - 3_600
    assert within_reach(watch, minute - 60, newest=0, now=NOW) == minute - 60
    assert within_reach(watch, 0, newest=0, now=NOW) == minute - 28 * 86_400
