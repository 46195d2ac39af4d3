"""Endpoints by the API: who is told of what, whether it arrives, and that no secret is shown."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from tests.dashboards.conftest import WATCH
from tests.spikes import NOW, a_spike
from uproar import database, deliveries, endpoints
from uproar.deliveries import Message
from uproar.settings import settings
from uproar.watch import load_watches

ENDPOINTS = """
[[alerts.endpoints]]
name = "ops"
url = "https://user:pass@hooks.example:8443/services/T0KEN?key=T0KEN"
secret_env = "OPS_SECRET"
signals = ["cancel", "concern:*"]
events = ["firing"]
severity = "critical"

[[alerts.endpoints]]
name = "chat"
apprise_env = "CHAT_URL"
fallback = true
"""


def name_endpoints(place: Path) -> None:
    (place / "watches" / "meadow.toml").write_text(WATCH + ENDPOINTS)


def send(name: str, *, after: int = 0, **became: Any) -> None:
    """Put one message to an endpoint on the table, and what became of it."""
    at = NOW + timedelta(minutes=after)
    with database.writing() as session:
        spike = a_spike(watch="meadow", started_at=at)
        session.add(spike)
        session.flush()
        message = f"msg_{spike.id}"
        deliveries.enqueue(session, spike, [Message(message, name, "firing", "{}")], now=at)
        row = next(iter(deliveries.newest(session, deliveries.Asked(spike_id=spike.id), limit=1)))
        row.sqlmodel_update(became)
        session.add(row)


def shown(client: TestClient) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in client.get("/api/v1/endpoints").json()}


def test_an_endpoint_is_shown_with_its_filters_and_of_its_address_only_the_host(
    either: Path, either_client: TestClient
) -> None:
    name_endpoints(either)
    answer = either_client.get("/api/v1/endpoints?watch=meadow")
    assert answer.json()[0] == {
        "watch": "meadow", "name": "ops", "kind": "webhook", "host": "hooks.example",
        "signals": ["cancel", "concern:*"], "events": ["firing"], "severity": "critical", "fallback": False,
        "state": "untried", "disabled_at": None, "reason": None, "last_success": None, "waiting": 0, "given_up": 0,
    }  # fmt: skip
    chat = answer.json()[1]
    assert (chat["kind"], chat["host"], chat["fallback"], chat["signals"]) == ("apprise", None, True, [])
    for secret in ("T0KEN", "pass", "OPS_SECRET", "CHAT_URL"):
        assert secret not in answer.text
    assert either_client.get("/api/v1/endpoints?watch=nobody").status_code == 404


def test_an_endpoint_is_ok_once_a_message_arrived_and_failing_while_the_last_one_does_not(
    either: Path, either_client: TestClient
) -> None:
    name_endpoints(either)
    send("ops", delivered_at=NOW + timedelta(seconds=3), next_attempt_at=None)
    ops = shown(either_client)["ops"]
    assert (ops["state"], ops["waiting"], ops["given_up"]) == ("ok", 0, 0)
    assert datetime.fromisoformat(ops["last_success"]) == NOW + timedelta(seconds=3)
    send("ops", after=1)
    assert (shown(either_client)["ops"]["state"], shown(either_client)["ops"]["waiting"]) == ("ok", 1)
    send("ops", after=2, attempts=1, last_error="HTTP 500")
    ops = shown(either_client)["ops"]
    assert (ops["state"], ops["reason"], ops["waiting"]) == ("failing", "HTTP 500", 2)
    assert shown(either_client)["chat"]["state"] == "untried"


def test_an_endpoint_at_which_the_last_message_was_given_up_is_failing(either: Path, either_client: TestClient) -> None:
    name_endpoints(either)
    send("chat", attempts=10, next_attempt_at=None, last_error="no answer")
    chat = shown(either_client)["chat"]
    assert (chat["state"], chat["given_up"], chat["reason"], chat["last_success"]) == ("failing", 1, "no answer", None)
    send("chat", after=1, delivered_at=NOW, next_attempt_at=None)
    chat = shown(either_client)["chat"]
    assert (chat["state"], chat["given_up"], chat["reason"]) == ("ok", 1, None)


def test_an_endpoint_that_has_answered_that_it_is_gone_is_disabled_and_says_since_when(
    either: Path, either_client: TestClient
) -> None:
    name_endpoints(either)
    (watch,) = load_watches(settings().watch_dir)
    with database.writing() as session:
        endpoints.disable(session, watch.alerts.endpoints[0], watch="meadow", reason="HTTP 410", now=NOW)
    ops = shown(either_client)["ops"]
    assert (ops["state"], ops["reason"]) == ("disabled", "HTTP 410")
    assert datetime.fromisoformat(ops["disabled_at"]) == NOW
