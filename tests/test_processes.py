"""The processes of `uproar up`: one has loaded everything, and the roles are forked from it."""

import os
import sys
from pathlib import Path

import pytest

from tests.service import Service, alive, running
from tests.trouble import ROLES
from tests.waiting import until
from uproar.lock import is_held
from uproar.settings import settings

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="roles are forked on Linux only")

OURS = [role for role in ROLES if role != "valkey-server"]


def role(service: Service, name: str) -> int:
    """The process of a role: of the worker's, the one that started the others."""
    return next(pid for pid in service.pids("-m", "uproar", name) if os.getsid(pid) == pid)


def opened(pid: int) -> set[str]:
    """What a process has open."""
    return {str(path.readlink()) for path in Path(f"/proc/{pid}/fd").iterdir() if path.is_symlink()}


def test_each_role_is_found_by_its_command_line_and_holds_nothing_that_its_parent_holds(home: Path) -> None:
    lock = str((home / "data" / "uproar.lock").resolve())
    with running("up", log=home / "log") as service:
        until(lambda: all(service.pids("-m", "uproar", name) for name in OURS))
        until(lambda: len(service.pids("-m", "uproar", "work")) == 1 + settings().worker_processes)
        assert lock in opened(service.process.pid)
        for name in OURS:
            found = opened(role(service, name))
            assert not found & opened(service.process.pid) - {"/dev/null", str(home / "log")}, name
        assert service.stop() == 0


def test_the_data_is_free_as_soon_as_the_parent_is_killed_and_no_role_outlives_it(home: Path) -> None:
    with running("up", log=home / "log") as service:
        children = set(service.children())
        assert is_held(settings())
        service.process.kill()
        service.process.wait()
        assert not is_held(settings())
        until(lambda: not alive(children))
