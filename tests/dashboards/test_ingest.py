"""`POST /ingest`: who may, and what is stored."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from fastapi import HTTPException, Request
from starlette.testclient import TestClient

from dashboards import ingest_door
from dashboards.app import make_app
from tests.dashboards.conftest import WATCH
from tests.dashboards.given import NOON
from tests.dashboards.pushing import BEARER, ONE, TOKEN, lines, push, stored
from uproar import database, deadletters, posts
from uproar.deadletters import Wanted
from uproar.settings import settings

pytestmark = pytest.mark.usefixtures("news")


def dead() -> list[str]:
    with database.reading() as session:
        return sorted(letter.reason for letter in deadletters.newest(session, Wanted(), limit=100))


def test_posts_are_stored_wait_for_a_reaction_and_the_workers_are_told(
    either_client: TestClient, news: list[str]
) -> None:
    answer = push(either_client, [ONE, {**ONE, "id": "2"}, {"id": 3}], "?source=desk")
    assert answer.status_code == 200
    assert answer.json() == {"new": 2, "duplicate": 0, "edited": 0, "unrelated": 0, "dead": 1, "reasons": ["no text"]}
    assert [(one.watch, one.source, one.platform, one.native_id) for one in stored()] == [
        ("meadow", "desk", "desk", "1"),
        ("meadow", "desk", "desk", "2"),
    ]
    assert dead() == ["no text"]
    with database.reading() as session:
        assert posts.backlog(session, watch="meadow") == (2, NOON)
    assert news == ["react"]


def test_the_same_again_is_stored_once_and_no_news(either_client: TestClient, news: list[str]) -> None:
    without = [{"text": "Gone."}, {"text": "Gone.", "author": "ana"}, {"id": 4}, 5]
    first, second = (push(either_client, without).json() for _ in range(2))
    assert (first["new"], first["duplicate"], first["dead"]) == (2, 0, 2)
    assert (second["new"], second["duplicate"], second["dead"]) == (0, 2, 2)
    assert len(stored()) == len(dead()) == 2
    assert news == ["react"]


def test_an_edit_that_takes_the_mention_out_counts(either_client: TestClient) -> None:
    edit = {**ONE, "text": "Never mind.", "edited_at": "2026-03-01T13:00:00Z"}
    assert push(either_client, ONE, "?match=true").json()["new"] == 1
    answer = push(either_client, [edit, {**edit, "id": "2"}], "?match=true").json()
    assert (answer["new"], answer["edited"], answer["unrelated"]) == (0, 1, 2)
    assert [post.text for post in stored()] == ["Never mind."]


def test_a_parameter_that_is_none_is_named(client: TestClient) -> None:
    answer = push(client, ONE, "?sorce=desk")
    assert answer.status_code == 422
    assert "sorce: there is no such parameter" in answer.text
    assert stored() == []


def test_lines_with_a_broken_one_are_stored_without_it(client: TestClient) -> None:
    answer = lines(client, b'{"text": "Gone."}\n{"text": "cut of\n{"text": "Gone too."}\n')
    assert (answer.json()["new"], answer.json()["dead"]) == (2, 1)


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer wrong",
        f"Basic {TOKEN}",
        TOKEN,
        f"Bearer {TOKEN}x",
        "Bearer t\u00f6ken",
        "Basic YW55Om9wZW4=",
    ],
)
def test_without_the_token_nothing_is_stored(place: Path, monkeypatch: pytest.MonkeyPatch, authorization: str) -> None:
    monkeypatch.setenv("UPROAR_PASSWORD", "open")
    settings.cache_clear()
    client = TestClient(make_app(), base_url="http://localhost")
    headers = {"authorization": authorization.encode("latin-1")}
    answer = client.post("/ingest", json=ONE, headers=headers)  # type: ignore[arg-type]
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert TOKEN not in answer.text
    assert stored() == []


def test_the_token_opens_this_door_only(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPROAR_PASSWORD", "open")
    settings.cache_clear()
    client = TestClient(make_app(), base_url="http://localhost")
    assert push(client, ONE).json()["new"] == 1
    assert client.get("/api/v1/posts", headers=BEARER).status_code == 401
    assert client.post("/ingest/", json=ONE, headers=BEARER, follow_redirects=False).status_code == 401
    assert client.post("/ingest", json=ONE, auth=("any", "open")).status_code == 401
    assert client.post("/ingest", json=ONE, headers={**BEARER, "host": "evil.example"}).status_code == 400


def test_without_a_token_in_the_settings_the_door_is_shut(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UPROAR_INGEST_TOKEN")
    settings.cache_clear()
    for headers in (BEARER, {"authorization": "Bearer "}, {"authorization": "Bearer None"}, {}):
        answer = client.post("/ingest", json=ONE, headers=headers)
        assert answer.status_code == 403
        assert "UPROAR_INGEST_TOKEN" in answer.json()["detail"]


@pytest.mark.parametrize("body", [b"", b"no json", b'[{"text": "x"},', b"\xff"])
def test_a_body_that_is_no_json_is_refused_whole(client: TestClient, body: bytes) -> None:
    headers = {**BEARER, "content-type": "application/json"}
    assert client.post("/ingest", content=body, headers=headers).status_code == 400
    assert lines(client, body).status_code == 400
    assert stored() == []
    assert dead() == []


@pytest.mark.parametrize("kind", ["text/plain", "", "application/x-www-form-urlencoded", "text/csv"])
def test_another_kind_of_body_is_refused(client: TestClient, kind: str) -> None:
    answer = client.post("/ingest", content=b'{"text": "x"}', headers={**BEARER, "content-type": kind})
    assert answer.status_code == 415


def test_a_compressed_body_is_refused(client: TestClient) -> None:
    assert push(client, ONE, content_encoding="gzip").status_code == 415


def test_too_much_is_refused_whole(client: TestClient) -> None:
    headers = {**BEARER, "content-type": "application/json"}
    big = b'{"text": "' + b"x" * ingest_door.MOST_BYTES + b'"}'
    assert client.post("/ingest", content=big, headers=headers).status_code == 413
    parts = (b" " * 65_536 for _ in range(10_000))
    assert client.post("/ingest", content=parts, headers=headers).status_code == 413
    assert lines(client, b'{"text": "x"}\n' * 10_001).status_code == 413
    assert stored() == []


def test_ten_thousand_records_are_stored_at_once(either_client: TestClient) -> None:
    body = b"".join(b'{"text": "Gone, says number %d"}\n' % number for number in range(10_000))
    assert lines(either_client, body).json()["new"] == 10_000


def test_a_body_that_drips_or_breaks_off_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    async def drip() -> dict[str, Any]:
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b" ", "more_body": True}

    async def break_off() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    monkeypatch.setattr(ingest_door, "BODY_SECONDS", 0.1)
    for receive, status in ((drip, 408), (break_off, 400)):
        with pytest.raises(HTTPException) as caught:
            asyncio.run(ingest_door.limited_body(Request({"type": "http", "method": "POST", "headers": []}, receive)))
        assert caught.value.status_code == status


def test_the_watch_may_stand_in_the_address_or_in_the_body(client: TestClient, place: Path) -> None:
    (place / "watches" / "other.toml").write_text(WATCH)
    assert push(client, ONE).status_code == 422
    assert push(client, ONE, "?watch=nobody").status_code == 404
    assert push(client, {"watch": "nobody", "posts": [ONE]}).status_code == 404
    assert push(client, {"watch": "other", "posts": [ONE]}, "?watch=meadow").status_code == 422
    assert push(client, {"watch": "other", "posts": [ONE]}, "?watch=other").json()["new"] == 1
    assert push(client, {"watch": "meadow", "posts": [ONE]}).json()["new"] == 1
    assert [one.watch for one in stored()] == ["other", "meadow"]


@pytest.mark.parametrize("source", ["bluesky", "No Slug", "", "a" * 65])
def test_a_source_that_the_collector_reads_or_that_is_no_name_is_refused(client: TestClient, source: str) -> None:
    assert client.post("/ingest", params={"source": source}, json=ONE, headers=BEARER).status_code == 422


def test_only_if_asked_for_are_posts_left_out_that_do_not_mention_the_deal(client: TestClient) -> None:
    told = [
        ONE,
        {"text": "Lovely weather"},
        {"text": "Me too!", "parent": "I am leaving Meadow"},
        {"text": "Terrible.", "target": "Meadow Plus"},
    ]
    answer = push(client, told, "?match=true").json()
    assert (answer["new"], answer["unrelated"]) == (3, 1)
    assert push(client, told).json()["new"] == 1


def test_a_later_version_of_a_post_takes_its_place(either_client: TestClient, news: list[str]) -> None:
    push(either_client, ONE)
    edited = {**ONE, "text": "I am staying with Meadow", "edited_at": "2026-03-01T13:00:00Z"}
    answers = [push(either_client, edited).json() for _ in range(2)]
    assert [(one["new"], one["duplicate"], one["edited"]) for one in answers] == [(0, 1, 1), (0, 1, 0)]
    assert [one.text for one in stored()] == ["I am staying with Meadow"]
    assert news == ["react", "react"]
