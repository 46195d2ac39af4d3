import json
from datetime import UTC, datetime
from typing import Any

import pytest

from collector.sources.reddit.things import from_entry, parse, revive
from tests.collector.reddit_server import START, comment, submission
from uproar.incoming import BadItemError, Erasure, Incoming

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


def only(thing: Any) -> Incoming:
    """The one post that a thing becomes."""
    (post,), dead, erased = parse([thing], now=NOW)
    assert (dead, erased) == ([], [])
    return post


def test_a_submission_is_its_title_and_its_text() -> None:
    post = only(submission(31, selftext="I am *done* & gone", over_18=True))
    assert post.text == "Harbour Clinics is sold\nI am *done* & gone"
    assert (post.platform, post.native_id, post.author) == ("reddit", "t3_1f", "ann")
    assert post.url == "https://www.reddit.com/r/harbour/comments/1f/sold/"
    assert post.created_at == datetime(2026, 3, 1, 0, 31, tzinfo=UTC)
    assert (post.edited_at, post.context) == (None, ("r/harbour",))


def test_a_comment_has_the_title_that_it_stands_under_as_context() -> None:
    post = only(comment(31, link_url="https://news.example/1"))
    assert (post.native_id, post.text) == ("t1_1f", "I left Harbour Clinics")
    assert post.context == ("A thread", "https://news.example/1", "r/pier")


def test_a_link_and_a_crosspost_are_context() -> None:
    parent = {"title": "They sold us", "selftext": "[removed]", "subreddit": "pier"}
    thing = submission(1, is_self=False, url="https://news.example", crosspost_parent_list=[parent, 7])
    assert only(thing).context == ("https://news.example", "r/harbour", "They sold us", "r/pier")


@pytest.mark.parametrize("text", ["[deleted]", "[removed]", "[ Removed by Reddit ]"])
def test_what_was_deleted_or_removed_is_erased_and_never_a_text(text: str) -> None:
    posts, dead, erased = parse([submission(1, selftext=text), comment(2, text), comment(3)], now=NOW)
    assert [post.native_id for post in posts] == ["t1_3"]
    assert dead == []
    assert erased == [Erasure("reddit", "t3_1"), Erasure("reddit", "t1_2")]


def test_an_author_who_is_gone_is_none_and_the_text_stays() -> None:
    post = only(comment(1, author="[deleted]"))
    assert (post.author, post.text) == (None, "I left Harbour Clinics")


def test_an_edit_says_when() -> None:
    edited = START.timestamp() + 900
    assert only(comment(1, edited=edited)).edited_at == datetime(2026, 3, 1, 0, 15, tzinfo=UTC)
    for value in (False, True, None, "x", float("nan"), -5, 2**40):
        assert only(comment(1, edited=value)).edited_at is None


@pytest.mark.parametrize(
    ("thing", "reason"),
    [
        ("text", "no data"),
        ({"kind": "t3"}, "no data"),
        ({"kind": "t5", "data": {"name": "t5_1"}}, "kind is 't5'"),
        ({"kind": "more", "data": {"children": []}}, "kind is 'more'"),
        (submission(1, name=None), "no name of its kind"),
        (submission(1, name="t1_1"), "no name of its kind"),
        (submission(1, name="t3_../x"), "no name of its kind"),
        (submission(1, ""), "no title"),
        (submission(1, created_utc=None), "not seconds since 1970"),
        (submission(1, created_utc="1"), "not seconds since 1970"),
        (submission(1, created_utc=True), "not seconds since 1970"),
        (submission(1, created_utc=2**32), "outside 1990 to tomorrow"),
        (comment(1, body=None), "no body"),
        (comment(1, ""), "the text is empty"),
        (comment(1, "\udc00"), "lone surrogate"),
    ],
)
def test_a_thing_that_cannot_be_used_is_a_dead_letter_beside_good_ones(thing: Any, reason: str) -> None:
    posts, dead, erased = parse([comment(5), thing, comment(6)], now=NOW)
    assert [post.native_id for post in posts] == ["t1_5", "t1_6"]
    assert erased == []
    (one,) = dead
    assert reason in one.reason
    assert json.loads(one.raw) == thing


@pytest.mark.parametrize("junk", [None, 7, "", [], {}, [None], True])
def test_fields_of_other_kinds_cost_nothing_but_themselves(junk: Any) -> None:
    names = (
        "author",
        "selftext",
        "permalink",
        "url",
        "subreddit",
        "crosspost_parent_list",
        "link_flair_text",
        "edited",
    )
    for name in names:
        assert only(submission(1, **{name: junk})).text == "Harbour Clinics is sold"


def test_a_dead_letter_is_read_again() -> None:
    assert revive(json.dumps(comment(3)), now=NOW) == only(comment(3))
    for raw, reason in (
        ('{"kind": "t1"', "no JSON"),
        (json.dumps(comment(3, author=None, body=None)), "no body"),
        (json.dumps(comment(3, "[deleted]")), "its text was deleted"),
    ):
        with pytest.raises(BadItemError, match=reason):
            revive(raw, now=NOW)


def test_an_entry_of_the_feed_becomes_what_the_interface_would_give() -> None:
    entry = Incoming(
        "feed", "www.reddit.com:t3_1f", "Sold\nI left submitted by /u/ann [link] [comments]", NOW, "/u/ann"
    )
    post = from_entry(entry)
    assert (post.platform, post.native_id, post.author, post.text) == ("reddit", "t3_1f", "ann", "Sold\nI left")
    with pytest.raises(BadItemError, match="no submission"):
        from_entry(Incoming("feed", "www.reddit.com:t5_1f", "r/harbour", NOW))
