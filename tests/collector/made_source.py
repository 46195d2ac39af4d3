"""A source that says what a test wants, and `uproar sources` for who asks about it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from collector.source import Page
from collector.sources_command import sources
from uproar.incoming import Incoming

WRITTEN = datetime(2026, 3, 4, 11, 0, tzinfo=UTC)


def uproar(*arguments: str) -> Result:
    return CliRunner().invoke(sources, list(arguments))


def with_sources(home: Path, *more: str) -> None:
    path = home / "watches" / "harbour.toml"
    path.write_text(path.read_text() + "".join(f"\n[[sources]]\n{one}\n" for one in more))


class Made:
    """A source that answers as the test says, and notes what it was asked."""

    answer: Page | Exception = Page((), {})
    asked: list[Any]

    def __init__(self, *_: Any) -> None:
        type(self).asked = []

    def fetch(self, position: dict[str, Any], *, now: datetime) -> Page:  # noqa: ARG002, D102 - a Source
        self.asked.append(position)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def close(self) -> None:  # noqa: D102 - a Source
        self.asked.append("close")


def post(number: int, text: str, **changes: Any) -> Incoming:
    return Incoming("made", str(number), text, WRITTEN + timedelta(minutes=number), **changes)
