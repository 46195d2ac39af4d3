"""Settings out of files: how Docker and Kubernetes hand secrets over."""

from pathlib import Path

import pytest

from uproar.errors import SettingsError
from uproar.settings import settings


@pytest.fixture
def secrets(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of secrets, which the settings name."""
    folder = home / "secrets"
    folder.mkdir()
    monkeypatch.setenv("UPROAR_SECRETS_DIR", str(folder))
    return folder


def password() -> str | None:
    found = settings().password
    return found.get_secret_value() if found else None


def test_a_setting_is_read_from_the_file_of_its_name(secrets: Path) -> None:
    (secrets / "uproar_password").write_text("of the harbour\n")
    assert password() == "of the harbour"
    assert "harbour" not in repr(settings())


def test_the_environment_comes_before_the_file(secrets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (secrets / "uproar_password").write_text("of the file")
    monkeypatch.setenv("UPROAR_PASSWORD", "of the environment")
    assert password() == "of the environment"


def test_an_empty_file_or_variable_counts_as_not_set(secrets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (secrets / "uproar_ingest_token").write_text("\n")
    (secrets / "uproar_password").write_text("of the file")
    monkeypatch.setenv("UPROAR_PASSWORD", "")
    assert settings().ingest_token is None
    assert password() == "of the file"


def test_a_wrong_secret_is_named_and_not_shown(secrets: Path) -> None:
    (secrets / "uproar_secret_key").write_text("hunter2")
    with pytest.raises(SettingsError, match="UPROAR_SECRET_KEY: must have at least 16") as caught:
        settings()
    assert "hunter2" not in str(caught.value)


def test_a_secret_that_is_no_text_is_told_in_words(secrets: Path) -> None:
    (secrets / "uproar_password").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="cannot be read"):
        settings()


def test_a_folder_that_is_not_there_holds_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPROAR_SECRETS_DIR", str(home / "nowhere"))
    assert password() is None


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("postgresql://me@db/uproar", "postgresql+psycopg://me:p%2F%40ss@db/uproar"),
        ("postgresql://me@/uproar?host=/run/pg", "postgresql+psycopg://me:p%2F%40ss@/uproar?host=/run/pg"),
        ("postgresql://me:own@db/uproar", "postgresql+psycopg://me:own@db/uproar"),
        ("postgresql://db/uproar", "postgresql+psycopg://db/uproar"),
        ("sqlite:////data/uproar.db", "sqlite:////data/uproar.db"),
    ],
)
def test_the_database_s_password_goes_into_an_address_that_has_none(
    secrets: Path, monkeypatch: pytest.MonkeyPatch, address: str, wanted: str
) -> None:
    (secrets / "uproar_database_password").write_text("p/@ss")
    monkeypatch.setenv("UPROAR_DATABASE_URL", address)
    assert settings().database == wanted
