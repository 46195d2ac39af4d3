"""Lets several do something at the same moment."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from uproar import database


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Start all at the same moment and wait for their answers."""
    gate = threading.Barrier(len(calls))
    database.engine()  # one for all threads

    def start(call: Callable[[], object]) -> object:
        gate.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(start, calls))
