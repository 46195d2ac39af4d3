"""Several watches counted together: counts add up, people are told apart, posts stand in one list."""

from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.dashboards.given import NOON, put
from tests.dashboards.test_series import ask
from uproar import database
from uproar.models import Gap

BOTH = {"watch": "meadow", "also": "harbour"}


@pytest.fixture
def both(empty: Path) -> None:
    """A second watch beside that of all tests."""
    first = empty / "watches" / "meadow.toml"
    first.with_name("harbour.toml").write_text(first.read_text())


@pytest.mark.usefixtures("both")
def test_counts_add_up_over_watches(either_client: TestClient) -> None:
    put(0, stage="cancelled", concerns=["privacy"], author="sam")
    put(1, stage="cancelled", concerns=["privacy"], watch="harbour", author="sam")
    put(2, stage="cancelling", watch="harbour", author="kim", lang="fr")
    put(3, watch="elsewhere")
    told = ask(either_client, "series", **BOTH)
    assert (told["watch"], told["also"]) == ("meadow", ["harbour"])
    assert told["totals"]["posts"] == sum(told["posts"]) == 3
    assert told["totals"]["cancel"] == sum(told["cancel"]) == 3
    assert told["totals"]["cancel_people"] == 2, "who leaves both is one person"
    assert told["totals"]["concerns"] == {"privacy": {"posts": 2, "cancel": 2}}
    assert told["expected"] == {}, "what is expected is that of one watch"
    assert told["to"] == int(NOON.timestamp()) + 3 * 60, "the latest minute is that of both"
    alone = ask(either_client, "series", watch="meadow")
    assert (alone["also"], alone["totals"]["posts"]) == ([], 1)
    assert ask(either_client, "series", watch="meadow", also="meadow")["totals"]["posts"] == 1


@pytest.mark.usefixtures("both")
def test_gaps_of_all_are_told(client: TestClient) -> None:
    put(0)
    put(9, watch="harbour")
    with database.writing() as session:
        for watch, source in (("meadow", "x"), ("harbour", "mastodon")):
            start = NOON + timedelta(minutes=2)
            session.add(Gap(watch=watch, source=source, started_at=start, ended_at=None, reason="it did not answer"))
    assert {gap["source"] for gap in ask(client, "series", **BOTH)["gaps"]} == {"x", "mastodon"}


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize("sort", ["newest", "strongest"])
def test_pages_of_posts_of_several_watches_are_one_list(either_client: TestClient, sort: str) -> None:
    for minute in range(20):
        stage = "cancelled" if minute % 3 else "none"
        put(minute, watch="harbour" if minute % 4 == 0 else "meadow", stage=stage, score=minute % 7 / 10 + 0.1)
    asked = {**BOTH, "sort": sort}
    whole = [post["id"] for post in ask(either_client, "posts", **asked)["posts"]]
    assert len(whole) == 20
    pages: list[int] = []
    before = None
    while True:
        answer = ask(either_client, "posts", **asked, limit=3, **({"before": before} if before else {}))
        pages += [post["id"] for post in answer["posts"]]
        before = answer["before"]
        if before is None:
            break
    assert pages == whole


@pytest.mark.parametrize("path", ["series", "posts"])
def test_a_watch_that_is_not_there_is_refused(client: TestClient, path: str) -> None:
    answer = client.get(f"/api/v1/{path}", params={"watch": "meadow", "also": "nowhere"})
    assert answer.status_code == 404
    assert "nowhere" in answer.json()["detail"]
