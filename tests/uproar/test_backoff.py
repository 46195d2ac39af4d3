from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uproar.backoff import backoff, retry_after

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def test_the_wait_doubles_with_every_failure_up_to_its_cap() -> None:
    most = [backoff(failures, base=5, cap=600, chance=1) for failures in range(1, 10)]
    assert most == [5, 10, 20, 40, 80, 160, 320, 600, 600]


def test_chance_spreads_the_wait_over_its_upper_half() -> None:
    assert backoff(3, base=5, cap=600, chance=0) == 10
    assert backoff(3, base=5, cap=600, chance=0.5) == 15


@given(st.integers(1, 10**9), st.floats(0, 1, exclude_max=True))
def test_no_number_of_failures_breaks_the_cap(failures: int, chance: float) -> None:
    assert 2.5 <= backoff(failures, base=5, cap=600, chance=chance) <= 600


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("90", 90), (" 90 ", 90), ("0", 0), ("9" * 400, float("inf")), ("Wed, 04 Mar 2026 12:01:30 GMT", 90),
        ("Wed, 04 Mar 2026 13:01:30 +0100", 90), ("Wed, 04 Mar 2026 11:00:00 GMT", 0), ("", None), (None, None),
        ("soon", None), ("-5", None), ("²", None), ("Wed, 04 Mar 99999999999999999999 12:00:00 GMT", None),
        ("Wed, 04 Mar 10000 12:00:00 GMT", None),
    ],
)  # fmt: skip
def test_a_wait_is_read_in_seconds_or_as_a_date(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, now=NOW) == seconds


@given(st.one_of(st.text(), st.from_regex(r"\w{3}, \d{1,3} \w{3} \d{1,12} \d+:\d+:\d+ [+-]?\w+")))
def test_a_wait_that_cannot_be_read_is_none(value: str) -> None:
    wait = retry_after(value, now=NOW)
    assert wait is None or wait >= 0
