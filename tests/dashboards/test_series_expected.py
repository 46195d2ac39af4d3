"""What /series says was expected: by step, with its band, and as a whole, on SQLite and PostgreSQL."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.dashboards.given import NOON
from tests.dashboards.test_series import ask
from uproar import database, expectations
from uproar.bands import LONG, SHORT, Expected, band

START = int(NOON.timestamp())
Asks = Callable[..., Any]


@pytest.fixture
def asks(either_client: TestClient) -> Asks:
    """Asks for the two hours after noon in steps of ten minutes."""
    return lambda **query: ask(
        either_client, "series", **{"from": START, "to": START + 2 * LONG, "points": 12, **query}
    )


def keep(step: int, *numbers: int, minutes: int | None = None, expected: float = 4.0) -> None:
    """Keep what was expected of the n-th steps after noon, of posts."""
    observed = step // 60 if minutes is None else minutes
    with database.writing() as session:
        rows = [Expected("posts", step, START + n * step, observed, expected, expected**0.5) for n in numbers]
        expectations.put(session, [("meadow", row) for row in rows])


def test_nothing_is_expected_before_a_detector_has_looked(asks: Asks) -> None:
    found = asks()
    assert (found["expected"], found["totals"]["expected"]) == ({}, {})


def test_every_step_has_its_own_and_is_null_where_nothing_is_known(asks: Asks) -> None:
    keep(SHORT, *range(2, 12))
    found = asks()
    posts = found["expected"]["posts"]
    assert posts["expected"] == [None, None, *[4.0] * 10]
    assert posts["low"] == [None, None, *[1.0] * 10]
    assert posts["high"] == [None, None, *[8.0] * 10]
    assert found["expected"]["cancel"]["expected"] == [None] * 12
    assert found["totals"]["expected"] == {"posts": 48.0, "negative": None, "cancel": None}, "two are like the rest"


def test_it_is_said_of_the_signals_that_are_asked_for(asks: Asks) -> None:
    keep(SHORT, *range(12))
    found = asks(expected=["posts"])
    assert (list(found["expected"]), list(found["totals"]["expected"])) == (["posts"], ["posts"])


def test_of_minutes_that_were_not_observed_nothing_was_expected(asks: Asks) -> None:
    keep(SHORT, *range(12))
    keep(SHORT, 3, minutes=0, expected=0.0)
    found = asks()
    assert found["expected"]["posts"]["expected"][2:5] == [4.0, None, 4.0]
    assert found["totals"]["expected"]["posts"] == 44.0


def test_a_shorter_step_gets_its_part_and_a_longer_one_the_sum(asks: Asks) -> None:
    keep(SHORT, *range(12))
    finer = asks(to=START + 1_200, points=20)
    assert finer["step"] == 60
    assert finer["expected"]["posts"]["expected"] == [0.4] * 20
    longer = asks(points=10)
    assert longer["step"] == 900
    assert longer["expected"]["posts"]["expected"] == [6.0] * 8


def test_the_deviation_of_a_sum_is_the_sum_of_the_deviations(asks: Asks) -> None:
    keep(LONG, *range(20), expected=25.0)
    found = asks(to=START + 20 * LONG, points=10)
    assert found["step"] == 2 * LONG
    low, high = band(50.0, 10.0)
    assert {(low, high)} == set(zip(*(found["expected"]["posts"][name] for name in ("low", "high")), strict=True))


def test_hours_are_summed_up_and_what_follows_them_is_made_of_short_steps(asks: Asks) -> None:
    keep(LONG, *range(9), expected=30.0)
    keep(SHORT, *range(59))
    found = asks(to=START + 10 * LONG, points=10)
    assert found["step"] == LONG
    assert found["expected"]["posts"]["expected"] == [30.0] * 9 + [24.0], "the last ten minutes are like the others"
    ragged = asks(**{"from": START + 300}, to=START + 10 * LONG, points=10)
    assert ragged["expected"]["posts"]["expected"][:2] == [22.0, 30.0], "fifty-five minutes, by their short steps"


def test_hours_stand_in_for_short_steps_that_are_no_longer_kept(asks: Asks) -> None:
    keep(LONG, 0, 1, expected=24.0)
    keep(SHORT, *range(6, 12), expected=5.0)
    assert asks()["expected"]["posts"]["expected"] == [4.0] * 6 + [5.0] * 6


def test_less_than_half_of_a_range_is_not_enough_for_its_total(asks: Asks) -> None:
    keep(SHORT, 7, 8)
    assert asks()["totals"]["expected"]["posts"] is None


def test_of_one_source_or_language_nothing_is_known(asks: Asks) -> None:
    keep(SHORT, *range(12))
    for chosen in ({"source": "bluesky"}, {"lang": "en"}):
        found = asks(**chosen)
        assert (found["expected"], found["totals"]["expected"]) == ({}, {})


def test_a_range_may_begin_in_the_middle_of_an_hour(asks: Asks) -> None:
    keep(SHORT, *range(12))
    found = asks(**{"from": START + 2_400, "to": START + 4_800}, points=10)
    assert found["step"] == 300
    assert found["expected"]["posts"]["expected"] == [2.0] * 8
    assert found["totals"]["expected"]["posts"] == 16.0
