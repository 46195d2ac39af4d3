"""The embedded broker."""

import stat
import subprocess
import time
from pathlib import Path

import pytest

from uproar import broker
from uproar.errors import UproarError
from uproar.queue import QUEUE, REACT, make_app
from uproar.settings import Settings, settings


def test_only_this_user_can_reach_the_broker_and_only_by_its_socket(running_broker: Settings) -> None:
    place = running_broker.broker_socket
    assert stat.S_ISSOCK(place.stat().st_mode)
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    with broker.connect(running_broker.broker) as client:
        assert client.config_get("port") == {"port": "0"}


def test_a_socket_and_a_number_are_written_as_celery_has_it(running_broker: Settings) -> None:
    address = f"redis+socket://{running_broker.broker_socket}?virtual_host=3"
    app = make_app(running_broker.model_copy(update={"broker_url": address}))
    app.send_task(REACT)
    with broker.connect(address) as client, broker.connect(running_broker.broker) as other:
        assert (client.llen(QUEUE), other.llen(QUEUE)) == (1, 0)
    assert broker.is_up(address)


def test_a_broker_that_was_killed_still_knows_what_it_was_told(home: Path) -> None:
    chosen = settings()
    for turn in range(2):
        process = subprocess.Popen(broker.broker_command(chosen))
        try:
            broker.wait_until_up(chosen)
            with broker.connect(chosen.broker) as client:
                if turn == 0:
                    client.lpush("uproar", "news")
                else:
                    assert client.lrange("uproar", 0, -1) == [b"news"]
        finally:
            process.kill()  # kill -9, as an accident would
            process.wait()


def test_a_broker_that_an_earlier_start_left_behind_is_stopped(running_broker: Settings) -> None:
    assert broker.stop_orphan(running_broker)
    assert not broker.is_up(running_broker.broker)
    assert not broker.stop_orphan(running_broker)


def test_no_broker_is_no_error_to_ask_for(home: Path) -> None:
    assert not broker.is_up(settings().broker)
    assert not broker.is_up("redis://127.0.0.1:1/0")
    assert not broker.stop_orphan(settings())


def test_a_broker_that_does_not_answer_is_said_so_with_what_to_do(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broker, "START_SECONDS", 0.1)
    with pytest.raises(UproarError, match=r"did not answer within 0\.1 s.*no post is lost"):
        broker.wait_until_up(settings())


def test_a_machine_without_a_broker_is_told_to_bring_one(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(UproarError, match="Run a Redis or Valkey of your own and set UPROAR_BROKER_URL"):
        broker.broker_command(settings())


def test_a_folder_of_another_user_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.getuid", lambda: 12_345)
    with pytest.raises(UproarError, match="belongs to another user; set UPROAR_DATA_DIR"):
        broker.broker_command(settings())


def test_a_folder_that_others_could_open_is_closed(home: Path) -> None:
    folder = settings().data_dir / "broker"
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    broker.broker_command(settings())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_broker_behind_a_password_is_asked_with_it(home: Path) -> None:
    process = subprocess.Popen([*broker.broker_command(settings()), "--requirepass", "harbour"])
    try:
        end = time.monotonic() + 5
        while not broker.is_up(f"redis+socket://:harbour@{settings().broker_socket}"):
            assert time.monotonic() < end
            time.sleep(0.02)
        assert not broker.is_up(settings().broker)
    finally:
        process.kill()
        process.wait()
