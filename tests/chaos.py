"""A whole service in trouble, and what is counted afterwards: every post once, every bucket exact, every spike told."""

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from sqlalchemy import func
from sqlmodel import select

from tests.crowd import TOKEN, Crowd
from tests.postgres import Postgres
from tests.recounted import assert_recounted
from tests.service import running
from tests.trouble import LONGEST, Desk, Trouble
from tests.waiting import until
from tests.web_server import WebServer
from uproar import database, posts, undelivered
from uproar.deliveries import PENDING
from uproar.models import Delivery

WATCH = """
title = "Gullwing buys Harbour Clinics"
starts = 2020-01-01T00:00:00Z
[[services]]
name = "Harbour Clinics"
[[sources]]
type = "file"
path = "{folder}/{name}.jsonl"
every_seconds = 1
[alerts]
inhibit = false
[[alerts.thresholds]]
name = "leaving"
signal = "cancel"
more_than = 20
[[alerts.endpoints]]
name = "desk"
url = "{address}"
allow_private = true
"""


@dataclass(frozen=True, slots=True)
class Found:
    """What was counted; `settled` is in seconds.

    Attributes:
        posts: that were taken; every one is stored once and counted once.
        refused: pushes that had to be repeated.
        told: watches whose leavers were told of.
        messages: that the receiver has acknowledged.
        twice: those of them that came again: whoever sent them was killed or cut off before it could note the answer.
        troubles: how often each was met.
        settled: how long it took after the last trouble until all was done.
    """

    posts: int
    refused: int
    told: int
    messages: int
    twice: int
    troubles: Counter[str]
    settled: float


def chaos(home: Path, postgres: Postgres, *, seconds: float, chance: random.Random, watches: int = 8) -> Found:
    """Run the whole service on PostgreSQL through so many seconds of trouble, and count.

    Args:
        home: where data and watches lie, as settings say.
        postgres: a durable one, of which settings name an empty database.
        seconds: of trouble.
        chance: what happens when.
        watches: how many; in one after the other thirty people leave at once.

    Raises:
        AssertionError: a post is missing or there twice, a count is wrong, a spike was not told.
    """
    names = [f"watch-{number}" for number in range(watches)]
    desk, log = Desk(), home / "log"
    with WebServer() as web:
        for name in names:
            (home / f"{name}.jsonl").touch()
            address = web.says(f"/{name}", desk.answer)
            (home / "watches" / f"{name}.toml").write_text(WATCH.format(folder=home, name=name, address=address))
        with running("up", log=log, environment={"UPROAR_INGEST_TOKEN": TOKEN}) as service:
            crowd = Crowd(service, home, names)
            crowd.start()
            trouble = Trouble(service, desk, chance, more=_of(postgres, chance))
            trouble.go_on(seconds)
            crowd.stop()
            calm = time.monotonic()
            until(lambda: not _missing(crowd, desk), log=log, why=lambda: _missing(crowd, desk))
            settled = time.monotonic() - calm
            assert service.stop() == 0
    stored = sum(_count(name, crowd.sent[name]) for name in names)
    twice = sum(times > 1 for times in desk.acknowledged.values())
    return Found(stored, crowd.refused, len(desk.told), len(desk.acknowledged), twice, trouble.met, settled)


def _of(postgres: Postgres, chance: random.Random) -> dict[str, Callable[[], None]]:
    """What can happen to the database."""

    def freeze() -> None:
        with postgres.frozen():
            time.sleep(chance.uniform(0.5, LONGEST))

    return {
        "database crashes": partial(postgres.crash, 1.0),
        "database hangs up": postgres.disconnect,
        "database frozen": freeze,
    }


def _missing(crowd: Crowd, desk: Desk) -> list[str]:
    """What is not done: posts without a reaction, messages that wait, leavings that came in time and are not told."""
    with database.writing() as session:
        undelivered.make_due(session, watch=None, endpoint=None, now=datetime.now(UTC))
        waits = session.exec(select(func.count()).select_from(Delivery).where(*PENDING)).one()
        counted = {name: posts.totals(session, watch=name) for name in crowd.sent}
    missing = [f"{waits} messages wait"] if waits else []
    for name, ids in crowd.sent.items():
        if counted[name] != (len(ids),) * 2:
            missing.append(f"{name}: of {len(ids)} posts {counted[name]} are stored and have a reaction")
        if name in crowd.in_time and name not in desk.told:
            missing.append(f"{name}: those who leave were not told of")
    return missing


def _count(watch: str, sent: set[str]) -> int:
    """Every post is there once, and so is its reaction; every count is what a recount makes it."""
    with database.reading() as session:
        ids = [post.native_id for post, *_ in posts.export(session, watch=watch)]
    assert sorted(ids) == sorted(sent)
    assert assert_recounted(watch) == len(ids)
    return len(ids)
