"""`uproar recount`, on SQLite and PostgreSQL."""

from click.testing import CliRunner
from sqlalchemy import delete, update
from sqlmodel import col

from tests.uproar.test_posts import claim, reaction, save, some
from uproar import database, posts
from uproar.commands.recount import recount
from uproar.models import Bucket, ConcernBucket, ConcernRollup, Rollup
from uproar.settings import Settings


def test_a_recount_finds_a_wrong_bucket_and_mends_it_when_asked(store: Settings) -> None:
    save(some(3), store)
    ids = claim("a")
    with database.writing() as session:
        assert posts.finish(session, [reaction(id_) for id_ in ids], claim="a") == 3
    run = CliRunner()
    good = run.invoke(recount, [])
    assert (good.exit_code, good.output) == (0, "harbour: 3 reactions in 1 buckets, 0 of them wrong\n")
    with database.writing() as session:
        session.execute(update(Bucket).values(cancel=col(Bucket.cancel) + 1))
    assert run.invoke(recount, []).exit_code == 1
    assert "counted anew" in run.invoke(recount, ["--rebuild"]).output
    assert run.invoke(recount, []).exit_code == 0


def test_a_recount_finds_a_wrong_count_of_a_concern_too(store: Settings) -> None:
    save(some(2), store)
    ids = claim("a")
    with database.writing() as session:
        posts.finish(session, [reaction(id_) for id_ in ids], claim="a")
        session.execute(update(ConcernBucket).values(cancel=0))
    answer = CliRunner().invoke(recount, [])
    assert answer.exit_code == 1
    assert answer.output.endswith("0 of them wrong, and 1 counts of concerns\n")
    CliRunner().invoke(recount, ["--rebuild"])
    assert CliRunner().invoke(recount, []).exit_code == 0


def test_a_recount_finds_a_wrong_sum_over_a_longer_step_too(store: Settings) -> None:
    save(some(2), store)
    ids = claim("a")
    with database.writing() as session:
        posts.finish(session, [reaction(id_) for id_ in ids], claim="a")
        session.execute(update(Rollup).where(col(Rollup.step) == 7_200).values(posts=7))
        session.execute(delete(ConcernRollup).where(col(ConcernRollup.step) == 300))
    answer = CliRunner().invoke(recount, [])
    assert answer.exit_code == 1
    assert answer.output.endswith("0 of them wrong, and 2 sums of them\n")
    CliRunner().invoke(recount, ["--rebuild"])
    assert CliRunner().invoke(recount, []).exit_code == 0
