"""Tables of what was forgotten, of the log of that, and of how far old posts were let go."""

from datetime import datetime

from sqlalchemy import BigInteger
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


class Horizon(SQLModel, table=True):
    """Up to which post texts, or reactions, were let go because they are old."""

    __tablename__ = "horizons"

    what: str = Field(primary_key=True)
    post_id: int = Field(default=0, sa_type=BigInteger)


class HashKey(SQLModel, table=True):
    """A key that the hashes of authors and the tombstones are made with: its number, and by what it is told apart."""

    __tablename__ = "hash_keys"

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    fingerprint: str
    since: datetime = Field(sa_type=UtcDateTime)
