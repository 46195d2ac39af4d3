"""Tables of what was forgotten: marks by which it is known again, and the log of who forgot how much."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from uproar.columns import BigKey, Json, UtcDateTime


class Tombstone(SQLModel, table=True):
    """What is never stored again: a keyed hash of an author, of a post or of a watch."""

    __tablename__ = "tombstones"

    key: str = Field(primary_key=True)
    kind: str
    set_at: datetime = Field(sa_type=UtcDateTime)


class Forgetting(SQLModel, table=True):
    """One step of one `uproar forget`; rows are only added, the database refuses everything else.

    `step` is `begun`, and `done` with the numbers of `rows` by table. What was forgotten stands nowhere.
    """

    __tablename__ = "forgettings"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    at: datetime = Field(sa_type=UtcDateTime)
    by: str
    kind: str
    step: str
    rows: dict[str, int] = Field(sa_type=Json)
