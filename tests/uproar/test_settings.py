"""The settings: how mistakes are told, what is never shown, and the key."""

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from uproar.errors import SettingsError
from uproar.settings import Settings, settings, unknown_settings

PASSWORD = "s3cr3t-of-the-harbour"


def mistake(monkeypatch: pytest.MonkeyPatch, **variables: str) -> str:
    for name, value in variables.items():
        monkeypatch.setenv(f"UPROAR_{name}", value)
    settings.cache_clear()
    with pytest.raises(SettingsError) as caught:
        settings()
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("PORT", "eighty", "valid integer"),
        ("PORT", "70000", "less than or equal to 65535"),
        ("WORKER_PROCESSES", "0", "greater than or equal to 1"),
        ("LOG_LEVEL", "loud", "'debug', 'info', 'warning' or 'error'"),
        ("LOG_FORMAT", "xml", "'text' or 'json'"),
        ("PUBLIC_URL", "uproar.example", "must start with http:// or https://"),
        ("HACKERNEWS_URL", "ftp://hn.example", "must start with http:// or https://"),
        ("BLUESKY_URL", "bsky.example", "must start with http:// or https://"),
        ("JETSTREAM_URL", "https://jetstream.example", "must start with wss:// or ws://"),
    ],
)
def test_a_wrong_value_is_one_line_with_variable_value_and_remedy(
    home: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, remedy: str
) -> None:
    message = mistake(monkeypatch, **{name: value})
    assert message.startswith(f"UPROAR_{name}: ")
    assert remedy in message
    assert repr(value) in message
    assert "\n" not in message


def test_several_wrong_values_are_told_at_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = mistake(monkeypatch, PORT="x", BATCH_POSTS="0", LOG_LEVEL="loud").splitlines()
    assert [line.split(":")[0] for line in lines] == ["UPROAR_PORT", "UPROAR_BATCH_POSTS", "UPROAR_LOG_LEVEL"]


@pytest.mark.parametrize("name", ["DATABASE_URL", "BROKER_URL"])
def test_an_address_that_may_hold_a_password_is_not_repeated(
    home: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    message = mistake(monkeypatch, **{name: f"mysql://me:{PASSWORD}@db.example/uproar"})
    assert message.startswith(f"UPROAR_{name}: must start with ")
    assert PASSWORD not in message


@pytest.mark.parametrize("name", ["DATABASE_URL", "BROKER_URL"])
@pytest.mark.parametrize("rest", [f"me:{PASSWORD}@db:port/uproar", f"me:{PASSWORD}/tail@db:5432/uproar", "[::1/uproar"])
def test_an_address_that_cannot_be_taken_apart_is_refused_at_once(
    home: Path, monkeypatch: pytest.MonkeyPatch, name: str, rest: str
) -> None:
    scheme = {"DATABASE_URL": "postgresql", "BROKER_URL": "redis"}[name]
    message = mistake(monkeypatch, **{name: f"{scheme}://{rest}"})
    assert message.startswith(f"UPROAR_{name}: ")
    assert "in a password write / as %2F" in message
    assert "s3cr3t" not in message


def test_a_key_that_could_be_guessed_is_refused_and_not_repeated(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    message = mistake(monkeypatch, SECRET_KEY="hunter2")
    assert message.startswith("UPROAR_SECRET_KEY: must have at least 16 characters")
    assert "hunter2" not in message


@pytest.mark.parametrize("token", ["hunter2", "a token with blanks", "x" * 15, "t\u00f6ken-of-the-harbour"])
def test_a_token_that_could_be_guessed_or_not_be_sent_is_refused_and_not_repeated(
    home: Path, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    message = mistake(monkeypatch, INGEST_TOKEN=token)
    assert message.startswith("UPROAR_INGEST_TOKEN: must have at least 16 characters")
    assert token not in message


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_way_to_write_a_postgresql_address_is_taken(
    home: Path, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.setenv("UPROAR_DATABASE_URL", f"{scheme}://me@db.example/uproar")
    assert settings().database == "postgresql+psycopg://me@db.example/uproar"


def test_a_variable_that_is_set_to_nothing_counts_as_not_set(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PORT", "SECRET_KEY", "PASSWORD", "DATABASE_URL", "BROKER_URL", "NAME", "LOG_LEVEL"):
        monkeypatch.setenv(f"UPROAR_{name}", "")
    chosen = settings()
    assert (chosen.port, chosen.log_level, chosen.password) == (8767, "info", None)
    assert chosen.name
    assert len(chosen.key) == 64, "an empty key would let everybody compute the hashes of authors"


def test_an_unknown_variable_gets_a_hint_where_there_is_a_near_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("UPROAR_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("UPROAR_DATABSE_URL", "x")
    monkeypatch.setenv("UPROAR_QQQQQQQQ", "x")
    monkeypatch.setenv("UPROAR_PORT", "1")
    assert unknown_settings() == {"UPROAR_DATABSE_URL": "UPROAR_DATABASE_URL", "UPROAR_QQQQQQQQ": ""}


def test_the_variable_of_the_receiver_is_no_stranger(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPROAR_RECEIVER_SECRET", "whsec_aGFyYm91cg==")
    assert "UPROAR_RECEIVER_SECRET" not in unknown_settings()


def test_settings_do_not_show_passwords_when_they_are_printed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPROAR_PASSWORD", PASSWORD)
    monkeypatch.setenv("UPROAR_SECRET_KEY", PASSWORD)
    monkeypatch.setenv("UPROAR_DATABASE_URL", f"postgresql://me:{PASSWORD}@db.example/uproar")
    monkeypatch.setenv("UPROAR_BROKER_URL", f"redis://:{PASSWORD}@broker.example/0")
    assert PASSWORD not in repr(settings())


def test_the_key_is_made_once_and_only_its_owner_may_read_it(home: Path) -> None:
    chosen = settings()
    key = chosen.key
    place = chosen.data_dir / "secret.key"
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    settings.cache_clear()
    assert settings().key == key
    assert [path.name for path in chosen.data_dir.iterdir()] == ["secret.key"], "no draft may be left behind"


def test_processes_that_start_at_once_agree_on_one_key(home: Path) -> None:
    code = "from uproar.settings import settings; print(settings().key.decode())"

    def ask(_: int) -> str:
        return subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout

    with ThreadPoolExecutor(4) as pool:
        keys = set(pool.map(ask, range(4)))
    assert len(keys) == 1
    assert keys == {settings().key.decode() + "\n"}


def test_a_given_key_is_used_and_nothing_is_written(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPROAR_SECRET_KEY", PASSWORD)
    assert settings().key == PASSWORD.encode()
    assert not settings().data_dir.exists()


def test_the_hash_of_an_author_depends_on_platform_name_and_key(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = settings()
    hashes = {chosen.hash_author("file", "ana"), chosen.hash_author("push", "ana"), chosen.hash_author("file", "bo")}
    assert len(hashes) == 3
    assert all(len(one) == 32 for one in hashes)
    assert chosen.hash_author("file", "ana\udc80"), "a broken name is hashed like any other"
    other = Settings(data_dir=chosen.data_dir, secret_key="another one, long enough")
    assert other.hash_author("file", "ana") not in hashes


def test_the_socket_lies_in_the_data_directory_while_its_path_is_short(
    short_tmp: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = Settings(data_dir=short_tmp / "d")
    assert chosen.broker_socket == (short_tmp / "d").resolve() / "broker" / "broker.sock"


@pytest.mark.parametrize("runtime", [None, "", "/run/" + "user/" * 30])
def test_the_socket_of_a_deep_data_directory_moves_to_a_short_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runtime: str | None
) -> None:
    if runtime is None:
        monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    else:
        monkeypatch.setenv("XDG_RUNTIME_DIR", runtime)
    first, second = (Settings(data_dir=tmp_path / ("é" * 60) / name).broker_socket for name in "ab")
    assert first != second
    for place in (first, second):
        assert place.is_absolute()
        assert len(os.fsencode(place)) < 100


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        *((host, True) for host in ("127.0.0.1", "127.9.9.9", "::1", "localhost")),
        *((host, False) for host in ("0.0.0.0", "::", "192.0.2.1", "uproar.example")),  # noqa: S104 - only names
    ],
)
def test_only_addresses_of_this_machine_count_as_loopback(host: str, *, loopback: bool) -> None:
    assert Settings(host=host).loopback is loopback


def test_the_address_of_the_dashboard_can_be_a_public_one(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings().dashboard_url == "http://127.0.0.1:8767"
    monkeypatch.setenv("UPROAR_PUBLIC_URL", "https://uproar.example/")
    settings.cache_clear()
    assert settings().dashboard_url == "https://uproar.example"


def test_an_ipv6_host_is_a_proper_address_of_the_dashboard() -> None:
    assert Settings(host="::1", port=1234).dashboard_url == "http://[::1]:1234"
