"""Who is at work: said in the broker, believed for 45 seconds, forgotten after a day; and `uproar alive`."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from structlog.testing import capture_logs

from uproar import broker, roles
from uproar.commands.alive import alive
from uproar.roles import KEEP_SECONDS, Presence, is_at_work, seen
from uproar.settings import Settings, settings


def said(chosen: Settings, role: str, *, name: str = "test", ago: int = 0) -> None:
    """Let it be some seconds ago that a role said that it is at work."""
    with broker.connect(chosen.broker) as client:
        client.set(f"{roles.PREFIX}{role}:{name}", "", ex=KEEP_SECONDS - ago)


def asked(role: str) -> tuple[int, str]:
    answer = CliRunner().invoke(alive, [role])
    return answer.exit_code, answer.output


def test_a_role_is_alive_once_it_has_said_so_and_not_after_it_has_left(running_broker: Settings) -> None:
    assert asked("worker") == (1, "worker of test was not at work within a day\n")
    here = Presence("worker", running_broker)
    here.say()
    assert asked("worker") == (0, "worker of test said so 0 s ago\n")
    assert asked("beat")[0] == 1, "another role is another one"
    here.leave()
    assert asked("worker")[0] == 1


def test_a_role_that_has_fallen_silent_is_not_alive(running_broker: Settings) -> None:
    said(running_broker, "worker", ago=44)
    assert asked("worker")[0] == 0
    said(running_broker, "worker", ago=60)
    assert asked("worker") == (1, "worker of test said so 60 s ago\n")


def test_only_silence_that_the_broker_knows_of_counts_against_a_role(running_broker: Settings) -> None:
    assert not is_at_work("worker", running_broker)
    said(running_broker, "worker", ago=44)
    assert is_at_work("worker", running_broker)
    said(running_broker, "worker", ago=60)
    assert not is_at_work("worker", running_broker)
    assert is_at_work("worker", running_broker.model_copy(update={"broker_url": "redis://127.0.0.1:1/0"}))


def test_the_same_role_of_another_machine_is_another_one(running_broker: Settings) -> None:
    said(running_broker, "worker", name="elsewhere:7")
    assert asked("worker")[0] == 1
    assert [(one.role, one.name, one.alive) for one in seen(running_broker)] == [("worker", "elsewhere:7", True)]


def test_it_is_said_no_more_often_than_needed(running_broker: Settings) -> None:
    here = Presence("worker", running_broker)
    here.say()
    with broker.connect(running_broker.broker) as client:
        client.flushall()
    here.say()
    assert seen(running_broker) == []


def test_without_a_broker_nobody_is_alive_and_the_work_goes_on(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roles, "SAY_SECONDS", 0.0)
    here = Presence("worker", settings())
    with capture_logs() as logged:
        for _ in range(3):
            here.say()
        here.leave()
    assert [event["event"] for event in logged] == ["presence_lost"], "it is logged once"
    status, told = asked("worker")
    assert status == 1
    assert "the broker does not answer" in told
