import asyncio
import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from sqlalchemy.exc import OperationalError

from dashboards.commands import check
from dashboards.live import Live
from tests.dashboards.given import put
from uproar.settings import Settings

START = [sys.executable, "-c", "from dashboards.commands import serve; serve()"]


@pytest.fixture
def server(place: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[subprocess.Popen[str], str]]:
    monkeypatch.setenv("UPROAR_PORT", "0")
    monkeypatch.setenv("UPROAR_LOG_FORMAT", "json")
    with subprocess.Popen(START, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        ready = next(line for line in process.stderr if "dashboard_ready" in line)
        yield process, json.loads(ready)["address"]
        process.kill()


def test_an_open_page_hears_of_a_new_reaction(server: tuple[subprocess.Popen[str], str]) -> None:
    _, address = server
    with httpx2.stream("GET", f"{address}/api/v1/live", timeout=10) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-cache"
        assert "content-encoding" not in answer.headers
        lines = answer.iter_lines()
        assert next(lines) == "event: hello"
        time.sleep(1.5)  # the poller has had its first look
        put()
        assert next(line for line in lines if line.startswith("event: changed"))
        assert json.loads(next(lines).removeprefix("data: ")) == {"parts": ["reactions"]}


def test_it_stops_although_a_page_is_open(server: tuple[subprocess.Popen[str], str]) -> None:
    process, address = server
    with httpx2.stream("GET", f"{address}/api/v1/live", timeout=10) as answer:
        lines = answer.iter_lines()
        assert next(lines) == "event: hello"
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0  # a quiet stream looks up every 30 seconds: it was not waited for
        assert not [line for line in lines if line.startswith("event:")]


def test_the_doctor_tells_our_own_port_from_a_strangers(server: tuple[subprocess.Popen[str], str]) -> None:
    port = int(re.sub(r".*:", "", server[1]))
    ours = list(check(Settings(port=port), []))[-1]
    assert (ours.ok, ours.detail) == (True, "is served by Uproar")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        taken = silent.getsockname()[1]
        assert not list(check(Settings(port=taken), []))[-1].ok
    gone = list(check(Settings(port=taken), []))[-1]
    assert (gone.ok, gone.detail) == (True, "is free")


@pytest.mark.parametrize("given", [{"UPROAR_HOST": "0.0.0.0"}, {}])  # noqa: S104 - it must refuse
def test_it_refuses_to_start_with_an_open_door_or_without_tables(
    empty: Path, monkeypatch: pytest.MonkeyPatch, given: dict[str, str]
) -> None:
    monkeypatch.setenv("UPROAR_PORT", "0")
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    ended = subprocess.run(START, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode != 0
    assert ("UPROAR_PASSWORD" if given else "uproar migrate") in ended.stderr


def test_one_look_serves_every_page_and_nobody_looks_while_no_page_is_open() -> None:
    looks = []

    def look() -> dict[str, str]:
        looks.append(1)
        return {"reactions": str(len(looks))}

    async def run() -> list[str]:
        live = Live(look, every=0.02)
        async with live.running():
            await asyncio.sleep(0.1)
            assert not looks
            pages = [live.events() for _ in range(20)]
            first = [(await anext(page)).event for page in pages]
            second = [(await anext(page)).event for page in pages]
            assert len(looks) <= 4
            live.close()
            return [*map(str, first), *map(str, second)]

    assert asyncio.run(run()) == ["hello"] * 20 + ["changed"] * 20


def test_a_page_hears_that_the_database_is_away_and_that_it_is_back() -> None:
    looks = 0

    def look() -> dict[str, str]:
        nonlocal looks
        looks += 1
        if looks in (2, 3):
            raise OperationalError("SELECT", {}, Exception("away"))
        return {"reactions": "1"}

    async def run() -> list[str | None]:
        live = Live(look, every=0.02)
        async with live.running():
            page = live.events()
            return [(await anext(page)).event for _ in range(3)]

    assert asyncio.run(run()) == ["hello", "failed", "changed"]
