"""Clients that never finish what they began keep nobody else waiting."""

import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from dashboards.app import make_app
from dashboards.commands import Server, server_config
from tests.waiting import until
from uproar.roles import Presence
from uproar.settings import settings

BEGINNINGS = {
    "half a header": b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
    "half a body": b"POST /ingest HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000000\r\n\r\n{",
    "no word": b"",
}


@pytest.fixture
def port(place: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The dashboard is served there, as `uproar serve` does it."""
    monkeypatch.setenv("UPROAR_PORT", "0")
    settings.cache_clear()
    app = make_app(settings())
    server = Server(server_config(app, settings()), app.state.live, Presence("dashboard", settings()))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until(lambda: server.started)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join(20)
    assert not thread.is_alive(), "they keep it from its end"


@pytest.mark.parametrize("beginning", BEGINNINGS.values(), ids=BEGINNINGS)
def test_two_hundred_that_never_finish_keep_nobody_waiting(port: int, beginning: bytes) -> None:
    with ExitStack() as open_ones:
        for _ in range(200):
            slow = open_ones.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))
            slow.sendall(beginning)
        time.sleep(0.2)
        for path in ("/health", "/api/v1/watches"):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
                assert answer.status == 200
