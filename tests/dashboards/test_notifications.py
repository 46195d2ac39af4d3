"""Silences, acknowledgements and deliveries by the API."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.spikes import a_spike
from uproar import database, deliveries
from uproar.models import Delivery

ENDS = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
SILENCE = {"ends_at": ENDS, "comment": "known"}
CHANGING = [("post", "/api/v1/silences"), ("post", "/api/v1/spikes/1/ack"), ("post", "/api/v1/deliveries/1/retry")]


def put(**changes: Any) -> int:
    with database.writing() as session:
        spike = a_spike(**{"watch": "meadow", **changes})
        session.add(spike)
        session.flush()
        message = deliveries.Message(f"msg_{spike.id}", "ops", "firing", '{"private": "text"}')
        deliveries.enqueue(session, spike, [message], now=spike.started_at)
        return spike.id or 0


def test_a_silence_is_made_listed_and_ended(either_client: TestClient) -> None:
    client = either_client
    assert client.get("/api/v1/silences").json() == []
    answer = client.post("/api/v1/silences", json={**SILENCE, "watch": "meadow", "signal": "concern:*", "by": "Mo"})
    assert answer.status_code == 201
    made = answer.json()
    assert {"watch": "meadow", "signal": "concern:*", "comment": "known", "created_by": "Mo"}.items() <= made.items()
    assert client.get("/api/v1/silences").json() == [made]
    ended = client.delete(f"/api/v1/silences/{made['id']}")
    assert ended.status_code == 200
    assert client.get("/api/v1/silences").json() == []
    assert client.get("/api/v1/silences?all=true").json() == [ended.json()]
    assert client.delete(f"/api/v1/silences/{made['id']}").status_code == 404


def test_a_silence_may_say_how_long_it_lasts(client: TestClient) -> None:
    starts_at = datetime.fromisoformat(ENDS)
    made = client.post("/api/v1/silences", json={"for": "1h30m", "comment": "known"}).json()
    lasts = datetime.fromisoformat(made["ends_at"]) - datetime.fromisoformat(made["starts_at"])
    assert lasts == timedelta(minutes=90)
    made = client.post("/api/v1/silences", json={"for": "1d", "comment": "known", "starts_at": ENDS}).json()
    assert datetime.fromisoformat(made["ends_at"]) == starts_at + timedelta(days=1)


def test_an_acknowledgement_is_taken_back(either_client: TestClient) -> None:
    number = put()
    path = f"/api/v1/spikes/{number}/ack"
    assert either_client.post(path, json={"by": "Mo"}).json()["acknowledged_by"] == "Mo"
    taken_back = either_client.delete(path).json()
    assert (taken_back["acknowledged_by"], taken_back["acknowledged_at"]) == (None, None)
    assert either_client.delete(path).status_code == 404


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"comment": "x"}, 422),
        ({"ends_at": ENDS}, 422),
        ({**SILENCE, "for": "2h"}, 422),
        ({"comment": "x", "for": "2 hours"}, 422),
        ({"ends_at": ENDS, "comment": " "}, 422),
        ({**SILENCE, "ends_at": "2020-01-01T00:00:00Z"}, 422),
        ({**SILENCE, "ends_at": "2099-01-01T00:00:00"}, 422),
        ({**SILENCE, "starts_at": "2099-01-01T00:00:00Z"}, 422),
        ({**SILENCE, "signal": "*"}, 422),
        ({**SILENCE, "singal": "posts"}, 422),
        ({**SILENCE, "watch": "nobody"}, 404),
    ],
)
def test_a_silence_that_makes_no_sense_is_refused(client: TestClient, given: dict[str, str], status: int) -> None:
    answer = client.post("/api/v1/silences", json=given)
    assert answer.status_code == status
    assert client.get("/api/v1/silences?all=true").json() == []


def test_a_spike_is_acknowledged_once_and_not_when_it_is_over(either_client: TestClient) -> None:
    client = either_client
    number = put()
    answer = client.post(f"/api/v1/spikes/{number}/ack", json={"by": "Mo"})
    assert answer.status_code == 200
    assert (answer.json()["id"], answer.json()["acknowledged_by"]) == (number, "Mo")
    over = put(state="resolved", resolved_at=datetime.now(UTC))
    for gone in (over, 999):
        assert client.post(f"/api/v1/spikes/{gone}/ack", json={}).status_code == 404


def test_deliveries_are_shown_without_their_bodies_and_sent_again(either_client: TestClient) -> None:
    client = either_client
    first, second = put(), put(signal="posts")
    with database.writing() as session:
        one = session.get_one(Delivery, 1)
        one.next_attempt_at, one.attempts, one.last_status, one.last_error = None, 10, 500, "HTTP 500"
        session.add(one)
    shown = client.get("/api/v1/deliveries").json()
    assert [(one["spike_id"], one["state"]) for one in shown] == [(second, "pending"), (first, "failed")]
    assert "private" not in str(shown)
    assert "body" not in shown[0]
    assert client.get(f"/api/v1/deliveries?spike={first}&state=failed&endpoint=ops&watch=meadow").json() == shown[1:]
    again = client.post("/api/v1/deliveries/1/retry", json={})
    assert (again.status_code, again.json()["state"], again.json()["attempts"]) == (200, "pending", 0)
    with database.writing() as session:
        one = session.get_one(Delivery, 1)
        one.next_attempt_at, one.delivered_at = None, one.created_at
        session.add(one)
    assert client.post("/api/v1/deliveries/1/retry", json={}).status_code == 409
    assert client.post("/api/v1/deliveries/999/retry", json={}).status_code == 404
    assert client.get("/api/v1/deliveries?state=lost").status_code == 422


@pytest.mark.parametrize(
    ("method", "path"), [*CHANGING, ("delete", "/api/v1/silences/1"), ("delete", "/api/v1/spikes/1/ack")]
)
def test_a_page_of_another_site_changes_nothing(client: TestClient, method: str, path: str) -> None:
    put()
    answer = client.request(method, path, headers={"sec-fetch-site": "cross-site", "content-type": "application/json"})
    assert answer.status_code == 403


@pytest.mark.parametrize(("method", "path"), CHANGING)
def test_a_form_changes_nothing(client: TestClient, method: str, path: str) -> None:
    put()
    answer = client.request(method, path, content=b"{}", headers={"content-type": "text/plain"})
    assert answer.status_code == 415
