"""Accounts for the tests, with hashes that are cheap to make."""

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path

from fastapi import FastAPI
from starlette.testclient import TestClient

from dashboards.accounts import Account, Role, write
from dashboards.app import make_app
from dashboards.hashing import SCRYPT, hash_token, prepared
from uproar.settings import Settings

PASSWORDS = {"vera": "reads the charts", "anton": "corrects the posts", "ada": "does everything"}
ROLES = {"vera": Role.VIEWER, "anton": Role.ANALYST, "ada": Role.ADMIN}
TOKEN = "t" * 43
PASSWORD = "pässword of the settings"
HERE = {"origin": "http://localhost"}  # what a browser says of a form of ours

Change = Callable[[list[Account]], list[Account]]


def cheap(password: str) -> str:
    """What is kept of a password, with the least cost that is read."""
    salt = b"0123456789abcdef"
    found = hashlib.scrypt(prepared(password), salt=salt, n=1024, r=8, p=1, dklen=32)
    return f"{SCRYPT}$1024$8$1${urlsafe_b64encode(salt).decode()}${urlsafe_b64encode(found).decode()}"


def accounts() -> list[Account]:
    """One account of each role, and a machine that reads."""
    people = [Account(name, ROLES[name], cheap(password)) for name, password in PASSWORDS.items()]
    return [*people, Account("prometheus", Role.VIEWER, hash_token(TOKEN))]


def put_accounts(change: Change = lambda found: found) -> Path:
    """Write the accounts, changed, into the file of this installation."""
    path = Settings().users_path
    path.parent.mkdir(parents=True, exist_ok=True)
    write(path, change(accounts()))
    return path


def client_of(app: FastAPI | None = None, **given: object) -> TestClient:
    """A browser that follows nothing by itself and has no cookies yet."""
    made = app or make_app(Settings.model_validate(given))
    return TestClient(made, base_url="http://localhost", follow_redirects=False)


def guarded() -> TestClient:
    """A browser at an installation with accounts, and a password in the settings."""
    put_accounts()
    return client_of(password=PASSWORD)


def log_in(client: TestClient, name: str = "vera", password: str | None = None, **more: str) -> int:
    """Send the form; the status of the answer."""
    fields = {"name": name, "password": PASSWORDS.get(name, "") if password is None else password, **more}
    return client.post("/login", data=fields, headers=HERE).status_code


def known(client: TestClient) -> bool:
    """Whether the dashboard knows who this is."""
    return client.get("/api/v1/watches").status_code == 200


def cookie(client: TestClient) -> str:
    """The value of the session's cookie."""
    return next((one.value or "" for one in client.cookies.jar if re.fullmatch(r"(__Host-)?uproar", one.name)), "")
