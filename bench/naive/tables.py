"""The tables of the tutorial's pipeline, and its engine."""

import os
from datetime import datetime

from sqlalchemy import DateTime
from sqlmodel import Field, SQLModel, create_engine

engine = create_engine(os.environ["NAIVE_DATABASE_URL"])


class Post(SQLModel, table=True):
    """A post as it came."""

    __tablename__ = "naive_posts"

    id: int | None = Field(default=None, primary_key=True)
    native_id: str = Field(unique=True)
    author: str
    text: str
    lang: str
    created_at: datetime = Field(sa_type=DateTime(timezone=True), index=True)  # type: ignore[call-overload]


class Reaction(SQLModel, table=True):
    """What VADER says of a post."""

    __tablename__ = "naive_reactions"

    post_id: int = Field(primary_key=True, foreign_key="naive_posts.id")
    compound: float
    sentiment: str = Field(index=True)


class Bucket(SQLModel, table=True):
    """The counts of one minute."""

    __tablename__ = "naive_buckets"

    minute: datetime = Field(primary_key=True, sa_type=DateTime(timezone=True))  # type: ignore[call-overload]
    lang: str = Field(primary_key=True)
    posts: int = 0
    negative: int = 0
    neutral: int = 0
    positive: int = 0
