from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from starlette.testclient import TestClient

from tests.dashboards.given import NOON, put
from uproar import database
from uproar.models import Gap, Spike


def ask(client: TestClient, path: str, **query: Any) -> Any:
    answer = client.get(f"/api/v1/{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_figures_equal_what_was_put_in(either_client: TestClient) -> None:
    put(0, sentiment="negative", stage="cancelling", concerns=["privacy"])
    put(0.5, sentiment="negative", stage="cancelled", voice=False, concerns=["privacy"])
    put(1, sentiment="positive", source="mastodon", lang="fr")
    put(7, stage="considering", source="mastodon")
    put(7, stage="urging")
    series = ask(either_client, "series", **{"from": "latest-10m"})
    assert series["step"] == 60
    assert dict(zip(series["t"], series["posts"], strict=True))[int(NOON.timestamp())] == 2
    assert [sum(series[name]) for name in ("posts", "negative", "neutral", "positive", "cancel")] == [5, 2, 2, 1, 2]
    totals = series["totals"]
    assert [totals[name] for name in ("posts", "voices", "negative", "cancel")] == [5, 4, 2, 2]
    assert totals["by_stage"]["cancelling"] == 1
    assert totals["by_stage"]["urging"] == 1
    assert {name: row["posts"] for name, row in totals["by_source"].items()} == {"bluesky": 3, "mastodon": 2}
    assert {name: row["posts"] for name, row in totals["by_lang"].items()} == {"en": 4, "fr": 1}
    assert totals["concerns"] == {"privacy": {"posts": 2, "cancel": 1}}
    assert totals["cancel_share"]["share"] == 0.5


def test_totals_do_not_depend_on_how_fine_the_points_are(client: TestClient) -> None:
    for minute in range(0, 600, 7):
        put(minute)
    seen = [ask(client, "series", **{"from": "latest-5h", "points": points}) for points in (10, 60, 400)]
    assert len({series["totals"]["posts"] for series in seen}) == 1
    assert all(sum(series["posts"]) == series["totals"]["posts"] for series in seen)
    assert all(len(series["t"]) <= points for series, points in zip(seen, (10, 60, 400), strict=True))


def test_the_latest_range_shows_an_old_deal(client: TestClient) -> None:
    put(3, start=datetime(2022, 7, 21, 12, tzinfo=UTC))
    series = ask(client, "series")
    assert series["totals"]["posts"] == 1
    assert series["newest"] == 1_658_404_980
    assert series["to"] == 1_658_404_980 + 60
    assert series["unfinished"] is None


def test_the_unfinished_step_is_left_out_of_the_points_and_stays_in_the_totals(client: TestClient) -> None:
    with time_machine.travel(NOON + timedelta(minutes=9, seconds=30), tick=False):
        put(8)
        put(9.4)
        series = ask(client, "series", **{"from": "now-10m", "to": "now"})
    assert sum(series["posts"]) == 1
    assert series["totals"]["posts"] == 2
    assert series["unfinished"] == int(NOON.timestamp()) + 9 * 60


def test_gaps_spikes_and_events_come_with_the_range_that_they_touch(either_client: TestClient) -> None:
    put(0)
    put(60)
    early, late = NOON + timedelta(minutes=5), NOON + timedelta(minutes=9)
    spike = Spike(
        watch="meadow", signal="cancel", state="resolved", started_at=early, changed_at=late, resolved_at=late,
        count=9, expected=1.0, window_s=300, score=8.0, explanation="9 where 1 was expected", notified=True,
    )  # fmt: skip
    with database.writing() as session:
        session.add(Gap(watch="meadow", source="mastodon", started_at=early, ended_at=late, reason="503"))
        session.add(
            Gap(watch="meadow", source="press", started_at=early, ended_at=late, filled_at=late, reason="read later")
        )
        session.add(spike)
    hour = ask(either_client, "series", **{"from": "latest-61m"})
    assert [gap["source"] for gap in hour["gaps"]] == ["mastodon"]
    assert [one["signal"] for one in hour["spikes"]] == ["cancel"]
    assert [event["text"] for event in hour["timeline"]] == ["Harbour announces it"]
    end = ask(either_client, "series", **{"from": "latest-10m"})
    assert (end["gaps"], end["spikes"], end["timeline"]) == ([], [], [])


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("from=yesterday", "now-6h"),
        ("from=now&to=now-1h", "earlier"),
        ("points=3", "greater than or equal to 10"),
        ("points=2001", "less than or equal to 2000"),
        ("to=%00", "moment"),
    ],
)
def test_a_bad_question_is_refused_with_what_to_write_instead(client: TestClient, query: str, word: str) -> None:
    answer = client.get(f"/api/v1/series?{query}")
    assert answer.status_code == 422
    assert word in answer.json()["detail"]


def test_an_unknown_watch_is_not_found_and_the_known_ones_are_named(client: TestClient) -> None:
    answer = client.get("/api/v1/series?watch=nobody")
    assert answer.status_code == 404
    assert "meadow" in answer.json()["detail"]


def test_a_watch_says_its_members_its_extent_and_that_it_is_simulated(client: TestClient, place: Path) -> None:
    path = place / "watches" / "meadow.toml"
    path.write_text("simulated = true\n" + path.read_text())
    put(2)
    (watch,) = ask(client, "watches")
    assert watch["simulated"] is True
    assert watch["members"] == 1500
    assert watch["concerns"] == {"privacy": "Privacy"}
    assert watch["extent"] == {"first": int(NOON.timestamp()) + 120, "last": int(NOON.timestamp()) + 120}
    assert ask(client, "series")["simulated"] is True


def test_a_watch_without_posts_has_figures_too(client: TestClient) -> None:
    assert ask(client, "watches")[0]["extent"] is None
    series = ask(client, "series")
    assert series["newest"] is None
    assert series["totals"]["cancel_share"] is None
