"""`uproar user`: who may see the dashboard, and what each may do."""

import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from dashboards.accounts import Account, Role, checked_name, folded, parsed, write
from dashboards.hashing import LEAST_PASSWORD, MOST_PASSWORD, hash_password, hash_token, prepared
from uproar.errors import SettingsError
from uproar.lock import one_at_a_time
from uproar.settings import settings

ROLES = [role.word for role in Role]


@click.group()
def user() -> None:
    """Say who may see the dashboard: people by a password, machines by a token."""


@user.command()
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True, help="viewer reads, analyst corrects, admin does all.")
@click.option("--token", is_flag=True, help="For a machine: no password, a token is made and shown once.")
def add(name: str, role: str, *, token: bool) -> None:
    """Make an account, or give one that exists another password and role; its sessions end."""
    try:
        checked_name(name)
    except ValueError as error:
        raise SettingsError(f"{name!r}: {error}.") from None
    made = secrets.token_urlsafe(32) if token else ""
    secret = hash_token(made) if token else hash_password(_asked())
    account = Account(name, Role[role.upper()], secret)
    with _changing() as accounts:
        before = next((i for i, one in enumerate(accounts) if folded(one.name) == folded(name)), None)
        if before is None:
            accounts.append(account)
        else:
            accounts[before] = account
    click.echo(f"{name} has the role {role} now ({settings().users_path}).", err=True)
    if token:
        click.echo("Its token, which is shown this once; send it as Authorization: Bearer …", err=True)
        click.echo(made)


@user.command("list")
def list_users() -> None:
    """List the accounts: name, role, and whether a password or a token opens them."""
    for one in _read(settings().users_path):
        click.echo(f"{one.name}\t{one.role.word}\t{'token' if one.machine else 'password'}")


@user.command()
@click.argument("name")
def remove(name: str) -> None:
    """Take an account away; its sessions end."""
    with _changing() as accounts:
        left = [one for one in accounts if folded(one.name) != folded(name)]
        if len(left) == len(accounts):
            raise SettingsError(f"There is no account {name!r} in {settings().users_path}. `uproar user list` has all.")
        accounts[:] = left
    click.echo(f"{name} may not come in any longer.", err=True)


def _asked() -> str:
    """A password from the terminal, twice; or from a pipe, one line."""
    if sys.stdin.isatty():
        password = str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    if len(password) < LEAST_PASSWORD or len(prepared(password)) > MOST_PASSWORD:
        raise SettingsError(f"A password has at least {LEAST_PASSWORD} characters and at most {MOST_PASSWORD} bytes.")
    return password


@contextmanager
def _changing() -> Iterator[list[Account]]:
    """The accounts of the file, which are written back; another command that changes them waits."""
    place = settings().users_path
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with one_at_a_time(place):
            accounts = _read(place)
            yield accounts
            write(place, accounts)
    except OSError as error:
        raise _unusable(place, error.strerror) from None


def _read(place: Path) -> list[Account]:
    """The accounts of the file; none if there is no file."""
    try:
        lines = place.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise _unusable(place, error.strerror) from None
    except UnicodeDecodeError:
        raise _unusable(place, "it is no text in UTF-8") from None
    accounts, problems = parsed(lines, place)
    if problems:
        raise SettingsError("\n".join(problems) + "\nMend these lines, or take them out.")
    return accounts


def _unusable(place: Path, reason: str | None) -> SettingsError:
    return SettingsError(f"{place} cannot be used: {reason}. UPROAR_USERS_FILE may name another.")
