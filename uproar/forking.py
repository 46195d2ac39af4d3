"""Commands of ours, forked from one process that has loaded them all: they start at once and share its memory. Linux.

What runs in the fork has to find what it would find after exec: nothing open, no handler of a signal, nothing cached of
what the environment says. And it never comes back into what its parent was doing.
"""

import atexit
import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

import click
from setproctitle import setproctitle
from sqlalchemy.orm import configure_mappers

from uproar import database
from uproar.__main__ import cli, main
from uproar.processes import die_with_parent
from uproar.settings import settings

LOOK_SECONDS = 0.02


class Forked:
    """A process that was forked, with the methods of `subprocess.Popen` that the supervisor uses."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._status: int | None = None

    def poll(self) -> int | None:
        """Its exit status, minus the number of the signal that ended it; None while it runs."""
        if self._status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._status = os.waitstatus_to_exitcode(status)
        return self._status

    def wait(self, timeout: float | None = None) -> int:
        """Its exit status, when it has one.

        Raises:
            subprocess.TimeoutExpired: it still runs after so many seconds.
        """
        end = None if timeout is None else time.monotonic() + timeout
        while (status := self.poll()) is None:
            if end is not None and time.monotonic() >= end:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0.0)
            time.sleep(LOOK_SECONDS)
        return status

    def send_signal(self, sig: int) -> None:
        """Send a signal, unless it has ended: its number may be another's by then."""
        if self.poll() is None:
            os.kill(self.pid, sig)

    def kill(self) -> None:
        """Send SIGKILL, unless it has ended."""
        self.send_signal(signal.SIGKILL)


def load(names: Iterable[str]) -> bool:
    """Load commands by name, so that forks of this process share them; whether it may be forked.

    Only Linux forks without exec safely, and only a process with one thread: a lock that another one held would stay
    locked in the fork for ever.
    """
    if sys.platform != "linux":
        return False
    for name in names:
        cli.get_command(click.Context(cli), name)
    configure_mappers()  # SQLAlchemy would do it at the first question, in each fork on pages of its own
    gc.collect()
    return has_one_thread()


def has_one_thread() -> bool:
    """Whether this process has one thread, those of libraries counted. Linux."""
    return len(list(Path("/proc/self/task").iterdir())) == 1


def fork(arguments: Sequence[str], environment: Mapping[str, str]) -> Forked:
    """Run `uproar ARGUMENTS` in a fork of this process, with these variables besides ours, in a session of its own.

    Raises:
        OSError: there is no memory or no process left.
    """
    database.close_engine()  # a connection must not be shared over a fork
    sys.stdout.flush()
    sys.stderr.flush()
    gc.freeze()  # the collector would write into every page that is shared
    parent = os.getpid()
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())  # our handlers are not the fork's
    try:
        pid = os.fork()
        if pid == 0:
            _run(arguments, environment, parent, mask)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    return Forked(pid)


def _run(
    arguments: Sequence[str], environment: Mapping[str, str], parent: int, mask: Iterable[int | signal.Signals]
) -> NoReturn:
    status = 1
    try:
        _stand_alone(parent, mask)
        _look_like(arguments, environment)
        status = _call()
        threading._shutdown()  # type: ignore[attr-defined]  # noqa: SLF001 - the end of an interpreter, as in multiprocessing
        atexit._run_exitfuncs()  # noqa: SLF001
    except BaseException:  # noqa: BLE001 - whatever it is, it must not come back into the supervisor
        sys.excepthook(*sys.exc_info())
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(status)


def _stand_alone(parent: int, mask: Iterable[int | signal.Signals]) -> None:
    """Let go of all that was the parent's, as exec would."""
    die_with_parent()
    if os.getppid() != parent:  # it ended before it was asked for
        os._exit(0)
    os.setsid()  # Ctrl-C in a terminal reaches the supervisor alone
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    for number in signal.valid_signals():
        if callable(signal.getsignal(number)):
            signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _look_like(arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    """Have the command line and the environment of a process that was started for this alone."""
    sys.argv = [sys.argv[0], *arguments]
    setproctitle(" ".join([sys.executable, "-m", "uproar", *arguments]))
    os.environ.update(environment)
    settings.cache_clear()
    database.forget_engine()


def _call() -> int:
    """Run the command; the exit status that the interpreter would make of its end."""
    try:
        main()
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        click.echo(end.code, err=True)
        return 1
    return 0
