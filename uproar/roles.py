"""Which roles are at work, and where: each says so in the broker every few seconds, and is forgotten after a day.

The broker counts the time, so clocks that differ do no harm; a role that cannot reach it goes on with its work.
"""

import time
from dataclasses import dataclass

import redis

from uproar import broker
from uproar.log import get_logger
from uproar.settings import Settings

ROLES = ("collector", "worker", "beat", "deliver", "dashboard")
BACKUP = "backup"  # runs only where it is wanted
SAY_SECONDS = 10.0
ALIVE_SECONDS = 45.0  # who has said nothing for so long is not at work
KEEP_SECONDS = 86_400
PREFIX = "uproar:role:"

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Seen:
    """A role of a machine, and how long ago it said that it is at work."""

    role: str
    name: str
    seconds: float

    @property
    def alive(self) -> bool:
        """Whether it said so just now."""
        return self.seconds <= ALIVE_SECONDS


class Presence:
    """Says that a role of this machine is at work. It is called where the role does its work, by no thread of its own.

    So a role that hangs falls silent.
    """

    def __init__(self, role: str, settings: Settings) -> None:
        self._key = f"{PREFIX}{role}:{settings.name}"
        self._settings = settings
        self._said = float("-inf")
        self._lost = False

    def say(self) -> None:
        """Say so, unless it was said within ten seconds."""
        now = time.monotonic()
        if now - self._said < SAY_SECONDS:
            return
        self._said = now
        try:
            with broker.connect(self._settings.broker, wait=1.0) as client:  # no connection is left for a fork to share
                client.set(self._key, "", ex=KEEP_SECONDS)
        except (redis.RedisError, OSError) as error:
            if not self._lost:
                log.warning("presence_lost", error=str(error), remedy="it is said again; the work goes on")
            self._lost = True
        else:
            self._lost = False

    def leave(self) -> None:
        """Say that it has stopped as it was told to: nobody misses it then."""
        try:
            with broker.connect(self._settings.broker, wait=1.0) as client:
                client.delete(self._key)
        except (redis.RedisError, OSError):
            pass  # it is forgotten after a day


def seen(settings: Settings) -> list[Seen]:
    """Every role that was at work within a day, by role and name.

    Raises:
        redis.RedisError: the broker does not answer.
    """
    found = []
    with broker.connect(settings.broker) as client:
        for key in client.scan_iter(match=f"{PREFIX}*", count=1_000):
            role, _, name = key.decode().removeprefix(PREFIX).partition(":")
            found.append(_seen(client, role, name))
    return sorted(filter(None, found), key=lambda one: (one.role, one.name))


def last_seen(role: str, settings: Settings) -> Seen | None:
    """When a role of this machine was at work within a day.

    Raises:
        redis.RedisError: the broker does not answer.
    """
    with broker.connect(settings.broker) as client:
        return _seen(client, role, settings.name)


def is_at_work(role: str, settings: Settings) -> bool:
    """Whether a role of this machine has said so of late; a broker that cannot be asked knows nothing against it."""
    try:
        found = last_seen(role, settings)
    except (redis.RedisError, OSError):
        return True
    return found is not None and found.alive


def _seen(client: redis.Redis, role: str, name: str) -> Seen | None:
    left = client.pttl(f"{PREFIX}{role}:{name}")
    return Seen(role, name, max(0.0, KEEP_SECONDS - left / 1_000)) if left > 0 else None
