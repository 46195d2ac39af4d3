"""The part of a watch file that says how spikes are found and who is told."""

from typing import Literal

from pydantic import Field

from uproar.watch_endpoints import Endpoint, Mute
from uproar.watch_types import Part


class Alerts(Part):
    """How spikes of this watch are found and who is told."""

    clock: Literal["wall", "posts"] = "wall"
    min_count: int = Field(5, ge=1, le=1_000_000_000)
    endpoints: tuple[Endpoint, ...] = ()
    mute: tuple[Mute, ...] = ()
