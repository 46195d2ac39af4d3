"""The store of detectors and what they are fed with, on SQLite and PostgreSQL."""

from datetime import UTC, datetime, timedelta

from tests.at_once import at_once
from uproar import database, detectors
from uproar.detectors import Head
from uproar.models import Backlog, Bucket, ConcernBucket, Gap, Post
from uproar.settings import Settings

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def put(was: dict[str, Head], mark: str, *signals: str, until: int = 60) -> bool:
    with database.writing() as session:
        states = {signal: (until, {"mark": mark}) for signal in signals or ("cancel",)}
        if not detectors.put(session, watch="harbour", states=states, was=was):
            session.rollback()
            return False
    return True


def heads() -> dict[str, Head]:
    with database.reading() as session:
        return detectors.heads(session, ["harbour"])["harbour"]


def marks() -> dict[str, str]:
    with database.reading() as session:
        return {signal: state["mark"] for signal, state in detectors.states(session, ["harbour"])["harbour"].items()}


def test_what_is_remembered_moves_on_only_from_the_version_that_was_read(store: Settings) -> None:
    assert put({}, "first")
    assert not put({}, "late")
    assert heads() == {"cancel": Head(60, 0)}
    assert put(heads(), "second", until=120)
    assert not put({"cancel": Head(60, 0)}, "late")
    assert heads() == {"cancel": Head(120, 1)}
    assert marks() == {"cancel": "second"}


def test_a_change_that_moves_nothing_on_counts_as_one(store: Settings) -> None:
    put({}, "first")
    read = heads()
    assert put(read, "ahead")
    assert not put(read, "late"), "who looks ahead at once with another must not fire a second time"


def test_a_new_signal_beside_others_is_kept_with_them_or_not_at_all(store: Settings) -> None:
    put({}, "first")
    read = heads()
    assert put(read, "both", "cancel", "posts")
    assert not put(read, "late", "cancel", "negative")
    assert marks() == {"cancel": "both", "posts": "both"}


def test_of_several_that_move_a_watch_at_once_one_wins(store: Settings) -> None:
    for _ in ("new", "known"):
        read = heads()
        won = at_once(*[lambda mark=mark, read=read: put(read, mark, "cancel", "posts") for mark in "abcd"])
        assert sum(map(bool, won)) == 1
        assert set(marks().values()) == {"abcd"[won.index(True)]}


def test_all_have_seen_a_minute_when_the_slowest_has(store: Settings) -> None:
    wanted = ("posts", "cancel")

    def all_have(until: int) -> bool:
        with database.reading() as session:
            return detectors.seen_by_all(session, watch="harbour", signals=wanted, until=until)

    put({}, "", "posts", until=120)
    assert not all_have(0), "cancel has not looked yet"
    put(heads(), "", "cancel", until=60)
    assert all_have(60)
    assert not all_have(120)


def test_counts_are_summed_over_languages_by_watch_minute_and_source(store: Settings) -> None:
    with database.writing() as session:
        for lang in ("en", "fr"):
            session.add(Bucket(watch="harbour", minute=60, source="a", lang=lang, posts=3, voices=2, cancel=1))
            session.add(
                ConcernBucket(watch="harbour", minute=60, source="a", lang=lang, concern="price", posts=2, cancel=1)
            )
        session.add(Bucket(watch="harbour", minute=120, source="a", lang="en", posts=9))
        session.add(Bucket(watch="other", minute=60, source="b", lang="en", posts=1, negative=1))
    with database.reading() as session:
        found = detectors.counts(session, ["harbour", "other"], start=0, end=120)
    assert found == {
        "harbour": {60: {"a": {"posts": 6, "voices": 4, "negative": 0, "cancel": 2, "concern:price": 4}}},
        "other": {60: {"b": {"posts": 1, "voices": 0, "negative": 1, "cancel": 0}}},
    }


def test_gaps_that_were_filled_are_none_and_the_open_one_goes_on(store: Settings) -> None:
    hour = timedelta(hours=1)
    with database.writing() as session:
        for source, ended, filled in (("lost", NOW, None), ("filled", NOW, NOW), ("open", None, None)):
            session.add(
                Gap(watch="harbour", source=source, started_at=NOW - hour, ended_at=ended, filled_at=filled, reason="-")
            )
    with database.reading() as session:
        found = detectors.gaps(session, ["harbour"], since=NOW - hour / 2)["harbour"]
        assert {gap.source for gap in found} == {"lost", "open"}
        later = detectors.gaps(session, ["harbour"], since=NOW)["harbour"]
        assert {gap.source for gap in later} == {"open"}


def test_the_oldest_post_that_waits_is_told_by_watch_and_those_that_are_made_anew_are_not(store: Settings) -> None:
    with database.writing() as session:
        for number, (watch, minutes, again) in enumerate(
            [("harbour", 9, False), ("harbour", 3, False), ("harbour", 5, True), ("other", 4, False)]
        ):
            at = NOW - timedelta(minutes=minutes)
            post = Post(
                watch=watch,
                source="a",
                platform="file",
                native_id=str(number),
                text="-",
                created_at=at,
                collected_at=at,
            )
            session.add(post)
            session.flush()
            session.add(Backlog(post_id=post.id or 0, watch=watch, created_at=at, rescore=again))
    with database.reading() as session:
        found = detectors.waiting(session, ["harbour", "other", "none"], since=NOW - timedelta(minutes=8))
    assert found == {"harbour": NOW - timedelta(minutes=3), "other": NOW - timedelta(minutes=4)}
