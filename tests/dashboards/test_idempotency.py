"""`Idempotency-Key`: what happens when a push comes again."""

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlmodel import Session, select
from starlette.testclient import TestClient

from tests.dashboards.given import NOON
from tests.dashboards.pushing import ONE, push, stored
from uproar import database, posts
from uproar.models import Push

pytestmark = pytest.mark.usefixtures("news")


def test_a_key_gets_the_first_answer_again_and_another_body_is_refused(either_client: TestClient) -> None:
    first = push(either_client, [ONE, {"id": 2}], idempotency_key="k-1")
    assert first.json()["new"] == 1
    again = push(either_client, [ONE, {"id": 2}], idempotency_key="k-1")
    assert again.json() == first.json()
    for value, query in (([ONE], ""), ([ONE, {"id": 2}], "?source=desk"), ([ONE, {"id": 2}], "?match=true")):
        other = push(either_client, value, query, idempotency_key="k-1")
        assert other.status_code == 422
        assert "Idempotency-Key" in other.json()["detail"]
    assert push(either_client, [ONE], idempotency_key="k-2").json()["duplicate"] == 1
    assert len(stored()) == 1


def test_a_key_is_forgotten_after_a_day(either_client: TestClient) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        push(either_client, ONE, idempotency_key="k-1")
        clock.shift(timedelta(hours=23, minutes=59))
        assert push(either_client, {**ONE, "id": "2"}, idempotency_key="k-1").status_code == 422
        clock.shift(timedelta(minutes=2))
        assert push(either_client, {**ONE, "id": "2"}, idempotency_key="k-1").json()["new"] == 1
    with Session(database.engine()) as session:
        assert len(session.exec(select(Push)).all()) == 1


def test_a_request_that_failed_leaves_its_key_free(either_client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError

    quiet = TestClient(either_client.app, base_url="http://localhost", raise_server_exceptions=False)
    with monkeypatch.context() as patch:
        patch.setattr(posts, "save", fail)
        assert push(quiet, ONE, idempotency_key="k-1").status_code == 500
    assert push(either_client, ONE, idempotency_key="k-1").json()["new"] == 1


def test_twins_that_come_at_the_same_time_get_the_same_answer(either_client: TestClient) -> None:
    answers: list[str] = []
    several = [
        threading.Thread(target=lambda: answers.append(push(either_client, ONE, idempotency_key="k-1").text))
        for _ in range(6)
    ]
    for thread in several:
        thread.start()
    for thread in several:
        thread.join()
    assert len(answers) == 6
    assert {json.loads(answer)["new"] for answer in answers} == {1}
    assert len(stored()) == 1
