"""The store of spikes, on SQLite and PostgreSQL."""

from datetime import timedelta

from tests.spikes import a_spike
from uproar import alerts, database
from uproar.settings import Settings


def spike(state: str = "firing") -> int:
    with database.writing() as session:
        one = a_spike(state=state)
        session.add(one)
        session.flush()
        return one.id or 0


def test_the_open_spike_is_the_newest_that_has_not_been_resolved(store: Settings) -> None:
    with database.writing() as session:
        assert alerts.open_spike(session, watch="harbour", signal="cancel") is None
    spike("firing")
    newest = spike("escalated")
    spike("resolved")
    with database.writing() as session:
        found = alerts.open_spike(session, watch="harbour", signal="cancel")
        assert found is not None
        assert found.id == newest
        assert alerts.open_spike(session, watch="harbour", signal="posts") is None


def test_the_signals_of_spikes_that_go_on_are_told_by_watch(store: Settings) -> None:
    spike("resolved")
    with database.reading() as session:
        assert alerts.open_spikes(session, ["harbour", "other"]) == {"harbour": set(), "other": set()}
    spike("escalated")
    with database.reading() as session:
        assert alerts.open_spikes(session, ["harbour", "other"]) == {"harbour": {"cancel"}, "other": set()}


def test_a_spike_that_went_on_at_a_moment_or_began_later_is_known(store: Settings) -> None:
    with database.writing() as session:
        one = a_spike()
        session.add(one)
        at = one.changed_at
        session.flush()
        known = [
            alerts.ended_after(session, watch="harbour", signal="cancel", moment=at + timedelta(minutes=minutes))
            for minutes in (-1, 0, 1)
        ]
        assert known == [True, True, False]
        assert not alerts.ended_after(session, watch="harbour", signal="posts", moment=at)
