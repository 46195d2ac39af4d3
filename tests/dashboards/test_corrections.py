"""Correcting a reaction by the API: what is shown and counted, and who may do it."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.dashboards.given import NOON, put, wait_for_reaction
from tests.recounted import assert_recounted
from uproar import database
from uproar.models import Post


def path(post_id: int) -> str:
    return f"/api/v1/posts/{post_id}/corrections"


def correct(client: TestClient, post_id: int, **said: Any) -> Any:
    answer = client.post(path(post_id), json=said)
    assert answer.status_code == 201, answer.text
    return answer.json()


def shown(client: TestClient, **query: Any) -> list[int]:
    answer = client.get("/api/v1/posts", params=query)
    assert answer.status_code == 200, answer.text
    return [post["id"] for post in answer.json()["posts"]]


def cancels(client: TestClient) -> int:
    return int(client.get("/api/v1/series?from=first").json()["totals"]["cancel"])


def test_a_correction_is_shown_with_the_machines_answer_beside_it(either_client: TestClient) -> None:
    post_id = put(stage="cancelled", sentiment="negative")
    (before,) = either_client.get("/api/v1/posts").json()["posts"]
    assert before["correction"] is None
    assert before["machine"]["stage"] == "cancelled"
    said = {"stage": "staying", "concerns": ["privacy", "privacy"], "note": "irony", "by": "Mo", "sampled": True}
    post = correct(either_client, post_id, **said)
    assert (post["stage"], post["cancel"], post["sentiment"], post["concerns"]) == (
        "staying", False, "negative", ["privacy"],
    )  # fmt: skip
    assert post["machine"] == {
        "stage": "cancelled", "cancel": True, "sentiment": "negative", "stance": "none", "concerns": [], "voice": True,
        "model_version": "test",
    }  # fmt: skip
    assert {name: post["correction"][name] for name in ("stage", "sentiment", "note", "by", "sampled")} == {
        "stage": "staying", "sentiment": None, "note": "irony", "by": "Mo", "sampled": True,
    }  # fmt: skip
    assert either_client.get("/api/v1/posts").json()["posts"] == [post]
    assert cancels(either_client) == 0
    totals = either_client.get("/api/v1/series?from=first").json()["totals"]
    assert totals["concerns"]["privacy"] == {"posts": 1, "cancel": 0}
    assert_recounted("meadow")


def test_posts_are_found_by_what_counts_and_not_by_what_the_machine_said(either_client: TestClient) -> None:
    left = put(0, stage="cancelled", sentiment="negative")
    asked = put(1, stage="none")
    echo = put(2, stage="seeking", voice=False)
    correct(either_client, left, stage="none")
    correct(either_client, asked, stage="considering", sentiment="positive")
    correct(either_client, echo, voice=True)
    assert shown(either_client) == [echo, asked, left]
    assert shown(either_client, cancel="true") == [echo, asked]
    assert shown(either_client, cancel="false") == [left]
    assert shown(either_client, stage="none") == [left]
    assert shown(either_client, stage="cancelled") == []
    assert shown(either_client, sentiment="positive") == [asked]
    assert shown(either_client, sentiment="neutral") == [echo]
    assert shown(either_client, lang="fr") == []
    assert cancels(either_client) == 2
    correct(either_client, asked, sentiment="positive")
    assert shown(either_client, cancel="true") == [echo]
    assert shown(either_client, stage="none") == [asked, left]
    assert_recounted("meadow")


def test_a_withdrawal_gives_the_machines_answer_back(either_client: TestClient) -> None:
    post_id = put(stage="cancelled")
    correct(either_client, post_id, stage="none", note="first")
    correct(either_client, post_id, stage="urging", note="second")
    answer = either_client.delete(path(post_id))
    assert answer.status_code == 200
    assert (answer.json()["stage"], answer.json()["correction"]) == ("cancelled", None)
    assert shown(either_client, cancel="true") == [post_id]
    assert shown(either_client, stage="urging") == []
    history = either_client.get(path(post_id)).json()
    assert [(one["stage"], one["note"], one["withdrawn"]) for one in history] == [
        (None, None, True), ("urging", "second", False), ("none", "first", False),
    ]  # fmt: skip
    assert either_client.delete(path(post_id)).status_code == 404
    assert_recounted("meadow")


def test_paging_shows_every_post_once_whether_corrected_or_not(either_client: TestClient) -> None:
    ids = [put(number // 3, stage="cancelling" if number % 4 else "none") for number in range(23)]
    for post_id in ids[::2]:
        correct(either_client, post_id, stage="seeking")
    seen: list[int] = []
    query: dict[str, Any] = {"limit": 4, "cancel": "true"}
    while True:
        page = either_client.get("/api/v1/posts", params=query).json()
        seen += [post["id"] for post in page["posts"]]
        if page["before"] is None:
            break
        query["before"] = page["before"]
    assert seen == [post_id for number, post_id in enumerate(ids) if number % 4 or number % 2 == 0][::-1]


def test_a_post_that_is_unknown_or_waits_is_refused_with_the_reason(client: TestClient) -> None:
    wait_for_reaction(NOON)
    with database.reading() as session:
        waiting = session.get_one(Post, 1).id
        assert waiting is not None
    assert client.post(path(waiting), json={"stage": "none"}).status_code == 409
    assert client.get(path(waiting)).json() == []
    assert client.delete(path(waiting)).status_code == 404
    for answer in (client.get(path(99)), client.post(path(99), json={"stage": "none"}), client.delete(path(99))):
        assert answer.status_code == 404
        assert answer.json()["detail"].startswith("There is no post 99.")


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("{}", "corrects nothing"),
        ('{"note": "hm"}', "corrects nothing"),
        ('{"stage": null}', "corrects nothing"),
        ('{"stage": "angry"}', "stage: "),
        ('{"sentiment": "sad"}', "sentiment: "),
        ('{"stance": 1}', "stance: "),
        ('{"voice": "yes"}', "voice: "),
        ('{"concerns": "privacy"}', "concerns: "),
        ('{"concerns": ["weather"]}', "the watch has no 'weather'. It has: privacy."),
        ('{"concerns": ["\\u0000"]}', "the watch has no"),
        ('{"stage": "none", "compound": 1}', "compound: "),
        ('{"stage": "none", "sampled": null}', "sampled: "),
        ('{"sampled": true}', "corrects nothing"),
        ('{"stage": "none", "note": "\\ud800"}', "note: "),
        ('{"stage": "none", "by": "\\ud800"}', "by: "),
        ('{"stage": "none", "note": "%s"}' % ("x" * 2001), "note: "),
        ("[]", "body: "),
        ("{", ""),
        ("[" * 5000, ""),
        ("", "body: "),
    ],
)
def test_a_body_that_is_wrong_is_refused_with_the_reason(client: TestClient, body: str, says: str) -> None:
    post_id = put()
    answer = client.post(path(post_id), content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422)
    assert says in answer.json()["detail"]
    assert client.get(path(post_id)).json() == []


@pytest.mark.parametrize("number", ["0", "-1", str(2**63), "x"])
def test_a_number_that_no_post_can_have_is_refused(client: TestClient, number: str) -> None:
    assert client.get(f"/api/v1/posts/{number}/corrections").status_code == 422


def test_text_that_is_strange_is_kept_as_far_as_it_can_be(either_client: TestClient) -> None:
    post_id = put()
    post = correct(either_client, post_id, stage="none", note="a\0b </script>", by="\u202eMo 🙂")
    assert (post["correction"]["note"], post["correction"]["by"]) == ("a\ufffdb </script>", "\u202eMo 🙂")
