from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uproar.incoming import BadItemError
from uproar.times import parse_time

MOMENT = datetime(2022, 7, 21, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "2022-07-21T12:00:00Z", "2022-07-21 12:00:00", " 2022-07-21T14:00:00+02:00 ", "20220721T120000Z",
        "2022-07-21T12",
        1_658_404_800, 1_658_404_800.0, 1_658_404_800_000, "1658404800", "1658404800.0", "1658404800000", "1.6584048e9",
    ],
)  # fmt: skip
def test_a_moment_is_read_in_every_form(value: Any) -> None:
    assert parse_time(value) == MOMENT


def test_eight_digits_are_a_date() -> None:
    assert parse_time("20220721") == datetime(2022, 7, 21, tzinfo=UTC)


def test_milliseconds_as_text_are_no_date_of_long_ago() -> None:
    # as ISO 8601 without hyphens, this is an evening in 1612
    assert parse_time("1612011212000") == datetime(2021, 1, 30, 12, 53, 32, tzinfo=UTC)


def test_fractions_of_a_second_are_kept() -> None:
    assert parse_time("2022-07-21T12:00:00.25Z") == parse_time(1_658_404_800.25) == MOMENT.replace(microsecond=250_000)


@pytest.mark.parametrize(
    "value",
    [
        "", "soon", "30000-01-01", "2022-13-01", "nan", "inf", "-Infinity", "9" * 400, "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59", "2022-07-21T12:00:00+99:00", "\ud800", "\0", float("nan"), float("inf"), 10**400,
        -(10**400), 1e300, 10**17, True, None, [], {}, b"2022",
    ],
    ids=lambda value: ascii(value)[:20],
)  # fmt: skip
def test_what_is_no_moment_is_a_bad_item(value: Any) -> None:
    with pytest.raises(BadItemError):
        parse_time(value)


def test_a_moment_of_this_century_is_the_same_as_number_and_as_text() -> None:
    for day in range(0, 30_000, 7):
        milliseconds = (946_684_800 + day * 86_400 + day) * 1_000
        assert parse_time(str(milliseconds)) == parse_time(milliseconds) == parse_time(milliseconds // 1_000)


numbers = st.integers() | st.floats() | st.integers(-(10**400), 10**400)
odd = st.none() | st.booleans() | st.lists(st.integers()) | st.dictionaries(st.text(), st.integers())
digits = st.from_regex(r"\d{1,20}([-T:.]\d{1,4}){0,5}Z?", fullmatch=True)


@given(numbers | odd | digits | st.text() | st.datetimes().map(str))
def test_whatever_the_value_it_is_a_moment_in_utc_or_a_bad_item(value: Any) -> None:
    with suppress(BadItemError):
        assert parse_time(value).tzinfo is UTC
