"""One event is told once: who knows of it by a more telling signal is not told of the less telling ones."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from tests.spikes import NOW, a_spike
from uproar import database, silences
from uproar.models import Delivery, Spike
from uproar.settings import Settings
from uproar.signals import inhibits
from uproar.watch import load_watch
from workers.alerting.notifying import Kind, notify, release

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
OPS = '[[alerts.endpoints]]\nname = "ops"\nurl = "https://ops.example/"\n'
PRESS = '[[alerts.endpoints]]\nname = "press"\nurl = "https://press.example/"\nsignals = ["posts"]\n'


class Event:
    """A watch in which several signals spike."""

    def __init__(self, home: Path, store: Settings, text: str) -> None:
        path = home / "watches" / "harbour.toml"
        path.write_text(path.read_text() + text)
        self._watch = load_watch(path)
        self._store = store

    def change(self, signal: str, kind: Kind, at: datetime = NOW) -> None:
        """Let the spike of a signal change."""
        with database.writing() as session:
            spike = session.exec(select(Spike).where(Spike.signal == signal)).first()
            spike = spike or a_spike(signal=signal, started_at=at)
            spike.state, spike.changed_at = kind, at
            spike.resolved_at = at if kind == "resolved" else None
            session.add(spike)
            session.flush()
            notify(session, spike, kind, watch=self._watch, settings=self._store, now=at)

    def release(self, at: datetime) -> int:
        """Tell what is left to tell."""
        return release({"harbour": self._watch}, self._store, now=at)

    def told(self, endpoint: str = "ops") -> list[str]:
        """Signal and event of what an endpoint was told."""
        with database.reading() as session:
            query = select(Spike.signal, Delivery.event, Delivery.endpoint).join(Spike).order_by(Delivery.id)  # type: ignore[arg-type] # a column
            return [f"{signal} {event}" for signal, event, name in session.exec(query) if name == endpoint]

    def held(self, signal: str) -> str | None:
        """By what a spike is held."""
        with database.reading() as session:
            return session.exec(select(Spike).where(Spike.signal == signal)).one().held


@pytest.fixture
def make(home: Path, store: Settings) -> Callable[[str], Event]:
    return lambda text: Event(home, store, text)


@pytest.mark.parametrize(
    ("signal", "other", "expected"),
    [
        ("cancel", "cancel-share", True),
        ("cancel-share", "negative", True),
        ("negative", "posts", True),
        ("posts", "concern:price", True),
        ("cancel", "cancel", False),
        ("posts", "cancel", False),
        ("concern:price", "concern:privacy", False),
        ("threshold:many-leave", "posts", False),
        ("cancel", "threshold:many-leave", False),
        ("no-data:x", "posts", False),
        ("cancel", "no-data:x", False),
    ],
)
def test_the_more_telling_signal_stands_for_the_less_telling_one(signal: str, other: str, expected: bool) -> None:  # noqa: FBT001 - a row of the table
    assert inhibits(signal, other) is expected


def test_of_one_event_only_the_most_telling_signal_is_told(make: Callable[[str], Event]) -> None:
    event = make(OPS)
    for signal in ("cancel", "cancel-share", "negative", "posts", "concern:price", "concern:privacy"):
        event.change(signal, "firing")
    assert event.told() == ["cancel firing"]
    assert event.held("posts") == "inhibited by cancel"
    assert event.release(NOW + MINUTE) == 0
    event.change("cancel", "escalated", NOW + 2 * MINUTE)
    event.change("posts", "escalated", NOW + 2 * MINUTE)
    event.change("posts", "resolved", NOW + HOUR)
    event.change("cancel", "resolved", NOW + HOUR)
    assert event.told() == ["cancel firing", "cancel escalated", "cancel resolved"]
    assert event.held("posts") == "inhibited by cancel", "it stays on record why nobody was told"


def test_a_more_telling_signal_that_fires_later_is_told_and_the_end_of_the_first_is_too(
    make: Callable[[str], Event],
) -> None:
    event = make(OPS)
    event.change("posts", "firing")
    event.change("cancel", "escalated", NOW + MINUTE)
    event.change("posts", "escalated", NOW + 2 * MINUTE)
    assert event.held("posts") == "inhibited by cancel"
    event.change("posts", "resolved", NOW + 3 * MINUTE)
    assert event.told() == ["posts firing", "cancel escalated", "posts resolved"]
    assert event.held("posts") is None


def test_what_goes_on_after_the_more_telling_one_is_told_then_by_its_most_telling_signal(
    make: Callable[[str], Event],
) -> None:
    event = make(OPS)
    event.change("cancel", "firing")
    event.change("posts", "firing", NOW + MINUTE)
    event.change("negative", "firing", NOW + MINUTE)
    event.change("cancel", "resolved", NOW + HOUR)
    assert event.release(NOW + HOUR) == 1
    assert event.release(NOW + HOUR) == 0
    assert event.told() == ["cancel firing", "cancel resolved", "negative firing"]
    assert event.held("posts") == "inhibited by negative"
    event.change("negative", "resolved", NOW + 2 * HOUR)
    assert event.release(NOW + 2 * HOUR) == 1
    assert event.told()[-2:] == ["negative resolved", "posts firing"]


def test_what_is_more_severe_is_not_held_by_what_is_less_severe(make: Callable[[str], Event]) -> None:
    event = make(OPS)
    event.change("cancel", "firing")
    event.change("posts", "firing", NOW + MINUTE)
    event.change("negative", "firing", NOW + MINUTE)
    event.change("posts", "escalated", NOW + HOUR)
    assert event.told() == ["cancel firing", "posts escalated"]
    assert event.release(NOW + HOUR) == 0
    event.change("cancel", "escalated", NOW + 2 * HOUR)
    event.change("negative", "escalated", NOW + 2 * HOUR)
    assert event.told()[2:] == ["cancel escalated"], "as severe, and it tells more"
    event.change("posts", "resolved", NOW + 3 * HOUR)
    event.change("cancel", "resolved", NOW + 3 * HOUR)
    assert event.release(NOW + 3 * HOUR) == 1
    assert event.told()[3:] == ["posts resolved", "cancel resolved", "negative escalated"]


def test_the_message_says_what_held_it(make: Callable[[str], Event]) -> None:
    event = make(OPS)
    event.change("cancel", "firing")
    event.change("posts", "firing")
    event.change("cancel", "resolved", NOW + HOUR)
    event.release(NOW + HOUR)
    with database.reading() as session:
        last = session.exec(select(Delivery).order_by(Delivery.id.desc())).first()  # type: ignore[union-attr] # a column
    assert last is not None
    message = json.loads(last.body)
    assert message["uproar"]["held_by"] == "inhibited by cancel"
    assert message["commonAnnotations"]["description"].startswith("Held back until now (inhibited by cancel). ")


def test_an_endpoint_that_is_not_told_of_the_more_telling_signal_is_told_of_its_own(
    make: Callable[[str], Event],
) -> None:
    event = make(OPS + PRESS)
    event.change("cancel", "firing")
    event.change("posts", "firing")
    assert (event.told("ops"), event.told("press")) == (["cancel firing"], ["posts firing"])
    event.change("cancel", "resolved", NOW + HOUR)
    assert event.release(NOW + HOUR) == 1
    assert (event.told("ops")[-1], event.told("press")) == ("posts firing", ["posts firing"])
    event.change("posts", "resolved", NOW + 2 * HOUR)
    assert (event.told("ops")[-1], event.told("press")[-1]) == ("posts resolved", "posts resolved")


def test_what_a_silence_keeps_from_people_keeps_nothing_else_from_them(make: Callable[[str], Event]) -> None:
    event = make(OPS)
    with database.writing() as session:
        silences.silence(
            session, watch=None, signal="cancel", starts_at=NOW, ends_at=NOW + HOUR, comment="", by=None, now=NOW
        )
    event.change("cancel", "firing")
    event.change("posts", "firing")
    assert event.told() == ["posts firing"]


def test_what_never_reached_an_endpoint_keeps_nothing_else_from_it(make: Callable[[str], Event]) -> None:
    event = make(OPS)
    event.change("cancel", "firing")
    event.change("posts", "firing")
    with database.writing() as session:
        for one in session.exec(select(Delivery)):
            one.next_attempt_at = None
            session.add(one)
    assert event.release(NOW + MINUTE) == 1
    assert event.told() == ["cancel firing", "posts firing"]


def test_a_rule_of_ones_own_and_a_silent_source_are_always_told(make: Callable[[str], Event]) -> None:
    event = make(OPS)
    for signal in ("cancel", "threshold:many-leave", "no-data:file", "posts"):
        event.change(signal, "firing")
    assert event.told() == ["cancel firing", "threshold:many-leave firing", "no-data:file firing"]


def test_it_can_be_switched_off(make: Callable[[str], Event]) -> None:
    event = make("[alerts]\ninhibit = false\n" + OPS)
    event.change("cancel", "firing")
    event.change("posts", "firing")
    assert event.told() == ["cancel firing", "posts firing"]
