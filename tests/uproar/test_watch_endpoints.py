"""Who is told, and when not, as a watch file says it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from uproar.watch_endpoints import Endpoint, Mute

URL = {"name": "ops", "url": "https://ops.example/"}


@pytest.mark.parametrize(
    ("given", "mistake"),
    [
        ({"name": "ops"}, "needs one of `url` and `apprise_env`"),
        ({**URL, "apprise_env": "CHAT"}, "needs one of `url` and `apprise_env`"),
        ({"name": "ops", "apprise_env": "CHAT", "secret_env": "S"}, "they need `url`"),
        ({"name": "ops", "apprise_env": "CHAT", "allow_private": True}, "they need `url`"),
        ({"name": "ops", "apprise_env": "slack://token"}, "apprise_env"),
        ({**URL, "events": ["resolved"]}, "add `firing` or `escalated`"),
        ({**URL, "events": ["fired"]}, "events"),
        ({**URL, "signals": ["*"]}, "signals"),
        ({**URL, "signals": ["cancels"]}, "signals"),
        ({**URL, "signals": ["posts:a"]}, "signals"),
        ({**URL, "severity": "info"}, "severity"),
    ],
)
def test_an_endpoint_that_makes_no_sense_is_refused(given: dict[str, Any], mistake: str) -> None:
    with pytest.raises(ValidationError, match=mistake):
        Endpoint.model_validate(given)


@pytest.mark.parametrize(
    ("signals", "signal", "wanted"),
    [
        ([], "posts", True),
        (["posts"], "posts", True),
        (["cancel"], "cancel-share", False),
        (["concern:*"], "concern:price", True),
        (["concern:*"], "no-data:x", False),
        (["threshold:many", "no-data:*"], "no-data:x", True),
    ],
)
def test_a_signal_is_wanted_by_its_name_or_its_kind(signals: list[str], signal: str, *, wanted: bool) -> None:
    endpoint = Endpoint.model_validate({**URL, "signals": signals})
    assert endpoint.wants(signal=signal, event="firing", severity="warning") is wanted
    assert Mute.model_validate({"name": "m", "signals": signals}).holds(signal=signal, now=at(1, 12)) is wanted


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """That day of June 2026, which begins on a Monday, in UTC."""
    return datetime(2026, 6, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "held", "free"),
    [
        ({}, [at(1, 0), at(7, 23, 59)], []),
        ({"weekdays": ["saturday", "sunday"]}, [at(6, 0), at(7, 23, 59)], [at(5, 23, 59), at(8, 0)]),
        ({"weekdays": ["monday:friday"]}, [at(1, 0), at(5, 12)], [at(6, 0), at(7, 12)]),
        ({"weekdays": ["saturday:monday"]}, [at(6, 0), at(7, 0), at(8, 0)], [at(2, 0), at(5, 0)]),
        (
            {"times": [{"start_time": "22:00", "end_time": "24:00"}, {"start_time": "00:00", "end_time": "06:30"}]},
            [at(1, 22), at(1, 23, 59), at(2, 0), at(2, 6, 29)],
            [at(1, 21, 59), at(2, 6, 30)],
        ),
        (
            {"times": [{"start_time": "09:00", "end_time": "10:00"}], "location": "Europe/Paris"},
            [at(1, 7), at(1, 7, 59)],  # summer time: two hours ahead
            [at(1, 8), at(1, 9, 30)],
        ),
        ({"weekdays": ["monday"], "location": "Pacific/Auckland"}, [at(7, 12), at(8, 11)], [at(8, 12)]),
    ],
)
def test_a_mute_time_holds_when_it_says(given: dict[str, Any], held: list[datetime], free: list[datetime]) -> None:
    mute = Mute.model_validate({"name": "m", **given})
    assert all(mute.holds(signal="posts", now=moment) for moment in held)
    assert not any(mute.holds(signal="posts", now=moment) for moment in free)


@pytest.mark.parametrize(
    ("given", "mistake"),
    [
        ({"times": [{"start_time": "22:00", "end_time": "06:00"}]}, "one range up to 24:00 and one from 00:00"),
        ({"times": [{"start_time": "6:00", "end_time": "07:00"}]}, r"start_time\n.*write HH:MM, from 00:00 to 24:00"),
        ({"times": [{"start_time": "06:00", "end_time": "24:01"}]}, "end_time"),
        ({"weekdays": ["sat"]}, r"weekdays.0\n.*write monday, or monday:friday"),
        ({"location": "Mars/Base"}, "is no time zone"),
        ({"location": "../etc/passwd"}, "is no time zone"),
    ],
)
def test_a_mute_time_that_makes_no_sense_is_refused(given: dict[str, Any], mistake: str) -> None:
    with pytest.raises(ValidationError, match=mistake):
        Mute.model_validate({"name": "m", **given})
