"""Tables of posts and of what was made of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, PrimaryKeyConstraint, Text, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from uproar.columns import BigKey, Json, JsonOrNull, UtcDateTime


def _index_of_some(name: str, *columns: str, where: str) -> Index:
    return Index(name, *columns, postgresql_where=text(where), sqlite_where=text(where))


class Post(SQLModel, table=True):
    """One public text by one author, normalised; never changed after it is stored, only versioned or erased.

    `matched` says how it mentions the deal: `direct`ly or only in what it refers to (`referenced`); None: not asked.
    An erased post keeps its key, so that it is not collected again, and nothing of its author. One whose text was let
    go since it is old keeps all but that; its `text` is empty then, as that of no other.
    """

    __tablename__ = "posts"
    __table_args__ = (
        UniqueConstraint("watch", "platform", "native_id"),
        Index("ix_posts_watch_created_at", "watch", "created_at"),
        Index("ix_posts_platform_native_id", "platform", "native_id"),  # a deletion names no watch
        Index("ix_posts_author_hash", "author_hash"),  # an account that is deleted takes its posts with it
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
    matched: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    collected_at: datetime = Field(sa_type=UtcDateTime)
    edited_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    erased_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    let_go_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Version(SQLModel, table=True):
    """What a post said before its author edited it."""

    __tablename__ = "versions"
    __table_args__ = (Index("ix_versions_post_id", "post_id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    post_id: int = Field(sa_type=BigKey, foreign_key="posts.id", ondelete="CASCADE")
    text: str = Field(sa_type=Text)
    written_at: datetime = Field(sa_type=UtcDateTime)
    replaced_at: datetime = Field(sa_type=UtcDateTime)


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
        # few posts have a stage, and fewer speak of leaving: small indexes for the lists of these
        _index_of_some("ix_reactions_stage", "watch", "created_at", where="stage <> 'none'"),
        _index_of_some("ix_reactions_strongest", "watch", "score", "created_at", where="cancel"),
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

    What is None was not corrected. A withdrawal is a row in which everything is None. `sampled`: the post was drawn by
    chance to be judged; None: not known, for it was given before that was asked.
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
    sampled: bool | None = None
    withdrawn: bool = False
    corrected_at: datetime = Field(sa_type=UtcDateTime)


class _Counts(SQLModel):
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


class _ConcernCounts(SQLModel):
    watch: str = Field(primary_key=True)
    minute: int = Field(primary_key=True, sa_type=BigInteger)
    source: str = Field(primary_key=True)
    lang: str = Field(primary_key=True)
    concern: str = Field(primary_key=True)
    posts: int = 0
    cancel: int = 0


class Bucket(_Counts, table=True):
    """One minute of one watch, source and language: the counts that charts and spikes are made of."""

    __tablename__ = "buckets"


class ConcernBucket(_ConcernCounts, table=True):
    """One minute of one concern: posts that name it, and the cancel voices among them."""

    __tablename__ = "concern_buckets"
    # charts show cancel voices that name a concern: few of the counts have any
    __table_args__ = (
        _index_of_some("ix_concern_buckets_cancel", "watch", "minute", "concern", "cancel", where="cancel > 0"),
    )


class Rollup(_Counts, table=True):
    """The sum of the buckets of `step` seconds from `minute` on, so that a long range is not read by the minute."""

    __tablename__ = "rollups"
    # in the order in which a range is read, and kept in it where a table can be
    __table_args__ = (
        PrimaryKeyConstraint("watch", "step", "minute", "source", "lang"),
        {"sqlite_with_rowid": False},
    )

    step: int = Field(primary_key=True)


class ConcernRollup(_ConcernCounts, table=True):
    """The same of one concern."""

    __tablename__ = "concern_rollups"
    __table_args__ = (
        PrimaryKeyConstraint("watch", "step", "minute", "source", "lang", "concern"),
        _index_of_some("ix_concern_rollups_cancel", "watch", "step", "minute", "concern", "cancel", where="cancel > 0"),
        {"sqlite_with_rowid": False},
    )

    step: int = Field(primary_key=True)


class SettledBucket(_Counts, table=True):
    """What of a bucket is of posts that are not kept any more: it is counted there, and nobody can count it anew."""

    __tablename__ = "settled_buckets"


class SettledConcernBucket(_ConcernCounts, table=True):
    """The same of one concern."""

    __tablename__ = "settled_concern_buckets"
