"""Whatever is done to posts, in whatever order: a range summed up out of roll-ups is what its minutes say."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, example, given
from hypothesis import settings as examples
from hypothesis import strategies as some
from sqlmodel import SQLModel, col, select

from tests.recounted import assert_recounted
from tests.uproar.test_corrections import correct, rescore, withdraw
from tests.uproar.test_forget import done
from tests.uproar.test_posts import NOW, claim, reaction, save
from uproar import corrections, database, erasing, posts, recounting, retention, sums
from uproar.buckets import MINUTE
from uproar.incoming import Erasure, Incoming
from uproar.models import Post, Reaction
from uproar.moments import slots
from uproar.settings import Settings
from uproar.span import Span
from uproar.sums import Range

START = int(NOW.timestamp()) - 3_000 * MINUTE
STAGES = ("cancelled", "seeking", "joining", "none")
STEPS = (60, 300, 900, 1_800, 3_600, 7_200, 86_400)
DOINGS = ("come", "come", "come", "correct", "withdraw", "rescore", "erase", "forget", "let go", "recount")
Doing = tuple[str, int]  # the number says of which post, of which minute, or what is said of it


def read(minute: int) -> dict[str, Any]:
    """What is made of a post of this minute, a little of everything."""
    stage = STAGES[minute % 4]
    concerns = [name for name, of in (("privacy", 2), ("price", 3)) if minute % of == 0]
    of = {"stage": stage, "cancel": stage in STAGES[:2], "concerns": concerns, "voice": minute % 5 > 0}
    return of | {"source": ("file", "press")[minute % 2], "lang": ("en", "fr", "es")[minute % 3]}


def come(store: Settings, native_id: str, minute: int) -> None:
    """A post comes, late or not, and gets its reaction."""
    at = NOW + timedelta(minutes=minute - 3_000)
    save([Incoming(platform="file", native_id=native_id, text="I left", author="ana", created_at=at)], store)
    with database.writing() as session:
        waiting = {post.native_id: post.id for post in session.exec(select(Post))}
    assert claim("w") == [waiting[native_id]]
    with database.writing() as session:
        row = reaction(waiting[native_id], created_at=at, **read(minute))
        assert posts.finish(session, [row], claim="w") == 1


def there() -> list[tuple[int, str, datetime, bool]]:
    """The posts that have a reaction: their number, their key, their time, and whether a correction is in force."""
    with database.reading() as session:
        found = session.exec(select(Post).join(Reaction).order_by(col(Post.id))).all()
        said = corrections.latest_of_watch(session, watch="harbour")
        kept = {number for number, one in said.items() if not one.withdrawn}
        return [(one.id or 0, one.native_id, one.created_at, one.id in kept) for one in found]


def do(store: Settings, what: str, number: int, turn: int) -> None:
    """One of `DOINGS`; nothing where there is no post that it could be done to."""
    present = there()
    if what == "come":
        come(store, f"post-{turn}", number)
        return
    if what == "recount":
        with database.writing() as session:
            recounting.rebuild(session, watch="harbour")
        return
    if what == "let go":
        with database.writing() as session:
            retention.let_reactions_go(session, before=NOW + timedelta(days=1), now=NOW)
        return
    if what == "withdraw":
        present = [one for one in present if one[-1]]
    if not present:
        return
    post_id, native_id, created_at, _ = present[number % len(present)]
    actions: dict[str, Callable[[], object]] = {
        "correct": lambda: correct(post_id, stage=STAGES[number % 4], concerns=["price"], voice=number % 7 > 0),
        "withdraw": lambda: withdraw(post_id),
        "rescore": lambda: rescore([post_id], created_at=created_at, **read(number)),
        "erase": lambda: erase(store, native_id),
        "forget": lambda: done("post", str(post_id)),
    }
    actions[what]()


def erase(store: Settings, native_id: str) -> None:
    with database.writing() as session:
        erasing.erase(session, [Erasure("file", native_id=native_id)], now=NOW, settings=store)


def answers(asked: Range, step: int) -> tuple[object, ...]:
    """All that is summed up of a range."""
    times = slots(asked.span, step)
    chosen: dict[str, Any] = {"sources": ["file", "press"], "langs": ["en", "fr"], "named": ["privacy", "price"]}
    with database.reading() as session:
        steps = sums.steps(session, asked, times=times, step=step, **chosen)
        return sums.whole(session, asked), sums.concerns(session, asked), steps


def minutes(start: int, end: int, **_: int) -> list[tuple[int, int, int]]:
    """A range in one piece, out of minutes alone."""
    return [(MINUTE, start, end)]


ONE_OF_EACH = [(one, number * 411) for number, one in enumerate(dict.fromkeys(DOINGS), 1)]


def test_roll_ups_say_what_the_minutes_say_whatever_was_done(store: Settings) -> None:
    @given(
        some.lists(some.tuples(some.sampled_from(DOINGS), some.integers(0, 6_000)), max_size=14),
        some.integers(0, 6_000),
        some.integers(1, 6_000),
        some.sampled_from(STEPS),
    )
    @example([("come", 1_234), ("come", 2_000), *ONE_OF_EACH, ("come", 3)], 0, 6_001, 7_200)
    @examples(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    def holds(doings: list[Doing], first: int, length: int, step: int) -> None:
        with database.writing() as session:
            for table in reversed(SQLModel.metadata.sorted_tables):
                if table.name != "forgettings":  # a log that nobody can shorten
                    session.execute(table.delete())
        for turn, (what, number) in enumerate(doings):
            do(store, what, number, turn)
        assert_recounted()
        span = Span(START + first * MINUTE, START + (first + length) * MINUTE)
        for asked in (Range("harbour", span), Range("harbour", span, sources=["press"], langs=["en", "es"])):
            found = answers(asked, step)
            with patch.object(sums, "pieces", minutes):
                assert found == answers(asked, step)

    holds()


def test_a_roll_up_that_is_wrong_is_noticed(store: Settings) -> None:
    """The comparison above is of two different readings."""
    come(store, "one", 0)
    come(store, "two", 4_000)
    asked = Range("harbour", Span(START, START + 6_000 * MINUTE))
    with database.writing() as session:
        session.execute(SQLModel.metadata.tables["rollups"].update().values(posts=7))
    found = answers(asked, 7_200)
    with patch.object(sums, "pieces", minutes):
        assert found != answers(asked, 7_200)
