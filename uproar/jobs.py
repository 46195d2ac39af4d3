"""Long jobs that somebody started (a replay, a rescoring): how far they are, told by way of the broker."""

import json
import time
from dataclasses import dataclass

import redis

from uproar import broker
from uproar.settings import Settings

RESCORE = "rescore"
PREFIX = "uproar:job:"
TELL_SECONDS = 1.0
KEEP_SECONDS = 60  # who tells nothing for so long has ended, however it did
LASTING_SECONDS = 7 * 86_400


@dataclass(frozen=True, slots=True)
class Job:
    """How much of a job is done: `unit` is bytes or posts; `total` is 0 if nobody knows."""

    name: str
    done: int
    total: int
    unit: str


class Progress:
    """Tells how far a job is while it runs; without a broker nobody hears it, and the job goes on."""

    def __init__(self, name: str, total: int, unit: str, settings: Settings) -> None:
        self._key, self._total, self._unit = PREFIX + name, total, unit
        self._settings = settings
        self._told = float("-inf")

    def at(self, done: int) -> None:
        """Tell that so much is done, at most once a second."""
        if time.monotonic() - self._told >= TELL_SECONDS:
            self._told = time.monotonic()
            _tell(self._settings, self._key, {"done": done, "total": self._total, "unit": self._unit}, KEEP_SECONDS)

    def end(self) -> None:
        """Tell that it is over."""
        _tell(self._settings, self._key, None, 0)


def start_lasting(name: str, total: int, settings: Settings) -> None:
    """Tell how many posts a job began with that the workers go on with when its command has ended."""
    _tell(settings, PREFIX + name, {"done": 0, "total": total, "unit": "posts"}, LASTING_SECONDS)


def running(settings: Settings) -> list[Job]:
    """The jobs that run, by name.

    Raises:
        redis.RedisError: the broker does not answer.
    """
    found = []
    with broker.connect(settings.broker) as client:
        for key in client.scan_iter(match=f"{PREFIX}*", count=1_000):
            told = client.get(key)
            if told is not None:  # else it has ended since
                found.append(Job(key.decode().removeprefix(PREFIX), **json.loads(told)))
    return sorted(found, key=lambda job: job.name)


def _tell(settings: Settings, key: str, told: dict[str, int | str] | None, keep: int) -> None:
    try:
        with broker.connect(settings.broker, wait=0.5) as client:
            if told is None:
                client.delete(key)
            else:
                client.set(key, json.dumps(told), ex=keep)
    except (redis.RedisError, OSError):
        pass  # it is told again
