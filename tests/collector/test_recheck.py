"""Whether posts are still there, on SQLite and PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from collector.recheck import Recheck, also
from collector.source import Page, RateLimitedError
from tests.uproar.test_posts import NOW, save, some
from uproar import database, erasing
from uproar.outgoing import OutgoingError
from uproar.settings import Settings

LATER = NOW + timedelta(hours=5)  # posts that have just been collected are not asked about


class Platform:
    """Remembers what it was asked; some posts are gone from it."""

    def __init__(self, *gone: str) -> None:
        self.gone = set(gone)
        self.asked: list[list[str]] = []

    def __call__(self, ids: Sequence[str], now: datetime) -> set[str]:  # noqa: D102 - an Ask
        assert now.tzinfo is not None
        self.asked.append(list(ids))
        return self.gone.intersection(ids)


def recheck(platform: Platform, *, days: int = 7) -> Recheck:
    return Recheck("harbour", "file", "file", platform, a_call=10, days=days)


def test_every_post_is_asked_about_once_in_a_day_and_what_is_gone_is_named(store: Settings) -> None:
    save(some(35), store)
    platform = Platform("3", "34", "unknown")
    position: dict[str, Any] = {}
    gone: list[str | None] = []
    for minute in range(20 * 60):
        answer = recheck(platform).next(position, now=LATER + timedelta(minutes=minute))
        if answer is not None:
            position, gone = answer.position, [*gone, *(erasure.native_id for erasure in answer.erased)]
    assert sorted(id_ for ids in platform.asked for id_ in ids) == sorted(str(number) for number in range(35))
    assert [len(ids) for ids in platform.asked] == [10, 10, 10, 5]
    assert gone == ["3", "34"]
    assert recheck(platform).next(position, now=LATER + timedelta(hours=20, minutes=1)) is not None  # and once again


def test_what_is_erased_is_not_asked_about_again(store: Settings) -> None:
    save(some(2), store)
    platform = Platform("0")
    answer = recheck(platform).next({}, now=LATER)
    assert answer is not None
    with database.writing() as session:
        assert erasing.erase(session, answer.erased, now=NOW, settings=store) == 1
    recheck(platform).next({}, now=LATER + timedelta(days=1))
    assert platform.asked == [["0", "1"], ["1"]]


def test_old_posts_and_those_of_others_are_not_asked_about(store: Settings) -> None:
    save(some(1), store)
    save(some(1, platform="other"), store)
    platform = Platform()
    recheck(platform).next({}, now=LATER + timedelta(days=8))
    recheck(platform, days=0).next({}, now=LATER)
    assert platform.asked == []


def test_a_failure_is_told_to_whoever_asked(store: Settings) -> None:
    save(some(1), store)

    def refuse(_ids: Sequence[str], _now: datetime) -> set[str]:
        raise OutgoingError("HTTP 500")

    with pytest.raises(OutgoingError):
        Recheck("harbour", "file", "file", refuse).next({}, now=LATER)


def test_a_due_time_far_ahead_was_set_by_a_wrong_clock(store: Settings) -> None:
    save(some(1), store)
    platform = Platform()
    recheck(platform).next({"due": (LATER + timedelta(days=9)).timestamp()}, now=LATER)
    assert platform.asked == [["0"]]


@pytest.mark.parametrize(
    "junk",
    [{"due": "soon"}, {"due": None, "after": [], "began": {}}, {"after": -1}, {"began": float("nan")}],
)
def test_a_place_of_junk_counts_as_none(store: Settings, junk: dict[str, Any]) -> None:
    save(some(1), store)
    platform = Platform()
    page = also(Page((), {}), recheck(platform), position={"recheck": junk}, now=LATER)
    assert platform.asked == [["0"]]
    assert page.position["recheck"]["due"] > LATER.timestamp()


def test_a_source_asks_beside_its_pages_and_remembers_where_it_is(store: Settings) -> None:
    save(some(3), store)
    platform = Platform("1")
    page = also(Page((), {"at": 1}), recheck(platform), position={}, now=LATER)
    assert [erasure.native_id for erasure in page.erased] == ["1"]
    assert page.position["at"] == 1
    again = also(Page((), {"at": 2}), recheck(platform), position=page.position, now=LATER + timedelta(minutes=1))
    assert (again.position["recheck"], len(platform.asked)) == (page.position["recheck"], 1)


def test_a_source_that_is_not_done_reading_asks_later(store: Settings) -> None:
    save(some(3), store)
    platform = Platform()
    page = also(Page((), {}, more=True), recheck(platform), position={"recheck": {"after": 1}}, now=LATER)
    assert (page.position, platform.asked) == ({"recheck": {"after": 1}}, [])


def test_a_question_that_fails_costs_no_page_and_is_asked_again_later(store: Settings) -> None:
    save(some(1), store)

    def refuse(_ids: Sequence[str], _now: datetime) -> set[str]:
        raise RateLimitedError("the budget is spent")

    one = Recheck("harbour", "file", "file", refuse)
    page = also(Page(some(1), {"at": 1}), one, position={"recheck": "junk"}, now=LATER)
    assert len(page.posts) == 1
    assert one.next(page.position["recheck"], now=LATER + timedelta(minutes=9)) is None
    with pytest.raises(RateLimitedError):
        one.next(page.position["recheck"], now=LATER + timedelta(minutes=11))


def test_a_platform_that_asks_for_a_longer_wait_is_left_alone_for_as_long(store: Settings) -> None:
    save(some(1), store)

    def refuse(_ids: Sequence[str], _now: datetime) -> set[str]:
        raise RateLimitedError("HTTP 429", retry_after=900.0)

    one = Recheck("harbour", "file", "file", refuse)
    page = also(Page((), {}), one, position={}, now=LATER)
    assert one.next(page.position["recheck"], now=LATER + timedelta(minutes=14)) is None
    with pytest.raises(RateLimitedError):
        one.next(page.position["recheck"], now=LATER + timedelta(minutes=16))


def test_what_has_just_been_collected_is_not_asked_about_and_what_is_older_only_once_in_its_day(
    store: Settings,
) -> None:
    save(some(1), store)
    platform = Platform()
    position: dict[str, Any] = {}
    hours = []
    for hour in range(48):
        known = len(platform.asked)
        answer = recheck(platform, days=1).next(position, now=NOW + timedelta(hours=hour))
        position = answer.position if answer is not None else position
        hours += [hour] * (len(platform.asked) - known)
    assert (hours, platform.asked) == ([20], [["0"]])
