"""What the API is told and answers about silences, acknowledgements and deliveries."""

from datetime import UTC, datetime
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from dashboards.correction_shapes import Name, Note
from uproar.watch_endpoints import Signal


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("needs a time zone: write 2026-03-01T12:00:00Z")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("lies outside the years 1 to 9999 in UTC") from None


Moment = Annotated[datetime, AfterValidator(_in_utc)]


class SilenceGiven(BaseModel):
    """A time in which nobody is told: of one watch, or of all; of signals that meet a pattern, or of all."""

    model_config = ConfigDict(extra="forbid")

    watch: str | None = Field(None, max_length=64)
    signal: Signal | None = Field(None, description="a name, or a pattern like concern:*")
    starts_at: Moment | None = Field(None, description="now, if it is left out")
    ends_at: Moment
    comment: Annotated[Note, Field(min_length=1)]
    by: Name | None = None

    @model_validator(mode="after")
    def _has_a_length(self) -> Self:
        if self.starts_at is not None and self.starts_at >= self.ends_at:
            raise ValueError("starts_at: must be before ends_at")
        return self


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
