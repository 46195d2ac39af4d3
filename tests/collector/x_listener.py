"""What the tests of the stream of X listen with."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from collector.source import Page
from collector.sources.x import X, connection
from tests.collector.conftest import NOW, MakeWatch
from tests.collector.x_api import id_at, post
from tests.collector.x_reader import Reader
from tests.collector.x_stream_api import StreamApi
from tests.web_server import WebServer
from uproar import budget, database
from uproar.settings import Settings

MakeListener = Callable[..., "Listener"]


class Listener:
    """A reader of the stream; the clock of the test goes on by a second a call."""

    def __init__(self, web: WebServer, make_watch: MakeWatch, *, counts: bool = False, **settings: Any) -> None:
        self.api = StreamApi(web)
        self.now = NOW
        keys = {"watch": {"starts": NOW - timedelta(minutes=10)}, "settings": settings}
        self.reader = Reader(web, make_watch, [], clock=lambda: self.now, mode="stream", counts=counts, **keys)
        self.search = self.reader.api

    def read(self, *, later: float = 1.0, died: bool = False) -> Page:
        """Read once, as the loop does."""
        self.now += timedelta(seconds=later)
        return self.reader.read(self.now, died=died)

    def close(self) -> None:
        """Close the connection, if there is one."""
        assert isinstance(self.reader.source, X)
        self.reader.source.close()


@pytest.fixture
def listener(
    web: WebServer, make_watch: MakeWatch, sqlite_store: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MakeListener]:
    """Makes listeners that wait for little, and closes them at the end."""
    monkeypatch.setattr(connection, "NEAREST", 0.0)
    monkeypatch.setattr(connection, "SECONDS", 0.6)
    made: list[Listener] = []

    def make(**settings: Any) -> Listener:
        made.append(Listener(web, make_watch, **settings))
        return made[-1]

    yield make
    for one in made:
        one.api.closed.set()
        one.close()


def live(number: int) -> dict[str, Any]:
    """A post of so many seconds after the listener began."""
    return post(id_at(NOW + timedelta(seconds=number)))


def ids(page: Page) -> list[str]:
    """The posts of a page."""
    return [one.native_id for one in page.posts]


def used() -> int:
    """What counts against the budget of the day."""
    with database.reading() as session:
        return budget.state(session, budget.X, now=NOW, limits=budget.x_limits(Settings())).day.used
