"""Spikes by the API: which are asked for, page by page, and one with its messages."""

from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.spikes import NOW, a_spike
from uproar import database, deliveries
from uproar.deliveries import Message


def put(minute: int = 0, **changes: Any) -> int:
    with database.writing() as session:
        spike = a_spike(**{"watch": "meadow", "started_at": NOW + timedelta(minutes=minute), **changes})
        session.add(spike)
        session.flush()
        return spike.id or 0


def shown(client: TestClient, **query: Any) -> list[int]:
    answer = client.get("/api/v1/spikes", params=query)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()]


def test_spikes_are_chosen_by_state_and_signal(either_client: TestClient) -> None:
    over = put(0, state="resolved", resolved_at=NOW, signal="concern:privacy")
    worse = put(1, state="escalated", signal="concern:price")
    goes_on = put(2, signal="cancel")
    assert shown(either_client) == [goes_on, worse, over]
    assert shown(either_client, state="resolved") == [over]
    assert shown(either_client, state=["firing", "escalated"]) == [goes_on, worse]
    assert shown(either_client, signal="concern:*") == [worse, over]
    assert shown(either_client, signal="concern:price") == [worse]
    assert shown(either_client, signal="concern:pri", watch="meadow") == []
    assert shown(either_client, signal="cancel", state="resolved") == []


def test_paging_shows_every_spike_once_however_many_began_at_once(either_client: TestClient) -> None:
    ids = [put(number // 4, signal=f"concern:c{number}") for number in range(11)]
    seen: list[int] = []
    query: dict[str, Any] = {"limit": 3}
    while page := shown(either_client, **query):
        seen += page
        query["before"] = page[-1]
    assert seen == ids[::-1]


def test_one_spike_is_told_with_why_and_with_its_messages_but_not_their_bodies(either_client: TestClient) -> None:
    other, number = put(0), put(1, signal="posts", details={"voices": 7})
    with database.writing() as session:
        for spike_id, name in ((other, "msg_a"), (number, "msg_b"), (number, "msg_c")):
            spike = a_spike(id=spike_id, watch="meadow")
            deliveries.enqueue(session, spike, [Message(name, "ops", "firing", '{"private": 1}')], now=NOW)
    found = either_client.get(f"/api/v1/spikes/{number}").json()
    assert (found["id"], found["signal"], found["details"]) == (number, "posts", {"voices": 7})
    assert [one["message_id"] for one in found["deliveries"]] == ["msg_c", "msg_b"]
    assert "private" not in str(found)
    (listed, _) = either_client.get("/api/v1/spikes").json()
    assert found == {**listed, "deliveries": found["deliveries"]}
    (short, _) = either_client.get("/api/v1/spikes?details=false").json()
    assert short == {name: listed[name] for name in short} | {"explanation": ""}
    assert len(short) < len(listed) - 5


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/spikes/99", 404),
        ("/api/v1/spikes/0", 422),
        ("/api/v1/spikes?before=99", 404),
        ("/api/v1/spikes?state=lost", 422),
        ("/api/v1/spikes?signal=*", 422),
        ("/api/v1/spikes?watch=nobody", 404),
    ],
)
def test_what_is_not_there_is_refused_with_the_reason(client: TestClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.json()["detail"]
