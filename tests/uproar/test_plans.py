"""How the databases answer what is asked all the time: from an index, though some posts are corrected."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlmodel import Session, insert

from tests.uproar.test_posts import NOW, reaction
from uproar import corrections, database, deadletters, detectors, erasing, post_lists, posts, recounting
from uproar.corrections import Given
from uproar.incoming import Dead, Erasure
from uproar.models import Backlog, Post, Reaction
from uproar.post_lists import Order, Place, Wanted
from uproar.settings import Settings
from uproar.span import Span

MANY = 6_000
SPAN = Span(int(NOW.timestamp()), int((NOW + timedelta(days=9)).timestamp()))


@pytest.fixture
def full(store: Settings) -> None:
    """Thousands of reactions, thirty corrections, and all of it in the backlog to be made anew."""
    moments = {number: NOW + timedelta(seconds=number) for number in range(1, MANY + 1)}
    base: dict[str, Any] = {
        "watch": "harbour", "source": "file", "platform": "file", "text": "I left", "repost": False,
    }  # fmt: skip
    with database.writing() as session:
        rows = [
            base | {"id": n, "native_id": str(n), "created_at": at, "collected_at": NOW} for n, at in moments.items()
        ]
        session.execute(insert(Post), rows)
        session.execute(insert(Reaction), [made(n, at) for n, at in moments.items()])
        waiting = [
            {"post_id": n, "watch": "harbour", "created_at": at, "attempts": 0, "rescore": True}
            for n, at in moments.items()
        ]
        session.execute(insert(Backlog), waiting)
        recounting.rebuild(session, watch="harbour")
        for number in range(1, 31):
            corrections.correct(session, number * 7, Given(stage="none"), note=None, by=None, now=NOW)
    with database.writing() as session:
        if not database.is_sqlite(session):  # PostgreSQL does it by itself after a while, SQLite never
            session.execute(text("ANALYZE"))


def made(number: int, at: datetime) -> dict[str, Any]:
    """A reaction; every ninth speaks of leaving."""
    leaves = number % 9 == 0
    return reaction(number, created_at=at, cancel=leaves, stage="cancelling" if leaves else "none")


def plans(session: Session, ask: Any) -> list[str]:
    """How each statement of a question is answered, as the database tells it."""
    asked: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, statement: str, parameters: Any, _x: object, many: object) -> None:
        asked.append((statement, parameters[0] if many else parameters))

    engine = database.engine()
    event.listen(engine, "before_cursor_execute", note)
    try:
        ask(session)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    explain = "EXPLAIN QUERY PLAN " if database.is_sqlite(session) else "EXPLAIN "
    return [
        "\n".join(str(row[-1]) for row in session.connection().exec_driver_sql(explain + statement, parameters))
        for statement, parameters in asked
        if statement.startswith(("SELECT", "DELETE"))
    ]


@pytest.mark.parametrize("deep", [False, True])
@pytest.mark.parametrize(
    ("wanted", "index"),
    [(Wanted(), "ix_reactions_watch_created_at"), (Wanted(cancel=True), "ix_reactions_stage")],
)
def test_the_list_of_posts_starts_in_the_index_of_the_machines_answers(
    full: None, wanted: Wanted, index: str, *, deep: bool
) -> None:
    order = Order(before=Place(0.0, NOW + timedelta(seconds=MANY / 2), MANY // 2) if deep else None)

    def ask(session: Session) -> None:
        found = post_lists.posts(session, watch="harbour", span=SPAN, wanted=wanted, order=order, limit=51).rows
        assert len(found) == 51

    with database.reading() as session:
        *bound, untouched, touched, _ = plans(session, ask)
        sqlite = database.is_sqlite(session)
    assert len(bound) == (wanted != Wanted())
    for plan in (*bound, untouched):
        assert index in plan
    untouched = untouched.replace("Incremental Sort", "")  # of posts of the same moment
    sort = [] if bound else ["Sort  ("]  # what is bounded may be sorted
    for slow in ("Seq Scan on reactions", "Seq Scan on posts", "SCAN reactions", "SCAN posts", *sort):
        assert slow not in untouched
    if sqlite:
        assert "USE TEMP B-TREE FOR ORDER BY" not in untouched
        assert "SEARCH reactions USING INTEGER PRIMARY KEY" in touched, "it goes from the few corrections to the posts"
        assert "ix_corrections_watch_created_at" in touched
    else:
        assert "Seq Scan on reactions" not in touched


def test_the_next_batch_and_the_oldest_new_post_are_found_in_the_order_of_the_backlog(full: None) -> None:
    until = datetime(2027, 1, 1, tzinfo=UTC)
    with database.writing() as session:
        claimed, *_ = plans(session, lambda s: posts.claim(s, claim="a", batch=100, now=NOW, until=until))
        (oldest,) = plans(session, lambda s: detectors.waiting(s, ["harbour"], since=NOW))

    assert "ix_backlog_rescore_post_id" in claimed
    assert "ix_backlog_rescore_post_id" in oldest


def test_an_erasure_seeks_posts_and_letters_and_reads_no_whole_table(full: None, store: Settings) -> None:
    letters = [Dead(str(number), "odd", post_id=number + MANY) for number in range(MANY)]
    with database.writing() as session:
        deadletters.bury(session, letters, watch="harbour", source="file", now=NOW)
    with database.writing() as session:
        if not database.is_sqlite(session):
            session.execute(text("ANALYZE"))
    gone = [Erasure("file", native_id=str(number)) for number in range(1, 20)] + [Erasure("file", author="ana")]
    with database.writing() as session:
        answered = "\n".join(plans(session, lambda s: erasing.erase(s, gone, now=NOW, settings=store)))
    for table in ("posts", "reactions", "backlog", "dead_letters"):
        assert f"SCAN {table}" not in answered
        assert f"Seq Scan on {table}" not in answered
    assert "ix_dead_letters_post_id" in answered
