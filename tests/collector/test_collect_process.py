"""What befalls a real `uproar collect`: a database that hangs, a clock that is wrong, posts that are charged once."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from tests.collector.firehose import START, Firehose, create
from tests.collector.test_loop import FILE, stored
from tests.collector.x_api import SEARCH, Search, id_at, post
from tests.postgres import Postgres
from tests.waiting import until
from tests.web_server import WebServer
from uproar import budget, database
from uproar.models import Gap, Post
from uproar.settings import Settings

COLLECT = [sys.executable, "-m", "uproar", "collect"]
BY_ANOTHER_CLOCK = """
import sys
from datetime import UTC, datetime, timedelta
import time_machine
from uproar.__main__ import main
with time_machine.travel(datetime.now(UTC) + timedelta(hours=float(sys.argv[1])), tick=True):
    sys.argv[1:] = ["collect"]
    main()
"""


@contextmanager
def collecting(*command: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A collector that is killed -9 at the end, if it still runs."""
    process = subprocess.Popen(command or COLLECT, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def add_to_watch(home: Path, text: str, *, starts: datetime | None = None) -> None:
    path = home / "watches" / "harbour.toml"
    whole = path.read_text() + text
    path.write_text(whole.replace("2020-01-01T00:00:00Z", starts.isoformat()) if starts else whole)


def test_a_database_that_hangs_does_not_hold_up_the_end_and_loses_nothing(
    home: Path, postgres: Postgres, postgres_store: Settings
) -> None:
    path = home / "posts.jsonl"
    lines = [{"id": str(at), "text": "I left", "created_at": "2026-03-01T00:00:00Z"} for at in range(5_000)]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    add_to_watch(home, FILE.format(path=path))
    with collecting() as process:
        until(lambda: stored() > 0)
        with postgres.frozen():
            process.send_signal(signal.SIGTERM)
            process.wait(20)  # it takes ten at most; without an end of its own it would wait for ever
    with collecting():
        until(lambda: stored() == len(lines))


@pytest.mark.parametrize(("ours", "theirs"), [(1, 0), (-1, 0), (0, 1), (0, -1)])
def test_a_clock_that_is_an_hour_off_loses_no_post_of_bluesky(
    home: Path, sqlite_store: Settings, monkeypatch: pytest.MonkeyPatch, ours: int, theirs: int
) -> None:
    now = datetime.now(UTC)
    since = now.timestamp() - START / 1_000_000 - 100
    frames = [create(number, seconds=since + number) for number in range(40)]
    for frame in frames:
        frame["time_us"] += theirs * 3_600_000_000
    add_to_watch(home, '\n[[sources]]\ntype = "bluesky"\nevery_seconds = 1\n', starts=now - timedelta(hours=3))
    command = (sys.executable, "-c", BY_ANOTHER_CLOCK, str(ours)) if ours else ()
    with Firehose(frames[:20]) as firehose:
        monkeypatch.setenv("UPROAR_JETSTREAM_URL", firehose.url)
        with collecting(*command):
            until(lambda: stored() == 20)
        firehose.frames = frames  # while it is down
        with collecting(*command):
            until(lambda: stored() == 40)
        assert len(firehose.asked) < 20
    with database.reading() as session:
        assert len(set(session.exec(select(Post.native_id)))) == 40
        reasons = session.exec(select(Gap.reason).where(Gap.started_at > now - timedelta(hours=2, minutes=30))).all()
    assert reasons == []


def test_a_post_is_charged_once_a_day_however_often_the_collector_starts(
    home: Path, sqlite_store: Settings, web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = datetime.now(UTC) - timedelta(hours=1)
    api = Search([post(id_at(start + timedelta(seconds=at))) for at in range(150)], clock=lambda: datetime.now(UTC))
    web.says(SEARCH, api)
    source = '\n[[sources]]\ntype = "x"\nname = "{}"\ncounts = false\n'
    add_to_watch(home, source.format("first"), starts=start - timedelta(hours=1))
    variables = {"URL": web.url, "BEARER_TOKEN": "made-up", "CHARGE_ONCE_A_DAY": "true", "POSTS_A_DAY": "1000"}
    for name, value in variables.items():
        monkeypatch.setenv(f"UPROAR_X_{name}", value)

    def charged() -> tuple[int, int]:
        with database.reading() as session:
            state = budget.state(session, budget.X, now=datetime.now(UTC), limits=budget.x_limits(Settings()))
        return state.day.posts, state.day.reserved

    for number, name in enumerate(("first", "second", "third"), 1):  # each has to read all from the start
        if number > 1:
            add_to_watch(home, source.format(name))
        with collecting():
            until(lambda n=number: len(api.handed) == n * 150 and charged()[1] == 0)  # type: ignore[misc]
            time.sleep(0.5)
        assert charged() == (150, 0)
    assert stored() == 150
