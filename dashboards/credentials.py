"""Who asks, by what they bring: a session, a name and password, or a token."""

import base64
import binascii
import hmac
import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass

from anyio import CapacityLimiter, to_thread
from starlette.requests import HTTPConnection

from dashboards.accounts import LONGEST_NAME, Account, Accounts, folded
from dashboards.attempts import Attempts
from dashboards.sessions import Session, Sessions
from uproar.log import get_logger
from uproar.settings import Settings

HASHED_AT_ONCE = 2  # passwords: each takes 16 MiB and a processor
REMEMBERED = 64

log = get_logger(__name__)


class TooManyError(Exception):
    """So many wrong passwords that none is looked at for some seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"Too many wrong passwords. Try again in {int(seconds) + 1} s.")
        self.seconds = int(seconds) + 1


@dataclass(frozen=True, slots=True)
class Known:
    """Who asks, and the session by which we know, if it is one."""

    account: Account
    session: Session | None = None


class Access:
    """Everything that decides who may come in. Without any account on loopback everybody may, and may do everything."""

    def __init__(self, settings: Settings) -> None:
        self.accounts = Accounts(settings)
        self.attempts = Attempts()
        self.secure = settings.public_url.lower().startswith("https://")
        self.cookie = "__Host-uproar" if self.secure else "uproar"
        self.guarded = not settings.loopback or self.accounts.any
        self._settings = settings
        self._sessions: Sessions | None = None
        self._limiter: CapacityLimiter | None = None
        self._right = _Remembered()

    @property
    def open(self) -> bool:
        """Whether nobody has to say who they are; once there was an account, no more until a restart."""
        self.guarded = self.guarded or self.accounts.any
        return not self.guarded

    @property
    def sessions(self) -> Sessions:
        """The sessions; made when somebody needs them, since they need the key of the installation."""
        if self._sessions is None:
            self._sessions = Sessions(self._settings.keys[-1], self._settings.data_dir / "ended-sessions")
        return self._sessions

    async def known(self, connection: HTTPConnection) -> Known | None:
        """Who sent this; what it says of itself in Authorization goes before its cookie.

        Raises:
            TooManyError: the password was not looked at.
        """
        header = connection.headers.get("authorization")
        if header is None:
            return self.by_cookie(connection.cookies.get(self.cookie, ""))
        scheme, _, credentials = header.partition(" ")
        if scheme.lower() == "bearer":
            account = self.accounts.by_token(credentials.strip())
        elif scheme.lower() == "basic":
            account = await self._by_basic(credentials, address_of(connection))
        else:
            account = None
        return None if account is None else Known(account)

    def by_cookie(self, value: str) -> Known | None:
        """Whose session this is."""
        session = self.sessions.read(value, now=time.time()) if value else None
        account = None if session is None else self.accounts.named(session.name)
        if session is None or account is None or not self.sessions.of(session, account):
            return None
        return Known(account, session)

    async def by_password(self, name: str, password: str, address: str) -> Account | None:
        """Whose password this is: of the account of that name; that of the settings with any name that is nobody's.

        Raises:
            TooManyError: it was not looked at.
        """
        tried = folded(name[:LONGEST_NAME])  # what is longer is nobody's, and is kept for minutes
        wait = self.attempts.begin(address, tried)
        if wait:
            raise TooManyError(wait)
        account = self.accounts.by_setting(password)
        if account is None or self.accounts.taken(name):
            self._limiter = self._limiter or CapacityLimiter(HASHED_AT_ONCE)
            account = await to_thread.run_sync(self.accounts.by_password, name, password, limiter=self._limiter)
        if account is None:
            log.warning("login_failed", address=address)
        else:
            self.attempts.right(address, tried)
        return account

    def holds(self, known: Known | None) -> bool:
        """Whether who came in may stay: a stream asks this from time to time."""
        if known is None:
            return self.open
        if known.session is not None and not self.sessions.holds(known.session, now=time.time()):
            return False
        return self.accounts.named(known.account.name) == known.account

    async def _by_basic(self, credentials: str, address: str) -> Account | None:
        account = self._right.get(credentials)
        if account is not None and self.accounts.named(account.name) == account:
            return account
        try:
            name, colon, password = base64.b64decode(credentials.strip(), validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            return None
        account = await self.by_password(name, password, address) if colon else None
        if account is not None:
            self._right.add(credentials, account)
        return account


class _Remembered:
    """Credentials that were right, by a digest: whoever sends them with each request is not hashed each time."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._known: OrderedDict[bytes, Account] = OrderedDict()

    def get(self, credentials: str) -> Account | None:
        return self._known.get(self._digest(credentials))

    def add(self, credentials: str, account: Account) -> None:
        self._known[self._digest(credentials)] = account
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    def _digest(self, credentials: str) -> bytes:
        return hmac.digest(self._key, credentials.encode(errors="surrogatepass"), "sha256")


def address_of(connection: HTTPConnection) -> str:
    """Where a request comes from; behind a proxy that is trusted, what that says."""
    return connection.client.host if connection.client is not None else ""
