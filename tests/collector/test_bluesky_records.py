# ruff: noqa: RUF001 - letters that look like others are the point
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from collector.sources.bluesky.records import DEEPEST, context_of, parse, written_at
from collector.sources.bluesky.revival import revive
from collector.sources.bluesky.sieve import Sieve
from tests.collector.conftest import MakeWatch
from tests.collector.firehose import DID, commit, create, event, uri
from tests.collector.firehose_reader import at
from uproar.incoming import BadItemError
from uproar.mentions import Mentions
from uproar.watch import Watch

NOW = at(3_600)
STARTS = datetime(2026, 3, 1, tzinfo=UTC)


def sift(watch: Watch, *events: Any) -> Sieve:
    sieve = Sieve(watch, Mentions(watch), "v1", now=NOW)
    for one in events:
        sieve.take(one if isinstance(one, bytes) else json.dumps(one, separators=(",", ":")).encode())
    return sieve


def test_a_deleted_post_is_an_erasure_whoever_wrote_it(make_watch: MakeWatch) -> None:
    sieve = sift(make_watch(), create(1), commit(5, "delete"), create(2))
    assert [one.native_id for one in sieve.erased] == [uri(5)]
    assert len(sieve.posts) == 2


def test_a_post_deleted_at_once_is_not_even_handed_on(make_watch: MakeWatch) -> None:
    sieve = sift(make_watch(), create(1), create(2), commit(1, "delete", seconds=3))
    assert [post.native_id for post in sieve.posts] == [uri(2)]
    assert [one.native_id for one in sieve.erased] == [uri(1)]


def test_a_post_that_is_written_again_after_its_deletion_is_a_new_version(make_watch: MakeWatch) -> None:
    sieve = sift(make_watch(), create(1), commit(1, "delete", seconds=3), create(1, "Harbour Clinics!", seconds=4))
    assert sieve.erased == []
    (post,) = sieve.posts
    assert (post.text, post.edited_at) == ("Harbour Clinics!", at(4))


def test_an_update_is_a_version_of_the_time_of_its_event(make_watch: MakeWatch) -> None:
    update = create(1, "Leaving Harbour Clinics", seconds=60)
    update["commit"] |= {"operation": "update"}
    update["commit"]["record"]["createdAt"] = "2026-03-04T12:00:01Z"
    first, second = sift(make_watch(), create(1), update).posts
    assert first.native_id == second.native_id
    assert (second.edited_at, second.created_at) == (at(60), at(1))


def test_what_the_post_refers_to_makes_it_a_reference(make_watch: MakeWatch) -> None:
    shown = {"uri": "https://news.example/1", "title": "Gullwing buys Harbour Clinics", "description": "For a lot"}
    post = create(1, "And so it begins", embed={"$type": "app.bsky.embed.external", "external": shown})
    linked = create(
        2,
        "read this",
        facets=[{"index": {}, "features": [{"uri": "https://harbourclinics.example/news/long-address"}]}],
    )
    tagged = create(3, "never again", tags=["HarbourClinics"])
    sieve = sift(make_watch(), create(0, "nothing"), post, linked, tagged)
    assert {one.native_id: one.matched for one in sieve.posts} == dict.fromkeys((uri(1), uri(2), uri(3)), "referenced")
    assert "Gullwing buys Harbour Clinics" in sieve.posts[0].context


def test_pictures_without_words_are_no_posts(make_watch: MakeWatch) -> None:
    image = {"images": [{"alt": "The door of Harbour Clinics, shut"}]}
    sieve = sift(
        make_watch(), create(1, "", embed=image), create(2, " \n", embed=image), create(3, "look", embed=image)
    )
    assert [post.native_id for post in sieve.posts] == [uri(3)]
    assert sieve.dead == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"record": "Harbour Clinics"}, "the record is a JSON str"),
        ({"record": {"text": ["Harbour Clinics"]}}, "the text is a JSON list"),
        ({"rkey": None}, "no rkey"),
        ({"rkey": "3k/../x"}, "no rkey"),
        ({"operation": "shout"}, "'shout', not create, update or delete"),
    ],
)
def test_an_event_that_cannot_be_used_is_a_dead_letter_beside_good_ones(
    make_watch: MakeWatch, change: dict[str, Any], reason: str
) -> None:
    bad = create(2)
    bad["commit"] |= change
    sieve = sift(make_watch(), create(1), bad, create(3))
    assert [post.native_id for post in sieve.posts] == [uri(1), uri(3)]
    (dead,) = sieve.dead
    assert reason in dead.reason
    assert json.loads(dead.raw) == bad


def test_a_lone_surrogate_is_a_dead_letter(make_watch: MakeWatch) -> None:
    sieve = sift(make_watch(), create(1, "Harbour Clinics \ud800"))
    assert "lone surrogate" in sieve.dead[0].reason


def test_other_collections_are_passed_over_and_still_tell_the_time(make_watch: MakeWatch) -> None:
    like = {"operation": "create", "collection": "app.bsky.feed.like", "rkey": "3l", "record": {"subject": uri(1)}}
    sieve = sift(make_watch(), create(1), event(2, "commit", like), event(3, "commit", like), b"not JSON")
    assert sieve.last is not None
    assert sieve.last.time == sift(make_watch(), event(3, "commit", like)).last.time  # type: ignore[union-attr]
    assert len(sieve.dead) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Harbour\nClinics",
        'so "Harbour Clinics" it is',
        "Härbour Clinics",
        "Ha\u0301rbour Clinics",
        "ｈａｒｂｏｕｒ　ｃｌｉｎｉｃｓ",
        "Har\u00adbour Clin\u200bics",
        "𝗛𝗮𝗿𝗯𝗼𝘂𝗿 𝗖𝗹𝗶𝗻𝗶𝗰𝘀",
        "さようなら、Harbour Clinics。",
        "C:\\Harbour Clinics\t!",
        "#BoycottHarbourClinics",
        "ＨＡＲＢＯＵＲ Clinics & co",
        "été #harbourclinics",
        "＃HarbourClinicsNon",
    ],
)
@pytest.mark.parametrize("escaped", [True, False])
def test_no_way_to_write_a_name_is_passed_over_unread(make_watch: MakeWatch, text: str, escaped: bool) -> None:  # noqa: FBT001
    frame = json.dumps(create(1, text), separators=(",", ":"), ensure_ascii=escaped).encode()
    assert [post.text for post in sift(make_watch(), create(0, "x"), frame).posts] == [text]


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("2026-03-04T11:59:00.123Z", datetime(2026, 3, 4, 11, 59, 0, 123_000, tzinfo=UTC)),
        ("2026-03-04T13:59:00+02:00", datetime(2026, 3, 4, 11, 59, tzinfo=UTC)),
        ("2026-03-04T11:59:00", datetime(2026, 3, 4, 11, 59, tzinfo=UTC)),
        ("2026-02-28T23:59:59Z", at(0)),
        ("1970-01-01T00:00:00Z", at(0)),
        ("2026-03-04T12:30:00Z", at(0)),
        ("9999-12-31T23:59:59-12:00", at(0)),
        ("yesterday", at(0)),
        (1_772_000_000, at(0)),
        (None, at(0)),
    ],
)
def test_a_claimed_time_counts_unless_it_cannot_be(claim: Any, expected: datetime) -> None:
    assert written_at(claim, seen=at(0), starts=STARTS) == expected


def test_a_post_of_shortly_before_the_watch_keeps_its_time() -> None:
    claim = "2026-02-28T23:59:00Z"
    assert written_at(claim, seen=STARTS, starts=STARTS) == STARTS - timedelta(minutes=1)


@pytest.mark.parametrize("junk", [None, 7, "x", [1], {"external": 3}, {"images": "x"}, {"record": {"record": []}}])
def test_embeds_of_any_shape_are_read_as_far_as_they_go(junk: Any) -> None:
    record = {"embed": junk, "facets": junk, "tags": junk}
    assert isinstance(context_of(record), tuple)


def test_quotes_within_quotes_end_somewhere() -> None:
    deep: dict[str, Any] = {"text": "the innermost"}
    for depth in range(50):
        deep = {"text": f"level {depth}", "record": deep}
    assert len(context_of({"embed": deep})) <= DEEPEST


def view(number: int, **changes: Any) -> dict[str, Any]:
    """A post as the search gives it."""
    record = {"$type": "app.bsky.feed.post", "text": "Harbour Clinics", "createdAt": "2026-03-04T12:00:00Z"}
    author = {"did": DID, "handle": "someone.example"}
    return {"uri": uri(number), "author": author, "record": record, "indexedAt": "2026-03-04T12:00:02Z"} | changes


def test_a_view_that_lacks_something_is_a_dead_letter_beside_good_ones() -> None:
    bad = [view(2, record=None), view(3, uri="at://x"), "text", view(4, record={"createdAt": "x"}), view(5, uri=None)]
    posts, dead = parse([view(1), *bad, view(6, author=None)], starts=STARTS, now=NOW)
    assert [(post.native_id, post.author) for post in posts] == [(uri(1), DID), (uri(6), DID)]
    assert [json.loads(one.raw) for one in dead] == bad


def test_the_text_of_a_quoted_post_is_context() -> None:
    quoted = {"$type": "app.bsky.embed.record#view", "record": {"value": {"text": "Harbour Clinics is sold"}}}
    posts, _ = parse([view(1, embed=quoted)], starts=STARTS, now=NOW)
    assert posts[0].context == ("Harbour Clinics is sold",)


def test_a_frame_and_a_found_post_that_were_dead_letters_are_read_again(make_watch: MakeWatch) -> None:
    watch = make_watch()
    frame = json.dumps(create(1, "Goodbye Harbour Clinics"))
    assert revive(frame, watch, Mentions(watch), "v1", now=NOW).text == "Goodbye Harbour Clinics"
    record = {"text": "I left", "createdAt": "2026-03-04T12:00:01Z"}
    found = json.dumps({"uri": uri(1), "author": {"did": DID}, "record": record})
    assert revive(found, watch, Mentions(watch), "v1", now=NOW).native_id == uri(1)


@pytest.mark.parametrize("raw", ["{", "[]", "{}", '{"uri": 5}', json.dumps(create(1, "Nothing of the kind"))])
def test_what_still_cannot_be_read_says_why(make_watch: MakeWatch, raw: str) -> None:
    watch = make_watch()
    with pytest.raises(BadItemError, match=r"\w"):
        revive(raw, watch, Mentions(watch), "v1", now=NOW)
