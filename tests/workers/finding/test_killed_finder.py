"""A worker that is really killed while it finds a spike: nobody is told twice, and nobody is not told."""

import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from tests.workers.endpoint import Endpoint, serving
from tests.workers.outbox import deliver_due
from tests.workers.stream import BURST, fill, find, spikes
from uproar import database
from uproar.buckets import minute_of
from uproar.models import Delivery
from uproar.settings import Settings
from uproar.watch import load_watch
from workers.finding import episodes

VICTIM = """
import os, signal
from datetime import datetime
from uproar.settings import settings
from uproar.watch import load_watches
from workers.finding import recording
def die(*_args, **_more):
    os.kill(os.getpid(), signal.SIGKILL)
{trap}
from workers.finding.episodes import find_in_all
watches = {{watch.name: watch for watch in load_watches(settings().watch_dir)}}
find_in_all(watches, settings(), now=datetime.fromisoformat({now!r}))
die()
"""


@pytest.mark.parametrize(
    ("trap", "stored"),
    [("recording.notify = die", 0), ("", 1)],
    ids=["before it is stored", "after it is stored and before anybody knows"],
)
def test_a_worker_that_is_killed_between_finding_and_sending_leaves_it_to_the_next(
    trap: str, stored: int, store: Settings, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    into_the_minute = timedelta(seconds=3)  # and never later than now, or the message would not be due yet
    now = datetime.fromtimestamp(minute_of(datetime.now(UTC) - into_the_minute), UTC) + into_the_minute
    fill(now, BURST)
    with serving() as desk:
        path = watch_with(home, desk)
        code = VICTIM.format(trap=trap, now=now.isoformat())
        victim = subprocess.run([sys.executable, "-c", code], timeout=60, check=False)
        assert victim.returncode == -signal.SIGKILL
        before = message_ids()
        assert len(before) == stored
        monkeypatch.setattr(episodes, "announce", lambda _task: True)
        watch = load_watch(path)
        find(watch, store, now)
        assert len(spikes()) == 1
        deliver_due({watch.name: watch}, store)
        assert deliver_due({watch.name: watch}, store) == 0
        sent = [one.headers["webhook-id"] for one in desk.received]
    assert sent == message_ids()
    assert len(sent) == 1
    assert before in ([], sent), "what was stored keeps its id"


def watch_with(home: Path, desk: Endpoint) -> Path:
    """The watch file, with one endpoint that is told of cancel voices."""
    path = home / "watches" / "harbour.toml"
    endpoint = f'name = "desk"\nurl = "{desk.url}"\nallow_private = true\nsignals = ["cancel"]\n'
    path.write_text(f"{path.read_text()}\n[[alerts.endpoints]]\n{endpoint}")
    return path


def message_ids() -> list[str]:
    """The messages that are on the table."""
    with database.reading() as session:
        return [one.message_id for one in session.exec(select(Delivery))]
