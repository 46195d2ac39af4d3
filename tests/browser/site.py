"""The real application behind the real server, in a thread of the test."""

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI

from dashboards.app import make_app
from dashboards.commands import Server
from dashboards.questions import clock
from tests.afresh import forget
from tests.browser import simulated
from uproar import migrating
from uproar.roles import Presence
from uproar.settings import settings

UNSET = ("DATABASE_URL", "PASSWORD", "HOST", "PORT", "PUBLIC_URL", "INGEST_TOKEN")


@dataclass(frozen=True, slots=True)
class Site:
    """A running dashboard: its address without a slash at the end, its application, and its folder."""

    address: str
    app: FastAPI
    folder: Path


@contextmanager
def lived_in(folder: Path) -> Iterator[None]:
    """Settings whose data and watches are in this folder, for as long as the block lasts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UPROAR_DATA_DIR", str(folder / "data"))
        patch.setenv("UPROAR_WATCH_DIR", str(folder / "watches"))
        for name in UNSET:
            patch.delenv(f"UPROAR_{name}", raising=False)
        forget()
        yield
        forget()


def prepare(folder: Path, *, react: bool = False) -> None:
    """Make a new folder with the simulated day; to be copied, not lived in."""
    draft = folder.with_suffix(".part")
    draft.mkdir()
    simulated.lay_out(draft)
    with lived_in(draft):
        migrating.migrate()
        simulated.fill(react=react)
    draft.rename(folder)


@contextmanager
def served(folder: Path, *, now: datetime = simulated.NOW) -> Iterator[Site]:
    """Serve what is in a folder; whoever asks is told that it is `now`."""
    with lived_in(folder):
        app = make_app(settings())
        app.dependency_overrides[clock] = lambda: now
        config = uvicorn.Config(app, port=0, log_config=None, log_level="warning", access_log=False)
        server = Server(config, app.state.live, Presence("dashboard", settings()))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive(), "the server did not start"
                time.sleep(0.01)
            port = server.servers[0].sockets[0].getsockname()[1]
            yield Site(f"http://127.0.0.1:{port}", app, folder)
        finally:
            server.should_exit = True
            thread.join(10)


def copied(template: Path, folder: Path) -> Path:
    """A copy that may be changed."""
    shutil.copytree(template, folder)
    return folder
