"""Until when a watch only learns."""

from datetime import UTC, datetime, timedelta

from uproar.buckets import minute_of
from uproar.learning import learning

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def test_a_watch_learns_for_an_hour_from_its_first_post_on() -> None:
    extent = (minute_of(NOW), minute_of(NOW))
    young = learning(extent, now=NOW + timedelta(minutes=59))
    assert str(young) == "learning since 2026-03-04 12:00, alarms by experience begin at 2026-03-04 13:00"
    assert learning(extent, now=NOW + timedelta(minutes=60)) is None


def test_a_watch_without_a_post_has_not_begun_to_learn() -> None:
    empty = learning(None, now=NOW)
    assert empty is not None
    assert (empty.since, empty.begins_at) == (None, None)
    assert str(empty).startswith("nothing is counted yet")
