import logging
import time
import traceback
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

import uproar.settings
from collector.reading import read_if_due
from collector.source import RateLimitedError, SourceGoneError
from collector.sources import build
from collector.sources.x.client import Client
from tests.collector.conftest import NOW, MakeWatch, spec_of
from tests.collector.x_api import SEARCH, id_at, post
from tests.collector.x_reader import TOKEN, Reader, many
from tests.web_server import Reply, WebServer
from uproar import database
from uproar.errors import SettingsError
from uproar.models import Cursor, Gap, Post
from uproar.outgoing import OutgoingError
from uproar.settings import Settings


def rows(table: Any) -> list[Any]:
    with database.reading() as session:
        found = list(session.exec(select(table)))
        session.expunge_all()
    return found


def test_the_loop_stores_every_post_once_and_the_stop_of_the_budget_is_on_record(
    web: WebServer, make_watch: MakeWatch, store: Settings
) -> None:
    now = time.time()
    watch = make_watch(starts="2026-03-01T00:00:00Z")
    from_now = [post(id_at(NOW.fromtimestamp(now - 60 * at, NOW.tzinfo))) for at in range(2, 252)]
    reader = Reader(web, make_watch, from_now, clock=lambda: NOW.fromtimestamp(time.time(), NOW.tzinfo))
    spec = spec_of("x", every_seconds=1)
    settings = Settings(x_url=web.url, x_bearer_token=TOKEN, x_posts_a_day=240)
    source = build(spec, watch, settings)
    for at in range(4):
        read_if_due(source, spec, watch, claim=f"a{at}", settings=settings)
        with database.writing() as session:
            cursor = session.get(Cursor, ("harbour", "x"))
            assert cursor is not None
            cursor.next_due_at = NOW
    assert len(rows(Post)) == 240
    assert len(reader.api.handed) == 240
    (cursor,) = rows(Cursor)
    assert "the budget of x is spent: 240 of 240 posts of this day" in cursor.last_error
    reasons = sorted(gap.reason for gap in rows(Gap))
    assert len(reasons) == 2
    assert reasons[0].startswith("X's search reaches back seven days")
    assert "is spent" in reasons[1]


@pytest.mark.parametrize("token", ["made up", "made\nup", "mädeup"])
def test_a_token_that_is_none_is_refused_without_being_shown(
    home: Path, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setenv("UPROAR_X_BEARER_TOKEN", token)
    uproar.settings.settings.cache_clear()
    with pytest.raises(SettingsError, match=r"^UPROAR_X_BEARER_TOKEN: is no bearer token") as caught:
        uproar.settings.settings()
    assert token not in str(caught.value)


def test_no_error_and_no_log_shows_the_token(
    web: WebServer,
    make_watch: MakeWatch,
    sqlite_store: Settings,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    reader = Reader(web, make_watch, many(5))
    for reply in (Reply(401), Reply(429), Reply(500), Reply(raw=list), Reply(body=b"{"), reader.api):
        web.says(SEARCH, reply)
        if reply is reader.api:
            reader.read()
            continue
        with pytest.raises((RateLimitedError, SourceGoneError, OutgoingError)) as failed:
            reader.read()
        assert TOKEN not in "".join(traceback.format_exception(failed.value))
    client = Client("made\nup", web.url)
    with pytest.raises(OutgoingError) as caught:
        client.rules()
    assert "made" not in str(caught.value)
    assert TOKEN not in repr(reader._settings)
    assert TOKEN not in caplog.text + "".join(capsys.readouterr())
    assert len(caplog.records) > 0


def test_a_source_without_a_token_can_be_built_and_says_what_it_needs(
    make_watch: MakeWatch, sqlite_store: Settings
) -> None:
    with pytest.raises(SourceGoneError, match="UPROAR_X_BEARER_TOKEN"):
        build(spec_of("x"), make_watch(), Settings()).fetch({}, now=NOW)
