"""Which reactions are made anew, and in which order, on SQLite and PostgreSQL."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from tests.recounted import assert_recounted
from tests.uproar.test_corrections import given, rescore
from tests.uproar.test_posts import NOW, claim, reaction, save, some
from uproar import condition, database, detectors, posts, rescoring
from uproar.incoming import Incoming
from uproar.models import Backlog, Reaction
from uproar.rescoring import Range
from uproar.settings import Settings


def enqueue(ids: list[int]) -> int:
    with database.writing() as session:
        return rescoring.enqueue(session, ids)


def outdated(**chosen: Any) -> list[int]:
    with database.reading() as session:
        return list(rescoring.outdated(session, Range(("harbour",), **chosen), after=0, limit=100))


def waiting() -> tuple[int, int]:
    """Posts that wait for their first reaction, and for a new one."""
    with database.reading() as session:
        return posts.backlog(session)[0], rescoring.waiting(session, watches=["harbour"])


def more(store: Settings, number: int) -> None:
    """Posts that have just come."""
    items = [Incoming(platform="file", native_id=f"new{n}", text="I left", created_at=NOW) for n in range(number)]
    save(items, store)


def test_posts_that_are_scored_anew_keep_their_reaction_until_then(store: Settings) -> None:
    ids = given(store, 3)
    assert enqueue(ids) == 3
    assert waiting() == (0, 3)
    with database.reading() as session:
        assert len(session.exec(select(Reaction)).all()) == 3
    assert assert_recounted() == 3


def test_asking_twice_puts_no_post_in_twice(store: Settings) -> None:
    ids = given(store, 3)
    assert (enqueue(ids), enqueue(ids)) == (3, 0)
    assert claim("a", 2) == ids[:2]
    assert enqueue(ids) == 0, "one that is being scored is not taken away from its worker"
    with database.writing() as session:
        assert posts.finish(session, [reaction(id_) for id_ in ids[:2]], claim="a") == 2
    assert waiting() == (0, 1)
    assert assert_recounted() == 3


def test_only_posts_that_have_a_reaction_are_put_in(store: Settings) -> None:
    save(some(2), store)
    fresh = claim("a")
    assert enqueue([*fresh, 999]) == 0
    assert waiting() == (2, 0)


def test_a_range_goes_by_the_posts_time_watch_and_version(store: Settings) -> None:
    ids = given(store, 2)
    assert outdated() == ids
    assert outdated(version="t") == []
    assert outdated(version="next") == ids
    assert outdated(since=NOW, until=NOW + timedelta(seconds=1)) == ids
    assert outdated(until=NOW) == []
    assert outdated(since=NOW + timedelta(seconds=1)) == []
    with database.reading() as session:
        assert rescoring.outdated(session, Range(("other",)), after=0, limit=9) == []
        assert rescoring.outdated(session, Range(("harbour",)), after=ids[0], limit=9) == ids[1:]
        assert rescoring.count_outdated(session, Range(("harbour",), version="next")) == 2
    assert rescore(ids) == 2
    assert outdated(version="next") == []


def test_new_posts_go_before_any_number_of_old_ones(store: Settings) -> None:
    ids = given(store, 30)
    enqueue(ids)
    more(store, 3)
    first = claim("a", 10)
    assert len(first) == 3
    assert min(first) > max(ids)
    assert claim("b", 10) == ids[:10]


def test_old_posts_hold_up_no_detector_and_no_sign_of_life(store: Settings) -> None:
    enqueue(given(store, 3))
    with database.reading() as session:
        assert detectors.waiting(session, ["harbour"], since=NOW - timedelta(days=1)) == {}
        assert condition.waiting_since(session) is None
        assert condition.figures(session).backlog == {}
        assert condition.figures(session).reactions == {"harbour": 3}


def test_one_that_kills_its_worker_is_tried_by_itself_among_a_long_backlog(store: Settings) -> None:
    ids = given(store, 60)
    enqueue(ids)
    sizes = [len(claim("x", 40, now=NOW + timedelta(minutes=2 * turn))) for turn in range(3)]
    assert sizes == [40, 2, 1]


def test_a_new_reaction_or_a_correction_is_news_for_open_pages(store: Settings) -> None:
    def state() -> str:
        with database.reading() as session:
            return condition.state(session)["reactions"]

    ids = given(store, 2)
    states = [state()]
    enqueue(ids)
    states.append(state())
    assert claim("a", 1) == ids[:1]
    with database.writing() as session:
        posts.finish(session, [reaction(ids[0])], claim="a")
    states.append(state())
    assert len(set(states)) == 3


@pytest.mark.parametrize("killed", ["before the new counts", "after them"])
def test_a_worker_that_is_killed_leaves_the_old_reaction_and_its_counts(
    store: Settings, killed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = given(store, 4)
    enqueue(ids)
    taken = claim("a")

    class KilledError(BaseException):
        """As good as kill -9."""

    def dies(*_: Any, **__: Any) -> None:
        raise KilledError

    def finish() -> None:
        with database.writing() as session:
            if killed == "before the new counts":
                monkeypatch.setattr(posts, "change_counts", dies)
            posts.finish(session, [reaction(id_, stage="none", lang="fr") for id_ in taken], claim="a")
            raise KilledError

    with pytest.raises(KilledError):
        finish()
    assert assert_recounted() == 4
    with database.reading() as session:
        assert {row.lang for row in session.exec(select(Reaction))} == {"en"}
        assert {row.rescore for row in session.exec(select(Backlog))} == {True}
