"""What the tests of the collector stand on: a web server, a made-up watch and its sources."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from collector.sources import SOURCES
from tests.collector.firehose import Firehose, create
from tests.collector.firehose_reader import Reader, at
from tests.collector.made_source import Made, with_sources
from uproar.watch import SourceSpec, Watch

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)

MakeWatch = Callable[..., Watch]


@pytest.fixture
def make_watch() -> MakeWatch:
    """Makes a watch of one made-up deal; arguments change its keys."""

    def make(**keys: Any) -> Watch:
        plain = {
            "name": "harbour",
            "title": "Gullwing buys Harbour Clinics",
            "starts": datetime(2026, 3, 1, tzinfo=UTC),
            "services": [{"name": "Harbour Clinics"}],
        }
        return Watch.model_validate(plain | keys)

    return make


def spec_of(kind: str, **options: Any) -> SourceSpec:
    """One source as a watch file describes it."""
    return SourceSpec.model_validate({"type": kind, "name": kind, **options})


@pytest.fixture
def firehose() -> Iterator[Firehose]:
    """Ten posts that mention the deal among ten that do not, a second apart."""
    with Firehose([create(n) if n % 2 else create(n, "What a day") for n in range(20)]) as server:
        yield server


@pytest.fixture
def reader(firehose: Firehose, make_watch: MakeWatch, request: pytest.FixtureRequest) -> Iterator[Reader]:
    """Reads the firehose on the wire of the test, with a watch that begins with the stream."""
    wire = request.node.callspec.params.get("wire", "v1") if hasattr(request.node, "callspec") else "v1"
    made = Reader(firehose, make_watch(starts=at(0)), wire)
    yield made
    made.source.close()


@pytest.fixture
def made(home: Path, monkeypatch: pytest.MonkeyPatch) -> type[Made]:
    """A type of source for the watch `harbour` that answers as the test says."""
    monkeypatch.setitem(SOURCES, "made", Made)
    with_sources(home, 'type = "made"')
    return Made
