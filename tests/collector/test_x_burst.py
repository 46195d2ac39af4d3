"""A real `uproar collect` in a burst of posts, killed again and again, keeps its budget: counted at the server."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.collector.x_api import SEARCH, Search, id_at, post
from tests.collector.x_stream_api import STREAM, StreamApi, line
from tests.waiting import until
from tests.web_server import Reply, WebServer
from uproar import budget, database
from uproar.settings import Settings

BUDGET = 1_000
RATE = 300  # posts a second, as the documentation promises
AT_LEAST = 100  # that a life has streamed before it is killed
SOURCES = """
[[sources]]
type = "x"
name = "x-stream"
mode = "stream"

[[sources]]
type = "x"
name = "x-search"
every_seconds = 1
max_results = 20
"""


class Burst:
    """The stream carries `RATE` posts a second, and search has thousands; what either hands out is counted."""

    def __init__(self, web: WebServer) -> None:
        self.streamed = 0
        self.connected = 0
        self._lock = threading.Lock()
        self._closing = web.closing
        StreamApi(web)
        web.says(STREAM, lambda _: Reply(body=self._lines))
        start = datetime.now(UTC) - timedelta(hours=1)
        self.search = Search(
            [post(id_at(start + timedelta(seconds=at))) for at in range(3_000)], clock=lambda: datetime.now(UTC)
        )
        web.says(SEARCH, self.search)

    @property
    def handed(self) -> int:
        """Posts that have left the server."""
        return self.streamed + len(self.search.handed)

    def _lines(self) -> Iterator[bytes]:
        self.connected += 1
        began, sent = time.monotonic(), 0
        while not self._closing.wait(0.005):
            while sent < (time.monotonic() - began) * RATE:
                sent += 1
                with self._lock:
                    self.streamed += 1
                    number = self.streamed
                yield line(post(id_at(datetime.now(UTC), number), "I left Harbour Clinics. " * 8))


@pytest.mark.parametrize("kills", [0, 3])
def test_a_thousand_posts_are_never_exceeded_by_a_stream_in_a_burst_with_search_beside_it(
    home: Path, sqlite_store: Settings, web: WebServer, monkeypatch: pytest.MonkeyPatch, kills: int
) -> None:
    burst = Burst(web)
    path = home / "watches" / "harbour.toml"
    yesterday = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    path.write_text(path.read_text().replace("2020-01-01T00:00:00Z", yesterday) + SOURCES)
    for name, value in (("URL", web.url), ("BEARER_TOKEN", "made-up"), ("POSTS_A_MONTH", BUDGET)):
        monkeypatch.setenv(f"UPROAR_X_{name}", str(value))
    for life in range(kills + 1):
        process = subprocess.Popen([sys.executable, "-m", "uproar", "collect"], stdout=subprocess.DEVNULL)
        try:
            if life < kills:
                streamed = burst.streamed
                until(lambda s=streamed: burst.streamed >= s + AT_LEAST or spent())  # type: ignore[misc]
                time.sleep(0.2 * life)
            else:
                until(spent)
                time.sleep(1)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
    time.sleep(0.5)  # the server notices
    assert burst.streamed >= AT_LEAST
    assert burst.search.handed
    assert burst.handed <= used() <= BUDGET


def used() -> int:
    with database.reading() as session:
        limits = budget.x_limits(Settings(x_posts_a_month=BUDGET))
        return budget.state(session, budget.X, now=datetime.now(UTC), limits=limits).month.used


def spent() -> bool:
    return used() > BUDGET - budget.LEAST_X
