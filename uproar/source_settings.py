"""The settings of sources: where platforms are found, who we are there, and what may be spent."""

from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings

from uproar.addresses import web_address


class SourceSettings(BaseSettings):
    """What sources are told from outside; a part of `Settings`."""

    hackernews_url: str = Field("https://hn.algolia.com", description="base address of Hacker News' search")
    bluesky_url: str = Field("https://bsky.social", description="base address of Bluesky's login and search")
    jetstream_url: str = Field("wss://jetstream2.us-east.bsky.network", description="base address of Bluesky's stream")
    reddit_url: str = Field("https://oauth.reddit.com", description="base address of Reddit's interface")
    reddit_login_url: str = Field("https://www.reddit.com", description="base address of Reddit's login and RSS")
    reddit_client_id: SecretStr | None = Field(None, description="id of an app that Reddit has approved")
    reddit_client_secret: SecretStr | None = Field(None, description="the app's secret")
    x_bearer_token: SecretStr | None = Field(None, description="the app's token for the API of X")
    x_url: str = Field("https://api.x.com", description="base address of the API of X")
    x_spelling: Literal["tweet", "post"] = Field("tweet", description="how fields are called in requests to X")
    x_posts_a_day: int = Field(10_000, ge=0, le=10**9, description="posts bought from X on one UTC day; 0: none")
    x_posts_a_month: int = Field(10_000, ge=0, le=10**9, description="posts bought from X in a UTC month; 0: none")
    x_micros_a_post: int = Field(5_000, ge=0, le=10**9, description="price of a post, in millionths of the currency")
    x_charge_once_a_day: bool = Field(False, description="a post that X sends twice on one UTC day counts once")

    @field_validator("hackernews_url", "bluesky_url", "reddit_url", "reddit_login_url", "x_url")
    @classmethod
    def _base_address(cls, value: str) -> str:
        return web_address(value)

    @field_validator("jetstream_url")
    @classmethod
    def _stream_address(cls, value: str) -> str:
        if not value.startswith(("wss://", "ws://")):
            raise ValueError("must start with wss:// or ws://")
        return value.rstrip("/")

    @field_validator("x_bearer_token")
    @classmethod
    def _fits_a_header(cls, value: SecretStr | None) -> SecretStr | None:
        plain = value.get_secret_value().strip() if value is not None else ""
        if not (plain.isascii() and plain.isprintable()) or " " in plain:  # a client's own error would show it
            raise ValueError("is no bearer token: it has blanks or characters that no token has")
        return SecretStr(plain) if plain else None
