from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uproar import database, posts
from uproar.incoming import BadItemError, Incoming, checked, storable
from uproar.settings import Settings

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def post(**changes: Any) -> Incoming:
    fields: dict[str, Any] = {"platform": "file", "native_id": "1", "text": "I left", "created_at": NOW}
    return Incoming(**(fields | changes))


def test_a_post_in_order_is_left_as_it_is() -> None:
    whole = post(
        text="I left 😀",
        author="ana",
        lang="en",
        url="https://x.example/1",
        parent_text="Who?",
        target="Harbour Clinics",
    )
    assert checked(whole, now=NOW) == whole


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"text": ""}, "the text is empty"),
        ({"text": " \n\t\u3000"}, "the text is empty"),
        ({"text": "x" * 100_001}, "100,001 characters; the limit is 100,000"),
        ({"text": "a\ud800"}, "lone surrogate at character 1"),
        ({"native_id": ""}, "the id has 0"),
        ({"native_id": "x" * 513}, "the id has 513"),
        ({"native_id": "\udfff"}, "the id holds a lone surrogate"),
        ({"author": "\udfff"}, "the author holds a lone surrogate"),
        ({"parent_text": "\udfff"}, "the parent holds a lone surrogate"),
        ({"platform": "\udfff"}, "the platform holds a lone surrogate"),
        ({"target": "\udfff"}, "lone surrogate"),
        ({"created_at": datetime(1989, 12, 31, tzinfo=UTC)}, "outside 1990 to tomorrow"),
        ({"created_at": NOW + timedelta(hours=25)}, "outside 1990 to tomorrow"),
        ({"edited_at": NOW + timedelta(hours=25)}, "after tomorrow"),
    ],
)
def test_what_cannot_be_stored_is_a_bad_item_with_its_reason(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(BadItemError, match=reason):
        checked(post(**changes), now=NOW)


def test_clocks_may_be_wrong_by_hours() -> None:
    assert checked(post(created_at=NOW + timedelta(hours=23)), now=NOW).created_at > NOW


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "data:text/html,x", "//x.example", "ftp://x.example", "https://x.example/\n", "https://é.example",
        "https://x.example/" + "x" * 2_000, " https://x.example", "HTTPS://x.example\0", "",
    ],
)  # fmt: skip
def test_a_link_that_is_no_plain_address_is_left_out(url: str) -> None:
    assert checked(post(url=url), now=NOW).url is None


def test_fields_that_are_too_long_are_cut() -> None:
    short = checked(post(platform="p" * 300, target="t" * 300, lang="l" * 300, parent_text="x" * 200_000), now=NOW)
    assert [len(part or "") for part in (short.platform, short.target, short.lang, short.parent_text)] == [
        64,
        200,
        16,
        100_000,
    ]


texts = st.text(alphabet=st.characters(), max_size=30)


@given(texts, texts, texts | st.none(), texts, texts)
def test_whatever_passes_can_be_encoded_and_holds_no_nul(
    text: str, native_id: str, parent: str | None, platform: str, target: str
) -> None:
    item = post(text=text, native_id=native_id, parent_text=parent, platform=platform, target=target, lang=target)
    try:
        good = checked(item, now=NOW)
    except BadItemError:
        return
    for part in (good.text, good.native_id, good.parent_text, good.platform, good.target, good.lang):
        assert b"\0" not in (part or "").encode()


def test_the_widest_post_that_passes_can_be_stored(store: Settings) -> None:
    wide = post(
        platform="\U0001f6aa" * 100, native_id="\U0001f6aa" * 512, text="\U0001f6aa\0" * 50_000,
        lang="\0" * 50, target="\0" * 999, parent_text="\0", author="\0",
    )  # fmt: skip
    with database.writing() as session:
        saved = posts.save(session, [checked(wide, now=NOW)], watch="w" * 64, source="s" * 64, now=NOW, settings=store)
    assert saved.new == 1


@given(st.text(alphabet=st.characters()))
def test_every_raw_item_can_be_kept(raw: str) -> None:
    kept = storable(raw).encode()
    assert b"\0" not in kept


def test_a_raw_item_is_cut_and_says_so() -> None:
    assert storable("x" * 12, 10) == "x" * 10 + "… (cut: 12 characters in all)"
    assert storable("\ud800\0é", 10) == "\\ud800\\x00é"
