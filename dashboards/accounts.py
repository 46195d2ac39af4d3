"""Who there is: the accounts of people and machines, a line each in a file, and the password of the settings."""

import hmac
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Self

from dashboards.hashing import hash_token, is_password, is_token, matches, prepared
from uproar.errors import SettingsError
from uproar.log import get_logger
from uproar.settings import Settings
from uproar.whole_files import PRIVATE, replacing

ADMIN_NAME = "admin"  # who brings UPROAR_PASSWORD
LONGEST_NAME = 64

log = get_logger(__name__)


class Role(IntEnum):
    """What an account may do; each may do what those before it may."""

    VIEWER = 1
    ANALYST = 2
    ADMIN = 3

    @property
    def word(self) -> str:
        """The role as the file and the API write it."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may come in. `secret` is what the file holds of the password or token: a change ends sessions."""

    name: str
    role: Role
    secret: str = field(repr=False)

    @property
    def machine(self) -> bool:
        """Whether it brings a token, and no password."""
        return is_token(self.secret)

    @classmethod
    def parse(cls, line: str) -> Self:
        """An account of its line `name:role:secret`.

        Raises:
            ValueError: the line is no account; the message does not repeat the secret.
        """
        parts = line.split(":")
        if len(parts) != 3:  # noqa: PLR2004 - name, role, secret
            raise ValueError("is not name:role:secret")
        name, role, secret = parts
        if role.upper() not in Role.__members__:
            raise ValueError(f"has a role that does not exist; there are {', '.join(one.word for one in Role)}")
        if not is_token(secret) and not is_password(secret):
            raise ValueError("has a secret that `uproar user` did not write")
        return cls(checked_name(name), Role[role.upper()], secret)

    def __str__(self) -> str:
        """Its line in the file."""
        return f"{self.name}:{self.role.word}:{self.secret}"


def checked_name(name: str) -> str:
    """The name, if an account may have it.

    Raises:
        ValueError: it is empty, too long, taken by the settings, or would not look the same everywhere.
    """
    plain = name == unicodedata.normalize("NFKC", name).strip() and name.isprintable()
    if not name or len(name) > LONGEST_NAME or not plain or ":" in name or name.startswith("#"):
        raise ValueError(f"a name has 1 to {LONGEST_NAME} visible characters, no colon, and no # at its start")
    if folded(name) == ADMIN_NAME:
        raise ValueError(f"{ADMIN_NAME!r} is the name of whoever brings UPROAR_PASSWORD")
    return name


def folded(name: str) -> str:
    """What two names share that people take for the same."""
    return unicodedata.normalize("NFKC", name).casefold()


class Accounts:
    """The accounts of the settings and of the file, which is read anew when it changes."""

    def __init__(self, settings: Settings) -> None:
        self._path = settings.users_path
        self._state: object = None
        self._known: dict[str, Account] = {}
        self._tokens: dict[str, Account] = {}
        password = settings.password.get_secret_value() if settings.password is not None else ""
        self._password = prepared(password)
        self._admin = Account(ADMIN_NAME, Role.ADMIN, f"setting${password}") if password else None
        for problem in self._refresh():
            raise SettingsError(f"{problem}. Mend the line, or make the account anew with `uproar user add`.")

    @property
    def any(self) -> bool:
        """Whether there is anybody: if not, nobody can be told from anybody else."""
        return self._admin is not None or bool(self.all())

    def all(self) -> list[Account]:
        """The accounts of the file, in its order."""
        for problem in self._refresh():
            log.error("account_unusable", problem=problem)
        return list(self._known.values())

    def named(self, name: str) -> Account | None:
        """The account of this name as it is now."""
        self.all()
        return self._admin if name == ADMIN_NAME else self._known.get(folded(name))

    def taken(self, name: str) -> bool:
        """Whether an account of the file has this name, or one that people take for it."""
        self.all()
        return folded(name) in self._known

    def by_setting(self, password: str) -> Account | None:
        """The admin, if this is the password of the settings."""
        right = hmac.compare_digest(prepared(password), self._password)
        return self._admin if right else None

    def by_password(self, name: str, password: str) -> Account | None:
        """Whose name and password these are. Slow on purpose (0.2 s), for known and unknown names alike."""
        self.all()
        account = self._known.get(folded(name))
        right = matches(password, account.secret if account is not None else None)
        return account if right else None

    def by_token(self, token: str) -> Account | None:
        """Whose token this is."""
        self.all()
        return self._tokens.get(hash_token(token))

    def _refresh(self) -> list[str]:
        """Read the file if it has changed; what is wrong with it. An account that cannot be read does not exist."""
        found: list[Account] = []
        try:
            stat = self._path.stat()
            state: object = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if state == self._state:
                return []
            found, problems = parsed(self._path.read_text(encoding="utf-8").splitlines(), self._path)
        except FileNotFoundError:
            state, problems = None, []
        except (OSError, UnicodeDecodeError) as error:
            state = f"{self._path} cannot be read: {getattr(error, 'strerror', None) or 'it is no UTF-8'}"
            problems = [state] if state != self._state else []
        self._known = {folded(one.name): one for one in found}
        self._tokens = {one.secret: one for one in found if one.machine}
        self._state = state  # last: another thread that finds it in its place may use the others
        return problems


def parsed(lines: Iterable[str], path: Path) -> tuple[list[Account], list[str]]:
    """The accounts of the lines of a file, and what is wrong with the others."""
    found: dict[str, Account] = {}
    problems = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            account = Account.parse(line.strip())
        except ValueError as error:
            problems.append(f"{path}, line {number}: {error}")
            continue
        if found.setdefault(folded(account.name), account) is not account:
            problems.append(f"{path}, line {number}: the name {account.name!r} is taken by a line above")
    return list(found.values()), problems


def write(path: Path, accounts: Iterable[Account]) -> None:
    """Put these accounts into the file, whole or not at all, readable by its owner only."""
    with replacing(path, mode=PRIVATE) as file:
        file.write("".join(f"{one}\n" for one in accounts).encode())
