"""What is built: the page's charts are in wheel and sdist, as their author published them, and in no commit."""

import hashlib
import json
import os
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from tests.web_server import Reply, WebServer

ROOT = Path(__file__).parents[1]
HOOK = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["hooks"]["custom"]
HASHES = {f"{HOOK['folder']}/{file['to']}": file["sha256"] for file in HOOK["files"]}
NOWHERE = "http://127.0.0.1:9"


def build(folder: Path, into: Path, *targets: str, registry: str = NOWHERE) -> subprocess.CompletedProcess[str]:
    """Build with what is installed here; the registry can only be the one that is named."""
    chosen = [word for target in targets for word in ("-t", target)]
    return subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(into), *chosen],
        cwd=folder,
        env={**os.environ, "npm_config_registry": registry},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the sdist of this source."""
    into = tmp_path_factory.mktemp("dist")
    answer = build(ROOT, into, "sdist", "wheel")
    assert answer.returncode == 0, answer.stderr
    return into


@pytest.fixture
def source(built: Path, tmp_path: Path) -> Path:
    """The unpacked sdist."""
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        archive.extractall(tmp_path, filter="data")
    return next(tmp_path.glob("uproar-*"))


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_the_charts_are_in_the_wheel_with_their_licence_and_without_their_types(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        names = {name for name in wheel.namelist() if name.startswith(HOOK["folder"])}
        assert {name: digest(wheel.read(name)) for name in names} == {
            name: wanted for name, wanted in HASHES.items() if not name.endswith(".d.ts")
        }
        assert b"Permission is hereby granted" in wheel.read(f"{HOOK['folder']}/uplot.LICENSE.txt")
        assert any(name.endswith("licenses/NOTICE") for name in wheel.namelist())


def test_the_charts_are_in_the_sdist(source: Path) -> None:
    assert {name: digest((source / name).read_bytes()) for name in HASHES} == HASHES


def test_a_wheel_is_built_from_the_sdist_without_a_registry(source: Path, tmp_path: Path) -> None:
    assert build(source, tmp_path / "dist", "wheel").returncode == 0


def test_git_does_not_know_the_charts() -> None:
    answer = subprocess.run(["git", "ls-files", HOOK["folder"]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.stdout == ""
    assert HOOK["folder"] in (ROOT / ".gitignore").read_text()


def test_the_notice_names_the_version_that_is_fetched() -> None:
    assert f"uPlot {HOOK['version']} " in (ROOT / "NOTICE").read_text()


def test_a_registry_that_cannot_be_reached_is_told_with_what_to_do(source: Path, tmp_path: Path) -> None:
    (source / HOOK["folder"] / "uplot.d.ts").write_text("changed since")
    answer = build(source, tmp_path / "dist", "wheel")
    assert answer.returncode != 0
    assert f"cannot be fetched from {NOWHERE}" in answer.stderr
    assert "npm_config_registry" in answer.stderr


def test_a_package_that_is_not_what_was_pinned_is_refused(source: Path, tmp_path: Path) -> None:
    packed = BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        archive.addfile(tarfile.TarInfo("package/LICENSE"))
    charts = source / HOOK["folder"] / "uplot.js"
    charts.unlink()
    with WebServer() as server:
        address = server.says("/uplot.tgz", Reply(body=packed.getvalue()))
        server.says(f"/uplot/{HOOK['version']}", Reply(body=json.dumps({"dist": {"tarball": address}}).encode()))
        answer = build(source, tmp_path / "dist", "wheel", registry=server.url)
    assert answer.returncode != 0
    assert "checksum mismatch" in answer.stderr
    assert not charts.exists()


def test_what_npm_brings_is_pinned_by_its_hash_and_by_no_address() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = [package for name, package in lock["packages"].items() if name]
    assert packages
    assert all(package["integrity"].startswith("sha512-") and "resolved" not in package for package in packages)
