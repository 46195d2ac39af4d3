"""`uproar sources`: failed sources that are asked again, and watches that are switched off."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from collector.source import Page
from collector.sources import SOURCES
from tests.collector.test_sources_command import WRITTEN, Made, post, uproar, with_sources
from uproar import database
from uproar.models import Cursor
from uproar.settings import Settings


@pytest.fixture
def made(home: Path, monkeypatch: pytest.MonkeyPatch) -> type[Made]:
    monkeypatch.setitem(SOURCES, "made", Made)
    with_sources(home, 'type = "made"')
    return Made


def test_a_check_that_goes_well_wakes_a_source_that_failed_and_that_the_list_says_when_it_is_asked(
    store: Settings, made: type[Made]
) -> None:
    later = datetime.now(UTC) + timedelta(minutes=15)
    with database.writing() as session:
        session.add(
            Cursor(
                watch="harbour", source="made", next_due_at=later, failures=1, read_at=WRITTEN, last_error="HTTP 404"
            )
        )
    assert f"    last error: HTTP 404; asked again at {later:%Y-%m-%dT%H:%M:%SZ}" in uproar("list").output
    made.answer = Page([post(1, "I left Harbour Clinics")], {})
    assert "the collector asks it again now" in uproar("check", "made").output
    with database.reading() as session:
        assert session.get_one(Cursor, ("harbour", "made")).next_due_at <= datetime.now(UTC)
    assert "again now" not in uproar("check", "made").output


def test_watches_that_are_switched_off_are_listed_only_when_asked_for(sqlite_store: Settings, home: Path) -> None:
    with_sources(home, 'type = "file"\nname = "old"\npath = "b"')
    path = home / "watches" / "harbour.toml"
    path.write_text("enabled = false\n" + path.read_text())
    assert "harbour/old" not in uproar("list").output
    assert "harbour/old" in uproar("list", "--all").output
    assert "harbour/old" in uproar("list", "--watch", "harbour").output
