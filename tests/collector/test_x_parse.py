import json
from datetime import UTC, datetime
from typing import Any

import pytest

from collector.sources.x.parse import ids_of, parse, problems, time_of
from tests.collector.conftest import NOW
from tests.collector.x_api import id_at, post
from uproar.incoming import Incoming

WHEN = datetime(2026, 3, 2, 8, 30, 15, 250_000, tzinfo=UTC)
ID = id_at(WHEN)
OTHER = id_at(datetime(2026, 3, 1, tzinfo=UTC))


def one(item: Any, **beside: Any) -> Incoming:
    posts, dead = parse({"data": [item], **beside}, now=NOW)
    assert dead == []
    (found,) = posts
    return found


def test_a_post_has_its_id_time_author_language_and_address() -> None:
    found = one(post(ID, author_id="77"))
    assert (found.platform, found.native_id, found.author, found.lang) == ("x", ID, "77", "en")
    assert found.created_at == WHEN
    assert found.url == f"https://x.com/i/status/{ID}"
    assert (found.repost, found.edited_at, found.parent_text, found.context) == (False, None, None, ())


def test_without_a_time_the_id_tells_it() -> None:
    assert one({"id": ID, "text": "I left"}).created_at == WHEN
    assert one(post(ID, created_at="once")).created_at == WHEN
    assert one({"id": int(ID), "text": "I left"}).native_id == ID


@pytest.mark.parametrize("name", ["note_tweet", "note_post"])
def test_a_long_post_has_its_full_text_and_the_links_in_it(name: str) -> None:
    links = {"urls": [{"expanded_url": "https://news.example/deal", "title": "Gullwing buys &amp; closes"}]}
    found = one(post(ID, "I left…", **{name: {"text": "I left, and here is why", "entities": links}}))
    assert found.text == "I left, and here is why"
    assert found.context == ("https://news.example/deal", "Gullwing buys & closes")


def test_its_three_entities_are_resolved_once_and_nothing_else_is() -> None:
    assert one(post(ID, "a &lt;b&gt; &amp;lt; &copy; &eacute")).text == "a <b> &lt; &copy; &eacute"


@pytest.mark.parametrize("kind", ["tweets", "posts"])
def test_what_a_post_quotes_and_answers_is_its_context(kind: str) -> None:
    quoted, answered = id_at(WHEN, 1), id_at(WHEN, 2)
    references = [
        {"type": "quoted", "id": quoted},
        {"type": "replied_to", "id": answered},
        {"type": "quoted", "id": OTHER},
    ]
    item = post(ID, "Me too", **{f"referenced_{kind}": references})
    others = [post(quoted, "Gullwing &amp; co"), post(answered, "Who leaves Harbour Clinics?"), "junk", {"id": 5}]
    found = one(item, includes={kind: others}, errors=[{"resource_id": OTHER, "title": "Not Found Error"}])
    assert found.context == ("Gullwing & co", "Who leaves Harbour Clinics?")
    assert found.parent_text == "Who leaves Harbour Clinics?"
    assert not found.repost


@pytest.mark.parametrize("kind", ["tweets", "posts"])
def test_a_repost_is_one_and_says_all_of_its_original(kind: str) -> None:
    said = "Harbour Clinics was the only place near us, and now I have to look for another one, with three children"
    item = post(ID, f"RT @mo_leaves: {said[:60]}…", **{f"referenced_{kind}": [{"type": "retweeted", "id": OTHER}]})
    whole = one(item, includes={kind: [post(OTHER, said)]})
    assert whole.repost
    assert whole.text == f"RT @mo_leaves: {said}"
    assert one(item).text == item["text"]
    assert one(item).repost


@pytest.mark.parametrize("name", ["edit_history_tweet_ids", "edit_history_post_ids"])
def test_an_edit_is_a_version_of_the_post_that_it_edits(name: str) -> None:
    item = post(ID, "I left, really", edit_history_tweet_ids=None)
    found = one(item | {name: [OTHER, id_at(WHEN, 9), "junk", ID]})
    assert found.native_id == OTHER
    assert found.created_at == time_of(OTHER)
    assert found.edited_at == WHEN
    assert found.url == f"https://x.com/i/status/{ID}"


def test_links_and_tags_are_context_whatever_else_is_there() -> None:
    entities = {
        "urls": [
            {
                "url": "https://t.co/a",
                "expanded_url": "https://news.example/a",
                "unwound_url": "https://news.example/b",
            },
            7,
            {"expanded_url": None},
        ],
        "hashtags": [{"tag": "LeaveHarbour"}, {"tag": 1}],
        "cashtags": [{"tag": "GULL"}],
        "mentions": "none",
    }
    found = one(post(ID, entities=entities))
    assert found.context == ("https://news.example/b", "https://news.example/a", "#LeaveHarbour", "$GULL")
    assert one(post(ID, entities=[1])).context == ()


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ("a text", "no id"),
        (None, "no id"),
        ({"text": "x"}, "no id"),
        (post(ID) | {"id": "abc"}, "no id"),
        (post(ID) | {"id": "9" * 5_000}, "no id"),
        (post(ID) | {"id": True}, "no id"),
        ({"id": ID}, "no text"),
        (post(ID) | {"text": ["x"]}, "no text"),
        (post(ID, " "), "the text is empty"),
        (post(ID, "\ud800"), "lone surrogate"),
        (post("20", created_at=None), "holds no time"),
        (post(ID, created_at="2046-03-01T00:00:00Z"), "outside 1990 to tomorrow"),
    ],
)
def test_a_post_that_cannot_be_used_is_a_dead_letter_beside_good_ones(item: Any, reason: str) -> None:
    answer = {"data": [post(OTHER), item, post(ID)], "meta": {}}
    posts, dead = parse(answer, now=NOW)
    assert [found.native_id for found in posts] == [OTHER, ID]
    (letter,) = dead
    assert reason in letter.reason
    assert json.loads(letter.raw) == item
    assert len(ids_of(answer)) == 3


@pytest.mark.parametrize("includes", [None, [], "x", {"tweets": {}, "users": 5}, {"tweets": [None], "users": [[]]}])
def test_includes_of_another_shape_cost_no_post(includes: Any) -> None:
    assert one(post(ID, referenced_tweets="x"), includes=includes).native_id == ID


def test_partial_errors_are_counted_and_cost_no_post() -> None:
    answer = {"data": [post(ID)], "errors": [{"title": "Forbidden"}, {"title": "Not Found Error"}]}
    assert problems(answer) == 2
    assert len(parse(answer, now=NOW)[0]) == 1
    assert problems({"errors": "x"}) == 0


def test_a_line_of_a_stream_is_read_as_a_page_of_one() -> None:
    line = {"data": post(ID), "matching_rules": [{"id": "1", "tag": None}]}
    posts, _ = parse(line, now=NOW)
    assert [found.native_id for found in posts] == [ID]
    assert parse({"meta": {"result_count": 0}}, now=NOW) == ([], [])


@pytest.mark.parametrize("native_id", [None, "", "abc", "20", "²", str(2**63), "-5"])
def test_an_id_that_holds_no_time_says_so(native_id: str | None) -> None:
    assert time_of(native_id) is None
