"""What the tests of episodes share: a calm stream with a burst, and questions to the tables."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import col, select

from uproar import database, posts
from uproar.buckets import minute_of
from uproar.incoming import Incoming
from uproar.models import Bucket, Cursor, Delivery, DetectorState, Spike
from uproar.settings import Settings
from uproar.watch import Watch, load_watch
from workers.finding import episodes

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CALM = 300  # minutes before the burst
ENDPOINTS = """
[[sources]]
type = "file"
name = "a"
path = "a.jsonl"
[[sources]]
type = "file"
name = "b"
path = "b.jsonl"
[[alerts.endpoints]]
name = "ops"
url = "https://ops.example/"
[[alerts.endpoints]]
name = "pager"
url = "https://pager.example/"
"""


def watch_of(home: Path, more: str = "") -> Watch:
    """The watch with two sources and two endpoints, and what else is to be in its file."""
    path = home / "watches" / "harbour.toml"
    path.write_text(path.read_text() + more + ENDPOINTS)
    return load_watch(path)


def fill(end: datetime, cancel: dict[int, int], *, calm: int = CALM, source: str = "a") -> None:
    """A calm stream of cancel voices up to `end`; `cancel` says how many more n minutes before the end."""
    chance = random.Random(1)
    with database.writing() as session:
        for back in range(calm, 0, -1):
            count = (chance.random() < 0.1) + cancel.get(back, 0)
            if count:
                minute = minute_of(end) - 60 * back
                session.add(Bucket(watch="harbour", minute=minute, source=source, lang="en", posts=count, cancel=count))


def find(watch: Watch, store: Settings, now: datetime = NOW) -> int:
    """Look for spikes in that watch."""
    return episodes.find_in_all({watch.name: watch}, store, now=now)


def spikes(signal: str = "cancel") -> list[Spike]:
    """The spikes of a signal."""
    with database.reading() as session:
        found = list(session.exec(select(Spike).where(Spike.signal == signal).order_by(col(Spike.id))))
        session.expunge_all()
        return found


def deliveries(signal: str = "cancel") -> list[tuple[str, str]]:
    """Endpoint and event of each message about a signal."""
    with database.reading() as session:
        query = select(Delivery.endpoint, Delivery.event).join(Spike, col(Spike.id) == Delivery.spike_id)
        found = session.exec(query.where(Spike.signal == signal).order_by(col(Delivery.id)))
        return [(endpoint, event) for endpoint, event in found]


def seen_until(signal: str = "cancel") -> datetime:
    """Up to where the detector has looked."""
    with database.reading() as session:
        state = session.get_one(DetectorState, ("harbour", signal))
        return datetime.fromtimestamp(state.seen_until, UTC)


def covered(until: datetime, source: str = "a", *, caught_up: bool = True) -> None:
    """Say up to when a source was read."""
    cursor = Cursor(watch="harbour", source=source, next_due_at=until, covered_until=until, caught_up=caught_up)
    with database.writing() as session:
        session.merge(cursor)


def observed() -> int:
    """How many minutes the detector has taken in."""
    with database.reading() as session:
        return int(session.get_one(DetectorState, ("harbour", "cancel")).state["watcher"]["baseline"]["seen"])


def wait_for_reaction(store: Settings, created_at: datetime) -> None:
    """Put a post into the backlog."""
    item = Incoming(platform="file", native_id=str(created_at), text="I left Harbour Clinics", created_at=created_at)
    with database.writing() as session:
        posts.save(session, [item], watch="harbour", source="a", now=NOW, settings=store)


BURST = {4: 40, 3: 45, 2: 50}
