"""Who is logged in: a signed cookie says it, and a file says which cookies were logged out before their time."""

import hmac
import json
import os
import secrets
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, replace
from pathlib import Path

from dashboards.accounts import Account
from uproar.log import get_logger

IDLE_SECONDS = 12 * 3600
MOST_SECONDS = 7 * 86_400
RENEW_SECONDS = 300
AHEAD_SECONDS = 300  # so far a clock may have been set back
LONGEST = 1024

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Session:
    """One login of an account: `begun` and `seen` in seconds since 1970, `stamp` of the secret that it began with."""

    name: str
    id: str
    begun: int
    seen: int
    stamp: str


class Sessions:
    """Makes and reads the cookies. Nothing is kept of a session but that it was ended."""

    def __init__(self, key: bytes, ended: Path) -> None:
        self._key = hmac.digest(key, b"dashboard session", "sha256")
        self._ended = Ended(ended)

    def begin(self, account: Account, *, now: float) -> Session:
        """A session with an id that nobody has seen before."""
        return Session(account.name, secrets.token_urlsafe(16), int(now), int(now), self._stamp(account))

    def written(self, session: Session) -> str:
        """The session as the value of a cookie."""
        body = _text(json.dumps([session.name, session.id, session.begun, session.seen, session.stamp]).encode())
        return f"{body}.{_text(hmac.digest(self._key, body.encode(), 'sha256'))}"

    def read(self, value: str, *, now: float) -> Session | None:
        """The session of a cookie, if we wrote it and it still holds."""
        body, _, signature = value.partition(".")
        if len(value) > LONGEST or not value.isascii():
            return None
        if not hmac.compare_digest(_text(hmac.digest(self._key, body.encode(), "sha256")), signature):
            return None
        session = Session(*json.loads(urlsafe_b64decode(body + "==")))  # ours: it has this shape
        return session if self.holds(session, now=now) else None

    def holds(self, session: Session, *, now: float) -> bool:
        """Whether it is neither too old, nor unused for too long, nor logged out."""
        fresh = session.seen > now - IDLE_SECONDS and session.begun > now - MOST_SECONDS
        return fresh and session.seen <= now + AHEAD_SECONDS and not self._ended.holds(session.id)

    def of(self, session: Session, account: Account | None) -> bool:
        """Whether this is the account that logged in: neither removed nor given another password since."""
        return account is not None and hmac.compare_digest(session.stamp, self._stamp(account))

    def renewed(self, session: Session, *, now: float) -> Session | None:
        """The session as seen now, if it was last seen long enough ago to write its cookie anew."""
        return replace(session, seen=int(now)) if now - session.seen > RENEW_SECONDS else None

    def end(self, session: Session, *, now: float) -> None:
        """Log out: no cookie of this session holds any longer."""
        self._ended.add(session.id, until=session.begun + MOST_SECONDS, now=now)

    def _stamp(self, account: Account) -> str:
        return _text(hmac.digest(self._key, f"stamp\0{account.secret}".encode(errors="surrogatepass"), "sha256")[:12])


class Ended:
    """The ids of sessions that were logged out, in a file that the processes of one machine share."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._state: object = None
        self._until: dict[str, int] = {}
        self._lock = threading.Lock()

    def holds(self, session_id: str) -> bool:
        """Whether this session was ended."""
        with self._lock:
            self._refresh()
            return session_id in self._until

    def add(self, session_id: str, *, until: int, now: float) -> None:
        """Note an end; those that would be over anyway are forgotten."""
        with self._lock:
            self._refresh()
            self._until = {one: end for one, end in self._until.items() if end > now} | {session_id: until}
            draft = self._path.with_name(f".{self._path.name}.{os.getpid()}.{secrets.token_hex(4)}")
            try:
                self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                draft.touch(mode=0o600)
                draft.write_text("".join(f"{one} {end}\n" for one, end in self._until.items()))
                draft.replace(self._path)
            except OSError as error:
                log.error("logout_not_kept", reason=error.strerror, remedy="a restart forgets it")  # noqa: TRY400

    def _refresh(self) -> None:
        try:
            stat = self._path.stat()
            state = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if state != self._state:
                lines = (line.split() for line in self._path.read_text().splitlines())
                self._until |= {parts[0]: int(parts[1]) for parts in lines if len(parts) == 2 and parts[1].isdecimal()}  # noqa: PLR2004
                self._state = state
        except FileNotFoundError:
            return
        except OSError as error:
            log.error("logouts_unreadable", reason=error.strerror)  # noqa: TRY400 - the cause is one line


def _text(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()
