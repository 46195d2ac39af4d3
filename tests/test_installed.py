"""The built wheel in an environment of its own, away from the source: nothing that it needs is left behind.

What it depends on is lent by the environment of the tests, since a test asks no package index.
"""

import os
import re
import subprocess
import sys
import sysconfig
import urllib.request
from pathlib import Path

import pytest

from tests.test_package import build
from tests.waiting import until

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def bin_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment that holds the wheel and nothing else of ours."""
    folder = tmp_path_factory.mktemp("installed")
    assert build(ROOT, folder, "wheel").returncode == 0
    uv = [str(Path(sys.executable).with_name("uv")), "--offline"]
    wheel = str(next(folder.glob("*.whl")))
    subprocess.run([*uv, "venv", "--quiet", "--python", sys.executable, str(folder / "venv")], check=True)
    subprocess.run([*uv, "pip", "install", "--quiet", "--no-deps", "--python", str(folder / "venv"), wheel], check=True)
    packages = next((folder / "venv" / "lib").glob("python*/site-packages"))
    (packages / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "venv" / "bin"


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return {
        **kept,
        "UPROAR_PORT": "0",
        "UPROAR_DATA_DIR": str(home / "data"),
        "UPROAR_WATCH_DIR": str(home / "watches"),
    }


def test_the_wheel_scores_migrates_and_serves_its_pages_away_from_the_source(home: Path, bin_folder: Path) -> None:
    def run(*words: str) -> str:
        answer = subprocess.run(
            [bin_folder / "uproar", *words], cwd=home, env=environment(home), capture_output=True, text=True,
            timeout=60, check=False,
        )  # fmt: skip
        assert answer.returncode == 0, answer.stdout + answer.stderr
        return answer.stdout

    where = [str(bin_folder / "python"), "-c", "import uproar, workers, dashboards, collector; print(uproar.__file__)"]
    found = subprocess.run(where, cwd=home, env=environment(home), capture_output=True, text=True, check=True).stdout
    assert str(bin_folder.parent) in found, "it is the installed one"
    keep = [str(bin_folder / "python"), "-P", "-m", "workers.grammar"]
    kept = subprocess.run(keep, cwd=home, env=environment(home), capture_output=True, text=True, check=True).stdout
    assert kept.count(str(bin_folder.parent)) == kept.count(".kept") == 2, "the rules are compiled beside its code"
    assert run("--version").startswith("uproar, version ")
    assert "cancelled" in run("score", "I cancelled my Harbour Clinics membership")
    run("watch", "new", "meadow")
    run("watch", "check")
    run("migrate")
    log = home / "log"
    with log.open("wb") as file:
        served = subprocess.Popen([bin_folder / "uproar", "serve"], cwd=home, env=environment(home), stderr=file)
    try:
        until(lambda: "dashboard_ready" in log.read_text(), log=log)
        address = re.findall(r"http://[0-9.:]+", log.read_text())[0]
        with urllib.request.urlopen(address + "/", timeout=60) as answer:
            page = answer.read().decode()
        parts = re.findall(r'(?:src|href)="(/web/[^"]+)"', page)
        assert parts
        for part in parts:
            with urllib.request.urlopen(address + part, timeout=60) as answer:
                assert answer.read()
    finally:
        served.terminate()
        assert served.wait(60) == 0
