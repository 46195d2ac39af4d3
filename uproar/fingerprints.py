"""The table of fingerprints: by which keys the originals of the last weeks are found when a copy comes."""

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel

from uproar.columns import BigKey, UtcDateTime


class Fingerprint(SQLModel, table=True):
    """One key of one original; it says nothing by itself and goes with its post."""

    __tablename__ = "fingerprints"
    __table_args__ = (Index("ix_fingerprints_key", "key"), Index("ix_fingerprints_seen_at", "seen_at"))

    post_id: int = Field(primary_key=True, sa_type=BigKey, foreign_key="posts.id", ondelete="CASCADE")
    key: int = Field(primary_key=True, sa_type=BigInteger)
    seen_at: datetime = Field(sa_type=UtcDateTime)  # when it was written, so that old posts can be replayed
