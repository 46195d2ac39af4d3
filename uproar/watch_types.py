"""What the tables of a watch file are made of: their kinds of value, and what all tables share."""

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

SLUG = r"[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?"


def _in_utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("needs a time zone: write 2022-07-21T12:00:00Z")
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("lies outside the years 1 to 9999 in UTC") from None


def _with_host(value: str) -> str:
    parts = urlsplit(value)  # raises ValueError for brackets that do not close, and the next line for odd ports
    if not parts.hostname or parts.port == 0:
        raise ValueError("is no address: it needs a host, and a port between 1 and 65535 if any")
    return value


Instant = Annotated[datetime, AfterValidator(_in_utc)]
Slug = Annotated[str, Field(pattern=f"^{SLUG}$")]
Line = Annotated[str, Field(min_length=1, max_length=200)]
Lines = tuple[Line, ...]
Language = Annotated[str, Field(pattern="^[a-z]{2}$")]
Word = Annotated[str, Field(pattern=r"^[^*]*\w[^*]*\*?$", max_length=200)]
Tag = Annotated[str, Field(pattern=r"^\w{1,100}$")]  # without its # or @
Variable = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=200)]  # a name, never the secret itself
Address = Annotated[str, Field(pattern=r"^https?://[^\s]+$", max_length=2000), AfterValidator(_with_host)]


class Part(BaseModel):
    """A table of the watch file; a key that it does not know is an error, not a surprise."""

    model_config = ConfigDict(frozen=True, extra="forbid")
