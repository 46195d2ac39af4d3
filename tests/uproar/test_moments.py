import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from uproar.buckets import DAY, MINUTE, pieces
from uproar.moments import MOST_READ, STEPS, Anchors, BadMomentError, parse_moment, parse_span, slots, step_for
from uproar.span import Span
from uproar.wilson import share

ANCHORS = Anchors(now=1_000_000, first=100_000, latest=900_000)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("now", 1_000_000),
        ("now-6h", 1_000_000 - 6 * 3600),
        ("latest-24h", 900_000 - 86_400),
        ("first+30m", 101_800),
        ("1658404800", 1_658_404_800),
        ("2022-07-21T12:00:00Z", 1_658_404_800),
        ("2022-07-21T14:00:00+02:00", 1_658_404_800),
        ("2022-07-21", 1_658_361_600),
    ],
)
def test_a_moment_may_be_written_in_many_ways(text: str, seconds: int) -> None:
    assert parse_moment(text, name="from", anchors=ANCHORS) == seconds


@pytest.mark.parametrize("text", ["", "yesterday", "now-", "now-6", "latest-1y", "-5", "1e9", "nan", "now-999999999w"])
def test_a_bad_moment_is_refused_with_what_to_write_instead(text: str) -> None:
    with pytest.raises(BadMomentError, match=r"from: .*now-6h"):
        parse_moment(text, name="from", anchors=ANCHORS)


def test_milliseconds_are_known_by_their_size() -> None:
    assert parse_moment("1658404800000", name="to", anchors=ANCHORS) == 1_658_404_800
    with pytest.raises(BadMomentError, match="outside of the years"):
        parse_moment("165840480000000", name="to", anchors=ANCHORS)


def test_an_empty_range_is_refused() -> None:
    with pytest.raises(BadMomentError, match="earlier than"):
        parse_span("now", "now-1h", anchors=ANCHORS)


@given(some.integers(0, 2_000_000_000), some.integers(1, 1_000_000_000), some.integers(10, 2000))
def test_there_are_never_more_points_than_asked_for_and_they_cover_the_range(
    start: int, length: int, most: int
) -> None:
    span = Span(start, start + length)
    step = step_for(span, most)
    times = slots(span, step)
    assert step >= 60
    assert len(times) <= most
    assert times[0] <= span.start
    assert times[-1] + step >= span.end


@given(some.integers(0, 30_000_000), some.integers(1, 3_000_000), some.integers(10, 2000))
@example(0, 20 * 1_440, 2000)
def test_no_chart_is_summed_up_of_more_than_can_be_read_while_somebody_waits(
    first: int, length: int, most: int
) -> None:
    start, end = first * MINUTE, (first + length) * MINUTE
    read = pieces(start, end, step=step_for(Span(start, end), most))
    ends = 2 * (4 + 5 + 3 + 11)  # smaller roll-ups and minutes, before and after those that it is mostly made of
    assert sum((stop - begin) // size for size, begin, stop in read if size < DAY) <= MOST_READ + ends


@given(some.integers(0, 30_000_000), some.integers(1, 3_000_000), some.integers(10, 700))
def test_up_to_seven_hundred_points_are_as_close_together_as_they_can_be(first: int, length: int, most: int) -> None:
    span = Span(first * MINUTE, (first + length) * MINUTE)
    found = step_for(span, most)
    assert all(len(slots(span, step)) > most for step in STEPS if step < found)


def test_the_interval_of_a_share_is_wilsons() -> None:
    found = share(10, 100)
    assert found is not None
    assert [round(value, 4) for value in found] == [0.1, 0.0552, 0.1744]


def test_nothing_has_no_share() -> None:
    assert share(0, 0) is None
