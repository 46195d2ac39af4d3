"""The part of a watch file that says how spikes are found and who is told."""

from typing import Literal

from pydantic import Field

from uproar.watch_types import Address, Part, Slug, Variable


class Endpoint(Part):
    """One address that is told about spikes."""

    name: Slug
    url: Address
    secret_env: Variable | None = Field(None, description="name of the variable that holds its whsec_ secret")
    allow_private: bool = False


class Alerts(Part):
    """How spikes of this watch are found and who is told."""

    clock: Literal["wall", "posts"] = "wall"
    min_count: int = Field(5, ge=1, le=1_000_000_000)
    endpoints: tuple[Endpoint, ...] = ()
