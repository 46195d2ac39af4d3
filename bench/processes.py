"""What running processes cost, as Linux counts it: seconds of a core, and memory with its shared pages shared out."""

import os
from collections.abc import Iterable
from pathlib import Path

from tests.service import descendants

TICKS = os.sysconf("SC_CLK_TCK")


def tree(root: int) -> list[int]:
    """A process and all below it."""
    return [root, *descendants(root)]


def core_seconds(roots: Iterable[int]) -> float:
    """What these processes, all below them and those of them that have ended have taken of all cores so far."""
    return sum(_ticks(pid) for root in roots for pid in tree(root)) / TICKS


def _ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0  # it has ended since: its parent has its time
    return sum(map(int, fields[11:15]))  # its own and that of children that it has waited for, proc_pid_stat(5)


def megabytes(pid: int) -> float:
    """The proportional set size of one process: a page that two share counts half for each."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return next((int(line.split()[1]) / 1_024 for line in lines if line.startswith("Pss:")), 0.0)
