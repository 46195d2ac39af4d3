from typing import Any, get_args

import pytest
from starlette.testclient import TestClient

from dashboards.questions import Stage
from tests.dashboards.given import put
from uproar import post_lists
from uproar.buckets import STAGES

HOSTILE = "</script><img src=x onerror=alert(1)> \u202egnp.exe {{7*7}} =cmd()"


def ask(client: TestClient, **query: Any) -> Any:
    answer = client.get("/api/v1/posts", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_hostile_text_stays_text(client: TestClient) -> None:
    put(text=HOSTILE, url="javascript:alert(1)")
    answer = client.get("/api/v1/posts")
    assert answer.json()["posts"][0]["text"] == HOSTILE
    assert answer.json()["posts"][0]["url"] is None
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_a_post_tells_the_evidence_and_not_the_author(client: TestClient) -> None:
    families = {"en.left": "cancelled", "past, first person": None}
    evidence = [(rule, {"start": 0, "end": 4, "text": "Done", "rule": rule}) for rule in families]
    stored = [one for _, one in evidence]
    put(text="Done with them", stage="cancelled", evidence=stored, url="https://example.org/1", concerns=["privacy"])
    answer = client.get("/api/v1/posts")
    (post,) = answer.json()["posts"]
    assert post["evidence"] == [{**one, "family": families[rule]} for rule, one in evidence]
    assert (post["stage"], post["cancel"], post["url"]) == ("cancelled", True, "https://example.org/1")
    assert "author" not in answer.text
    assert "0123456789abcdef" not in answer.text


@pytest.mark.parametrize("cancel", [None, "true"])
def test_paging_shows_every_post_once_and_in_order(either_client: TestClient, cancel: str | None) -> None:
    ids = [put(number // 3, stage="cancelling") for number in range(23)]  # three share each moment
    seen: list[int] = []
    query: dict[str, Any] = {"limit": 5} | ({"cancel": cancel} if cancel else {})
    while True:
        page = ask(either_client, **query)
        seen += [post["id"] for post in page["posts"]]
        if page["before"] is None:
            break
        query["before"] = page["before"]
        put(99)  # a newer post that arrives in between must not move the pages
    assert seen == ids[::-1]


def test_cancel_only_shows_the_same_posts_that_the_chart_counts(either_client: TestClient) -> None:
    voice = put(0, stage="cancelling")
    echo = put(1, stage="cancelling", voice=False)
    other = put(2, stage="urging")
    assert [post["id"] for post in ask(either_client, cancel="true")["posts"]] == [voice]
    assert [post["id"] for post in ask(either_client, cancel="false")["posts"]] == [other, echo]


@pytest.mark.parametrize(
    ("name", "value"), [("stage", "seeking"), ("sentiment", "negative"), ("source", "mastodon"), ("lang", "fr")]
)
def test_posts_can_be_asked_for_by_what_was_made_of_them(client: TestClient, name: str, value: str) -> None:
    put(0)
    given: dict[str, Any] = {name: value}
    wanted = put(1, **given)
    assert [post["id"] for post in ask(client, **{name: value})["posts"]] == [wanted]


def test_a_name_may_be_given_several_times_and_all_names_must_hold(either_client: TestClient) -> None:
    one = put(0, stage="seeking", stance="against", concerns=["privacy"])
    two = put(1, stage="urging", stance="for", concerns=["price", "privacy-law"], voice=False)
    put(2)

    def found(**query: Any) -> list[int]:
        return [post["id"] for post in ask(either_client, **query)["posts"]]

    assert found(stage=["seeking", "urging"]) == [two, one]
    assert found(stage=["seeking", "urging"], stance="for") == [two]
    assert found(concern="privacy") == [one]
    assert found(concern=["privacy", "price"]) == [two, one]
    assert found(concern="priva") == found(concern='price", "privacy-law') == found(source="nowhere") == []
    assert found(voice="false") == [two]
    assert found(voice="true", concern="price") == []


def test_what_a_person_said_decides_what_is_found(either_client: TestClient) -> None:
    given = put(0, stage="seeking", concerns=["price"])
    said = {"stage": "none", "stance": "for", "concerns": ["privacy"], "voice": False}
    assert either_client.post(f"/api/v1/posts/{given}/corrections", json=said).status_code == 201

    def found(**query: Any) -> list[int]:
        return [post["id"] for post in ask(either_client, **query)["posts"]]

    assert found(stance="for", concern="privacy", voice="false", stage="none") == [given]
    assert found(stance="none") == found(concern="price") == found(voice="true") == found(stage="seeking") == []


def test_the_strongest_come_first_and_are_paged_in_that_order(either_client: TestClient) -> None:
    weak = [put(number, stage="none") for number in range(4)]
    strong = [put(number // 2, stage="seeking", score=0.5 + 0.1 * (number // 3)) for number in range(9)]
    spared, blamed = put(50, stage="seeking", score=0.99), put(51, stage="none", score=0.99)
    for post_id, stage in ((spared, "none"), (blamed, "seeking")):
        either_client.post(f"/api/v1/posts/{post_id}/corrections", json={"stage": stage})
    seen: list[int] = []
    query: dict[str, Any] = {"limit": 3, "sort": "strongest"}
    while True:
        page = ask(either_client, **query)
        seen += [post["id"] for post in page["posts"]]
        if page["before"] is None:
            break
        query["before"] = page["before"]
    assert seen == [blamed, *strong[::-1], spared, *weak[::-1]]


def test_a_range_of_posts_leaves_its_end_out(client: TestClient) -> None:
    put(0)
    inside = put(1)
    put(2)
    found = ask(client, **{"from": "2026-03-01T12:01:00Z", "to": "2026-03-01T12:02:00Z"})
    assert [post["id"] for post in found["posts"]] == [inside]


@pytest.mark.parametrize(
    "query",
    ["before=rubbish", "before=%FF", "limit=0", "limit=201", "stage=angry", "sentiment=sad", "source=%00", "sort=best"],
)
def test_a_bad_question_is_refused(client: TestClient, query: str) -> None:
    answer = client.get(f"/api/v1/posts?{query}")
    assert answer.status_code == 422
    assert isinstance(answer.json()["detail"], str)


def test_the_api_knows_the_same_stages_as_the_buckets() -> None:
    assert get_args(Stage) == STAGES


@pytest.mark.parametrize("sort", ["newest", "strongest"])
def test_what_is_rare_is_found_page_by_page_and_each_once(
    either_client: TestClient, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    monkeypatch.setattr(post_lists, "MOST_READ", 10)
    ids = [put(number // 4, stage="seeking", lang="fr" if number % 9 == 0 else "en") for number in range(60)]
    corrected = put(3, lang="fr")
    either_client.post(f"/api/v1/posts/{corrected}/corrections", json={"stage": "staying"})
    seen: list[int] = []
    pages: list[int] = []
    query: dict[str, Any] = {"lang": "fr", "sort": sort}
    while True:
        page = ask(either_client, **query)
        pages.append(len(page["posts"]))
        seen += [post["id"] for post in page["posts"]]
        if page["before"] is None:
            break
        query["before"] = page["before"]
    assert sorted(seen) == sorted([*ids[::9], corrected])
    assert len(pages) >= 6
    assert max(pages) <= 3


def test_the_last_page_of_rare_posts_says_that_it_is(either_client: TestClient) -> None:
    put(0)
    assert ask(either_client, source="nowhere") == {"posts": [], "before": None}
