import json
from datetime import UTC, datetime
from typing import Any

import pytest

from collector.sources.mastodon.statuses import parse, revive
from tests.collector.mastodon_server import status
from uproar.incoming import BadItemError, Incoming

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
BASE = "https://quay.example"


def only(item: Any) -> Incoming:
    """The one post that an item becomes."""
    (post,), dead = parse([item], base=BASE, now=NOW)
    assert dead == []
    return post


def test_a_status_becomes_a_post_that_is_known_by_its_uri() -> None:
    post = only(status(7, language="fr"))
    assert (post.platform, post.native_id) == ("mastodon", "https://quay.example/users/ann/statuses/7")
    assert post.url == "https://quay.example/@ann/7"
    assert post.created_at == datetime(2026, 3, 1, 0, 7, tzinfo=UTC)
    assert (post.author, post.lang, post.repost, post.edited_at) == (f"{BASE}/users/ann", "fr", False, None)
    assert (post.text, post.context) == ("I left #harbour", ("#harbour",))


def test_a_uri_that_is_too_long_for_a_key_is_hashed() -> None:
    long = BASE + "/x" * 400
    post = only(status(1, uri=long))
    assert post.native_id.startswith("sha256:")
    assert post.native_id == only(status(2, uri=long)).native_id
    assert post.native_id != only(status(1, uri=long + "y")).native_id


@pytest.mark.parametrize(
    ("account", "author"),
    [
        ({"uri": f"{BASE}/users/ann", "url": f"{BASE}/@ann", "acct": "ann"}, f"{BASE}/users/ann"),
        ({"url": f"{BASE}/@ann", "acct": "ann"}, f"{BASE}/@ann"),
        ({"acct": "ann"}, "ann@quay.example"),
        ({"acct": "ann@pier.example"}, "ann@pier.example"),
        ({"acct": 7}, None),
        (None, None),
    ],
)
def test_an_author_is_spelled_alike_whichever_instance_tells(account: Any, author: str | None) -> None:
    assert only(status(1, account=account)).author == author


def test_paragraphs_links_mentions_and_emoji_are_read_as_they_are_seen() -> None:
    content = (
        '<p><span class="h-card"><a href="https://pier.example/@bo" class="u-url mention">@<span>bo</span></a></span>'
        " so tired &amp; done :blobcat_sad:</p><p>more<br />here "
        '<a href="https://news.example/a/long/way?x=1" rel="nofollow"><span class="invisible">https://</span>'
        '<span class="ellipsis">news.example/a/lo</span><span class="invisible">ng/way?x=1</span></a> '
        '<a href="https://quay.example/tags/harbour" class="mention hashtag">#<span>harbour</span></a></p>'
    )
    assert only(status(1, content=content)).text == (
        "@bo so tired & done :blobcat_sad:\nmore\nhere https://news.example/a/long/way?x=1 #harbour"
    )


def test_a_content_warning_stands_above_the_text() -> None:
    assert only(status(1, "I quit", spoiler_text="health & money")).text == "health & money\nI quit"


def test_what_a_status_refers_to_is_context_and_not_text() -> None:
    quoted = status(2, "They sold <b>us</b>", spoiler_text="deal", tags=[{"name": "gullwing"}])
    post = only(
        status(
            1,
            content='<p class="quote-inline">RE: <a href="https://q.example">q.example</a></p><p>I am out</p>',
            card={"title": "Gullwing buys clinics", "description": "For millions", "url": "https://news.example/1"},
            poll={"options": [{"title": "stay"}, {"title": "leave", "votes_count": 3}]},
            media_attachments=[{"description": "a torn card"}, {"description": None}],
            quote={"state": "accepted", "quoted_status": quoted},
        )
    )
    assert post.text == "I am out"
    assert post.context == (
        *("#harbour", "Gullwing buys clinics", "For millions", "https://news.example/1"),
        *("stay", "leave", "a torn card", "deal", "They sold us", "#gullwing"),
    )


@pytest.mark.parametrize(
    "quote",
    [{"state": "revoked", "quoted_status": None}, {"state": "pending"}, "x", 7, {"quoted_status": "x"}, [], None],
)
def test_a_quote_that_shows_nothing_adds_nothing(quote: Any) -> None:
    assert only(status(1, quote=quote)).context == ("#harbour",)


def test_akkoma_puts_the_quoted_status_itself_into_quote() -> None:
    assert "They sold us" in only(status(1, quote=status(2, "They sold us"))).context


def test_a_boost_is_a_repost_by_the_booster_with_the_text_of_the_other() -> None:
    told = status(1, "I cancelled", host="pier.example")
    boost = only(status(5, "", reblog=told, url=None, tags=[]))
    assert (boost.repost, boost.text, boost.context) == (True, "I cancelled", ("#harbour",))
    assert boost.native_id == "https://quay.example/users/ann/statuses/5"
    assert (boost.author, boost.url) == (f"{BASE}/users/ann", "https://pier.example/@ann/1")


def test_an_edited_status_says_when() -> None:
    assert only(status(1, edited_at="2026-03-01T05:00:00.000Z")).edited_at == datetime(2026, 3, 1, 5, tzinfo=UTC)
    assert only(status(1, edited_at="lately")).edited_at is None


@pytest.mark.parametrize(
    "item",
    [
        status(1, visibility="private"),
        status(1, visibility="direct"),
        status(1, visibility="local"),
        status(1, account={"acct": "ann", "noindex": True}),
        status(1, reblog=status(2, account={"acct": "bo", "noindex": True})),
        status(1, reblog=status(2, visibility="private")),
    ],
)
def test_what_is_not_for_everybody_is_left_out(item: Any) -> None:
    posts, dead = parse([status(3), item], base=BASE, now=NOW)
    assert ([post.native_id[-1] for post in posts], dead) == (["3"], [])


def test_an_unlisted_status_is_kept() -> None:
    assert only(status(1, visibility="unlisted")).text


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ("a text", "JSON str, not an object"),
        (None, "JSON NoneType"),
        ({}, "no uri"),
        (status(1, uri=""), "no uri"),
        (status(1, uri=5), "no uri"),
        (status(1, created_at=None), "no created_at"),
        (status(1, created_at="soon"), "neither ISO 8601"),
        (status(1, created_at="2036-03-01T00:00:00Z"), "outside 1990 to tomorrow"),
        (status(1, content=None), "no content"),
        (status(1, content="<p></p>"), "the text is empty"),
        (status(1, "\ud800"), "lone surrogate"),
    ],
)
def test_a_status_that_cannot_be_used_is_a_dead_letter_beside_good_ones(item: Any, reason: str) -> None:
    posts, dead = parse([status(5), item, status(6)], base=BASE, now=NOW)
    assert [post.native_id[-1] for post in posts] == ["5", "6"]
    (one,) = dead
    assert reason in one.reason
    assert json.loads(one.raw) == item


@pytest.mark.parametrize("junk", [None, 7, "x", [], {}, [None], [7, {}], {"options": 3}, {"options": [{"title": 4}]}])
def test_fields_of_other_kinds_cost_nothing_but_themselves(junk: Any) -> None:
    names = ("tags", "card", "poll", "media_attachments", "quote", "account", "language", "url", "spoiler_text")
    for name in names:
        assert only(status(1, **{name: junk})).text.endswith("I left #harbour")


def test_a_dead_letter_is_read_again() -> None:
    assert revive(json.dumps(status(3)), base=BASE) == only(status(3))
    for raw, reason in (
        ('{"id": "1', "no JSON"),
        (json.dumps(status(3, uri=None)), "no uri"),
        (json.dumps(status(3, visibility="private")), "does not want"),
    ):
        with pytest.raises(BadItemError, match=reason):
            revive(raw, base=BASE)


def test_a_status_of_gotosocial_with_few_fields_is_a_post() -> None:
    few = {"id": "01HQ", "created_at": "2026-03-01T00:00:00.000Z", "uri": "https://g.example/1", "content": "bye"}
    assert only(few).text == "bye"
