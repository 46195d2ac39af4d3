"""The table of pushes: what was answered to a request that its sender may repeat."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from uproar.columns import Json, UtcDateTime


class Push(SQLModel, table=True):
    """One request to /ingest that brought an idempotency key: a digest of what it said, and its answer."""

    __tablename__ = "pushes"
    __table_args__ = (Index("ix_pushes_answered_at", "answered_at"),)

    key: str = Field(primary_key=True)
    digest: str
    answer: dict[str, Any] = Field(sa_type=Json)
    answered_at: datetime = Field(sa_type=UtcDateTime)
