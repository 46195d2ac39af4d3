"""Tables of spikes and of who is told about them."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field, SQLModel

from uproar.columns import BigKey, Json, UtcDateTime


class DetectorState(SQLModel, table=True):
    """What the spike detector remembers of one signal, and up to which minute it has looked."""

    __tablename__ = "detectors"

    watch: str = Field(primary_key=True)
    signal: str = Field(primary_key=True)
    seen_until: int = Field(sa_type=BigInteger)
    state: dict[str, Any] = Field(sa_type=Json)


class Spike(SQLModel, table=True):
    """One episode of a signal above what was expected."""

    __tablename__ = "spikes"
    __table_args__ = (Index("ix_spikes_watch_started_at", "watch", "started_at"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    watch: str
    signal: str
    state: str
    started_at: datetime = Field(sa_type=UtcDateTime)
    changed_at: datetime = Field(sa_type=UtcDateTime)
    resolved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    count: int
    expected: float
    window_s: int
    score: float
    explanation: str = Field(sa_type=Text)
    notified: bool


class Delivery(SQLModel, table=True):
    """One message about one spike to one endpoint, with the attempts to bring it there."""

    __tablename__ = "deliveries"
    __table_args__ = (Index("ix_deliveries_next_attempt_at", "next_attempt_at"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    message_id: str = Field(unique=True)
    spike_id: int = Field(sa_type=BigInteger, foreign_key="spikes.id")
    watch: str
    endpoint: str
    event: str
    body: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=UtcDateTime)
    attempts: int = 0
    next_attempt_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    delivered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_status: int | None = None
    last_error: str | None = Field(default=None, sa_type=Text)
