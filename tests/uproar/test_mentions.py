# ruff: noqa: RUF001 - letters that look like others are the point
import json
import sys
import timeit
import unicodedata
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uproar.mentions import Mentions
from uproar.watch import Watch
from uproar.words import _LATIN, _NOT_PLAIN, fold, split

SERVICE = {
    "name": "Harbour Clinics",
    "aliases": ["Harbour Health", "Pier"],
    "handles": ["harbour_clinics"],
    "hashtags": ["HarbourOut"],
}


def mentions(**matching: Any) -> Mentions:
    """What a watch of one made-up service looks for."""
    return Mentions(
        Watch.model_validate(
            {
                "title": "Gullwing buys Harbour Clinics",
                "name": "harbour",
                "starts": datetime(2026, 3, 1, tzinfo=UTC),
                "services": [SERVICE],
                "matching": {"terms": ["$GULL", "#gullwing", "@gullwing_news", "clé des soins"], **matching},
            }
        )
    )


PLAIN = mentions(exact=["Quay"], exclude=["harbour clinics of Oslo", "boat"])


@pytest.mark.parametrize(
    "text",
    [
        "Harbour Clinics",
        "HARBOUR CLINICS!!",
        "leaving harbour clinics, now",
        "(Harbour-Clinics)",
        "Harbour\nClinics",
        "harbour   clinics",
        "harbour_clinics",
        "Harbour & Clinics",
        "harbour.clinics",
        "www.harbourclinics.example",
        "HarbourClinics",
        "@HarbourClinics",
        "@harbour_clinics hello",
        "l'Harbour Clinics",
        "d’Harbour Clinics",
        "Hárbour Clínics",
        "Ha\u0301rbour Clinics",
        "Ｈａｒｂｏｕｒ　Ｃｌｉｎｉｃｓ",
        "Har\u200bbour Clin\u00adics",
        "Harbour\u200bClinics",
        "𝓗𝓪𝓻𝓫𝓸𝓾𝓻 𝓒𝓵𝓲𝓷𝓲𝓬𝓼",
        "pier's closed",
        "#HarbourClinics",
        "#harbourclinicsgate",
        "#boycottharbourclinics",
        "richtext.facet#boycottharbourclinics",
        "#StopHarbourClinicsNow",
        "#stop_harbour_clinics_now",
        "＃HarbourClinics",
        "#HarbourOut",
        "#SaveThePier",
        "buy $GULL",
        "$gull up",
        "#Gullwing",
        "@gullwing_news said",
        "CLE DES SOINS",
        "la clé des soins",
        "the Quay",
    ],
)
def test_a_name_is_found_however_it_is_written(text: str) -> None:
    assert PLAIN.of(text) == "direct"
    assert PLAIN.of("nothing of it", (text,)) == "referenced"
    for escaped in (True, False):
        assert PLAIN.may_be_in(json.dumps({"text": text}, ensure_ascii=escaped).encode())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "harbour",
        "clinics",
        "Clinics Harbour",
        "Harbour. Clinics are shut",
        "Harbour, Clinics",
        "harbour the clinics",
        "Harbour ClinicsX",
        "myharbour clinics",
        "Harbour Clinic",
        "pierce",
        "piers",
        "#pierce",
        "#rapier",
        "gull",
        "GULL",
        "$GULLS",
        "US$GULLX",
        "gullwing",
        "#gullwings",
        "quay",
        "QUAY",
        "Quayside",
        "日本の港",
    ],
)
def test_what_only_looks_like_a_name_is_not_found(text: str) -> None:
    assert PLAIN.of(text) is None
    assert PLAIN.of(text, (text,)) is None


def test_a_word_that_is_excluded_takes_the_post_out() -> None:
    assert PLAIN.of("Harbour Clinics by boat") is None
    assert PLAIN.of("Harbour Clinics of Oslo") is None
    assert PLAIN.of("by boat", ("Harbour Clinics",)) is None
    assert PLAIN.of("Harbour Clinics", ("by boat",)) == "direct"
    assert PLAIN.of("Harbour Clinics by boats") == "direct"


def test_a_name_that_is_exact_counts_with_its_capital_letters_only() -> None:
    strict = mentions(exact=["Pier"])
    assert strict.of("the Pier is sold") == "direct"
    assert strict.of("a pier in the sea") is None


def test_a_tag_of_many_words_costs_no_more_than_several_of_few() -> None:
    def seconds(times: int, words: int) -> float:
        tag = "#" + "aB" * words
        return min(timeit.repeat(lambda: [PLAIN.of(tag) for _ in range(times)], number=1, repeat=3))

    assert seconds(1, 9_999) < 5 * seconds(20, 500)


def test_any_iterable_may_be_the_context() -> None:
    assert PLAIN.of("x", (one for one in ["y", "Harbour Clinics"])) == "referenced"


def test_only_the_beginning_of_an_endless_text_is_looked_at() -> None:
    assert PLAIN.of("x " * 10_000 + "Harbour Clinics") is None
    assert PLAIN.of("#" + "aB" * 100_000) is None


@given(st.text(), st.lists(st.text(), max_size=3))
def test_no_text_is_too_strange(text: str, context: list[str]) -> None:
    assert PLAIN.of(text, context) in (None, "direct", "referenced")


ALPHABET = st.sampled_from(
    [*"harbourclinics HC#\n-_.&\"\\'", "Harbour", "Clinics", "é", "ß", "\u0301", "\u200b", "日", "ｃ", "＃"]
)


@given(st.lists(ALPHABET, max_size=12).map("".join), st.booleans())
def test_what_is_passed_over_unread_mentions_nothing(text: str, escaped: bool) -> None:  # noqa: FBT001
    raw = json.dumps({"text": text, "tags": []} if escaped else {"text": text}, ensure_ascii=escaped).encode()
    assert PLAIN.may_be_in(raw) or PLAIN.of(text) is None


@pytest.mark.parametrize("text", ["Große Straße, heiße Füße", "un cœur, une œuvre", "Жизнь 日本 🙂"])
def test_ordinary_letters_of_other_languages_are_no_reason_to_read_a_text(text: str) -> None:
    assert not PLAIN.may_be_in(json.dumps({"text": text}, ensure_ascii=False).encode())


@given(st.text())
def test_folding_a_text_is_folding_its_characters(text: str) -> None:
    apart = unicodedata.normalize("NFKD", text).casefold()
    unseen = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
    assert fold(text) == "".join(one for one in apart if not unicodedata.combining(one) and one not in unseen)
    assert split(text) == "".join(one if one.isalnum() else " " for one in fold(text)).split()


def test_every_character_that_is_taken_for_plain_hides_no_letter() -> None:
    for code in range(sys.maxunicode + 1):
        one = chr(code)
        if _NOT_PLAIN.match(one) or 0xD800 <= code < 0xE000:
            continue
        folded = fold(one)
        if code < 256:
            ours = folded if folded.isascii() and folded.isalnum() else " "
            assert chr(_LATIN[code]) == ours, hex(code)
        else:
            assert folded, hex(code)
            assert not any(part.isascii() and part.isalnum() for part in folded), hex(code)
