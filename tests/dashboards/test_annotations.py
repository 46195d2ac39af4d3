"""Annotations for charts, and what a spike says of itself."""

from datetime import timedelta
from typing import Any

import time_machine
from starlette.testclient import TestClient

from tests.dashboards.given import NOON, put
from tests.dashboards.test_series import ask
from tests.spikes import a_spike
from uproar import database
from uproar.models import Gap

HOUR = timedelta(hours=1)


def store(*rows: Any) -> None:
    with database.writing() as session:
        session.add_all(rows)


def spike(**changes: Any) -> Any:
    return a_spike(watch="meadow", **{"started_at": NOON, "changed_at": NOON, **changes})


def ms(minutes: float) -> int:
    return int((NOON + timedelta(minutes=minutes)).timestamp() * 1_000)


@time_machine.travel(NOON + HOUR, tick=False)
def test_spikes_gaps_and_events_of_a_range_are_annotations_in_their_order(either_client: TestClient) -> None:
    put(30)
    store(
        spike(resolved_at=NOON + HOUR / 2, state="resolved"),
        spike(signal="threshold:many", started_at=NOON + HOUR / 4),
        spike(started_at=NOON - 9 * HOUR, resolved_at=NOON - 8 * HOUR, state="resolved"),
        Gap(watch="meadow", source="bluesky", started_at=NOON - HOUR, reason="HTTP 503"),
        Gap(watch="meadow", source="press", started_at=NOON - HOUR, ended_at=NOON, filled_at=NOON, reason="-"),
    )
    found = ask(either_client, "annotations", **{"from": "now-3h", "to": "now"})
    assert [(one["title"], one["time"], one["timeEnd"]) for one in found] == [
        ("Gap: bluesky", ms(-60), ms(60)),
        ("UproarSpike: cancel", ms(0), ms(30)),
        ("Timeline", ms(10), ms(10)),
        ("UproarThreshold: threshold:many", ms(15), ms(60)),
    ]
    assert found[0]["text"] == "HTTP 503"
    assert found[1]["tags"] == ["spike", "cancel", "resolved", "UproarSpike"]
    assert found[2]["text"] == "Harbour announces it"


def test_a_spike_that_grew_since_it_was_told_says_both(client: TestClient) -> None:
    put(30)
    store(spike(count=83, told_count=42, peak=83))
    (found,) = [one for one in ask(client, "annotations", **{"from": "latest-3h"}) if "spike" in one["tags"]]
    assert found["text"] == "42 in 10 min, expected 3.5 at this hour. Now: 83 in 10 min"
    (row,) = ask(client, "spikes")
    assert (row["count"], row["told_count"], row["peak"]) == (83, 42, 83)


def test_a_range_without_anything_has_no_annotations(client: TestClient) -> None:
    put(0)
    assert ask(client, "annotations", **{"from": "latest-5m"}) == []


def test_a_spike_says_why_and_who_knows(either_client: TestClient) -> None:
    put(0)
    details = {"voices": 9, "posts": [{"id": 7, "url": None, "text": "I left"}]}
    store(spike(details=details, held="silence 3", acknowledged_at=NOON, acknowledged_by="Mo"))
    (found,) = ask(either_client, "spikes")
    assert found["alertname"] == "UproarSpike"
    assert found["details"] == details
    assert (found["held"], found["acknowledged_by"], found["acknowledged_at"][:16]) == (
        "silence 3", "Mo", "2026-03-01T12:00",
    )  # fmt: skip
    (drawn,) = ask(either_client, "series")["spikes"]
    assert "details" not in drawn, "a chart of a year would carry the posts of a thousand spikes"
