"""What the body of a push is taken for."""

import contextlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.pushed import (
    JSON,
    LINES,
    MOST_RECORDS,
    NoJsonError,
    TooManyError,
    WrongShapeError,
    parse,
    read_body,
)
from uproar.incoming import Dead, Incoming

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
ONE: dict[str, Any] = {"id": "1", "text": "I am leaving Meadow"}


def of(value: Any) -> tuple[list[Incoming], list[Dead]]:
    return parse(read_body(json.dumps(value).encode(), JSON).items, source="desk", now=NOW)


def test_an_object_a_list_and_an_object_with_posts_say_the_same() -> None:
    assert of(ONE) == of([ONE]) == of({"posts": [ONE]}) == of({"watch": "meadow", "posts": [ONE]})
    assert [post.text for post in of(ONE)[0]] == ["I am leaving Meadow"]
    assert read_body(b'{"watch": "meadow", "posts": []}', JSON).watch == "meadow"


def test_a_record_with_a_text_is_a_record_whatever_else_it_has() -> None:
    assert [post.native_id for post in of({**ONE, "posts": 12})[0]] == ["1"]


def test_lines_are_records_and_a_bad_one_costs_itself() -> None:
    body = b'\xef\xbb\xbf{"text": "one"}\r\n\n{"text": \n[1]\n{"text": "two"}'
    posts, dead = parse(read_body(body, LINES[0]).items, source="desk", now=NOW)
    assert [post.text for post in posts] == ["one", "two"]
    assert [one.raw for one in dead] == ['{"text": ', "[1]"]


def test_ids_of_two_sources_do_not_meet_unless_the_records_name_their_platform() -> None:
    items = read_body(json.dumps([ONE, {**ONE, "platform": "forum"}]).encode(), JSON).items
    platforms = [post.platform for source in ("desk", "shop") for post in parse(items, source=source, now=NOW)[0]]
    assert platforms == ["desk", "forum", "shop", "forum"]


def test_what_is_no_post_is_dead_with_its_raw_form_and_reason() -> None:
    posts, dead = of([ONE, {"id": 2}, "text", None, {"text": "x", "time": "soon"}])
    assert len(posts) == 1
    assert [one.reason for one in dead] == [
        "no text",
        "not a JSON object but a JSON str",
        "not a JSON object but a JSON NoneType",
        "the time 'soon' is neither ISO 8601 nor seconds since 1970",
    ]
    assert json.loads(next(one.raw for one in dead if one.reason == "no text")) == {"id": 2, "platform": "desk"}


@pytest.mark.parametrize(
    ("body", "kind", "error"),
    [
        (b"", JSON, NoJsonError),
        (b"text=hello", JSON, NoJsonError),
        (b'{"text": "caf\xe9"}', JSON, NoJsonError),
        (b'[{"text": "cut of', JSON, NoJsonError),
        (b"[" * 200_000, JSON, NoJsonError),
        (b"1" * 10_000, JSON, NoJsonError),
        (b"", LINES[0], NoJsonError),
        (b"id,text\n1,gone\n", LINES[0], NoJsonError),
        (b"12", JSON, WrongShapeError),
        (b"null", JSON, WrongShapeError),
        (b'{"posts": {"text": "x"}}', JSON, WrongShapeError),
        (b'{"posts": [], "watch": 3}', JSON, WrongShapeError),
        (b'{"posts": [], "sauce": "x"}', JSON, WrongShapeError),
        (b"[" + b"{}," * MOST_RECORDS + b"{}]", JSON, TooManyError),
        (b"{}\n" * (MOST_RECORDS + 1), LINES[0], TooManyError),
    ],
    ids=range(15),
)
def test_a_body_that_cannot_be_read_is_refused_whole(body: bytes, kind: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        read_body(body, kind)


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "text", "time", "author", "posts", "url", "platform"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(st.lists(JSONS, max_size=5))
def test_whatever_a_list_holds_each_item_has_one_outcome(values: list[Any]) -> None:
    posts, dead = of(values)
    assert len(posts) + len(dead) == len(values)


@given(st.binary(max_size=60), st.sampled_from([JSON, LINES[0]]))
def test_whatever_bytes_come_there_is_an_answer(body: bytes, kind: str) -> None:
    with contextlib.suppress(NoJsonError, WrongShapeError):
        parse(read_body(body, kind).items, source="desk", now=NOW)
