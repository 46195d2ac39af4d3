from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from dashboards.states import METRICS
from tests.dashboards.given import put, wait_for_reaction
from tests.spikes import a_spike
from uproar import database, deadletters, deliveries
from uproar.deliveries import Message
from uproar.incoming import Dead
from uproar.models import Cursor, DeadLetter
from uproar.settings import settings


def now() -> datetime:
    return datetime.now(UTC)


def read(source: str, *, ago: float = 1, failures: int = 0, error: str | None = None) -> None:
    moment = now() - timedelta(minutes=ago)
    cursor = Cursor(
        watch="meadow", source=source, next_due_at=moment + timedelta(minutes=1), read_at=moment,
        covered_until=moment, failures=failures, last_error=error, posts=3,
    )  # fmt: skip
    with database.writing() as session:
        session.add(cursor)


def test_every_source_says_how_it_is(either_client: TestClient) -> None:
    read("bluesky", failures=4, error="the server does not answer")
    found = {source["source"]: source for source in either_client.get("/api/v1/sources").json()}
    assert {name: source["state"] for name, source in found.items()} == {
        "bluesky": "failing",
        "mastodon": "unread",
        "press": "off",
    }
    assert found["bluesky"]["last_error"] == "the server does not answer"
    assert found["bluesky"]["lag_seconds"] == pytest.approx(60, abs=10)


def test_dead_letters_show_the_start_of_their_raw_form_as_text(client: TestClient) -> None:
    letter = DeadLetter(
        watch="meadow", source="bluesky", digest="d", raw="<script>" + "x" * 900, reason="no text", died_at=now()
    )
    with database.writing() as session:
        session.add(letter)
    (shown,) = client.get("/api/v1/deadletters").json()
    assert shown["raw"] == "<script>" + "x" * 492
    assert client.get("/api/v1/sources").json()[0]["dead_letters"] == 1


def test_dead_letters_of_one_source_are_asked_for(client: TestClient) -> None:
    for source in ("bluesky", "mastodon"):
        with database.writing() as session:
            deadletters.bury(session, [Dead(raw="{}", reason="no text")], watch="meadow", source=source, now=now())
    found = client.get("/api/v1/deadletters", params={"source": "bluesky", "limit": 1}).json()
    assert [letter["source"] for letter in found] == ["bluesky"]


def test_a_service_that_does_its_work_is_ready(client: TestClient) -> None:
    read("bluesky")
    wait_for_reaction(now() - timedelta(minutes=1))
    answer = client.get("/ready")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "reasons": []})


def test_a_post_that_waits_too_long_makes_it_unready(either_client: TestClient) -> None:
    wait_for_reaction(now() - timedelta(minutes=6))
    answer = either_client.get("/ready")
    assert answer.status_code == 503
    assert "uproar work" in answer.json()["reasons"][0]


def test_a_source_that_nobody_looks_at_makes_it_unready(either_client: TestClient) -> None:
    read("bluesky", ago=20)
    answer = either_client.get("/ready")
    assert answer.status_code == 503
    assert "meadow/bluesky" in answer.json()["reasons"][0]


def test_an_alert_that_nobody_sends_makes_it_unready(either_client: TestClient) -> None:
    with database.writing() as session:
        spike = a_spike(watch="meadow")
        session.add(spike)
        session.flush()
        message = Message("msg_1", "ops", "firing", "{}")
        deliveries.enqueue(session, spike, [message], now=now() - timedelta(minutes=6))
    answer = either_client.get("/ready")
    assert answer.status_code == 503
    assert "uproar deliver" in answer.json()["reasons"][0]


def test_a_source_that_is_switched_off_may_rest(client: TestClient) -> None:
    read("press", ago=600)
    assert client.get("/ready").status_code == 200


def test_metrics_are_documented_and_add_up(either_client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPROAR_X_BEARER_TOKEN", "made-up")  # so that there is a budget
    settings.cache_clear()
    read("bluesky", failures=2, error="no")
    for minute in range(3):
        put(minute)
    wait_for_reaction(now())
    answer = either_client.get("/metrics")
    lines = answer.text.splitlines()
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'uproar_posts_total{watch="meadow"} 4' in lines
    assert 'uproar_reactions_total{watch="meadow"} 3' in lines
    assert 'uproar_backlog_posts{watch="meadow"} 1' in lines
    assert 'uproar_source_failures{watch="meadow",source="bluesky"} 2' in lines
    unknown = {"uproar_roles_alive"}  # no broker runs here
    assert "uproar_broker_up 0" in lines
    assert [line.split()[2] for line in lines if line.startswith("# HELP")] == [
        name for name in METRICS if name not in unknown
    ]


def test_a_label_cannot_forge_a_metric(client: TestClient) -> None:
    read('a"} 1\nuproar_posts_total{x="\\')
    lines = client.get("/metrics").text.splitlines()
    assert 'uproar_source_failures{watch="meadow",source="a\\"} 1\\nuproar_posts_total{x=\\"\\\\"} 0' in lines


@pytest.mark.parametrize("address", ["postgresql://127.0.0.1:1/none", "sqlite:///{place}/elsewhere/none.db"])
def test_without_a_database_the_answer_is_503_and_the_process_lives(
    client: TestClient, place: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    database.close_engine()
    database.forget_engine()
    settings.cache_clear()
    monkeypatch.setenv("UPROAR_DATABASE_URL", address.format(place=place))
    for path in ("watches", "series", "posts", "sources", "spikes", "deadletters"):
        answer = client.get(f"/api/v1/{path}")
        assert answer.status_code == 503, path
        assert "uproar doctor" in answer.json()["detail"]
    assert client.get("/ready").status_code == 503
    assert client.get("/health").status_code == 200


def test_a_broken_watch_file_is_told_to_the_reader(client: TestClient, place: Path) -> None:
    (place / "watches" / "broken.toml").write_text("title = ")
    answer = client.get("/api/v1/watches")
    assert answer.status_code == 503
    assert "broken.toml" in answer.json()["detail"]
