"""Commands that are forked from a process that has loaded them: each script is a supervisor with one thread."""

import subprocess
import sys
from pathlib import Path

import pytest

from uproar.settings import settings

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="roles are forked on Linux only")

START = """
import os, signal, sys, threading, time
import click
from uproar import database, forking, migrating
from uproar.log import set_up_logging
from uproar.settings import settings
from uproar.supervisor import Child, Role, Supervisor

set_up_logging()
beat = forking.cli.get_command(click.Context(forking.cli), "beat")
supervisor = Supervisor(forks=forking.load(["deliver", "beat"]))
supervisor.stop_on_signals()
"""


def supervise(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run such a script to its end."""
    command = [sys.executable, "-c", START + script, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)


def test_a_mistake_of_the_user_is_one_message_and_the_role_is_started_again_after_growing_pauses(home: Path) -> None:
    ended = supervise(
        """
child = Child("one", Role("deliver"))
supervisor.start(child)
supervisor.run(lambda: child.failures == 4, pause=0.02)
"""
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr.count("uproar: The tables are at version None") == 4
    assert all(f"child='one' status=2 failures={number} " in ended.stderr for number in (1, 2, 3, 4))
    assert "Traceback" not in ended.stderr


def test_the_variables_of_a_child_reach_it_though_its_parent_has_settings_already(home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    ended = supervise(
        'settings()\nmigrate = forking.fork(["migrate"], {"UPROAR_DATA_DIR": sys.argv[1]})\nsys.exit(migrate.wait(60))',
        str(other),
    )
    assert ended.returncode == 0, ended.stderr
    assert (other / "uproar.db").exists()
    assert not settings().data_dir.exists()


def test_what_a_role_raises_is_told_and_ends_it_and_nothing_of_its_parent_runs_twice(home: Path) -> None:
    ended = supervise(
        """
def broken():
    raise LookupError("nobody expects this")
beat.callback = broken
print("written before", end="")  # into a buffer, of which the fork has a copy
try:
    status = forking.fork(["beat"], {}).wait(60)
finally:
    print(", parent goes on:", status)
"""
    )
    assert ended.stdout == "written before, parent goes on: 1\n"
    assert ended.stderr.count("LookupError: nobody expects this") == 1


def test_a_role_ends_as_an_interpreter_does_its_threads_and_its_last_words_included(home: Path) -> None:
    ended = supervise(
        """
import atexit
def last_words():
    atexit.register(print, "farewell", end="")
    threading.Thread(target=lambda: (time.sleep(0.3), print("thread is done"))).start()
    sys.exit(5)
beat.callback = last_words
print("status", forking.fork(["beat"], {}).wait(60))
"""
    )
    assert ended.stdout == "thread is done\nfarewellstatus 5\n"


def test_a_signal_that_arrives_at_once_ends_the_role_and_does_not_meet_its_parents_handler(home: Path) -> None:
    ended = supervise(
        """
beat.callback = lambda: time.sleep(60)
for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGKILL) * 5:
    one = forking.fork(["beat"], {})
    one.send_signal(number)
    assert one.wait(20) == -number
    one.kill()  # it has ended: nobody else is hit
    assert one.poll() == -number
assert not supervisor.stopping
"""
    )
    assert ended.returncode == 0, ended.stderr


def test_a_role_has_nothing_open_of_its_parents_and_a_session_and_a_command_line_of_its_own(home: Path) -> None:
    ended = supervise(
        """
def look():
    numbers = sorted(map(int, os.listdir("/proc/self/fd")))[3:-1]  # the last is that of the folder
    links = [os.readlink(f"/proc/self/fd/{number}") for number in numbers]
    print(os.readlink("/proc/self/fd/0"), links, os.getsid(0) == os.getpid())
    print(open("/proc/self/cmdline").read().rstrip("\\0").partition(" ")[2])
    print(signal.getsignal(signal.SIGTERM) is signal.SIG_DFL, signal.pthread_sigmask(signal.SIG_BLOCK, ()))
beat.callback = look
migrating.migrate()
database.engine().connect().close()  # the pool keeps it open
held = open(sys.argv[1], "w")
forking.fork(["beat"], {}).wait(60)
""",
        str(home / "held"),
    )
    assert ended.stdout == "/dev/null [] True\n-m uproar beat\nTrue set()\n", ended.stderr


def test_a_process_with_two_threads_is_not_forked(home: Path) -> None:
    ended = supervise(
        """
import subprocess
migrating.migrate()
done = threading.Event()
threading.Thread(target=done.wait).start()
child = Child("one", Role("beat"))
supervisor.start(child)
print(isinstance(child.process, subprocess.Popen))
supervisor.stop()
done.set()
"""
    )
    assert ended.stdout == "True\n", ended.stderr
