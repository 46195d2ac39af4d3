"""`uproar user`: accounts are made, shown and taken away; what is kept gives nothing away."""

import stat
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dashboards.accounts import Accounts, Role
from dashboards.user_command import add, user
from tests.at_once import at_once
from uproar.errors import SettingsError
from uproar.settings import Settings

PASSWORD = "a long enough one"


def run(*arguments: str, told: str = "") -> Result:
    return CliRunner().invoke(user, list(arguments), input=told, catch_exceptions=False)


def accounts() -> Accounts:
    return Accounts(Settings())


def test_an_account_is_made_in_a_file_that_only_its_owner_may_read_and_that_does_not_hold_the_password(
    empty: Path,
) -> None:
    assert run("add", "Zoë", "--role", "analyst", told=f"{PASSWORD}\n").exit_code == 0
    path = Settings().users_path
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text().startswith("Zoë:analyst:scrypt$16384$8$5$")
    assert PASSWORD not in path.read_text()
    found = accounts().by_password("zoë", PASSWORD)
    assert found is not None
    assert (found.name, found.role) == ("Zoë", Role.ANALYST)
    assert accounts().by_password("Zoë", PASSWORD + " ") is None


def test_a_second_add_changes_password_and_role_and_keeps_one_account(empty: Path) -> None:
    run("add", "mo", "--role", "viewer", told=f"{PASSWORD}\n")
    run("add", "mo", "--role", "admin", told="another long one\n")
    assert [(one.name, one.role) for one in accounts().all()] == [("mo", Role.ADMIN)]
    assert accounts().by_password("mo", PASSWORD) is None
    assert accounts().by_password("mo", "another long one") is not None


def test_a_machine_gets_a_token_that_is_shown_once_and_opens_no_login(empty: Path) -> None:
    answer = run("add", "prometheus", "--role", "viewer", "--token")
    token = answer.stdout.strip()
    assert len(token) >= 43
    assert token not in Settings().users_path.read_text()
    found = accounts().by_token(token)
    assert found is not None
    assert found.name == "prometheus"
    assert accounts().by_password("prometheus", token) is None
    assert accounts().by_token(token[:-1]) is None


def test_the_list_shows_who_and_what_and_removing_takes_away(empty: Path) -> None:
    run("add", "mo", "--role", "viewer", told=f"{PASSWORD}\n")
    run("add", "bot", "--role", "analyst", "--token")
    assert run("list").stdout == "mo\tviewer\tpassword\nbot\tanalyst\ttoken\n"
    run("remove", "MO")
    assert run("list").stdout == "bot\tanalyst\ttoken\n"
    with pytest.raises(SettingsError, match="no account 'mo'"):
        run("remove", "mo")


def test_accounts_that_are_made_at_the_same_moment_are_all_there(empty: Path) -> None:
    names = [f"machine {number}" for number in range(12)]
    assert add.callback is not None
    at_once(*[partial(add.callback, name, "viewer", token=True) for name in names])
    assert sorted(one.name for one in accounts().all()) == sorted(names)


@pytest.mark.parametrize(
    "name", ["", "admin", "ADMIN", "a:b", "a\nb", "a\r\nSet-Cookie: x", " a", "#a", "x" * 65, "a\u202eb", "\ufb01ve"]
)
def test_a_name_that_would_mislead_or_break_something_is_refused(empty: Path, name: str) -> None:
    with pytest.raises(SettingsError, match="name"):
        run("add", "--role", "viewer", "--", name)
    assert not Settings().users_path.exists()


@pytest.mark.parametrize("password", ["", "short", "x" * 1025])
def test_a_password_that_is_too_short_or_too_long_is_refused(empty: Path, password: str) -> None:
    with pytest.raises(SettingsError, match="at least 10"):
        run("add", "mo", "--role", "viewer", told=f"{password}\n")


@pytest.mark.parametrize(
    "line",
    [
        "mo",
        "mo:viewer",
        "mo:boss:sha256$" + "0" * 64,
        "mo:viewer:plain",
        "mo:viewer:scrypt$999999999$8$1$AA==$AA==",
        "admin:viewer:sha256$" + "0" * 64,
    ],
)
def test_a_line_that_is_no_account_stops_the_start_and_names_its_place_but_not_the_secret(
    empty: Path, line: str
) -> None:
    path = empty / "data" / "users"
    path.parent.mkdir()
    path.write_text(f"# who\n\n{line}\n")
    with pytest.raises(SettingsError, match=r"users, line 3") as told:
        accounts()
    assert line.rpartition(":")[2] not in str(told.value) or ":" not in line
    with pytest.raises(SettingsError, match="line 3"):
        run("list")


def test_the_file_is_read_anew_when_it_changes_and_a_broken_line_costs_that_account_only(empty: Path) -> None:
    run("add", "mo", "--role", "viewer", told=f"{PASSWORD}\n")
    run("add", "bot", "--role", "viewer", "--token")
    known = accounts()
    path = Settings().users_path
    path.write_text(path.read_text().replace("mo:viewer", "mo:boss"))
    assert [one.name for one in known.all()] == ["bot"]
    path.unlink()
    assert known.all() == []
    assert not known.any
