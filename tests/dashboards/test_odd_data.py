"""What is odd and still has to be answered: nothing there, a wrong clock, very many concerns, a very long post."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from dashboards.app import make_app
from tests.dashboards.given import NOON, put
from tests.dashboards.test_series import ask
from uproar import database

READING = ("watches", "series", "posts", "spikes", "annotations", "sources", "silences", "deliveries", "deadletters")


@pytest.mark.parametrize("route", READING)
def test_a_database_that_is_away_is_said_to_be(client: TestClient, monkeypatch: pytest.MonkeyPatch, route: str) -> None:
    def away(*_: object) -> Any:
        raise OperationalError("SELECT", {}, Exception("away"))

    with monkeypatch.context() as patched:
        patched.setattr(database, "engine", away)
        answer = client.get(f"/api/v1/{route}", headers={"If-None-Match": "*"})
    assert answer.status_code == 503
    assert "uproar doctor" in answer.json()["detail"]


@pytest.mark.parametrize("route", READING)
def test_empty_tables_have_an_answer(either_client: TestClient, route: str) -> None:
    assert either_client.get(f"/api/v1/{route}").status_code == 200


def test_posts_of_the_future_are_counted_where_they_say_that_they_were_written(either_client: TestClient) -> None:
    put(0)
    put(60 * 24 * 3)
    with time_machine.travel(NOON + timedelta(minutes=5), tick=False):
        recent = ask(either_client, "series", **{"from": "now-1h", "to": "now"})
        latest = ask(either_client, "series", **{"from": "first", "to": "latest"})
    assert (recent["totals"]["posts"], recent["newest"]) == (1, int(NOON.timestamp()) + 3 * 86_400)
    assert latest["totals"]["posts"] == sum(latest["posts"]) == 2


def test_of_two_hundred_concerns_all_are_in_the_totals_and_eight_are_drawn(either_client: TestClient) -> None:
    names = [f"concern-{number}" for number in range(200)]
    put(0, stage="cancelled", concerns=names)
    put(1, stage="cancelled", concerns=names[50:58])
    series = ask(either_client, "series", **{"from": "latest-10m"})
    assert len(series["totals"]["concerns"]) == 200
    assert sorted(series["concerns"]) == sorted(names[50:58])
    assert all(sum(column) == 2 for column in series["concerns"].values())


def test_a_post_of_ten_thousand_characters_comes_whole(either_client: TestClient) -> None:
    long = "I left 😀 " * 1_100
    put(0, text=long)
    (post,) = ask(either_client, "posts")["posts"]
    assert post["text"] == long


def test_the_schema_tells_the_shape_of_every_answer() -> None:
    schema = make_app().openapi()
    for path, routes in schema["paths"].items():
        for method, route in routes.items():
            for status, answer in route["responses"].items():
                content = answer.get("content", {})
                if path.startswith("/api/v1/") and status != "204":
                    shapes = [one.get("schema") or one.get("itemSchema") for one in content.values()]
                    assert shapes, f"{method} {path} {status}"
                    assert all(shapes), f"{method} {path} {status}"
            for parameter in route.get("parameters", ()):
                assert parameter["schema"], f"{method} {path} {parameter['name']}"
