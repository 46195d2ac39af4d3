"""The worker's word that it is at work, given in the loop that brings its processes their tasks.

A worker may be deaf: when its broker dies while it acknowledges messages, it keeps these for ever, and once they are as
many as it may hold it asks for no others (kombu's `QoS.can_consume`), and notices no lost connection either.
"""

from typing import Any

import redis
from celery import bootsteps, signals
from celery.worker import state

from uproar.log import get_logger
from uproar.queue import waiting
from uproar.roles import Presence
from uproar.settings import settings

LOOK_SECONDS = 5.0  # the timetable alone sends something every five
DEAF_LOOKS = 3  # looks that find messages and nothing heard since the one before; a process that was frozen has one
BUSY_LOOKS = 30  # the same while all processes are busy: no task takes as long

log = get_logger(__name__)


class Present(bootsteps.StartStopStep):
    """Says that this worker is at work; one that is deaf connects anew, and is silent until it hears."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, parent: Any, **options: Any) -> None:
        super().__init__(parent, **options)
        self._here = Presence("worker", settings())
        self._in_vain = 0  # looks, one after the other
        self._deaf = False
        signals.task_received.connect(self._hear, weak=False)
        signals.task_revoked.connect(self._hear, weak=False)  # it came too late: it was heard all the same

    def start(self, parent: Any) -> None:
        """Begin, also after a connection was lost: Celery forgets its timers then."""
        self._in_vain = 0
        self._look()
        parent.timer.call_repeatedly(LOOK_SECONDS, self._look)

    def _hear(self, **_: Any) -> None:
        self._in_vain, self._deaf = 0, False

    def _look(self) -> None:
        number = _waiting()
        self._in_vain += 1
        if not number:
            self._hear()
        busy = len(state.active_requests) >= settings().worker_processes
        if self._in_vain > (BUSY_LOOKS if busy else DEAF_LOOKS):
            self._deaf = True
            log.error("worker_deaf", waiting=number, remedy="it connects anew")
            raise ConnectionResetError("messages wait, and none is received")  # Celery's loop takes it for a lost one
        if not self._deaf:
            self._here.say()


def _waiting() -> int:
    """How many messages wait; none if the broker does not answer, for then there is nothing to hear."""
    try:
        return waiting(settings())
    except (redis.RedisError, OSError):
        return 0
