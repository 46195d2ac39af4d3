"""The dead man's switch: a signal a minute while all goes well, none when something does not."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from tests.dashboards.given import wait_for_reaction
from tests.web_server import Reply, WebServer
from uproar.errors import SettingsError
from uproar.settings import Settings, settings
from uproar.watch import load_watches
from workers import tasks
from workers.heartbeat import beat_once

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


def beat(chosen: Settings, address: str) -> tuple[bool, str]:
    """Whether a beat was taken, and what the log says."""
    with capture_logs() as logged:
        taken = beat_once(SecretStr(address), load_watches(chosen.watch_dir), now=NOW)
    return taken, str(logged)


def test_somebody_is_told_while_all_goes_well(store: Settings, web: WebServer) -> None:
    address = web.says("/ping/T0KEN", Reply(200))
    assert beat(store, address) == (True, "[]")
    assert [(asked.method, asked.path) for asked in web.asked] == [("GET", "/ping/T0KEN")]


def test_nobody_is_told_while_posts_wait_too_long(store: Settings, web: WebServer) -> None:
    old = NOW - timedelta(minutes=20)
    wait_for_reaction(old)
    taken, logged = beat(store, web.says("/ping", Reply(200)))
    assert not taken
    assert not web.asked
    assert "do the workers run" in logged


@pytest.mark.parametrize(("reply", "said"), [(Reply(500), "500"), (Reply(raw=lambda: ()), "heartbeat_lost")])
def test_a_beat_that_is_not_taken_is_logged_without_its_address(
    sqlite_store: Settings, web: WebServer, reply: Reply, said: str
) -> None:
    taken, logged = beat(sqlite_store, web.says("/ping/T0KEN", reply))
    assert not taken
    assert said in logged
    assert "T0KEN" not in logged


def test_the_task_asks_for_the_address_of_the_settings(
    sqlite_store: Settings, web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks.heartbeat()
    assert not web.asked
    monkeypatch.setenv("UPROAR_HEARTBEAT_URL", web.says("/ping", Reply(200)))
    settings.cache_clear()
    tasks.heartbeat()
    assert len(web.asked) == 1


def test_an_address_that_is_none_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPROAR_HEARTBEAT_URL", "hc-ping.com/T0KEN")
    settings.cache_clear()
    with pytest.raises(SettingsError, match="UPROAR_HEARTBEAT_URL: must start with http") as refused:
        settings()
    assert "T0KEN" not in str(refused.value)
