"""`uproar user`: who may see the dashboard, and what each may do."""

import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from dashboards.accounts import Account, Role, checked_name, folded, parsed, write
from dashboards.hashing import LEAST_PASSWORD, MOST_PASSWORD, hash_password, hash_token, prepared
from uproar.errors import SettingsError
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
    with _accounts() as accounts:
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
    with _accounts() as accounts:
        for one in accounts:
            click.echo(f"{one.name}\t{one.role.word}\t{'token' if one.machine else 'password'}")


@user.command()
@click.argument("name")
def remove(name: str) -> None:
    """Take an account away; its sessions end."""
    with _accounts() as accounts:
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
def _accounts() -> Iterator[list[Account]]:
    """The accounts of the file, which are written back if they change."""
    place = settings().users_path
    try:
        lines = place.read_text(encoding="utf-8").splitlines() if place.exists() else []
        accounts, problems = parsed(lines, place)
        if problems:
            raise SettingsError("\n".join(problems) + "\nMend these lines, or take them out.")
        before = list(accounts)
        yield accounts
        if accounts != before:
            write(place, accounts)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text in UTF-8"
        raise SettingsError(f"{place} cannot be used: {reason}. UPROAR_USERS_FILE may name another.") from None
