"""All tables. Times are UTC; a bucket's minute is in whole seconds since 1970, so that both databases can group it."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, Text, UniqueConstraint, false
from sqlmodel import Field, SQLModel

from uproar.columns import BigKey, Json, JsonOrNull, UtcDateTime


class Post(SQLModel, table=True):
    """One public text by one author, normalised; never changed after it is stored."""

    __tablename__ = "posts"
    __table_args__ = (
        UniqueConstraint("watch", "platform", "native_id"),
        Index("ix_posts_watch_created_at", "watch", "created_at"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    watch: str
    source: str
    platform: str
    native_id: str
    author_hash: str | None = None
    text: str = Field(sa_type=Text)
    parent_text: str | None = Field(default=None, sa_type=Text)
    target: str | None = None
    lang_claim: str | None = None
    url: str | None = None
    repost: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime)
    collected_at: datetime = Field(sa_type=UtcDateTime)


class Backlog(SQLModel, table=True):
    """A post that has no reaction yet, or is to get a new one (`rescore`): claimed, and deleted with its reaction."""

    __tablename__ = "backlog"
    __table_args__ = (Index("ix_backlog_rescore_post_id", "rescore", "post_id"),)  # the order in which they are claimed

    post_id: int = Field(primary_key=True, sa_type=BigKey, foreign_key="posts.id")
    watch: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    attempts: int = 0
    claim: str | None = Field(default=None, index=True)
    claimed_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    rescore: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class Reaction(SQLModel, table=True):
    """What the workers made of a post; a person's word for it stands in `corrections`."""

    __tablename__ = "reactions"
    __table_args__ = (
        Index("ix_reactions_watch_created_at", "watch", "created_at"),
        Index("ix_reactions_watch_cancel_created_at", "watch", "cancel", "created_at"),
    )

    post_id: int = Field(primary_key=True, sa_type=BigKey, foreign_key="posts.id")
    watch: str
    source: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    lang: str
    sentiment: str
    compound: float
    cancel: bool
    stage: str
    score: float
    evidence: list[dict[str, Any]] = Field(sa_type=Json)
    stance: str
    concerns: list[str] = Field(sa_type=Json)
    voice: bool
    speaker: str = Field(default="other", sa_column_kwargs={"server_default": "other"})
    echo_of: int | None = Field(default=None, sa_type=BigInteger)  # no foreign key: the original may be erased
    model_version: str
    reacted_at: datetime = Field(sa_type=UtcDateTime)


class Correction(SQLModel, table=True):
    """What a person said against a reaction; rows are only added, and the newest of a post is in force.

    What is None was not corrected. A withdrawal is a row in which everything is None.
    """

    __tablename__ = "corrections"
    __table_args__ = (
        Index("ix_corrections_post_id_id", "post_id", "id"),
        Index("ix_corrections_watch_created_at", "watch", "created_at"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    post_id: int = Field(sa_type=BigKey, foreign_key="posts.id", ondelete="CASCADE")
    watch: str
    created_at: datetime = Field(sa_type=UtcDateTime)  # of the post, as everywhere: lists are in its order
    stage: str | None = None
    sentiment: str | None = None
    stance: str | None = None
    concerns: list[str] | None = Field(default=None, sa_type=JsonOrNull)
    voice: bool | None = None
    note: str | None = Field(default=None, sa_type=Text)
    by: str | None = None
    withdrawn: bool = False
    corrected_at: datetime = Field(sa_type=UtcDateTime)


class Bucket(SQLModel, table=True):
    """One minute of one watch, source and language: the counts that charts and spikes are made of."""

    __tablename__ = "buckets"

    watch: str = Field(primary_key=True)
    minute: int = Field(primary_key=True, sa_type=BigInteger)
    source: str = Field(primary_key=True)
    lang: str = Field(primary_key=True)
    posts: int = 0
    voices: int = 0
    negative: int = 0
    neutral: int = 0
    positive: int = 0
    stance_against: int = 0
    stance_for: int = 0
    cancel: int = 0
    stage_cancelled: int = 0
    stage_cancelling: int = 0
    stage_conditional: int = 0
    stage_considering: int = 0
    stage_seeking: int = 0
    stage_urging: int = 0
    stage_reported: int = 0
    stage_staying: int = 0
    stage_joining: int = 0


class ConcernBucket(SQLModel, table=True):
    """One minute of one concern: posts that name it, and the cancel voices among them."""

    __tablename__ = "concern_buckets"

    watch: str = Field(primary_key=True)
    minute: int = Field(primary_key=True, sa_type=BigInteger)
    source: str = Field(primary_key=True)
    lang: str = Field(primary_key=True)
    concern: str = Field(primary_key=True)
    posts: int = 0
    cancel: int = 0


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
    posts: int = Field(default=0, sa_type=BigInteger)


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

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    watch: str
    source: str
    post_id: int | None = Field(default=None, sa_type=BigInteger)
    digest: str = Field(unique=True)
    raw: str = Field(sa_type=Text)
    reason: str = Field(sa_type=Text)
    died_at: datetime = Field(sa_type=UtcDateTime)


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
