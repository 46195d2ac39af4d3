"""How far each of Reddit's lists was read, and what a page of one means; pure."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from collector.source import Hole
from uproar.incoming import Dead, Erasure, Incoming

NAMES = 25
LONGEST_LIST = 1_000  # items of one list
MANY = 200  # a list this long, which ends before what was wanted, was cut; Reddit's search often ends at 250

Name = Annotated[str, Field(pattern=r"^[\w-]{1,64}$")]
Names = Annotated[tuple[Name, ...], Field(max_length=NAMES)]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]


@dataclass(slots=True)
class Listing:
    """One page, newest first. `marks` are fullname and time of each item; `after` is None at the end of the list."""

    posts: list[Incoming]
    dead: list[Dead]
    marks: list[tuple[str, float]]
    after: str | None
    erased: list[Erasure] = field(default_factory=list)
    pause: float | None = None


class Chain(BaseModel):
    """A list that was read in part: where it goes on, how many items came, and its newest ones."""

    model_config = ConfigDict(extra="ignore")

    after: Name
    count: Annotated[int, Field(ge=0)]
    known: Names
    mark: Seconds
    oldest: Seconds
    met: bool
    began: Seconds


class Lane(BaseModel):
    """One list: all that was written up to `mark` (by Reddit's clock) was read, by `until` (by ours)."""

    model_config = ConfigDict(extra="ignore")

    mark: Seconds = 0.0
    known: Names = ()
    until: Seconds = 0.0
    chain: Chain | None = None


class Place(BaseModel):
    """The whole position; until `rest` Reddit is not asked. A round reads every list up to the moment `began`."""

    model_config = ConfigDict(extra="ignore")

    began: Seconds = 0.0
    rest: Seconds = 0.0
    lanes: dict[str, Lane] = Field(default_factory=dict)


def restore(position: dict[str, Any], names: list[str]) -> Place:
    """The position with exactly these lists; what cannot be read counts as a first run."""
    try:
        place = Place.model_validate(position)
    except ValidationError:
        place = Place()
    return place.model_copy(update={"lanes": {name: place.lanes.get(name, Lane()) for name in names}})


def advance(lane: Lane, page: Listing, *, began: float, starts: float, overlap: float) -> tuple[Lane, tuple[Hole, ...]]:
    """The list after one more page, newest first, and what it will never show.

    It is read until a page reaches back to what was known, less `overlap`: the index takes in some posts late.
    """
    chain, times = lane.chain, [when for _, when in page.marks]
    items = len(page.posts) + len(page.dead) + len(page.erased)
    count = (chain.count if chain else 0) + items
    known = (chain.known if chain else ()) + tuple(name for name, _ in page.marks)
    mark = max([*times, lane.mark, chain.mark if chain else 0.0])
    oldest = min([*times, chain.oldest if chain else mark])
    met = (chain is not None and chain.met) or any(name in lane.known for name, _ in page.marks)
    begun = chain.began if chain else began
    reached = bool(times) and min(times) < max(starts, lane.mark - overlap)
    if page.after and items and not reached and count < LONGEST_LIST:
        going = Chain(
            after=page.after, count=count, known=known[:NAMES], mark=mark, oldest=oldest, met=met, began=begun
        )
        return lane.model_copy(update={"chain": going}), ()
    if count == 0:  # also where there was one: a mishap of the search, and the next list goes back as far as this one
        return lane.model_copy(update={"chain": None, "until": begun}), ()
    cut = not reached and not met and (bool(lane.known) or count >= MANY)
    from_ = max(starts, lane.mark)
    holes = (Hole(_moment(from_), _moment(oldest), "Reddit's list ends before what was known"),)
    done = Lane(mark=mark, known=known[:NAMES] or lane.known, until=begun)
    return done, holes * (cut and from_ < oldest)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
