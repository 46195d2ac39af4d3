"""What /series draws beside the counts: voices, stages, stances, sources, languages, concerns and the cancel share."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.dashboards.given import NOON, put
from tests.dashboards.test_series import ask

START = int(NOON.timestamp())


@pytest.fixture
def asks(either_client: TestClient) -> Callable[..., Any]:
    """Asks for the eight minutes after noon."""
    return lambda **query: ask(either_client, "series", **{"from": START, "to": START + 480, **query})


def some() -> None:
    """Five posts in two minutes of two sources and languages."""
    put(0, sentiment="negative", stage="cancelling", stance="against", concerns=["privacy"])
    put(0.5, stage="cancelled", voice=False, concerns=["privacy"], source="mastodon")
    put(0.7, stage="considering", concerns=["privacy", "price"], lang="fr")
    put(7, stage="urging", stance="for", source="mastodon", concerns=["care"])
    put(7, source="mastodon", lang="fr")


def test_every_column_is_as_long_as_the_times_and_adds_up(asks: Callable[..., Any]) -> None:
    some()
    found = asks()
    assert found["t"] == [START + minute * 60 for minute in range(8)]
    assert found["voices"] == [2, 0, 0, 0, 0, 0, 0, 2]
    assert found["stages"] == {
        "cancelling": [1, *[0] * 7], "considering": [1, *[0] * 7], "urging": [*[0] * 7, 1],
    }  # fmt: skip
    assert found["stances"] == {"against": [1, *[0] * 7], "for": [*[0] * 7, 1]}
    assert found["sources"] == {"bluesky": [2, *[0] * 7], "mastodon": [1, *[0] * 6, 2]}
    assert found["langs"] == {"en": [2, *[0] * 6, 1], "fr": [1, *[0] * 6, 1]}
    assert found["concerns"] == {"privacy": [2, *[0] * 7], "price": [1, *[0] * 7]}
    assert found["totals"]["by_stance"] == {"against": 1, "for": 1}
    assert (found["expected"], found["totals"]["expected"]) == ({}, {})


def test_the_cancel_share_has_its_interval_and_is_null_where_nobody_spoke(asks: Callable[..., Any]) -> None:
    some()
    share = asks()["cancel_share"]
    assert share["share"] == [1.0, *[None] * 6, 0.0]
    assert share["low"] == [0.3424, *[None] * 6, 0.0]
    assert share["high"] == [1.0, *[None] * 6, 0.6576]


def test_sources_and_languages_can_be_chosen_and_unknown_ones_have_nothing(asks: Callable[..., Any]) -> None:
    some()
    assert asks(source="mastodon")["totals"]["posts"] == 3
    assert asks(source=["mastodon", "bluesky"])["totals"]["posts"] == 5
    assert asks(source=["mastodon", "bluesky"], lang="fr")["totals"]["posts"] == 2
    both = asks(source="mastodon", lang="en")
    assert both["sources"] == {"mastodon": [1, *[0] * 6, 1]}
    assert both["totals"]["concerns"] == {"privacy": {"posts": 1, "cancel": 0}, "care": {"posts": 1, "cancel": 0}}
    nothing = asks(source="nowhere")
    assert (nothing["posts"], nothing["sources"], nothing["stages"]) == ([0] * 8, {}, {})
    assert nothing["newest"] == START + 7 * 60
    assert nothing["cancel_share"]["share"] == [None] * 8


def test_what_follows_from_the_rest_can_be_left_out(asks: Callable[..., Any]) -> None:
    some()
    told, short = asks(), asks(brief="true")
    assert {name for name in told if short[name] != told[name]} == {"t", "neutral", "cancel_share", "totals"}
    assert short["totals"] == told["totals"] | {"by_source": None, "by_lang": None}
    assert short["t"] is short["neutral"] is short["cancel_share"] is None
    first = told["from"] // told["step"] * told["step"]
    assert told["t"] == [first + place * told["step"] for place in range(len(short["posts"]))]
    assert told["neutral"] == [
        posts - negative - positive
        for posts, negative, positive in zip(short["posts"], short["negative"], short["positive"], strict=True)
    ]


def test_of_many_sources_the_largest_have_a_line_and_the_others_share_one(asks: Callable[..., Any]) -> None:
    for number in range(10):
        for _ in range(1 + (number < 8)):
            put(number % 3, source=f"s{number}")
    found = asks()
    assert sorted(found["sources"]) == ["", *(f"s{number}" for number in range(8))]
    assert sum(found["sources"][""]) == 2
    assert [sum(column) for column in zip(*found["sources"].values(), strict=True)] == found["posts"]
    assert len(found["totals"]["by_source"]) == 10
