"""Starts the wings as processes, restarts what dies, and stops them all in order."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from uproar import forking
from uproar.backoff import backoff
from uproar.log import get_logger
from uproar.processes import Process, execute

STABLE_SECONDS = 30.0
ASK_EVERY = 5.0
PATIENCE = 3  # questions without an answer
STOP_SECONDS = 8.0

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Role:
    """One of our own commands, which need not be executed: a process that has loaded it can be forked."""

    name: str
    options: tuple[str, ...] = ()

    @property
    def command(self) -> list[str]:
        """Its command line, with the Python that runs this one."""
        return [sys.executable, "-m", "uproar", self.name, *self.options]


@dataclass
class Child:
    """One process to keep running.

    `last` children stop after all others; `answers` asks whether it still works, but not in the first `grace` seconds.
    """

    name: str
    what: Sequence[str] | Role
    environment: Mapping[str, str] = field(default_factory=dict)
    last: bool = False
    process: Process | None = None
    started_at: float = 0.0
    restart_at: float = 0.0
    failures: int = 0
    answers: Callable[[], bool] | None = None
    grace: float = 0.0
    answered_at: float = 0.0
    unanswered: int = 0


class Supervisor:
    """Keeps children running until it is told to stop. One that `forks` has loaded the roles that it starts."""

    def __init__(self, *, forks: bool = False) -> None:
        self.children: list[Child] = []
        self.stopping = False
        self._forks = forks

    def stop_on_signals(self) -> None:
        """From now on SIGTERM, SIGINT and SIGHUP end `run`."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)

    def _ask_to_stop(self, number: int, _frame: object) -> None:
        log.info("stopping", signal=signal.Signals(number).name)
        self.stopping = True

    def start(self, child: Child) -> None:
        """Start a child and look after it from now on."""
        if child not in self.children:
            self.children.append(child)
        child.started_at, child.unanswered = time.monotonic(), 0
        child.process = self._begin(child)
        log.info("started", child=child.name, pid=child.process.pid)

    def _begin(self, child: Child) -> Process:
        if not isinstance(child.what, Role):
            return execute(child.what, child.environment)
        if self._forks and forking.has_one_thread():
            return forking.fork([child.what.name, *child.what.options], child.environment)
        if self._forks:
            log.warning("not_forked", child=child.name, reason="several threads run here", remedy="it shares no memory")
        return execute(child.what.command, child.environment)

    def run(self, done: Callable[[], bool] = lambda: False, pause: float = 0.1) -> None:
        """Restart what dies, with growing pauses, until a signal arrives or `done` says so."""
        while not self.stopping and not done():
            for child in self.children:
                self._look_after(child)
            time.sleep(pause)

    def _look_after(self, child: Child) -> None:
        process, now = child.process, time.monotonic()
        if process is None:
            if now >= child.restart_at:
                self._restart(child, now)
            return
        status = process.poll()
        if status is None:
            if now - child.started_at > STABLE_SECONDS:
                child.failures = 0
            if self._answers(child, now):
                return
            process.kill()
            status = process.wait()
        _kill_group(process.pid)  # what the dead process itself had started
        child.process = None
        wait = _put_off(child, now)
        log.error("died", child=child.name, status=status, failures=child.failures, restart_in_s=wait)

    def _answers(self, child: Child, now: float) -> bool:
        """Whether a child that can be asked has answered in time; one that has just started is not asked yet."""
        if child.answers is None or now - max(child.answered_at, child.started_at + child.grace) < ASK_EVERY:
            return True
        child.unanswered = 0 if child.answers() else child.unanswered + 1
        child.answered_at = now
        return child.unanswered < PATIENCE

    def _restart(self, child: Child, now: float) -> None:
        try:
            self.start(child)
        except OSError as error:  # no memory or no process left for now: the other children go on
            wait = _put_off(child, now)
            log.error("not_started", child=child.name, error=str(error), failures=child.failures, restart_in_s=wait)  # noqa: TRY400 - the system's reason says it all

    def stop(self) -> None:
        """Stop all children: SIGTERM, and SIGKILL to their groups for what is still there after eight seconds."""
        for last in (False, True):
            group = [child for child in self.children if child.last is last and child.process is not None]
            for child in group:
                _send(child, signal.SIGTERM)
            end = time.monotonic() + STOP_SECONDS
            for child in group:
                _wait_or_kill(child, end)


def _put_off(child: Child, now: float) -> float:
    """Count a failure and set when to start again; in how many seconds that is."""
    child.failures += 1
    wait = backoff(child.failures, base=0.2, cap=10.0, chance=random.random())  # noqa: S311 - jitter
    child.restart_at = now + wait
    return round(wait, 2)


def _wait_or_kill(child: Child, end: float) -> None:
    if child.process is None:
        return
    try:
        status = child.process.wait(max(0.0, end - time.monotonic()))
    except subprocess.TimeoutExpired:
        log.warning("killed", child=child.name, reason=f"did not stop within {STOP_SECONDS:g} s")
        _kill_group(child.process.pid)
        status = child.process.wait()
    _kill_group(child.process.pid)
    log.info("stopped", child=child.name, status=status)
    child.process = None


def _send(child: Child, number: signal.Signals) -> None:
    if child.process is not None and child.process.poll() is None:
        child.process.send_signal(number)


def _kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return  # nobody of it is left (macOS says the second)
