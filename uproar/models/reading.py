"""Tables of how far sources were read, what could not be, and what it cost."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, Text, false
from sqlmodel import Field, SQLModel

from uproar.columns import BigKey, Json, UtcDateTime


class Cursor(SQLModel, table=True):
    """How far a source was read, when it is due again, and how it is."""

    __tablename__ = "cursors"

    watch: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    position: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    covered_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    next_due_at: datetime = Field(sa_type=UtcDateTime)
    claim: str | None = None
    claimed_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    read_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    caught_up: bool = False
    failures: int = 0
    last_error: str | None = Field(default=None, sa_type=Text)
    # what it failed for may have been mended by whoever starts the collector anew: a token, an address, a budget
    ours_to_mend: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    posts: int = Field(default=0, sa_type=BigInteger)
    # read, and left out because they do not mention the deal
    unrelated: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})


class Gap(SQLModel, table=True):
    """A stretch of event time that could not be read, with its reason."""

    __tablename__ = "gaps"
    __table_args__ = (Index("ix_gaps_watch_started_at", "watch", "started_at"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    watch: str
    source: str
    started_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    filled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reason: str = Field(sa_type=Text)


class DeadLetter(SQLModel, table=True):
    """One item that could not be used: its raw form (cut where said), where it came from and why."""

    __tablename__ = "dead_letters"
    __table_args__ = (Index("ix_dead_letters_post_id", "post_id"),)  # an erased post takes its letters with it

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    watch: str
    source: str
    post_id: int | None = Field(default=None, sa_type=BigInteger)
    digest: str = Field(unique=True)
    raw: str = Field(sa_type=Text)
    reason: str = Field(sa_type=Text)
    died_at: datetime = Field(sa_type=UtcDateTime)


class Volume(SQLModel, table=True):
    """How many posts a platform says were written that match a source's query, whether they were read or not."""

    __tablename__ = "volumes"

    watch: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    started_at: datetime = Field(primary_key=True, sa_type=UtcDateTime)
    ended_at: datetime = Field(sa_type=UtcDateTime)
    posts: int = Field(sa_type=BigInteger)


class Spending(SQLModel, table=True):
    """What was bought from a platform on one UTC day: the ledger that a budget is checked against.

    `reserved` posts were asked for and may still be charged: a call that is cut off counts as made.
    """

    __tablename__ = "ledger"

    account: str = Field(primary_key=True)
    day: str = Field(primary_key=True)  # 2026-11-22
    posts: int = Field(default=0, sa_type=BigInteger)
    reserved: int = Field(default=0, sa_type=BigInteger)
    requests: int = Field(default=0, sa_type=BigInteger)
    micros: int = Field(default=0, sa_type=BigInteger)  # millionths of the currency


class Charge(SQLModel, table=True):
    """A post that was paid for on one UTC day: the same post costs once a day."""

    __tablename__ = "charges"

    account: str = Field(primary_key=True)
    day: str = Field(primary_key=True)
    native_id: str = Field(primary_key=True)
