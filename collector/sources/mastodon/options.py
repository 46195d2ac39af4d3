"""The keys of a `mastodon` source in a watch file."""

import os
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from collector.source import SourceGoneError
from uproar.watch_types import Variable


def _base(value: str) -> str:
    base = (value if "://" in value else f"https://{value}").rstrip("/")
    parts = urlsplit(base)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
        raise ValueError("is no host name and no http or https address")
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("must be a host name or an address without user, query and fragment")
    return base


def _once(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple({value.casefold(): value for value in reversed(values)}.values())[::-1]


def _bare(value: Any) -> Any:
    return value.removeprefix("#") if isinstance(value, str) else value


Instance = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\s\\]+$"), AfterValidator(_base)]
Hashtag = Annotated[str, BeforeValidator(_bare), Field(pattern=r"^\w{1,100}$")]
Query = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^#\s]")]


class Options(BaseModel):
    """What is read: `hashtags` by anybody, `queries` by the holder of a token of the one instance."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    instances: Annotated[tuple[Instance, ...], Field(min_length=1, max_length=20), AfterValidator(_once)]
    hashtags: Annotated[tuple[Hashtag, ...], Field(max_length=50), AfterValidator(_once)] = ()
    queries: Annotated[tuple[Query, ...], Field(max_length=20), AfterValidator(_once)] = ()
    access_token_env: Variable | None = None
    allow_private: bool = False

    @model_validator(mode="after")
    def _fit(self) -> Self:
        if not self.hashtags and not self.queries:
            raise ValueError("name `hashtags`, here or of a service of the watch; without any, nothing can be read")
        if self.queries and self.access_token_env is None:
            raise ValueError("`queries` need `access_token_env`: instances search statuses only for those logged in")
        if self.access_token_env is not None and len(self.instances) > 1:
            raise ValueError("a token belongs to one instance: give it a source of its own")
        return self

    def token(self) -> str | None:
        """The access token, if one is named.

        Raises:
            SourceGoneError: the variable holds none.
        """
        if self.access_token_env is None:
            return None
        token = os.environ.get(self.access_token_env, "").strip()
        if not token or not token.isascii() or not token.isprintable() or " " in token:
            raise SourceGoneError(f"the variable {self.access_token_env} holds no access token")
        return token
