"""What becomes of an instance in trouble in the loop and on record, on SQLite and PostgreSQL."""

from datetime import datetime, timedelta

import pytest
import time_machine
from sqlmodel import Session, col, select

from collector.reading import read_if_due
from collector.sources import build
from tests.collector.conftest import MakeWatch, spec_of
from tests.collector.mastodon_reader import NOW
from tests.collector.mastodon_server import Instance, status
from tests.web_server import Reply, WebServer
from uproar import database
from uproar.models import Cursor, Gap, Post
from uproar.settings import Settings
from uproar.source_states import source_states


def test_an_instance_that_is_down_is_a_gap_until_it_has_been_read(
    web: WebServer, make_watch: MakeWatch, store: Settings
) -> None:
    with WebServer() as other:
        here = Instance(web, [status(1)])
        there = Instance(other, [status(2, host="pier.example")])
        there.instead = [Reply(500)] * 5
        spec = spec_of(
            "mastodon", instances=[web.url, other.url], hashtags=["harbour"], allow_private=True, match=False
        )
        watch = make_watch()
        source = build(spec, watch, store)
        with time_machine.travel(NOW, tick=False) as clock:
            errors: list[str | None] = []
            for _ in range(60):
                read_if_due(source, spec, watch, claim="test", settings=store)
                cursor = _cursor()
                errors.append(cursor.last_error)
                if cursor.caught_up and not there.instead:
                    break
                assert cursor.next_due_at <= _now() + timedelta(seconds=61)
                clock.move_to(max(cursor.next_due_at, _now() + timedelta(milliseconds=20)))
        with Session(database.engine()) as session:
            (gap,) = session.exec(select(Gap))
            written = session.exec(select(Post.native_id).order_by(col(Post.created_at))).all()
    assert [one[-1] for one in written] == ["1", "2"]
    assert any(f"127.0.0.1:{other.port}: HTTP 500" in (error or "") for error in errors)
    assert errors[-1] is None
    assert "HTTP 500" in gap.reason
    assert gap.filled_at is not None
    assert len(there.asked) <= 5 + 3
    assert len(here.asked) <= 12  # read on time beside it: the whole took a minute or two


def test_an_instance_that_is_down_is_no_failure_of_the_others(
    web: WebServer, make_watch: MakeWatch, sqlite_store: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with WebServer() as other:
        here, there = Instance(web, [status(1)]), Instance(other, [])
        there.instead = [Reply(500)] * 1_000
        keys = {"instances": [web.url, other.url], "hashtags": ["harbour"], "allow_private": True, "match": False}
        spec, watch = spec_of("mastodon", **keys), make_watch(sources=[{"type": "mastodon", **keys}])
        source = build(spec, watch, sqlite_store)
        with time_machine.travel(NOW, tick=False) as clock:
            while _now() < NOW + timedelta(hours=1):
                read_if_due(source, spec, watch, claim="test", settings=sqlite_store)
                clock.move_to(max(_cursor().next_due_at, _now() + timedelta(milliseconds=20)))
        with Session(database.engine()) as session:
            (state,) = source_states(session, watches=[watch], now=NOW)
            (gap,) = session.exec(select(Gap))
    assert (state.state, state.failures, state.posts) == ("partly", 0, 1)
    assert state.last_error == f"127.0.0.1:{other.port}: HTTP 500"
    assert (gap.reason, gap.ended_at) == (state.last_error, None)
    assert 8 <= len(there.asked) <= 20  # backed off up to ten minutes
    assert len(here.asked) >= 50
    log = capsys.readouterr().out
    assert (log.count("source_failed"), log.count("source_partly_failed")) == (0, 1)


def _cursor() -> Cursor:
    with Session(database.engine()) as session:
        return session.exec(select(Cursor)).one()


def _now() -> datetime:
    return datetime.now(NOW.tzinfo)
