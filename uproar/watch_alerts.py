"""The part of a watch file that says how spikes are found and who is told."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from uproar.watch_endpoints import Endpoint, Mute
from uproar.watch_types import SLUG, Part, Slug

MOST_COUNT = 1_000_000_000

Counted = Annotated[str, Field(pattern=f"^(posts|negative|cancel|concern:{SLUG})$")]


class Threshold(Part):
    """An absolute rule: more than so many in an hour, or a share above so much of at least so many in an hour.

    The share of `cancel` is that of voices; every other one is that of posts.
    """

    name: Slug
    signal: Counted = Field(description="posts, negative, cancel or concern:NAME")
    more_than: int | None = Field(None, ge=0, le=MOST_COUNT)
    share_above: float | None = Field(None, gt=0, lt=1)
    at_least: int = Field(100, ge=1, le=MOST_COUNT, description="of fewer no share is judged")

    @model_validator(mode="after")
    def _one_rule(self) -> Self:
        if (self.more_than is None) == (self.share_above is None):
            raise ValueError("needs either more_than or share_above")
        if self.share_above is not None and self.signal == "posts":
            raise ValueError("posts are no share of anything; write negative, cancel or concern:NAME")
        return self


class Alerts(Part):
    """How spikes of this watch are found and who is told."""

    clock: Literal["wall", "posts"] = "wall"
    sensitivity: Literal["sensitive", "balanced", "strict"] = "balanced"
    min_count: int = Field(5, ge=1, le=MOST_COUNT)
    no_data_minutes: int | None = Field(None, ge=1, le=10_080, description="None: by how often a source is read")
    inhibit: bool = Field(True, description="one event is told by its most telling signal only")
    posts: Literal["excerpts", "links", "none"] = Field("excerpts", description="what of posts goes into messages")
    thresholds: tuple[Threshold, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    mute: tuple[Mute, ...] = ()
