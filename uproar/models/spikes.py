"""Tables of spikes and of who is told about them."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, PrimaryKeyConstraint, Text
from sqlmodel import Field, SQLModel

from uproar.columns import BigKey, Json, JsonOrNull, UtcDateTime


class DetectorState(SQLModel, table=True):
    """What is remembered of one signal, and up to which minute it was looked at.

    Every change raises the version: who wants to write has to have read the newest one.
    """

    __tablename__ = "detectors"

    watch: str = Field(primary_key=True)
    signal: str = Field(primary_key=True)
    seen_until: int = Field(sa_type=BigInteger)
    version: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    state: dict[str, Any] = Field(sa_type=Json)


class Expectation(SQLModel, table=True):
    """What was expected of a signal in the observed minutes of `step` seconds from `start` on.

    It was known before they were counted; `deviation` is the standard deviation of the counts around it.
    """

    __tablename__ = "expectations"
    # in the order in which a range is read, and kept in it where a table can be
    __table_args__ = (PrimaryKeyConstraint("watch", "signal", "step", "start"), {"sqlite_with_rowid": False})

    watch: str = Field(primary_key=True)
    signal: str = Field(primary_key=True)
    step: int = Field(primary_key=True)
    start: int = Field(primary_key=True, sa_type=BigInteger)
    minutes: int
    expected: float
    deviation: float


class Spike(SQLModel, table=True):
    """One episode of a signal above what was expected.

    While it goes on, `count`, `expected` and `window_s` say what is counted now, and once it is over, `count` is the
    `peak`. `explanation`, `score` and `details` are of the last change, and so is `told_count`.
    """

    __tablename__ = "spikes"
    __table_args__ = (
        Index("ix_spikes_watch_started_at", "watch", "started_at"),
        Index("ix_spikes_state_watch_signal", "state", "watch", "signal"),  # which go on is asked all the time
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    watch: str
    signal: str
    state: str
    started_at: datetime = Field(sa_type=UtcDateTime)
    changed_at: datetime = Field(sa_type=UtcDateTime)
    resolved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    count: int
    told_count: int | None = None
    peak: int | None = None  # the largest count since the window has had this length
    expected: float
    window_s: int
    score: float
    explanation: str = Field(sa_type=Text)
    details: dict[str, Any] | None = Field(default=None, sa_type=JsonOrNull)  # why: what travels with every alert
    notified: bool
    held: str | None = None  # by which silence or mute time nobody was told yet
    acknowledged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    acknowledged_by: str | None = None
    acknowledged_severity: str | None = None  # what it had then: who knows of a warning is told when it gets critical


class Quote(SQLModel, table=True):
    """A post that the details of a spike quote or link to: when it is erased or edited, it goes from there too."""

    __tablename__ = "quotes"
    __table_args__ = (Index("ix_quotes_post_id", "post_id"),)

    spike_id: int = Field(primary_key=True, sa_type=BigKey, foreign_key="spikes.id", ondelete="CASCADE")
    post_id: int = Field(primary_key=True, sa_type=BigKey, foreign_key="posts.id", ondelete="CASCADE")


class Delivery(SQLModel, table=True):
    """One message about one spike to one endpoint, with the attempts to bring it there."""

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("ix_deliveries_next_attempt_at", "next_attempt_at"),
        Index("ix_deliveries_spike_id", "spike_id"),
    )

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


class Silence(SQLModel, table=True):
    """A time in which nobody is told about spikes of a watch and a signal (None: of all); they are found as ever."""

    __tablename__ = "silences"
    __table_args__ = (Index("ix_silences_ends_at", "ends_at"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    watch: str | None = None
    signal: str | None = None
    starts_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime)
    comment: str = Field(sa_type=Text)
    created_by: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)


class EndpointState(SQLModel, table=True):
    """What is known of an endpoint beside its watch file: whether it is being sent to, and whether it is gone."""

    __tablename__ = "endpoints"

    watch: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    busy_until: datetime | None = Field(default=None, sa_type=UtcDateTime)  # one message at a time
    address: str | None = None  # a hash of the address that is gone: another address is another endpoint
    disabled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reason: str | None = Field(default=None, sa_type=Text)
