"""Who is told of a change of a spike, and when; on SQLite and PostgreSQL."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.spikes import NOW
from tests.workers.case import Case
from uproar import database, endpoints, silences
from uproar.settings import Settings

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
OPS = '[[alerts.endpoints]]\nname = "ops"\nurl = "https://ops.example/"\n'
PAGER = '[[alerts.endpoints]]\nname = "pager"\nurl = "https://pager.example/"\n'
MAIL = '[[alerts.endpoints]]\nname = "mail"\napprise_env = "MAIL_URL"\nfallback = true\n'
TIMES = '[{start_time = "00:00", end_time = "06:00"}]'
NIGHTS = f'[[alerts.mute]]\nname = "nights"\ntimes = {TIMES}\nlocation = "Europe/Paris"\n'


Make = Callable[[str], Case]


@pytest.fixture
def make(home: Path, store: Settings) -> Make:
    return lambda text: Case(home, store, text)


def test_every_change_is_told_to_every_endpoint_once(make: Make) -> None:
    case = make(OPS + PAGER)
    for _ in range(2):
        case.change("firing")
    case.change("escalated", NOW + HOUR)
    case.change("escalated", NOW + 2 * HOUR)
    for _ in range(2):
        case.change("resolved", NOW + 3 * HOUR)
    events = ["firing", "escalated", "escalated", "resolved"]
    assert case.told() == [(name, event) for event in events for name in ("ops", "pager")]
    assert len({one.message_id for one in case.messages()}) == 8
    assert case.spike().notified


def test_nobody_is_told_of_the_end_who_was_not_told_of_the_beginning(make: Make) -> None:
    case = make(OPS)
    case.change("resolved", NOW + HOUR)
    assert case.told() == []
    assert not case.spike().notified


def test_an_endpoint_whose_messages_were_all_given_up_is_not_told_of_the_end(make: Make) -> None:
    case = make(OPS)
    case.change("firing")
    case.end_all(delivered=False)
    case.change("resolved", NOW + HOUR)
    assert case.told() == [("ops", "firing")]


@pytest.mark.parametrize(
    ("filters", "signal", "events"),
    [
        ("", "posts", ["firing", "escalated", "resolved"]),
        ('signals = ["cancel", "concern:*"]', "concern:price", ["firing", "escalated", "resolved"]),
        ('signals = ["cancel", "concern:*"]', "cancel-share", []),
        ('signals = ["concern:price"]', "concern:privacy", []),
        ('severity = "critical"', "posts", ["escalated", "resolved"]),
        ('events = ["firing"]', "posts", ["firing"]),
        ('events = ["firing"]\nseverity = "critical"', "posts", ["escalated"]),
        ('events = ["escalated", "resolved"]', "posts", ["escalated", "resolved"]),
    ],
)
def test_an_endpoint_is_told_only_of_what_it_asks_for(make: Make, filters: str, signal: str, events: list[str]) -> None:
    case = make(f"{OPS}{filters}\n")
    case.change("firing", signal=signal)
    case.change("escalated", NOW + HOUR)
    case.change("resolved", NOW + 2 * HOUR)
    assert case.told() == [("ops", event) for event in events]


def test_a_silence_holds_a_spike_back_until_it_is_over(make: Make) -> None:
    case = make(OPS)
    case.silence(HOUR, watch="harbour", signal="cancel")
    case.change("firing", NOW + MINUTE)
    assert (case.told(), case.spike().held, case.spike().notified) == ([], "silence 1", False)
    assert case.release(NOW + 59 * MINUTE) == 0
    assert case.release(NOW + HOUR) == 1
    assert case.release(NOW + HOUR) == 0
    assert (case.told(), case.spike().held, case.spike().notified) == ([("ops", "firing")], None, True)
    (message,) = case.messages()
    assert json.loads(message.body)["uproar"]["held_by"] == "silence 1"


@pytest.mark.parametrize("of", [{"watch": "other"}, {"signal": "posts"}, {"signal": "concern:*"}])
def test_a_silence_of_something_else_holds_nothing_back(make: Make, of: dict[str, str]) -> None:
    case = make(OPS)
    case.silence(HOUR, **of)
    case.change("firing", NOW + MINUTE)
    assert case.told() == [("ops", "firing")]


def test_a_spike_that_came_and_went_in_a_silence_is_never_told(make: Make) -> None:
    case = make(OPS)
    case.silence(HOUR)
    case.change("firing", NOW + MINUTE)
    case.change("resolved", NOW + 30 * MINUTE)
    assert case.release(NOW + 2 * HOUR) == 0
    assert case.told() == []
    assert case.spike().held == "silence 1", "it stays on record why nobody was told"


def test_the_end_of_a_spike_that_was_told_waits_for_the_end_of_the_silence(make: Make) -> None:
    case = make(OPS)
    case.change("firing", NOW - MINUTE)
    case.silence(HOUR)
    case.change("resolved", NOW + MINUTE)
    assert case.told() == [("ops", "firing")]
    assert case.release(NOW + HOUR) == 1
    assert case.told() == [("ops", "firing"), ("ops", "resolved")]


def test_what_was_silenced_and_got_stronger_is_told_once_as_it_is_then(make: Make) -> None:
    case = make(OPS)
    case.silence(HOUR)
    case.change("firing", NOW + MINUTE)
    case.change("escalated", NOW + 2 * MINUTE)
    case.release(NOW + HOUR)
    assert case.told() == [("ops", "escalated")]


@pytest.mark.parametrize("filters", ['events = ["firing"]', 'events = ["firing", "resolved"]'])
def test_who_asks_for_beginnings_is_told_of_one_that_is_told_only_after_it_got_stronger(
    make: Make, filters: str
) -> None:
    case = make(f"{OPS}{filters}\n")
    case.silence(HOUR)
    case.change("firing")
    case.change("escalated", NOW + HOUR / 2)
    assert case.release(NOW + HOUR) == 1
    case.change("escalated", NOW + 2 * HOUR)
    assert case.told() == [("ops", "escalated")], "once, as it is by then"


def test_a_silence_that_is_ended_early_lets_go(make: Make) -> None:
    case = make(OPS)
    case.silence(HOUR)
    case.change("firing", NOW + MINUTE)
    with database.writing() as session:
        silences.end(session, 1, now=NOW + 5 * MINUTE)
    assert case.release(NOW + 5 * MINUTE) == 1
    assert case.told() == [("ops", "firing")]


def test_a_mute_time_holds_back_by_the_clock_of_its_place(make: Make) -> None:
    case = make(OPS + NIGHTS)
    night = datetime(2026, 3, 4, 23, 30, tzinfo=NOW.tzinfo)  # half past midnight in Paris
    case.change("firing", night)
    assert (case.told(), case.spike().held) == ([], "mute nights")
    assert case.release(night + 5 * HOUR) == 0
    assert case.release(night + 6 * HOUR) == 1
    assert case.told() == [("ops", "firing")]


def test_after_an_acknowledgement_only_more_severity_and_the_end_are_told(make: Make) -> None:
    case = make(OPS)
    case.change("firing")
    case.ack(NOW + MINUTE)
    case.change("escalated", NOW + 2 * MINUTE)
    case.ack(NOW + 3 * MINUTE)
    case.change("escalated", NOW + 4 * MINUTE)
    case.change("resolved", NOW + HOUR)
    assert case.told() == [("ops", "firing"), ("ops", "escalated"), ("ops", "resolved")]


def test_a_spike_that_is_acknowledged_in_a_silence_is_not_told_at_its_end(make: Make) -> None:
    case = make(OPS)
    case.change("firing", NOW - MINUTE)
    case.change("escalated", NOW - MINUTE / 2)
    case.silence(HOUR)
    case.change("escalated", NOW + MINUTE)
    case.ack(NOW + 2 * MINUTE)
    case.release(NOW + HOUR)
    assert case.told() == [("ops", "firing"), ("ops", "escalated")]
    assert case.spike().held is None


def test_a_spike_that_is_acknowledged_before_anybody_was_told_stays_untold(make: Make) -> None:
    case = make(OPS)
    case.silence(HOUR)
    case.change("firing", NOW + MINUTE)
    case.ack(NOW + 2 * MINUTE)
    case.release(NOW + HOUR)
    case.change("resolved", NOW + 2 * HOUR)
    assert (case.told(), case.spike().held, case.spike().notified) == ([], None, False)


def test_a_fallback_is_told_nothing_while_the_others_can_be(make: Make) -> None:
    case = make(OPS + MAIL)
    case.change("firing")
    case.change("resolved", NOW + HOUR)
    assert case.told() == [("ops", "firing"), ("ops", "resolved")]


def test_a_fallback_takes_the_place_of_an_endpoint_that_is_disabled(make: Make) -> None:
    case = make(OPS + PAGER + MAIL)
    with database.writing() as session:
        endpoints.disable(session, case.watch.alerts.endpoints[0], watch="harbour", reason="HTTP 410", now=NOW)
    case.change("firing")
    case.change("resolved", NOW + HOUR)
    assert case.told() == [(name, event) for event in ("firing", "resolved") for name in ("pager", "mail")]


def test_an_endpoint_is_told_again_when_it_is_enabled_or_has_another_address(make: Make, home: Path) -> None:
    case = make(OPS)
    (ops,) = case.watch.alerts.endpoints
    moved = case.watch.model_copy(
        update={
            "alerts": case.watch.alerts.model_copy(
                update={"endpoints": (ops.model_copy(update={"url": "https://new.example/"}),)}
            )
        }
    )
    with database.writing() as session:
        endpoints.disable(session, ops, watch="harbour", reason="HTTP 410", now=NOW)
        assert set(endpoints.disabled(session, [case.watch])) == {("harbour", "ops")}
        assert endpoints.disabled(session, [moved]) == {}
        assert endpoints.enable(session, ops, watch="harbour")
        assert not endpoints.enable(session, ops, watch="harbour")
        assert endpoints.disabled(session, [case.watch]) == {}


def test_a_watch_that_tells_nobody_is_no_trouble(make: Make) -> None:
    case = make("")
    case.change("firing")
    case.change("resolved", NOW + HOUR)
    assert case.told() == []
