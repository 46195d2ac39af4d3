"""What the API is told and answers about silences, acknowledgements and deliveries."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from dashboards.correction_shapes import Name, Note
from uproar.times import parse_duration
from uproar.watch_endpoints import Signal


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("needs a time zone: write 2026-03-01T12:00:00Z")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("lies outside the years 1 to 9999 in UTC") from None


def _duration(text: str) -> str:
    parse_duration(text)
    return text


Duration = Annotated[str, Field(max_length=40), AfterValidator(_duration)]
Moment = Annotated[datetime, AfterValidator(_in_utc)]


class SilenceGiven(BaseModel):
    """A time in which nobody is told: of one watch, or of all; of signals that meet a pattern, or of all."""

    model_config = ConfigDict(extra="forbid")

    watch: str | None = Field(None, max_length=64)
    signal: Signal | None = Field(None, description="a name, or a pattern like concern:*")
    starts_at: Moment | None = Field(None, description="now, if it is left out")
    ends_at: Moment | None = Field(None, description="this or `for`")
    duration: Duration | None = Field(None, alias="for", description="for how long: 30m, 2h, 1d, 1h30m")
    comment: Annotated[Note, Field(min_length=1)]
    by: Name | None = None

    @model_validator(mode="after")
    def _has_a_length(self) -> Self:
        if (self.ends_at is None) == (self.duration is None):
            raise ValueError('ends_at: say either how long, as in "for": "2h", or `ends_at`, and not both')
        if self.ends_at is not None and self.starts_at is not None and self.starts_at >= self.ends_at:
            raise ValueError("starts_at: must be before ends_at")
        return self

    @property
    def lasts(self) -> timedelta:
        """How long, where `ends_at` does not say it."""
        return parse_duration(self.duration or "")


class SilenceAnswer(BaseModel):
    """A silence that is on record."""

    id: int
    watch: str | None
    signal: str | None
    starts_at: datetime
    ends_at: datetime
    comment: str
    created_by: str | None
    created_at: datetime


class AckGiven(BaseModel):
    """Who looks after a spike."""

    model_config = ConfigDict(extra="forbid")

    by: Name | None = None


class DeliveryAnswer(BaseModel):
    """One message to one endpoint, and the attempts to bring it there; neither its body nor any secret."""

    id: int
    message_id: str
    spike_id: int
    watch: str
    endpoint: str
    event: str
    state: str = Field(description="pending, delivered or failed")
    created_at: datetime
    attempts: int
    next_attempt_at: datetime | None
    delivered_at: datetime | None
    last_status: int | None
    last_error: str | None
