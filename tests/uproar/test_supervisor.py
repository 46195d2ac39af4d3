"""The supervisor, with real processes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.waiting import until
from uproar import supervisor
from uproar.supervisor import Child, Supervisor

PARENT = """
import sys
from uproar.supervisor import Child, Supervisor
supervisor = Supervisor()
supervisor.stop_on_signals()
for name in ("first", "second"):
    supervisor.start(Child(name, [sys.executable, "-c", sys.argv[1], name]))
supervisor.run()
supervisor.stop()
"""
CHILD = """
import os, signal, sys, time
def stop(*_):
    open(sys.argv[1] + ".stopped", "w").close()
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
draft = sys.argv[1] + ".draft"
with open(draft, "w") as file:
    file.write(str(os.getpid()))
os.rename(draft, sys.argv[1] + ".pid")
time.sleep(60)
"""
STUBBORN = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(grandchild.pid, flush=True)
with open("grandchild", "w") as file:
    file.write(str(grandchild.pid))
os.rename("grandchild", "grandchild.pid")
time.sleep(60)
"""


@pytest.fixture
def parent(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A supervisor in a process of its own, in a group of its own, with two children that have started."""
    process = subprocess.Popen([sys.executable, "-c", PARENT, CHILD], cwd=tmp_path, start_new_session=True)
    until(lambda: len(list(tmp_path.glob("*.pid"))) == 2)
    yield process
    process.kill()
    process.wait()
    for pid in pids(tmp_path):
        if is_alive(pid):
            os.kill(pid, signal.SIGKILL)


@pytest.fixture
def keeper() -> Iterator[Supervisor]:
    """A supervisor that stops its children at the end of the test."""
    one = Supervisor()
    yield one
    one.stop()


def pids(folder: Path) -> list[int]:
    return [int(path.read_text()) for path in sorted(folder.glob("*.pid"))]


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def for_seconds(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


def sleeper() -> Child:
    return Child("sleeper", ["sleep", "60"])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_all_children_in_good_order(
    parent: subprocess.Popen[bytes], tmp_path: Path, number: signal.Signals
) -> None:
    children = pids(tmp_path)
    parent.send_signal(number)
    assert parent.wait(60) == 0
    assert not any(map(is_alive, children))
    assert len(list(tmp_path.glob("*.stopped"))) == 2


def test_ctrl_c_in_a_terminal_reaches_the_whole_group_and_stops_all_in_good_order(
    parent: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    children = pids(tmp_path)
    os.killpg(parent.pid, signal.SIGINT)
    os.killpg(parent.pid, signal.SIGINT)  # people press it twice
    assert parent.wait(60) == 0
    assert not any(map(is_alive, children))
    assert len(list(tmp_path.glob("*.stopped"))) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's end")
def test_children_end_when_their_parent_is_killed(parent: subprocess.Popen[bytes], tmp_path: Path) -> None:
    children = pids(tmp_path)
    parent.kill()
    parent.wait()
    until(lambda: not any(map(is_alive, children)))
    assert len(list(tmp_path.glob("*.stopped"))) == 2, "they are asked, not killed"


def test_what_dies_is_started_again_after_growing_pauses(keeper: Supervisor, tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    keeper.start(Child("dying", ["sh", "-c", f"date +%s%N >> {starts}; exit 3"]))
    keeper.run(for_seconds(2.5), pause=0.02)
    moments = [int(line) / 1e9 for line in starts.read_text().split()]
    assert 4 <= len(moments) <= 6, "0.1-0.2, 0.2-0.4, 0.4-0.8 and 0.8-1.6 seconds apart"
    assert moments[3] - moments[2] > moments[1] - moments[0]
    assert keeper.children[0].failures >= 4


def test_one_that_has_run_for_long_is_not_held_to_its_old_failures(
    keeper: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "STABLE_SECONDS", 0.1)
    child = sleeper()
    child.failures = 7
    keeper.start(child)
    keeper.run(lambda: child.failures == 0, pause=0.01)
    assert child.process is not None


def test_one_that_cannot_be_started_again_for_now_is_tried_later(keeper: Supervisor, tmp_path: Path) -> None:
    script = tmp_path / "child"
    script.write_text("#!/bin/sh\nexit 1\n")
    script.chmod(0o700)
    child = Child("vanishing", [str(script)])
    other = sleeper()
    keeper.start(child)
    keeper.start(other)
    script.unlink()
    keeper.run(for_seconds(0.8), pause=0.02)
    assert child.failures >= 2
    assert other.process is not None
    script.write_text("#!/bin/sh\nsleep 60\n")
    script.chmod(0o700)
    keeper.run(lambda: child.process is not None and child.process.poll() is None, pause=0.02)


def test_what_does_not_stop_is_killed_with_all_that_it_started(
    keeper: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "STOP_SECONDS", 0.3)
    monkeypatch.chdir(tmp_path)
    child = Child("stubborn", [sys.executable, "-c", STUBBORN])
    keeper.start(child)
    until(lambda: bool(pids(tmp_path)))
    assert child.process is not None
    group = [child.process.pid, *pids(tmp_path)]
    start = time.monotonic()
    keeper.stop()
    until(lambda: not any(map(is_alive, group)))
    assert 0.3 <= time.monotonic() - start < 5


def test_what_a_dead_child_had_started_does_not_live_on(
    keeper: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    child = Child("stubborn", [sys.executable, "-c", STUBBORN])
    keeper.start(child)
    until(lambda: bool(pids(tmp_path)))
    (grandchild,) = pids(tmp_path)
    assert child.process is not None
    child.process.kill()
    keeper.run(lambda: child.failures == 1, pause=0.02)
    until(lambda: not is_alive(grandchild))


def test_the_broker_stops_after_all_others(keeper: Supervisor, tmp_path: Path) -> None:
    order = tmp_path / "order"
    for name, last in (("broker", True), ("worker", False)):
        stop = f"trap 'sleep 0.2; echo {name} >> {order}; exit 0' TERM"
        loop = f"{stop}; echo > {tmp_path / name}; while :; do sleep 0.05; done"
        keeper.start(Child(name, ["sh", "-c", loop], last=last))
    until(lambda: (tmp_path / "broker").exists() and (tmp_path / "worker").exists())
    keeper.stop()
    assert order.read_text().split() == ["worker", "broker"]


def test_a_child_gets_its_own_variables_besides_ours(
    keeper: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OURS", "1")
    seen = tmp_path / "seen"
    keeper.start(Child("env", ["sh", "-c", f'echo "$OURS $ITS" > {seen}; sleep 60'], {"ITS": "2"}))
    until(lambda: seen.exists() and seen.read_text() == "1 2\n")


def test_a_child_that_runs_and_does_not_answer_is_started_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uproar.supervisor.ASK_EVERY", 0.05)
    supervisor = Supervisor()
    child = Child("deaf", [sys.executable, "-c", "import time; time.sleep(60)"], answers=lambda: False)
    supervisor.start(child)
    first = child.process.pid if child.process else 0
    end = time.monotonic() + 20
    supervisor.run(lambda: child.failures > 0 or time.monotonic() > end, pause=0.02)
    assert child.failures == 1
    supervisor.run(lambda: child.process is not None or time.monotonic() > end, pause=0.02)
    assert child.process is not None
    assert child.process.pid != first
    supervisor.stop()


def test_a_child_that_has_just_started_is_not_asked_whether_it_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uproar.supervisor.ASK_EVERY", 0.01)
    supervisor = Supervisor()
    child = Child("slow", ["sleep", "60"], answers=lambda: False, grace=60.0)
    supervisor.start(child)
    end = time.monotonic() + 0.5
    supervisor.run(lambda: time.monotonic() > end, pause=0.02)
    assert child.failures == 0
    supervisor.stop()
