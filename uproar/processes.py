"""How a process is started, and what the supervisor wants of it then."""

import ctypes
import gc
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Protocol

PR_SET_PDEATHSIG = 1


class Process(Protocol):
    """What the supervisor wants of a process that it has started, as `subprocess.Popen` gives it."""

    pid: int

    def poll(self) -> int | None:
        """Its exit status, minus the number of the signal that ended it; None while it runs."""

    def wait(self, timeout: float | None = None) -> int:
        """Its exit status, when it has one.

        Raises:
            subprocess.TimeoutExpired: it still runs after so many seconds.
        """

    def send_signal(self, sig: int) -> None:
        """Send a signal, unless it has ended."""

    def kill(self) -> None:
        """Send SIGKILL, unless it has ended."""


def execute(command: Sequence[str], environment: Mapping[str, str]) -> Process:
    """Start a program, with these variables besides ours, in a session of its own.

    Raises:
        OSError: it cannot be started.
    """
    return subprocess.Popen(  # noqa: S603 - our own commands
        command,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C in a terminal reaches us alone: we stop them in order
        preexec_fn=die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - one thread here
    )


def die_with_parent() -> None:
    """After a fork: ask Linux for SIGTERM when the supervisor is gone, however it went (prctl(2))."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def keep_what_is_there() -> None:
    """Have the garbage collector pass over all that was loaded, for good: it stays anyway.

    To look through all of it would hold up a process for a tenth of a second now and then, and would write into every
    page that it shares with its forks.
    """
    gc.collect()
    gc.freeze()
