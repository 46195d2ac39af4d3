"""The Celery app and the task names. The table says what there is to do; the queue says that there is something."""

import time
from typing import Any

from celery import Celery, platforms, signals
from kombu.exceptions import OperationalError
from kombu.transport import redis  # noqa: F401 - Kombu would import it after the fork, in each process

from uproar import broker
from uproar.log import get_logger
from uproar.settings import Settings, settings

QUEUE = "uproar"
REACT = "uproar.react"
FIND_SPIKES = "uproar.find_spikes"
FORGET = "uproar.forget"
HEARTBEAT = "uproar.heartbeat"

# The sweep: the very same tasks, on a timetable, so that a lost announcement costs seconds and no post.
SWEEP_SECONDS = {REACT: 5.0, FIND_SPIKES: 5.0, FORGET: 300.0, HEARTBEAT: 60.0}

log = get_logger(__name__)

platforms._setproctitle = None  # type: ignore[attr-defined]  # noqa: SLF001 - it would write over what a role is known by


def make_app(chosen: Settings) -> Celery:
    """The Celery app for these settings: no results, early acknowledgement, bounded waits for the broker."""
    app = Celery("uproar", broker=chosen.broker)
    app.conf.update(
        task_ignore_result=True,
        task_default_queue=QUEUE,
        task_serializer="json",
        accept_content=["json"],
        task_time_limit=120,
        task_soft_time_limit=90,
        worker_prefetch_multiplier=1,
        worker_max_memory_per_child=400_000,  # kilobytes; some 140,000 are shared with the others, and count
        worker_hijack_root_logger=False,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        broker_connection_timeout=4,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={
            "socket_timeout": 30,
            "socket_connect_timeout": 4,
            "socket_keepalive": not chosen.broker.startswith("redis+socket"),
            "visibility_timeout": 600,
            # for announcements, which nobody waits for; a worker looks for its broker for ever all the same
            "max_retries": 1,
            "interval_start": 0.1,
            "interval_step": 0.1,
            "interval_max": 0.2,
        },
        beat_scheduler="celery.beat:Scheduler",  # keeps no file: every entry is an interval
        beat_schedule={
            name: {"task": name, "schedule": seconds, "options": {"expires": seconds}}
            for name, seconds in SWEEP_SECONDS.items()
        },
        timezone="UTC",
    )
    return app


app = make_app(settings())


@signals.setup_logging.connect
def _keep_our_logging(**_: Any) -> None:
    """Celery leaves logging alone while somebody listens to this signal."""


def waiting(chosen: Settings) -> int:
    """How many messages lie in the queue.

    Raises:
        redis.RedisError, OSError: the broker does not answer within a second.
    """
    with broker.connect(chosen.broker, wait=1.0) as client:
        return int(client.llen(QUEUE))


class Announcer:
    """Tells the workers that there is something to do, at most every `pause` seconds; the sweep finds the rest."""

    def __init__(self, task: str, pause: float = 0.2) -> None:
        self._task = task
        self._pause = pause
        self._last = float("-inf")

    def announce(self) -> bool:
        """Send the news; False if it was told just now, or if the broker cannot be reached (which is logged)."""
        now = time.monotonic()
        if now - self._last < self._pause:
            return False
        self._last = now
        return announce(self._task)


def announce(task: str) -> bool:
    """Send the news that there is work for a task; False if the broker cannot be reached, which costs nothing."""
    try:
        app.send_task(task, retry=False, expires=60)
    except (OperationalError, OSError) as error:
        log.warning("announcement_lost", task=task, error=str(error), remedy="the sweep finds the work")
        return False
    return True
