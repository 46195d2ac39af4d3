"""The first-run checks by the API: what is missing, what is wrong, what to type, and no secret."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from dashboards import setup
from dashboards.app import make_app
from dashboards.questions import clock
from tests.afresh import forget
from tests.dashboards.conftest import WATCH
from tests.dashboards.given import put
from tests.dashboards.test_endpoints import ENDPOINTS, name_endpoints, send
from tests.spikes import NOW
from uproar import database
from uproar.models import Cursor
from uproar.settings import settings
from uproar.wing import Wing

BARE = 'title = "Harbour buys Meadow"\nstarts = 2026-01-01T00:00:00Z\nservices = [{name = "Meadow"}]\n'


@pytest.fixture(autouse=True)
def _no_wings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The wings' own checks have tests of their own."""
    monkeypatch.setattr(setup, "wings", dict)


def items(client: TestClient) -> dict[str, dict[str, Any]]:
    answer = client.get("/api/v1/setup")
    assert answer.status_code == 200, answer.text
    return {one["name"]: one for one in answer.json()}


def test_a_new_installation_is_told_what_is_missing_and_what_to_type(either: Path, either_client: TestClient) -> None:
    found = items(either_client)
    assert {name for name, one in found.items() if one["state"] == "ok"} >= {"database", "disk", "clock", "watches"}
    missing = {name: one["command"] for name, one in found.items() if one["state"] == "missing"}
    assert missing == {
        "endpoints of meadow": None,
        "reading of meadow/bluesky": "uproar collect",
        "reading of meadow/mastodon": "uproar collect",
        "posts of meadow": "uproar replay FILE --watch meadow",
        "evaluation": "uproar evaluate FILE --save",
    }
    assert all(one["remedy"] for one in found.values() if one["state"] != "ok")
    assert all(one["remedy"] == "" and one["command"] is None for one in found.values() if one["state"] == "ok")


def test_it_answers_in_french_where_that_is_asked_for_and_what_a_platform_says_stays_as_it_is(
    either: Path, either_client: TestClient
) -> None:
    with database.writing() as session:
        failing = Cursor(watch="meadow", source="bluesky", next_due_at=NOW, read_at=NOW, failures=3)
        failing.last_error = "feeds.example answered 403"
        session.add(failing)
    english = items(either_client)
    assert (
        {one["detail_lang"] for one in english.values()} == {one["remedy_lang"] for one in english.values()} == {"en"}
    )
    french = {one["name"]: one for one in either_client.get("/api/v1/setup?ui=fr").json()}
    assert french.keys() == english.keys()
    in_english = {name for name, one in french.items() if one["detail_lang"] == "en"}
    assert in_english == {"reading of meadow/bluesky"}
    assert french["reading of meadow/bluesky"]["detail"] == "feeds.example answered 403"
    assert french["watches"]["detail"] == "1 en marche sur 1"
    assert french["evaluation"]["remedy"] == "Étiquetez quelques-uns de vos messages et mesurez-y les règles."
    assert {one["remedy_lang"] for one in french.values() if one["remedy"]} == {"fr"}
    assert either_client.get("/api/v1/setup?ui=de").status_code == 422


def test_a_watch_without_sources_and_members_is_told(place: Path, client: TestClient) -> None:
    (place / "watches" / "meadow.toml").write_text(BARE)
    found = items(client)
    assert (found["sources of meadow"]["state"], found["members of meadow"]["state"]) == ("missing", "missing")


def test_no_watch_at_all_is_missing_and_a_broken_one_is_wrong(place: Path, client: TestClient) -> None:
    (place / "watches" / "meadow.toml").write_text(f"enabled = false\n{WATCH}")
    assert items(client)["watches"]["command"] == "uproar watch new NAME"
    settings.cache_clear()
    (place / "watches" / "meadow.toml").write_text('title = "x"\nurl = "https://hooks.example/T0KEN"')
    wrong = items(client)["watches"]
    assert (wrong["state"], wrong["command"]) == ("wrong", "uproar watch check")
    assert "meadow.toml" in wrong["detail"]


def test_it_answers_without_tables_and_says_what_to_do(empty: Path) -> None:
    with TestClient(make_app(), base_url="http://localhost") as client:
        database_item = items(client)["database"]
    assert (database_item["state"], database_item["command"]) == ("missing", "uproar migrate")


def test_a_database_that_is_down_is_wrong_and_its_password_is_not_shown(
    empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UPROAR_DATABASE_URL", "postgresql://me:s3cr3t@127.0.0.1:1/uproar")
    forget()
    with TestClient(make_app(), base_url="http://localhost") as client:
        answer = client.get("/api/v1/setup")
    assert {one["name"]: one["state"] for one in answer.json()}["database"] == "wrong"
    assert "s3cr3t" not in answer.text


def test_a_source_that_fails_and_messages_that_do_not_arrive_are_wrong(either: Path, either_client: TestClient) -> None:
    name_endpoints(either)
    with database.writing() as session:
        cursor = Cursor(watch="meadow", source="bluesky", next_due_at=NOW, read_at=NOW, failures=3)
        cursor.last_error = "https://me:s3cr3t@feeds.example/T0KEN answered 403"
        session.add(cursor)
    send("ops", attempts=10, next_attempt_at=None, last_error="HTTP 500")
    send("chat", delivered_at=NOW, next_attempt_at=None)
    put()
    found = items(either_client)
    source = found["reading of meadow/bluesky"]
    assert (source["state"], source["detail"]) == ("wrong", "https://feeds.example/… answered 403")
    assert source["command"] == "uproar sources check meadow/bluesky"
    assert found["messages to meadow/ops"]["state"] == "wrong"
    assert found["messages to meadow/ops"]["command"] == "uproar alerts test ops --watch meadow"
    assert found["messages to meadow/chat"]["state"] == "ok"
    assert found["posts of meadow"]["state"] == "ok"
    assert "T0KEN" not in either_client.get("/api/v1/setup").text


def test_wings_are_asked_unless_that_costs_requests(
    place: Path, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def wing(name: str, *, costly: bool) -> Wing:
        def check(*_given: Any) -> Any:
            asked.append(name)
            return iter(())

        return Wing(check, lambda _watch: iter([f"{name} sees a mistake"]), costly=costly)

    both = {"cheap": wing("cheap", costly=False), "dear": wing("dear", costly=True)}
    monkeypatch.setattr(setup, "wings", lambda: both)
    problems = [one["detail"] for one in client.get("/api/v1/setup").json() if one["name"] == "watch meadow"]
    assert asked == ["cheap"]
    assert problems == ["cheap sees a mistake", "dear sees a mistake"]


def test_the_answer_is_kept_for_half_a_minute(place: Path) -> None:
    moment = datetime(2026, 3, 1, 12, tzinfo=UTC)
    app = make_app()
    app.dependency_overrides[clock] = lambda: moment
    with TestClient(app, base_url="http://localhost") as client:
        before = items(client)
        (place / "watches" / "meadow.toml").write_text(WATCH + ENDPOINTS)
        moment = moment.replace(second=29)
        assert items(client) == before
        moment = moment.replace(second=30)
        assert items(client)["endpoints of meadow"]["state"] == "ok"
