"""What is sent about a spike, how it is signed, and when it is tried again."""

import json
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from uproar.settings import Settings
from uproar.watch import Watch
from workers.spikes import Event
from workers.webhooks import WAITS, compose, judge, message_id, sign

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
EVENT = Event(int(NOW.timestamp()), "firing", 42, 3.5, 600, 4.2, "42 in 10 min, expected 3.5 at this hour")
SECRET = "whsec_aGFyYm91ci1jbGluaWNz"
WATCH = Watch.model_validate(
    {
        "name": "harbour",
        "title": "Gullwing buys “Harbour”",
        "starts": "2020-01-01T00:00:00Z",
        "services": [{"name": "Harbour Clinics"}],
    }
)


def event(kind: str = "firing", **changes: Any) -> Event:
    fields = {name: getattr(EVENT, name) for name in Event.__slots__} | {"kind": kind} | changes
    return Event(**fields)


def body(one: Event = EVENT, watch: Watch = WATCH) -> dict[str, Any]:
    text = compose(
        one, watch=watch, signal="cancel", started_at=NOW - timedelta(hours=1), endpoint="ops",
        dashboard="https://uproar.example",
    )  # fmt: skip
    parsed: dict[str, Any] = json.loads(text)
    return parsed


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
    assert (alert["startsAt"], alert["endsAt"]) == ("2026-03-04T11:00:00Z", "0001-01-01T00:00:00Z")
    assert alert["generatorURL"] == "https://uproar.example/?watch=harbour"
    assert all(isinstance(value, str) for value in {**alert["labels"], **alert["annotations"]}.values())


def test_what_only_we_know_stands_beside_it() -> None:
    assert body()["uproar"] == {
        "event": "firing", "simulated": False, "bucket": "2026-03-04T12:00:00Z", "count": 42, "expected": 3.5,
        "window_s": 600, "score": 4.2,
    }  # fmt: skip


def test_a_resolved_message_ends_the_alert_that_the_firing_one_began() -> None:
    fired, over = body()["alerts"][0], body(event("resolved"))["alerts"][0]
    assert over["status"] == body(event("resolved"))["status"] == "resolved"
    assert over["endsAt"] == "2026-03-04T12:00:00Z"
    assert over["fingerprint"] == fired["fingerprint"]
    assert over["labels"] == fired["labels"]
    assert over["annotations"]["summary"].endswith("end of the spike of cancel voices")


def test_an_escalated_spike_is_critical_and_still_firing() -> None:
    message = body(event("escalated"))
    assert message["status"] == "firing"
    assert message["commonLabels"]["severity"] == "critical"


def test_a_simulation_says_so_in_every_text() -> None:
    message = body(watch=WATCH.model_copy(update={"simulated": True}))
    assert message["uproar"]["simulated"] is True
    assert all(text.startswith("SIMULATED. ") for text in message["commonAnnotations"].values())


def test_a_message_id_is_the_same_for_the_same_message_and_no_other() -> None:
    ids = [
        message_id(event(kind, start=start), watch=watch, signal=signal, endpoint=endpoint)
        for _ in range(2)
        for kind, start, watch, signal, endpoint in product(
            ("firing", "resolved"), (0, 60), ("a", "b"), ("posts", "cancel"), ("ops", "pager")
        )
    ]
    assert len(set(ids)) == 32
    assert ids[:32] == ids[32:]
    assert all(one.startswith("msg_") and len(one) == 36 for one in ids)


def signed(text: str = "{}", secret: str = SECRET, now: datetime | None = None) -> dict[str, str]:
    return sign(text, secret=secret, message="msg_1", now=now or datetime.now(UTC))


@pytest.mark.parametrize("text", ["{}", '{"é": "“voilà”"}', json.dumps(body())])
def test_the_library_of_standard_webhooks_accepts_the_signature(text: str) -> None:
    assert Webhook(SECRET).verify(text, signed(text)) == json.loads(text)


def test_another_body_secret_id_or_time_is_refused() -> None:
    good = signed()
    another = Webhook("whsec_YW5vdGhlci1zZWNyZXQ=")
    old = signed(now=datetime.now(UTC) - timedelta(minutes=6))
    for library, text, headers in (
        (Webhook(SECRET), '{"a":1}', good),
        (another, "{}", good),
        (Webhook(SECRET), "{}", {**good, "webhook-id": "msg_2"}),
        (Webhook(SECRET), "{}", {**good, "webhook-timestamp": str(int(good["webhook-timestamp"]) + 1)}),
        (Webhook(SECRET), "{}", old),
    ):
        with pytest.raises(WebhookVerificationError):
            library.verify(text, headers)


def test_the_secret_that_is_made_for_an_endpoint_signs_and_is_its_own() -> None:
    chosen = Settings(secret_key="of the harbour, and long")
    secrets = {chosen.endpoint_secret("harbour", "ops"), chosen.endpoint_secret("harbour", "pager"),
               chosen.endpoint_secret("other", "ops")}  # fmt: skip
    assert len(secrets) == 3
    secret = chosen.endpoint_secret("harbour", "ops")
    assert Webhook(secret).verify("{}", signed(secret=secret)) == {}


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_only_a_2xx_is_a_success(status: int) -> None:
    outcome = judge(status, attempt=10, chance=0.5, retry_after=99)
    assert (outcome.delivered, outcome.wait) == (True, None)


@pytest.mark.parametrize("status", [None, 100, 199, 300, 301, 302, 307, 308, 400, 401, 404, 408, 429, 500, 502, 503])
def test_everything_else_is_tried_again(status: int | None) -> None:
    outcome = judge(status, attempt=1, chance=0.5, retry_after=None)
    assert (outcome.delivered, outcome.wait) == (False, 5.0)


def test_gone_is_the_end() -> None:
    outcome = judge(410, attempt=1, chance=0.5, retry_after=60)
    assert (outcome.delivered, outcome.wait) == (False, None)


def test_ten_attempts_span_75_hours_and_then_it_is_given_up() -> None:
    waits = [judge(500, attempt=attempt, chance=0.5, retry_after=None).wait for attempt in range(1, 12)]
    assert waits[9:] == [None, None]
    assert sum(wait or 0 for wait in waits) == sum(WAITS) == pytest.approx(75 * 3_600, rel=0.01)
    assert waits[:9] == sorted(waits[:9], key=lambda wait: wait or 0)


@pytest.mark.parametrize("chance", [0.0, 0.5, 0.999])
def test_jitter_moves_a_wait_by_a_tenth_at_most(chance: float) -> None:
    wait = judge(500, attempt=3, chance=chance, retry_after=None).wait
    assert wait is not None
    assert 1_620 <= wait <= 1_980


@pytest.mark.parametrize(
    ("retry_after", "wait"), [(None, 5.0), (1.0, 5.0), (120.0, 120.0), (1e9, 86_400.0), (float("inf"), 86_400.0)]
)
def test_a_later_retry_after_wins_up_to_a_day(retry_after: float | None, wait: float) -> None:
    assert judge(503, attempt=1, chance=0.5, retry_after=retry_after).wait == wait


def test_retry_after_does_not_lengthen_the_number_of_attempts() -> None:
    assert judge(429, attempt=10, chance=0.5, retry_after=5).wait is None
