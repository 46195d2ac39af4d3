"""The store of spikes, on SQLite and PostgreSQL."""

from datetime import timedelta

from tests.spikes import a_spike
from uproar import alerts, database
from uproar.alerts import Open
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
        assert alerts.open_spikes(session, ["harbour", "other"]) == {"harbour": {}, "other": {}}
    one = a_spike(state="escalated")
    spike("escalated")
    with database.reading() as session:
        assert alerts.open_spikes(session, ["harbour", "other"]) == {
            "harbour": {"cancel": Open(one.held, one.count, one.expected, one.window_s)},
            "other": {},
        }


def test_a_moment_within_a_spike_that_is_over_is_known(store: Settings) -> None:
    hour = timedelta(hours=1)
    with database.writing() as session:
        one = a_spike(state="resolved")
        start = one.started_at
        session.add(one)

        def known(end: timedelta | None, *hours: int) -> list[bool]:
            one.resolved_at = None if end is None else start + end
            session.flush()
            return [
                alerts.is_known(session, watch="harbour", signal="cancel", moment=start + at * hour) for at in hours
            ]

        assert known(2 * hour, -2, 0, 1, 2, 3) == [False, True, True, True, False]
        assert known(None, 0) == [False], "that one goes on"
        for wrong in (timedelta(days=400), timedelta(days=-400)):
            assert known(wrong, -2, 0, 20, 30) == [False, True, True, False]
        assert not alerts.is_known(session, watch="harbour", signal="posts", moment=start)
