"""Celery's door: each task opens, calls and is done. Running one twice does no harm."""

from datetime import UTC, datetime

from uproar.queue import FIND_SPIKES, FORGET, HEARTBEAT, REACT, app
from uproar.settings import settings
from uproar.tracing import span
from workers.alerting.keeping import forget_messages
from workers.batches import react_to_all
from workers.finding.episodes import Looked, find_in_all
from workers.heartbeat import beat_once
from workers.originals import forget_old
from workers.retention import let_go
from workers.scorers import watches

_looked: Looked = {}


@app.task(name=REACT)
def react() -> None:
    """Give posts that have none their reactions."""
    react_to_all(settings())


@app.task(name=FIND_SPIKES)
def find_spikes() -> None:
    """Look for spikes in the minutes that have closed."""
    with span("find_spikes") as work:
        work.set(events=find_in_all(watches(), settings(), now=datetime.now(UTC), looked=_looked))


@app.task(name=FORGET)
def forget() -> None:
    """Forget what is too old: by what originals are found, messages that ended, and texts if a setting says so."""
    now = datetime.now(UTC)
    forget_old(settings(), now=now)
    forget_messages(settings(), now=now)
    let_go(settings(), now=now)


@app.task(name=HEARTBEAT)
def heartbeat() -> None:
    """Tell whoever waits for it that the service does its work."""
    address = settings().heartbeat_url
    if address is not None:
        beat_once(address, list(watches().values()), now=datetime.now(UTC))
