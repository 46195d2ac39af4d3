"""How often the machine is right: what people said of it, and the evaluation that was kept."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from tests.dashboards.given import put
from tests.recounted import assert_recounted
from uproar import database, evaluations
from uproar.evaluations import Evaluated
from uproar.models import Correction
from uproar.settings import settings
from uproar.wilson import wilson

EVALUATED: dict[str, Any] = {
    "measured_at": datetime(2026, 3, 1, tzinfo=UTC), "model_version": "test", "seed": 1,
    "files": [
        {
            "file": "mine.jsonl", "sha256": "0" * 64, "posts": 10, "borderline": 1, "unjudged": 0,
            "views": {
                "cancel": {
                    "n": 10,
                    "measures": {"recall": {"value": 0.75, "low": 0.3, "high": 0.95, "method": "bootstrap"}},
                    "calibration": {"bins": [], "error": None},
                }
            },
        }
    ],
}  # fmt: skip


def judge(client: TestClient, post_id: int, **said: Any) -> None:
    assert client.post(f"/api/v1/posts/{post_id}/corrections", json=said).status_code == 201


def quality(client: TestClient) -> dict[str, Any]:
    answer = client.get("/api/v1/quality?watch=meadow")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_nothing_is_claimed_where_nobody_has_judged_anything(either_client: TestClient) -> None:
    put(stage="cancelled")
    found = quality(either_client)
    assert found["people"]["judged"] == 0
    assert found["people"]["precision"]["value"] is None
    assert found["people"]["calibration"] == {"bins": [], "error": None}
    assert (found["newest"], found["evaluation"], found["running"]) == ([], None, "test")


def test_precision_is_of_what_people_confirmed_or_changed_of_posts_drawn_by_chance(either_client: TestClient) -> None:
    def drawn(post_id: int, **said: Any) -> None:
        judge(either_client, post_id, sampled=True, **said)

    for _ in range(3):
        drawn(put(stage="cancelled", score=0.95), stage="cancelled")
    drawn(put(stage="cancelling", score=0.91), stage="cancelled")  # another stage, yet cancel intent
    drawn(put(stage="considering", score=0.5), stage="none")
    drawn(put(stage="none", score=0.0), stage="seeking")  # missed: says nothing about precision
    drawn(put(stage="cancelled"), sentiment="negative")  # nobody judged its stage
    people = quality(either_client)["people"]
    assert (people["judged"], people["confirmed"], people["said_cancel"], people["right_cancel"]) == (6, 3, 5, 4)
    assert (people["sampled"], people["not_sampled"]["judged"]) == (6, 0)
    low, high = wilson(4, 5)
    assert people["precision"] == pytest.approx({"value": 0.8, "low": low, "high": high, "method": "wilson"})
    assert people["stages"] == [
        {"machine": "cancelled", "person": "cancelled", "posts": 3},
        {"machine": "cancelling", "person": "cancelled", "posts": 1},
        {"machine": "considering", "person": "none", "posts": 1},
        {"machine": "none", "person": "seeking", "posts": 1},
    ]
    half, nine = people["calibration"]["bins"]
    assert (half["low"], half["n"], half["mean"], half["right"]["value"]) == (0.5, 1, 0.5, 0.0)
    assert (nine["low"], nine["high"], nine["n"], nine["right"]["value"]) == (0.9, 1.0, 4, 1.0)
    assert people["calibration"]["error"] == pytest.approx((0.5 + 3 * 0.05 + 0.09) / 5)
    assert people["recall"] is None
    assert "cannot be known" in people["recall_note"]


def test_what_people_came_to_by_themselves_is_counted_apart_and_moves_no_precision(either_client: TestClient) -> None:
    judge(either_client, put(stage="cancelled", score=0.9), stage="cancelled", sampled=True)
    before = quality(either_client)["people"]
    judge(either_client, put(stage="cancelled", score=0.9), stage="none")
    judge(either_client, put(stage="seeking", score=0.6), stage="considering", sampled=False)
    judge(either_client, put(stage="none"), stage="urging")
    after = quality(either_client)["people"]
    assert after["not_sampled"] == {"judged": 3, "said_cancel": 2, "right_cancel": 1, "unknown": 0}
    assert (after["judged"], after["sampled"]) == (4, 1)
    for same in ("sampled", "said_cancel", "right_cancel", "precision", "calibration"):
        assert after[same] == before[same]


def test_a_correction_from_before_it_was_asked_is_not_taken_for_one_drawn_by_chance(either_client: TestClient) -> None:
    post_id = put(stage="cancelled")
    judge(either_client, post_id, stage="cancelled")
    with database.writing() as session:
        session.exec(select(Correction)).one().sampled = None
    people = quality(either_client)["people"]
    assert people["not_sampled"] == {"judged": 1, "said_cancel": 1, "right_cancel": 1, "unknown": 1}
    assert (people["sampled"], people["precision"]["value"]) == (0, None)
    (said,) = either_client.get(f"/api/v1/posts/{post_id}/corrections").json()
    assert said["sampled"] is None


def test_a_post_that_was_drawn_stays_so_whatever_is_said_of_it_later(either_client: TestClient) -> None:
    post_id = put(stage="cancelled")
    judge(either_client, post_id, stage="cancelled", sampled=True)
    judge(either_client, post_id, stage="none")
    people = quality(either_client)["people"]
    assert (people["sampled"], people["said_cancel"], people["right_cancel"]) == (1, 1, 0)
    either_client.delete(f"/api/v1/posts/{post_id}/corrections")
    judge(either_client, post_id, stage="none")  # the draw is undone: now somebody has chosen it
    assert quality(either_client)["people"]["sampled"] == 0


def test_to_confirm_the_machine_changes_no_count_and_counts_as_judged(either_client: TestClient) -> None:
    post_id = put(stage="cancelled", sentiment="negative", score=0.9)
    before = either_client.get("/api/v1/series?from=first").json()["totals"]
    judge(either_client, post_id, stage="cancelled", by="Mo", sampled=True)
    assert either_client.get("/api/v1/series?from=first").json()["totals"] == before
    found = quality(either_client)
    assert (found["people"]["confirmed"], found["people"]["precision"]["value"]) == (1, 1.0)
    assert [one["id"] for one in found["newest"]] == [post_id]
    assert found["newest"][0]["correction"]["by"] == "Mo"
    assert_recounted("meadow")


def test_what_was_withdrawn_or_said_before_no_longer_judges(either_client: TestClient) -> None:
    first, second = put(stage="cancelled"), put(stage="cancelled")
    judge(either_client, first, stage="none")
    judge(either_client, second, stage="none")
    judge(either_client, second, stage="cancelled", sampled=True)
    either_client.delete(f"/api/v1/posts/{first}/corrections")
    people = quality(either_client)["people"]
    assert (people["judged"], people["right_cancel"]) == (1, 1)
    assert [one["id"] for one in quality(either_client)["newest"]] == [second]


@pytest.mark.parametrize(("version", "running"), [("test", True), ("older", False)])
def test_the_kept_evaluation_says_whether_it_measured_the_rules_that_run(
    either_client: TestClient, version: str, *, running: bool
) -> None:
    kept = Evaluated.model_validate({**EVALUATED, "model_version": version})
    evaluations.save(kept, settings())
    assert quality(either_client)["evaluation"]["is_running"] is None
    put()
    found = quality(either_client)
    assert found["running"] == "test"
    assert found["evaluation"] == {**kept.model_dump(mode="json"), "is_running": running}


def test_a_kept_evaluation_that_was_spoilt_is_told_and_not_passed_over(place: Path, client: TestClient) -> None:
    (settings().data_dir / evaluations.NAME).write_text("{}")
    answer = client.get("/api/v1/quality")
    assert answer.status_code == 503
    assert "uproar evaluate FILE --save" in answer.json()["detail"]
