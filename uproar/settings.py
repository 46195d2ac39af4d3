"""Every knob, typed, from the environment (`UPROAR_…`), checked at start."""

import difflib
import hashlib
import ipaddress
import os
import socket
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import SettingsConfigDict

from uproar.addresses import on_loopback, web_address
from uproar.alert_settings import AlertSettings
from uproar.errors import SettingsError
from uproar.key_settings import KeySettings
from uproar.privacy_settings import PrivacySettings
from uproar.secret_files import SecretSettings, with_password
from uproar.source_settings import SourceSettings

PREFIX = "UPROAR_"
ELSEWHERE = {"UPROAR_RECEIVER_SECRET"}  # an option of `uproar receive`
LEAST_TOKEN = 16


class Settings(KeySettings, AlertSettings, PrivacySettings, SourceSettings, SecretSettings):
    """What this installation is told from outside; docs/reference.md explains each."""

    # an empty variable counts as not set: compose files and shells pass on `${NAME:-}`
    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="ignore")

    database_url: str = Field("", repr=False, description="SQLite or PostgreSQL; empty: SQLite in the data directory")
    broker_url: str = Field("", repr=False, description="Redis or Valkey; empty: its own, started by `uproar up`")
    watch_dir: Path = Field(Path("watches"), description="folder of watch files, or one watch file")
    host: str = Field("127.0.0.1", description="address that the dashboard listens on")
    port: int = Field(8767, ge=0, le=65535, description="port of the dashboard; 0: any free one")
    public_url: str = Field("", description="address of the dashboard in alerts; empty: from host and port")
    password: SecretStr | None = Field(None, description="asked for by the dashboard; required off loopback")
    users_file: Path | None = Field(None, description="file of accounts; empty: `users` in the data directory")
    trusted_proxies: str = Field("", description="addresses of proxies whose X-Forwarded-For is believed, with commas")
    ingest_token: SecretStr | None = Field(None, description="lets programs push posts to /ingest; unset: nobody may")
    name: str = Field(default_factory=socket.gethostname, description="name of this machine among the workers")
    worker_processes: int = Field(2, ge=1, le=64, description="processes of one `uproar work`")
    batch_posts: int = Field(500, ge=1, le=5000, description="posts that a worker claims at once")
    claim_seconds: int = Field(60, ge=5, le=3600, description="after this a dead worker's batch is free again")
    fetch_threads: int = Field(8, ge=1, le=64, description="sources that are read at the same time")
    settle_seconds: int = Field(2, ge=0, le=600, description="after its end a minute is left open this long")
    echo_days: int = Field(30, ge=1, le=3650, description="so long a post is known as an original")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="least level in the log")
    log_format: Literal["text", "json"] = Field("text", description="how a log event is written")
    embeddings: bool = Field(False, description="undecided posts get a second look by sentence embeddings")

    @field_validator("public_url")
    @classmethod
    def _page_address(cls, value: str) -> str:
        return web_address(value)

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        for place in filter(None, (part.strip() for part in value.split(","))):
            try:
                ipaddress.ip_network(place)
            except ValueError:
                raise ValueError("must be addresses or networks with commas between: 10.0.0.2,fd00::/8") from None
        return value

    @field_validator("ingest_token")
    @classmethod
    def _can_be_sent(cls, value: SecretStr | None) -> SecretStr | None:
        token = value.get_secret_value() if value is not None else "x" * LEAST_TOKEN
        if len(token) < LEAST_TOKEN or not token.isascii() or not token.isprintable() or " " in token:
            raise ValueError(
                f"must have at least {LEAST_TOKEN} characters, all ASCII and no blank, to go into a header"
            )
        return value

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        if value.startswith(("postgres://", "postgresql://")):  # what everybody writes; the driver is ours to name
            return "postgresql+psycopg://" + value.split("://", 1)[1]
        if value and not value.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("must start with sqlite:/// or postgresql://")
        return value

    @field_validator("database_url", "broker_url", mode="before")
    @classmethod
    def _can_be_taken_apart(cls, value: Any) -> Any:
        try:
            urlsplit(str(value)).port  # noqa: B018 - it is read only now, and may be no number
        except ValueError:  # its message would show a piece of the password
            raise ValueError("has no port that is a number; in a password write / as %2F, @ as %40, : as %3A") from None
        return value

    @field_validator("broker_url")
    @classmethod
    def _broker(cls, value: str) -> str:
        if value and not value.startswith(("redis://", "rediss://", "redis+socket://")):
            raise ValueError("must start with redis://, rediss:// or redis+socket://")
        return value

    @property
    def loopback(self) -> bool:
        """Whether the dashboard can be reached from this machine only."""
        return on_loopback(self.host)

    @property
    def database(self) -> str:
        """The database's address, the embedded default filled in."""
        address = self.database_url or f"sqlite:///{self.data_dir.resolve() / 'uproar.db'}"
        return with_password(address, self.database_password)

    @property
    def embedded_broker(self) -> bool:
        """Whether `uproar up` brings the broker."""
        return not self.broker_url

    @property
    def broker(self) -> str:
        """The broker's address, the embedded default filled in."""
        return self.broker_url or f"redis+socket://{self.broker_socket}"

    @property
    def broker_socket(self) -> Path:
        """Where the embedded broker listens. A socket's path may not exceed 100 bytes, so a deep one moves."""
        place = self.data_dir.resolve() / "broker" / "broker.sock"
        if len(os.fsencode(place)) < 100:  # noqa: PLR2004 - macOS allows 104 with the final NUL, Linux 108
            return place
        short = hashlib.sha256(os.fsencode(place)).hexdigest()[:16]
        # not XDG_RUNTIME_DIR: a service and a shell disagree on it, and would look for the broker in two places
        return Path("/tmp") / f"uproar-{short}" / "broker.sock"  # noqa: S108 - folder made 0700, owner checked

    @property
    def users_path(self) -> Path:
        """The file of accounts, which need not be there."""
        return self.users_file or self.data_dir / "users"

    @property
    def dashboard_url(self) -> str:
        """The address of the dashboard that goes into alerts."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url or f"http://{host}:{self.port}"


# Never shown: they are passwords, or hold one.
SECRET = {"database_url", "broker_url"} | {
    name for name, about in Settings.model_fields.items() if SecretStr in get_args(about.annotation)
}


def unknown_settings() -> dict[str, str]:
    """Names in the environment that look like ours and are not, each with the nearest real one or ''."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    strangers = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known | ELSEWHERE)
    return {name: next(iter(difflib.get_close_matches(name, known, n=1)), "") for name in strangers}


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process.

    Raises:
        SettingsError: names every variable that is wrong, its value and what it should be.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError("\n".join(_explain(problem) for problem in error.errors())) from None


def _explain(problem: ErrorDetails) -> str:
    name = str(problem["loc"][0])
    value = "" if name in SECRET else f" (it is {problem['input']!r})"
    return f"{PREFIX}{name.upper()}: {problem['msg'].removeprefix('Value error, ')}{value}"
