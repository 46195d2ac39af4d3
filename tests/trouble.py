"""What can happen to a running service: its parts are killed or frozen, and who is to be told refuses to listen."""

import json
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.service import Service
from tests.web_server import Asked, Reply

ROLES = ("work", "beat", "deliver", "collect", "serve", "valkey-server")
LONGEST = 4.0  # seconds that a part is frozen or a receiver refuses
TAKEN = Reply(204)
REFUSALS = {
    "answers 500": Reply(500),
    "goes elsewhere": Reply(302, headers={"location": "http://169.254.169.254/latest"}),
    "hangs": Reply(503, pause=4.0, body=b"later"),
    "hangs up": Reply(raw=lambda: ()),
}


@dataclass
class Desk:
    """A receiver of webhooks that can be told to misbehave; it notes each message that it has acknowledged."""

    reply: Reply = field(default=TAKEN)
    acknowledged: Counter[tuple[str, str]] = field(default_factory=Counter)
    told: set[str] = field(default_factory=set)

    def answer(self, asked: Asked) -> Reply:
        """Take or refuse a message."""
        reply, watch = self.reply, asked.path.strip("/")
        if reply is TAKEN:
            body = json.loads(asked.body)
            self.acknowledged[watch, asked.headers["webhook-id"]] += 1
            if body["groupLabels"]["signal"] == "threshold:leaving" and body["uproar"]["event"] == "firing":
                self.told.add(watch)
        return reply


class Trouble:
    """What can happen to a service; each trouble is over when its method returns."""

    def __init__(
        self, service: Service, desk: Desk, chance: random.Random, *, more: Mapping[str, Callable[[], None]]
    ) -> None:
        self.met: Counter[str] = Counter()
        self._service, self._desk, self._chance = service, desk, chance
        self._troubles = {**more}
        for name in ROLES:
            self._troubles[f"kill {name}"] = partial(self._kill, name)
            self._troubles[f"freeze {name}"] = partial(self._freeze, name)
        for what, reply in REFUSALS.items():
            self._troubles[f"receiver {what}"] = partial(self._refuse, reply)

    def go_on(self, seconds: float) -> None:
        """Make trouble for so long: each kind once before any comes a second time."""
        end, todo = time.monotonic() + seconds, list[str]()
        while time.monotonic() < end:
            if not todo:
                todo = sorted(self._troubles)
                self._chance.shuffle(todo)
            name = todo.pop()
            self.met[name] += 1
            self._troubles[name]()
            time.sleep(self._chance.uniform(0.2, 1.5))

    def _pids(self, name: str) -> list[int]:
        lines = self._service.children().items()
        return [pid for pid, line in lines if any(Path(part).name == name for part in line.split())]

    def _kill(self, name: str) -> None:
        pids = self._pids(name)
        if pids:
            _signal(self._chance.choice(pids), signal.SIGKILL)  # of a worker: it, or one of its children

    def _freeze(self, name: str) -> None:
        pids = self._pids(name)
        for pid in pids:
            _signal(pid, signal.SIGSTOP)
        time.sleep(self._chance.uniform(0.5, LONGEST))
        for pid in pids:
            _signal(pid, signal.SIGCONT)

    def _refuse(self, reply: Reply) -> None:
        self._desk.reply = reply
        time.sleep(self._chance.uniform(0.5, LONGEST))
        self._desk.reply = TAKEN


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):  # it may have ended by itself
        os.kill(pid, number)
