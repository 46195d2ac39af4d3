"""The budget of X in the API and among the metrics."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from tests.dashboards.given import NOON
from uproar import budget, database, volumes
from uproar.settings import settings
from uproar.volumes import Counted


def buy(posts: int, *, came: int) -> None:
    """Reserve some posts and settle for those that came; the last call stays open."""
    limits = budget.x_limits(settings())
    now = datetime.now(UTC)
    with database.writing() as session:
        granted = budget.reserve(session, budget.X, posts=posts, now=now, limits=limits)
        budget.settle(session, granted, ids=[str(number) for number in range(came)], limits=limits)
        budget.reserve(session, budget.X, posts=10, now=now, limits=limits)


def test_no_budget_is_shown_where_nothing_can_be_bought(client: TestClient) -> None:
    assert client.get("/api/v1/budget").json() == []
    assert "uproar_budget" not in client.get("/metrics").text


def test_what_was_bought_and_what_is_left_is_shown(either_client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPROAR_X_POSTS_A_DAY", "100")
    settings.cache_clear()
    buy(75, came=72)
    (shown,) = either_client.get("/api/v1/budget").json()
    assert (shown["account"], shown["level"], shown["until"]) == ("x", "warning", None)
    assert shown["day"] == {
        "posts": 72, "reserved": 10, "cap": 100, "left": 18, "requests": 2, "micros": 72 * 5_000,
    }  # fmt: skip
    assert shown["month"]["cap"] == 10_000
    assert shown["forecast_posts"] >= 82
    metrics = either_client.get("/metrics").text
    assert 'uproar_budget_posts{account="x",period="day"} 82\n' in metrics
    assert 'uproar_budget_cap_posts{account="x",period="month"} 10000\n' in metrics


def test_a_spent_budget_says_until_when(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPROAR_X_POSTS_A_DAY", "100")
    settings.cache_clear()
    buy(85, came=85)
    (shown,) = client.get("/api/v1/budget").json()
    assert shown["level"] == "spent"
    assert datetime.fromisoformat(shown["until"]) > datetime.now(UTC)


def test_what_a_platform_counts_is_shown_hour_by_hour(either_client: TestClient) -> None:
    counts = [Counted(NOON + timedelta(hours=hour), NOON + timedelta(hours=hour + 1), 10 * hour) for hour in range(3)]
    with database.writing() as session:
        volumes.put(session, counts, watch="meadow", source="x")
        volumes.put(session, [replace(counts[2], posts=25)], watch="meadow", source="x")
    span = {"from": (NOON + timedelta(minutes=90)).isoformat(), "to": (NOON + timedelta(hours=9)).isoformat()}
    shown = either_client.get("/api/v1/volumes", params=span).json()
    assert [(one["source"], one["posts"]) for one in shown] == [("x", 10), ("x", 25)]
