"""The table of fingerprints: by which keys the originals of the last weeks are found when a copy comes."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, PrimaryKeyConstraint
from sqlmodel import Field, SQLModel

from uproar.columns import UtcDateTime


class Fingerprint(SQLModel, table=True):
    """One key of one original; it says nothing by itself and goes with its post.

    There are several rows for each post: they are small, in the order in which they are sought, and have no foreign
    key, which would be looked up for each of them. Whoever deletes a post deletes them.
    """

    __tablename__ = "fingerprints"
    __table_args__ = (
        PrimaryKeyConstraint("key", "post_id"),
        Index("ix_fingerprints_post_id", "post_id"),
        {"sqlite_with_rowid": False},
    )

    key: int = Field(primary_key=True, sa_type=BigInteger)
    post_id: int = Field(primary_key=True, sa_type=BigInteger)
    # workers of before version 0011 still write it while they run; nobody else does
    seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
