"""Waits for what other threads and processes do."""

import time
from collections.abc import Callable
from pathlib import Path

PATIENCE = 240.0  # seconds: how long something takes says nothing where the machine is busy, only that it happens


def until(so: Callable[[], bool], *, log: Path | None = None, why: Callable[[], object] | None = None) -> None:
    """Return when it is so.

    Raises:
        AssertionError: it does not happen; shows the end of the log, and what `why` says.
    """
    end = time.monotonic() + PATIENCE
    while not so():
        if time.monotonic() >= end:
            told = log.read_text()[-6_000:] if log else ""
            raise AssertionError(f"{told}\nnot within {PATIENCE:g} s: {why() if why else ''}")
        time.sleep(0.02)
