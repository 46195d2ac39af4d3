"""What is said about a spike."""

import json
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from tests.spikes import NOW, a_spike
from uproar.models import Spike
from uproar.watch import Watch
from workers.alerting.messages import MOST_BYTES, compose, message_id

HOUR = timedelta(hours=1)
WATCH = Watch.model_validate(
    {
        "name": "harbour",
        "title": "Gullwing buys “Harbour”",
        "starts": "2020-01-01T00:00:00Z",
        "services": [{"name": "Harbour Clinics"}],
        "concerns": [{"name": "price", "label": {"en": "Price", "fr": "Prix"}, "words": {"en": ["dear"]}}],
    }
)
DETAILS = {
    "baseline_days": 3.5,
    "voices": 40,
    "echoes": 2,
    "gaps": [{"source": "x", "reason": "HTTP 503"}],
    "posts": [{"id": 1, "text": "I am leaving Harbour", "url": "https://x.example/1"}],
    "dashboard": "https://uproar.example/?watch=harbour&from=1",
}


def body(kind: str = "firing", spike: Spike | None = None, watch: Watch = WATCH, **more: Any) -> dict[str, Any]:
    of = spike or a_spike(id=7)
    text = compose(kind, of, watch=watch, endpoint="ops", dashboard="https://uproar.example", more=more)
    parsed: dict[str, Any] = json.loads(text)
    return parsed


def over(**changes: Any) -> Spike:
    return a_spike(state="resolved", changed_at=NOW + HOUR, resolved_at=NOW + HOUR, **changes)


def test_a_message_has_the_shape_of_an_alertmanager_webhook_of_version_4() -> None:
    message = body()
    assert set(message) == {
        "version", "groupKey", "truncatedAlerts", "status", "receiver", "groupLabels", "commonLabels",
        "commonAnnotations", "externalURL", "alerts", "uproar",
    }  # fmt: skip
    assert (message["version"], message["status"], message["receiver"]) == ("4", "firing", "ops")
    assert message["truncatedAlerts"] == 0
    (alert,) = message["alerts"]
    assert set(alert) == {"status", "labels", "annotations", "startsAt", "endsAt", "generatorURL", "fingerprint"}
    assert alert["labels"] == message["commonLabels"] == {
        "alertname": "UproarSpike", "watch": "harbour", "signal": "cancel", "severity": "warning",
    }  # fmt: skip
    assert (alert["startsAt"], alert["endsAt"]) == ("2026-03-04T12:00:00Z", "0001-01-01T00:00:00Z")
    assert alert["generatorURL"] == "https://uproar.example/?watch=harbour"
    assert all(isinstance(value, str) for value in {**alert["labels"], **alert["annotations"]}.values())


def test_what_only_we_know_stands_beside_it() -> None:
    ours = body(spike=a_spike(id=7, details=DETAILS))["uproar"]
    assert ours == {
        **DETAILS, "event": "firing", "spike": 7, "simulated": False, "bucket": "2026-03-04T12:00:00Z", "count": 42,
        "told_count": 42, "peak": 42, "expected": 3.5, "window_s": 600, "score": 4.2,
    }  # fmt: skip
    assert body()["uproar"]["baseline_days"] is None


def test_the_link_leads_to_the_moment_if_it_is_known() -> None:
    message = body(spike=a_spike(details=DETAILS))
    assert message["alerts"][0]["generatorURL"] == message["commonAnnotations"]["dashboard"] == DETAILS["dashboard"]


def test_a_resolved_message_ends_the_alert_that_the_firing_one_began() -> None:
    fired, ended = body()["alerts"][0], body("resolved", over())["alerts"][0]
    assert ended["status"] == body("resolved", over())["status"] == "resolved"
    assert (ended["startsAt"], ended["endsAt"]) == ("2026-03-04T12:00:00Z", "2026-03-04T13:00:00Z")
    assert ended["fingerprint"] == fired["fingerprint"]
    assert ended["labels"] == fired["labels"]
    assert ended["annotations"]["summary"].endswith("end of the spike of cancel voices")
    assert ended["annotations"]["description"].startswith("Over after 1 h 00 min. At its height: 42 in 10 min")


def test_an_escalated_spike_is_critical_and_the_same_alert() -> None:
    stronger = body("escalated", a_spike(state="escalated"))
    assert stronger["status"] == "firing"
    assert stronger["commonLabels"]["severity"] == "critical"
    assert stronger["alerts"][0]["fingerprint"] == body()["alerts"][0]["fingerprint"]
    assert stronger["groupKey"] == body()["groupKey"]


@pytest.mark.parametrize(
    ("signal", "name", "summary"),
    [
        ("posts", "UproarSpike", "spike of posts"),
        ("cancel-share", "UproarSpike", "spike of the share of cancel voices"),
        ("concern:price", "UproarSpike", "spike of posts about Price"),
        ("concern:new", "UproarSpike", "spike of posts about new"),
        ("threshold:many", "UproarThreshold", "above the threshold many"),
        ("no-data:bluesky", "UproarNoData", "no data from bluesky"),
    ],
)
def test_each_kind_of_signal_is_called_by_its_words(signal: str, name: str, summary: str) -> None:
    message = body(spike=a_spike(signal=signal))
    assert message["commonAnnotations"]["summary"] == f"Gullwing buys “Harbour”: {summary}"
    assert message["commonLabels"]["alertname"] == name
    ended = body("resolved", over(signal=signal))["commonAnnotations"]["summary"]
    assert ended != message["commonAnnotations"]["summary"]


def test_a_simulation_says_so_in_every_text() -> None:
    message = body(watch=WATCH.model_copy(update={"simulated": True}))
    assert message["uproar"]["simulated"] is True
    notes = message["commonAnnotations"]
    assert all(notes[name].startswith("SIMULATED. ") for name in ("summary", "description"))


def test_what_was_held_back_says_by_what() -> None:
    message = body(held_by="silence 3")
    assert message["uproar"]["held_by"] == "silence 3"
    assert message["commonAnnotations"]["description"].startswith("Held back until now (silence 3). 42 in")


def test_a_fallback_is_told_which_endpoint_and_which_spike() -> None:
    message = body("given_up", a_spike(id=7, state="escalated"), given_up="pager", error="HTTP 500")
    assert message["commonLabels"]["severity"] == "critical"
    assert message["commonAnnotations"]["summary"] == (
        "Gullwing buys “Harbour”: endpoint pager could not be told: stronger spike of cancel voices"
    )
    assert message["commonAnnotations"]["description"] == "HTTP 500. 42 in 10 min, expected 3.5 at this hour"
    assert (message["uproar"]["given_up"], message["uproar"]["spike"]) == ("pager", 7)


def test_no_text_of_a_post_stands_anywhere_but_among_the_posts() -> None:
    message = body(spike=a_spike(details=DETAILS))
    posts = message["uproar"].pop("posts")
    assert posts[0]["text"] == "I am leaving Harbour"
    assert "leaving" not in json.dumps(message)


@pytest.mark.parametrize(
    "details",
    [
        {"posts": [{"id": number, "text": "é" * 400} for number in range(500)], "voices": 4},
        {"concerns": {f"name-{number}": number for number in range(9_000)}, "voices": 4},
        {"note": "“" * 90_000, "voices": 4},
        {f"key-{number}": "x" * 900 for number in range(200)} | {"voices": 4},
    ],
)
def test_however_much_there_is_to_say_a_message_stays_small(details: dict[str, Any]) -> None:
    text = compose("firing", a_spike(details=details), watch=WATCH, endpoint="ops", dashboard="https://uproar.example")
    assert len(text.encode()) <= MOST_BYTES < 64 * 1024
    ours = json.loads(text)["uproar"]
    assert (ours["truncated"], ours["voices"], ours["count"], ours["event"]) == (True, 4, 42, "firing")


def test_a_message_id_is_the_same_for_the_same_message_and_no_other() -> None:
    def ids(number: int) -> list[str]:
        return [
            message_id(kind, a_spike(id=number, watch=watch, signal=signal, changed_at=NOW + after), endpoint)
            for kind, after, watch, signal, endpoint in product(
                ("firing", "escalated"), (HOUR, 2 * HOUR), ("a", "b"), ("posts", "cancel"), ("ops", "pager")
            )
        ]

    assert len(set(ids(1))) == 32
    assert ids(1) == ids(2), "a row that is written again after a roll-back has another number"
    assert all(one.startswith("msg_") and len(one) == 36 for one in ids(1))
