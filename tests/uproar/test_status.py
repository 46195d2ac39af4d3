"""`uproar status`: what is at work and what is not, on both databases, for eyes and for scripts."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.dashboards.given import put, wait_for_reaction
from tests.uproar.test_roles import said
from uproar import database, jobs
from uproar.commands import status as command
from uproar.jobs import Progress
from uproar.lags import lags
from uproar.models import Backlog, Cursor, DetectorState
from uproar.roles import ROLES
from uproar.settings import Settings
from uproar.watch import load_watches

SOURCES = """
[[sources]]
type = "feed"
name = "press"
url = "https://press.example/feed"
"""


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "WITHIN", 0.05)


@pytest.fixture
def service(running_broker: Settings, store: Settings) -> Settings:
    """A store and a broker, and every role is at work."""
    file = store.watch_dir / "harbour.toml"
    head, tail = file.read_text().split("[[services]]", 1)
    file.write_text(f"{head}[[services]]{tail}{SOURCES}")
    for role in ROLES:
        said(store, role)
    return store


def status(*arguments: str) -> Result:
    return CliRunner().invoke(command.status, arguments)


def told() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(status("--json").output)
    return found


def test_a_service_that_does_its_work_ends_with_0(service: Settings) -> None:
    put(1, watch="harbour")
    answer = status()
    assert answer.exit_code == 0, answer.output
    assert "the service does its work" in answer.output
    assert "posts 1 " in answer.output
    found = told()
    assert found["ok"] is True
    assert found["trouble"] == []
    assert {one["role"]: one["alive"] for one in found["roles"]} == dict.fromkeys(ROLES, True)
    assert found["figures"]["reactions"] == {"harbour": 1}


def test_a_role_that_nobody_has_ends_with_1_and_says_what_to_start(service: Settings) -> None:
    said(service, "worker", ago=3_600)
    answer = status()
    assert answer.exit_code == 1
    assert "TROUBLE" in answer.output
    assert "No worker is at work: does `uproar worker`" not in answer.output, "that is no command"
    assert "No worker is at work: does `uproar work` (or `uproar up`) run?" in answer.output
    assert "NOT SEEN FOR 60 min" in answer.output
    assert told()["ok"] is False


def test_one_of_two_is_enough(service: Settings) -> None:
    said(service, "worker", name="gone", ago=3_600)
    assert status().exit_code == 0


def test_what_makes_the_service_not_ready_is_trouble(service: Settings) -> None:
    wait_for_reaction(datetime.now(UTC) - timedelta(minutes=20))
    answer = status()
    assert answer.exit_code == 1
    assert "do the workers run" in answer.output
    assert "new 1 " in answer.output


def test_without_a_broker_the_tables_are_told_all_the_same(store: Settings) -> None:
    put(1, watch="harbour")
    answer = status()
    assert answer.exit_code == 1
    assert "The broker does not answer" in answer.output
    assert "No worker" not in answer.output, "nobody knows that"
    assert "posts 1 " in answer.output


def test_rates_are_what_came_between_two_looks(service: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def meanwhile(_seconds: float) -> None:
        for minute in range(3):
            put(minute, watch="harbour")

    monkeypatch.setattr("uproar.commands.status.time.sleep", meanwhile)
    assert told()["reactions_a_second"] > 0


def test_a_job_is_drawn_until_it_ends(service: Settings) -> None:
    job = Progress("replay", 200, "bytes", service)
    job.at(50)
    job.at(60)  # too soon to be told
    assert f"[{'#' * 7}{' ' * 23}]  25% of 200 bytes" in status().output
    assert told()["jobs"] == [{"name": "replay", "done": 50, "total": 200, "unit": "bytes"}]
    job.end()
    assert told()["jobs"] == []


def test_what_is_left_of_a_rescoring_is_read_from_the_backlog(service: Settings) -> None:
    ids = [put(minute, watch="harbour") for minute in range(2)]
    jobs.start_lasting(jobs.RESCORE, 8, service)
    assert told()["jobs"] == [], "nothing waits: it is over"
    with database.writing() as session:
        for one in ids:
            session.add(Backlog(post_id=one, watch="harbour", created_at=datetime.now(UTC), rescore=True))
    assert told()["jobs"] == [{"name": "rescore", "done": 6, "total": 8, "unit": "posts"}]


def test_a_source_that_reads_the_past_shows_how_far_it_is(service: Settings) -> None:
    now = datetime.now(UTC)
    half = datetime(2020, 1, 1, tzinfo=UTC) + (now - datetime(2020, 1, 1, tzinfo=UTC)) / 2
    with database.writing() as session:
        session.add(Cursor(watch="harbour", source="press", next_due_at=now, read_at=now, covered_until=half))
    answer = status()
    assert "harbour/press" in answer.output
    assert " 50% of " in answer.output


def test_each_stage_says_how_far_it_is_behind(service: Settings) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    wait_for_reaction(now - timedelta(seconds=90))
    with database.writing() as session:
        session.add(Cursor(watch="harbour", source="press", next_due_at=now, covered_until=now - timedelta(seconds=30)))
        session.add(Cursor(watch="harbour", source="old", next_due_at=now, covered_until=now - timedelta(days=9)))
        for signal, ago in (("cancel", 60), ("concern:left out since", 9_000)):
            at = int((now - timedelta(seconds=ago)).timestamp())
            session.add(DetectorState(watch="harbour", signal=signal, seen_until=at, state={}))
    with database.reading() as session:
        found = lags(session, watches=load_watches(service.watch_dir), now=now)
    assert found == {"read": 30.0, "react": 90.0, "find": 60.0, "deliver": 0.0}


def test_names_from_outside_do_not_steer_the_terminal(service: Settings) -> None:
    said(service, "worker", name="\x1b[2Jevil")
    assert "\x1b" not in status().output
