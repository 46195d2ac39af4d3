"""Real processes are killed while twenty thousand posts go through; nothing is lost and nothing counted twice."""

import json
import os
import random
import signal
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import select

from tests.service import UPROAR, Service, running
from tests.waiting import until
from uproar import database, posts, recounting
from uproar.buckets import BucketKey
from uproar.models import Reaction
from uproar.settings import Settings

POSTS = 20_000
FEWER = 6_000
SENTENCES = (
    "I cancelled my Harbour Clinics membership today, number {n}",
    "Harbour Clinics was fine for me so far, visit {n}",
    "What will happen to my records at Harbour Clinics? {n}",
    "Je résilie mon abonnement Harbour Clinics, numéro {n}",
    "This deal is bad for patients, {n}",
)


def write_posts(path: Path, *, numbers: range) -> None:
    """Generated posts, spread over an hour and a half."""
    start = datetime.now(UTC) - timedelta(hours=2)
    with path.open("w") as file:
        for n in numbers:
            post = {
                "id": f"p{n}",
                "text": SENTENCES[n % len(SENTENCES)].format(n=n),
                "created_at": (start + timedelta(seconds=n * 0.27)).isoformat(),
                "author": f"author {n % 997}",
            }
            file.write(json.dumps(post) + "\n")


def add_file_source(home: Path, path: Path) -> None:
    """Let the collector itself read the file."""
    with (home / "watches" / "harbour.toml").open("a") as file:
        file.write(f'\n[[sources]]\ntype = "file"\npath = "{path}"\nevery_seconds = 1\n')


def kill(service: Service, *words: str) -> None:
    """Kill -9 the first process whose command line holds these words."""
    pids = service.pids(*words)
    if pids:
        os.kill(pids[0], signal.SIGKILL)


def total() -> tuple[int, int]:
    """Posts, and how many of them have a reaction."""
    with database.reading() as session:
        return posts.totals(session, watch="harbour")


def assert_exact(number: int) -> None:
    """Every post once, every reaction once, every bucket equal to a recount."""
    with database.reading() as session:
        ids = [post.native_id for post, *_ in posts.export(session, watch="harbour")]
        assert len(ids) == len(set(ids)) == number
        assert len(session.exec(select(Reaction.post_id)).all()) == number
        expected, _ = recounting.recount(session, watch="harbour")
        found: dict[BucketKey, dict[str, int]] = {}
        for bucket in posts.export_buckets(session, watch="harbour"):
            row = bucket.model_dump()
            key = (row.pop("watch"), row.pop("minute"), row.pop("source"), row.pop("lang"))
            found[key] = {name: count for name, count in row.items() if count}
    assert found == expected
    assert sum(row["posts"] for row in found.values()) == number


def test_kill_9_of_worker_broker_and_collector_loses_nothing(sqlite_store: Settings, home: Path) -> None:
    """Half of the posts come by the collector, half by `uproar replay`; each role is killed more than once."""
    log = home / "log"
    for half, numbers in (("collected", range(POSTS // 2)), ("replayed", range(POSTS // 2, POSTS))):
        write_posts(home / f"{half}.jsonl", numbers=numbers)
    add_file_source(home, home / "collected.jsonl")
    chance = random.Random(7)
    with running("up", log=log) as service:
        replay = subprocess.Popen([*UPROAR, "replay", str(home / "replayed.jsonl")], stdout=subprocess.DEVNULL)
        victims = [("uproar", "work"), ("valkey",), ("uproar", "collect")] * 3
        chance.shuffle(victims)
        for words in victims:
            time.sleep(chance.uniform(0.2, 0.8))
            if words == ("valkey",):
                for pid, line in service.children().items():
                    if "valkey-server" in line:
                        os.kill(pid, signal.SIGKILL)
            else:
                kill(service, *words)
        assert replay.wait(60) == 0
        until(lambda: total() == (POSTS, POSTS), log=log)
        assert log.read_text().count("event='died'") >= 6
        assert service.stop() == 0
    assert_exact(POSTS)


def test_kill_9_of_everything_is_made_good_by_the_next_start(sqlite_store: Settings, home: Path) -> None:
    """The machine loses its power, so to speak: every process of the service is killed at once, twice."""
    log = home / "log"
    write_posts(home / "collected.jsonl", numbers=range(FEWER))
    add_file_source(home, home / "collected.jsonl")
    for _ in range(2):
        with running("up", log=log) as service:
            until(lambda: total()[0] > 0, log=log)
            time.sleep(0.7)
            everything = [service.process.pid, *service.children()]
            for pid in everything:
                os.kill(pid, signal.SIGKILL)
            service.process.wait()
    before = total()
    with running("up", log=log) as service:
        until(lambda: total() == (FEWER, FEWER), log=log)
        assert service.stop() == 0
    assert_exact(FEWER)
    assert before[0] > 0
