"""What is made of the bytes of a feed."""

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collector.feed_parser import MAX_ENTRIES, NoFeedError, parse
from tests.collector.rss import ATOM, NOW, URL, item, rss
from uproar.incoming import Dead, Incoming


def parsed(body: bytes, **headers: str) -> tuple[list[Incoming], list[Dead]]:
    return parse(body, headers, url=URL, base=URL, now=NOW)


def test_an_rss_entry_becomes_a_post() -> None:
    (post,), dead = parsed(rss(item(1, description="&lt;b&gt;I left&lt;/b&gt; today", author="a@x.example (ana)")))
    assert dead == []
    assert post == Incoming(
        "feed", "news.example:id1", "Title 1\nI left today", datetime(2026, 3, 3, tzinfo=UTC), "a@x.example (ana)",
        "en", "https://news.example/1", context=("https://news.example/1",),
    )  # fmt: skip


def test_an_atom_entry_becomes_a_post() -> None:
    (post,), _ = parsed(ATOM.encode())
    assert post == Incoming(
        "feed", "news.example:tag:news.example,2026:1",
        "Je pars\nJ'ai résilié.", datetime(2026, 3, 3, 9, tzinfo=UTC), "ana", "fr",
        "https://news.example/1", context=("https://news.example/1",),
    )  # fmt: skip


def test_a_title_that_begins_the_text_is_not_said_twice() -> None:
    (post,), _ = parsed(rss(item(1, title="I left", description="I left Harbour Clinics today")))
    assert post.text == "I left Harbour Clinics today"


def test_an_entry_without_date_counts_as_written_now() -> None:
    (post,), _ = parsed(rss(item(1, when=None)))
    assert post.created_at == NOW


def test_entries_without_id_are_told_apart_by_what_they_have() -> None:
    bare = {"guid": None, "link": None, "title": None}
    body = rss(
        item(1, guid=None),
        item(2, guid=None),
        item(3, guid=None, link=None),
        item(4, **bare, description="one"),
        item(5, **bare, description="two"),
    )
    posts, _ = parsed(body)
    assert len({post.native_id for post in posts}) == 5
    assert [post.native_id for post in parsed(body)[0]] == [post.native_id for post in posts]


def test_an_entry_keeps_its_id_when_the_feed_moves_to_another_host() -> None:
    body = rss(item(1, link="/1"))
    (here,), _ = parse(body, {}, url=URL, base="https://cdn.example/x", now=NOW)
    (there,), _ = parse(body, {"content-location": "/z"}, url=URL, base="https://other.example/y", now=NOW)
    assert here.native_id == there.native_id == "news.example:id1"
    assert (here.url, there.url) == ("https://cdn.example/1", "https://other.example/1")


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (item(2, title=None), "neither title nor text"),
        (item(2, title="&lt;p&gt;"), "neither title nor text"),
        (item(2, description="x" * 100_001), "the limit is 100,000"),
        (item(2, description="x" * 1_000_001), "the limit is 1,000,000"),
        (item(2, when=datetime(1980, 1, 1, tzinfo=UTC)), "outside 1990 to tomorrow"),
        (item(2, when=datetime(2026, 3, 6, tzinfo=UTC)), "outside 1990 to tomorrow"),
        (item(2, guid="i" * 600), "the id has"),
        (item(2, link="http://[x"), "is no address"),
    ],
)
def test_an_entry_that_cannot_be_used_is_a_dead_letter_beside_good_ones(bad: str, reason: str) -> None:
    posts, dead = parsed(rss(item(1), bad, item(3)))
    assert [post.native_id for post in posts] == ["news.example:id1", "news.example:id3"]
    (one,) = dead
    assert reason in one.reason
    assert json.loads(one.raw)


def test_a_dead_letter_of_an_entry_without_date_is_the_same_however_often_it_is_read() -> None:
    body = rss(item(1, when=None, guid="i" * 600))
    _, first = parse(body, {}, url=URL, base=URL, now=NOW)
    _, second = parse(body, {}, url=URL, base=URL, now=NOW + timedelta(hours=1))
    assert first == second


def test_an_ill_formed_feed_is_read_as_far_as_it_goes() -> None:
    posts, _ = parsed(rss(item(1), item(2, title="A & B <p>"))[:-30])
    assert [post.native_id for post in posts] == ["news.example:id1", "news.example:id2"]
    posts, _ = parsed(rss(item(1), item(2), item(3))[:-100])
    assert "news.example:id1" in {post.native_id for post in posts}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"<html><body><p>Sign in</p></body></html>",
        b'{"posts": []}',
        b"\0" * 100,
        b"<" * 1_000,
        b"http://127.0.0.1/",
    ],
)
def test_what_is_no_feed_is_a_failure(body: bytes) -> None:
    with pytest.raises(NoFeedError, match="no feed"):
        parsed(body)


def test_a_body_that_is_the_name_of_a_file_opens_no_file(tmp_path: Path) -> None:
    (tmp_path / "secret.xml").write_bytes(rss(item(1)))
    with pytest.raises(NoFeedError, match="no feed"):
        parsed(str(tmp_path / "secret.xml").encode())


def test_entities_that_multiply_do_not() -> None:
    laughs = '<!ENTITY l0 "ha">' + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    body = rss(item(1, description="&l11;"), item(2), start=f"<!DOCTYPE rss [{laughs}]>")
    start = time.process_time()
    try:
        posts, _ = parsed(body)
    except NoFeedError:
        posts = []
    assert all(len(post.text) < 1_000 for post in posts)
    assert time.process_time() - start < 2.0


def test_an_entity_brings_in_no_file(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("the secret")
    start = f'<!DOCTYPE rss [<!ENTITY s SYSTEM "file://{tmp_path}/secret.txt">]>'
    posts, _ = parsed(rss(item(1, description="&s;"), start=start))
    assert all("the secret" not in post.text for post in posts)


def test_a_feed_of_very_many_entries_is_read_in_part_and_says_so() -> None:
    posts, dead = parsed(rss(*(item(number) for number in range(MAX_ENTRIES + 3))))
    assert len(posts) == MAX_ENTRIES
    assert ["2,003 entries" in one.reason for one in dead] == [True]


CHUNKS = (
    "<item>", "</item>", item(1), "<title>", "&", "&#9", "9" * 5_000, ";", "<![CDATA[", "]]>", "<entry>",
    "<pubDate>2026", "é", "\0", "<!--", "<link>http://[", "<guid>http://[",
)  # fmt: skip
chunks = st.sampled_from(CHUNKS) | st.text(max_size=5)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(chunks, max_size=12))
def test_whatever_a_feed_holds_it_is_read_or_is_a_failure(parts: list[str]) -> None:
    try:
        posts, dead = parsed(rss(*parts))
    except NoFeedError:
        return
    assert len(posts) + len(dead) <= 13
