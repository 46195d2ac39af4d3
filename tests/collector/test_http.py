from datetime import UTC, datetime

import pytest

from collector.http import read_object, require_ok, server_time
from collector.source import RateLimitedError, SourceGoneError
from uproar.outgoing import Answer, OutgoingError

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def answer(status: int, **headers: str) -> Answer:
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, b"", "http://x.example/")


@pytest.mark.parametrize("status", [200, 204, 299, 304])
def test_an_answer_that_is_in_order_is_passed_on(status: int) -> None:
    assert require_ok(answer(status), now=NOW).status == status


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, SourceGoneError), (401, SourceGoneError), (403, SourceGoneError), (404, SourceGoneError),
        (410, SourceGoneError), (408, OutgoingError), (425, OutgoingError), (429, RateLimitedError),
        (500, OutgoingError), (502, OutgoingError), (503, OutgoingError), (302, OutgoingError),
    ],
)  # fmt: skip
def test_every_other_status_says_what_to_do_next(status: int, error: type[Exception]) -> None:
    with pytest.raises(error, match=str(status)):
        require_ok(answer(status), now=NOW)


def test_a_server_that_is_down_for_a_while_says_for_how_long() -> None:
    with pytest.raises(RateLimitedError) as caught:
        require_ok(answer(503, retry_after="120"), now=NOW)
    assert caught.value.retry_after == 120


def test_a_date_to_come_back_at_is_by_the_clock_of_who_says_so() -> None:
    told = answer(503, retry_after="Wed, 04 Mar 2026 13:02:00 GMT", date="Wed, 04 Mar 2026 13:00:00 GMT")
    with pytest.raises(RateLimitedError) as caught:
        require_ok(told, now=NOW)
    assert caught.value.retry_after == 120


@pytest.mark.parametrize("date", ["", "yesterday", "Wed, 99 Mar 2026 13:00:00 GMT"])
def test_without_a_date_that_can_be_read_our_own_clock_counts(date: str) -> None:
    assert server_time(answer(200, date=date), now=NOW) == NOW


def test_an_object_is_read_whatever_its_unicode_encoding() -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        assert read_object(Answer(200, {}, '{"é": 1}'.encode(encoding), "")) == {"é": 1}
