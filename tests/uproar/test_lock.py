"""One `uproar up` for one data directory."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from uproar.errors import UproarError
from uproar.lock import is_held, only_one
from uproar.settings import settings

HOLD = """
import time
from uproar.lock import only_one
from uproar.settings import settings
with only_one(settings()):
    print("held", flush=True)
    time.sleep(60)
"""


def hold_elsewhere() -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", HOLD], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_holder_is_told_who_is_first_and_what_to_do(home: Path) -> None:
    with hold_elsewhere() as first:
        try:
            with pytest.raises(UproarError, match=rf"runs already on .*data \(process {first.pid}\).*UPROAR_DATA_DIR"):
                only_one(settings()).__enter__()
            assert is_held(settings())
        finally:
            first.kill()


def test_the_directory_is_free_again_however_its_holder_ended(home: Path) -> None:
    with hold_elsewhere() as first:
        first.kill()
        first.wait()
        assert not is_held(settings())
        with only_one(settings()):
            assert (settings().data_dir / "uproar.lock").read_text() == str(os.getpid())


def test_asking_who_holds_the_directory_does_not_take_it(home: Path) -> None:
    assert not is_held(settings())
    assert not is_held(settings())
    with only_one(settings()):
        assert is_held(settings())


def test_an_error_inside_lets_go_of_the_directory(home: Path) -> None:
    with pytest.raises(RuntimeError), only_one(settings()):
        raise RuntimeError
    assert not is_held(settings())
