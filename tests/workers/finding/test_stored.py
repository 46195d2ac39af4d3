"""What is stored, as a detector would have been fed with it, on SQLite and PostgreSQL."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.workers.finding.test_missing_minutes import HOUR, stream
from tests.workers.stream import BURST, NOW, covered, fill, watch_of
from uproar import database
from uproar.buckets import minute_of
from uproar.models import Gap
from uproar.settings import Settings
from workers.backtest import backtest
from workers.finding.stored import stored_counts


def test_every_minute_comes_once_and_quiet_ones_are_zero(store: Settings, home: Path) -> None:
    fill(NOW, {30: 7})
    rows = list(stored_counts(watch_of(home), "cancel"))
    starts = [start for start, _ in rows]
    assert starts == list(range(starts[0], starts[-1] + 60, 60))
    assert (dict(rows)[minute_of(NOW - timedelta(minutes=30))] or 0) >= 7
    assert {0} < {count for _, count in rows}


def test_minutes_that_were_not_read_are_none(store: Settings, home: Path) -> None:
    stream(NOW - 10 * HOUR, 600, source="a", rate=2.0)
    stream(NOW - 10 * HOUR, 600, source="b", rate=0.2, seed=2)
    for source in "ab":
        covered(NOW, source)
    with database.writing() as session:
        for source, hour in (("a", 5), ("b", 3)):
            start = NOW - hour * HOUR
            session.add(Gap(watch="harbour", source=source, started_at=start, ended_at=start + HOUR, reason="lost"))
    rows = dict(stored_counts(watch_of(home), "posts"))
    assert rows[minute_of(NOW - 4.5 * HOUR)] is None
    assert rows[minute_of(NOW - 2.5 * HOUR)] is not None, "what the small source brings is no half of it"
    assert sum(count is None for count in rows.values()) == 60


def test_a_watch_without_posts_has_nothing(store: Settings, home: Path) -> None:
    assert list(stored_counts(watch_of(home), "posts")) == []


def test_the_command_replays_what_is_stored(store: Settings, home: Path) -> None:
    fill(NOW, BURST)
    watch_of(home)
    answer = CliRunner().invoke(backtest, ["--watch", "harbour", "--signal", "cancel", "--json"])
    assert answer.exit_code == 0, answer.output
    by_name = {one["sensitivity"]: one for one in json.loads(answer.stdout)["results"]}
    assert by_name.keys() == {"sensitive", "balanced", "strict"}
    assert by_name["balanced"]["alerts"][-1]["start"] >= minute_of(NOW - timedelta(minutes=5))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--watch", "harbour", "--signal", "noise"], "no signal 'noise'"),
        (["--watch", "nobody"], "no watch 'nobody'"),
        (["--watch", "harbour"], "Nothing is stored of harbour"),
    ],
)
def test_what_cannot_be_replayed_is_said(store: Settings, home: Path, arguments: list[str], said: str) -> None:
    watch_of(home)
    answer = CliRunner().invoke(backtest, arguments)
    assert answer.exit_code != 0
    assert said in str(answer.exception)
