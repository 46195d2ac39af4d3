"""Starts the real service for a test, in processes of its own, and looks at it from outside."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.waiting import until

READY = "Uproar is running: "
UPROAR = [sys.executable, "-m", "uproar"]


class Service:
    """A running `uproar up` (or `demo`)."""

    def __init__(self, process: subprocess.Popen[str], log: Path, address: str) -> None:
        self.process = process
        self.log = log
        self.address = address

    def get(self, path: str) -> Any:
        """What the dashboard answers, as JSON."""
        with urllib.request.urlopen(self.address + path, timeout=60) as answer:
            return json.load(answer)

    def children(self) -> dict[int, str]:
        """The processes below it that are no zombies, with their command lines."""
        return {pid: line for pid, line in descendants(self.process.pid).items() if line}

    def pids(self, *words: str) -> list[int]:
        """The processes below it whose command line holds all of these words."""
        return sorted(pid for pid, line in self.children().items() if all(word in line.split() for word in words))

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Stop it and wait; its exit status."""
        self.process.send_signal(number)
        return self.process.wait(60)


def descendants(root: int) -> dict[int, str]:
    """All processes below one, with their command lines ('' for a zombie). Linux."""
    parents: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue  # it has ended since
            parents.setdefault(int(fields[1]), []).append(int(folder.name))
    found: dict[int, str] = {}
    todo = [root]
    while todo:
        for pid in parents.get(todo.pop(), []):
            try:
                found[pid] = (Path("/proc") / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except (FileNotFoundError, ProcessLookupError):
                continue
            todo.append(pid)
    return found


def alive(pids: Iterable[int]) -> list[int]:
    """Which of these processes still run; one that has ended and was not waited for does not."""
    found = []
    for pid in pids:
        try:
            state = (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if state != "Z":
            found.append(pid)
    return found


@contextmanager
def running(*arguments: str, log: Path, environment: Mapping[str, str] | None = None) -> Iterator[Service]:
    """Run `uproar ARGUMENTS` until the block ends; it has printed its address when the block begins."""
    before = len(log.read_text()) if log.exists() else 0
    with log.open("a") as file:
        process = subprocess.Popen(
            [*UPROAR, *arguments],
            env={**os.environ, "UPROAR_PORT": "0", **(environment or {})},
            stdout=file,
            stderr=subprocess.STDOUT,
            text=True,
        )
    try:
        until(lambda: READY in log.read_text()[before:] or process.poll() is not None, log=log)
        address = log.read_text()[before:].partition(READY)[2].split()[0]
        yield Service(process, log, address)
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def run(*arguments: str, given: str | bytes | None = None, **variables: str) -> subprocess.CompletedProcess[bytes]:
    """Run one `uproar` command to its end."""
    data = given.encode() if isinstance(given, str) else given
    return subprocess.run(
        [*UPROAR, *arguments],
        input=data,
        capture_output=True,
        timeout=100,
        check=False,
        env={**os.environ, **variables},
    )
