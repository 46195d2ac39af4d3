"""The example of a push in docs/sources.md, run as it stands there against a dashboard."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dashboards.pushing import TOKEN

DOCUMENT = Path(__file__).parents[2] / "docs" / "sources.md"
START = [sys.executable, "-c", "from dashboards.commands import serve; serve()"]


@pytest.fixture
def server(place: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a dashboard that has a password, a token and the watch of the example."""
    (place / "watches" / "amazon-one-medical.toml").write_text((place / "watches" / "meadow.toml").read_text())
    for name, value in {"PORT": "0", "LOG_FORMAT": "json", "PASSWORD": "other", "INGEST_TOKEN": TOKEN}.items():
        monkeypatch.setenv(f"UPROAR_{name}", value)
    with subprocess.Popen(START, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        ready = next(line for line in process.stderr if "dashboard_ready" in line)
        yield str(json.loads(ready)["address"])
        process.kill()


def test_the_documented_push_brings_its_post_once(server: str) -> None:
    section = DOCUMENT.read_text().partition("\n## push\n")[2]
    (code,) = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    assert "http://127.0.0.1:8767/" in code
    promised = re.search(r"answers `(\{.*?\})`", section)
    assert promised is not None
    for _ in range(2):
        done = subprocess.run(
            ["sh", "-c", code.replace("http://127.0.0.1:8767", server)],
            capture_output=True,
            env={**os.environ, "UPROAR_INGEST_TOKEN": TOKEN},
            check=True,
            timeout=60,
        )
        assert json.loads(done.stdout) == json.loads(promised[1])
