"""A real `uproar collect` that is killed -9 in the middle of its pages has every post once in the end."""

import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import select

from tests.collector.algolia import Algolia, comment
from tests.collector.test_loop import stored
from tests.waiting import until
from tests.web_server import Asked, Reply, WebServer
from uproar import database
from uproar.models import Gap, Post
from uproar.settings import Settings

POSTS = 1_200  # more than one answer may hold
SOURCE = """
[[sources]]
type = "hackernews"
queries = ["harbour clinics"]
every_seconds = 1
"""


class Stalling:
    """Answers like Algolia, but does not end its second and its fourth answer."""

    def __init__(self, algolia: Algolia) -> None:
        self.algolia = algolia
        self.asked = 0
        self.stalled = 0

    def __call__(self, asked: Asked) -> Reply:  # noqa: D102 - what a WebServer calls
        self.asked += 1
        reply = self.algolia(asked)
        if self.asked not in (2, 4):
            return reply
        self.stalled += 1
        assert isinstance(reply.body, bytes)
        half = reply.body[: len(reply.body) // 2]
        return Reply(body=lambda: [half, *[b" "] * 600], pause=0.1, headers={"content-length": str(len(reply.body))})


def test_a_collector_killed_in_the_middle_of_two_pages_has_every_post_once(
    home: Path, sqlite_store: Settings, web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp())
    server = Stalling(Algolia([comment(number, start + 10 * number) for number in range(POSTS)]))
    web.says("/api/v1/search_by_date", server)
    path = home / "watches" / "harbour.toml"
    path.write_text(path.read_text().replace("2020-01-01T00:00:00Z", "2026-03-01T00:00:00Z") + SOURCE)
    monkeypatch.setenv("UPROAR_HACKERNEWS_URL", web.url)
    for life in (1, 2, 3):  # killed twice while an answer comes, and once when all has come
        process = subprocess.Popen([sys.executable, "-m", "uproar", "collect"], stderr=subprocess.DEVNULL)
        try:
            until(lambda life=life: server.stalled == life or stored() == POSTS)  # type: ignore[misc]
            time.sleep(0.3)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
    with database.reading() as session:
        ids = session.exec(select(Post.native_id)).all()
        assert sorted(ids, key=int) == [str(number) for number in range(POSTS)]
        assert session.exec(select(Gap)).all() == []
    assert server.stalled == 2
