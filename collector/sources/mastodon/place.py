"""How far each list of each instance was read, as it is kept between two turns."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

Mark = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,64}$")]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]  # since 1970, by our clock


class Part(BaseModel):
    """A part of the position."""

    model_config = ConfigDict(extra="ignore", validate_assignment=True)


class Walk(Part):
    """A walk from the newest status back to `floor`: the next page is before `before`, or after `offset` hits."""

    floor: Seconds
    before: Mark | None = None
    offset: Annotated[int, Field(ge=0)] = 0
    pages: Annotated[int, Field(ge=1)] | None = None  # no more than these are read


class Chain(Part):
    """A search that was read in part: so many hits, the newest of them."""

    offset: Annotated[int, Field(ge=0)]
    newest: Mark | None = None


class Lane(Part):
    """One list: a hashtag's timeline or a search. All statuses up to `mark` were read; that was the end at `until`."""

    mark: Mark | None = None
    until: Seconds = 0.0
    chain: Chain | None = None
    walk: Walk | None = None
    looked: Seconds = 0.0  # when the last second look began
    asked: Seconds = 0.0
    rest: Seconds = 0.0
    error: str | None = None


class Host(Part):
    """One instance. A round reads every list up to the moment `began`; until `rest` it is not asked."""

    began: Seconds = 0.0
    asked: Seconds = 0.0
    rest: Seconds = 0.0
    error: str | None = None
    failures: int = 0
    lanes: dict[str, Lane] = Field(default_factory=dict)


class Place(Part):
    """The whole position."""

    hosts: dict[str, Host] = Field(default_factory=dict)


def restore(position: dict[str, Any], hosts: list[str], lanes: list[str]) -> Place:
    """The position with exactly these instances and lists; what cannot be read counts as a first run."""
    try:
        known = Place.model_validate(position).hosts
    except ValidationError:
        known = {}
    place = Place()
    for name in hosts:
        host = known.get(name, Host())
        host.lanes = {lane: host.lanes.get(lane, Lane()) for lane in lanes}
        place.hosts[name] = host
    return place


def keep(place: Place) -> dict[str, Any]:
    """The position as small JSON."""
    return place.model_dump(mode="json", exclude_defaults=True)
