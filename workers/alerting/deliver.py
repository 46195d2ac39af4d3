"""The role that delivers: it tells what was held back until now, and sends what is due, in a process of its own.

Endpoints may hang, and nothing else must wait for them. It asks the tables, so alerts go out even without a broker.
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import click
from sqlalchemy.exc import SQLAlchemyError

from uproar import database
from uproar.log import get_logger, set_up_logging
from uproar.roles import Presence
from uproar.settings import Settings, settings
from uproar.watch import Watch, active, load_watches
from workers.alerting.deliveries import Sender
from workers.alerting.notifying import release

LOOK_SECONDS = 0.5
RELEASE_SECONDS = 5.0
STOP_SECONDS = 4.0
LAST_SECONDS = 7  # after which the process ends by itself: not even a database that hangs may hold it

log = get_logger(__name__)


@click.command()
def deliver() -> None:
    """Send alerts to their endpoints, until told to stop; two of them do no harm."""
    set_up_logging()
    chosen = settings()
    watches = {watch.name: watch for watch in load_watches(chosen.watch_dir)}
    database.require_current()
    stopping = threading.Event()
    _stop_on_signals(stopping)
    log.info("deliver_ready", endpoints=sum(len(watch.alerts.endpoints) for watch in active(list(watches.values()))))
    hanging = keep_delivering(watches, chosen, stopping)
    log.info("deliver_stopped", hanging=hanging)
    if hanging:
        os._exit(0)  # the interpreter would wait for the threads; their messages are sent again, with the same ids


def keep_delivering(watches: Mapping[str, Watch], chosen: Settings, stopping: threading.Event) -> int:
    """Release and send until told to stop; how many attempts hang on then."""
    sender = Sender(watches, chosen)
    here = Presence("deliver", chosen)
    released_at = float("-inf")
    while not stopping.is_set():
        here.say()
        if time.monotonic() - released_at >= RELEASE_SECONDS:
            _try(lambda: release(watches, chosen, now=datetime.now(UTC)))
            released_at = time.monotonic()
        _try(sender.send_due)
        _try(lambda: sender.wait(0.0))
        stopping.wait(LOOK_SECONDS)
    here.leave()
    return sender.stop(STOP_SECONDS)


def _try(step: Callable[[], object]) -> None:
    """Take a step; that it fails costs the other ones nothing, and it is taken again."""
    try:
        step()
    except SQLAlchemyError as error:
        log.error("database_failed", error=f"{type(error).__name__}: {error.args[0] if error.args else ''}"[:300])  # noqa: TRY400 - it says it all
    except Exception:  # a bug that one spike meets must not keep the others from being told
        log.exception("delivering_broken")


def _stop_on_signals(stopping: threading.Event) -> None:
    def stop(_number: int, _frame: object) -> None:
        signal.alarm(LAST_SECONDS)  # first: it needs no lock, and stops also what waits outside of Python
        stopping.set()

    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
