"""Reddit: new submissions by search, new comments of named subreddits; by RSS where there are no credentials."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from collector.recheck import Recheck, also
from collector.source import Page
from collector.sources.reddit.client import Client
from collector.sources.reddit.place import Place, advance, restore
from collector.sources.reddit.things import PLATFORM, revive
from uproar.incoming import Incoming
from uproar.settings import Settings
from uproar.watch import SourceSpec, Watch

COMMENTS = "/comments"  # the name of that list in the position; no search begins with a slash
OVERLAP = 600.0  # seconds; search
OVERLAP_COMMENTS = 60.0
PAUSE = 1.0  # seconds between two pages; Reddit allows 100 requests a minute
PAUSE_RSS = 7.0  # and about ten without a login
LONGEST_REST = 1_000.0
AFTER_END = 3_600.0


def _bare(value: Any) -> Any:
    return value.removeprefix("/").removeprefix("r/") if isinstance(value, str) else value


Query = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^/\s]")]
Subreddit = Annotated[str, BeforeValidator(_bare), Field(pattern=r"^\w{2,40}$")]


class Options(BaseModel):
    """The keys of a `reddit` source in a watch file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    queries: Annotated[tuple[Query, ...], Field(max_length=20)] = ()
    subreddits: Annotated[tuple[Subreddit, ...], Field(max_length=50)] = ()
    recheck_days: Annotated[int, Field(ge=0, le=365)] = 7
    account: Annotated[str, Field(pattern=r"^[\w-]{3,20}$")] | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.queries and not self.subreddits:
            raise ValueError("name `queries`, `subreddits` or both")
        return self


class Reddit:
    """One list for each query, and one for the comments of all subreddits; one request reads one page of one list."""

    def __init__(self, spec: SourceSpec, watch: Watch, settings: Settings) -> None:
        self._options = Options.model_validate(spec.options)
        self._watch, self._every = watch, float(spec.every_seconds)
        self._client = Client(settings, account=self._options.account)
        days = self._options.recheck_days if self._client.logs_in else 0
        self._recheck = Recheck(watch.name, spec.name, PLATFORM, self._client.gone, days=days)
        self._lanes = [*dict.fromkeys(self._options.queries), *((COMMENTS,) if self._options.subreddits else ())]
        self._asked = dict.fromkeys(self._lanes, 0)  # a list that always fails must not keep the others from their turn

    def fetch(self, position: dict[str, Any], *, now: datetime) -> Page:
        """Read the next page of the list that has waited longest."""
        place, clock = restore(position, self._lanes), now.timestamp()
        wait = max(place.rest - clock, self._client.rest(now=now))
        if now < self._watch.starts or self._is_over(place):
            return Page((), position, covered_until=now)
        if 0 < wait < LONGEST_REST:
            return Page((), position, more=True, rest=wait)
        if not _behind(place) or not place.began <= clock < place.began + self._every:
            place.began = clock
            for name, lane in place.lanes.items():
                if lane.until > clock:  # the clock was set back
                    place.lanes[name] = lane.model_copy(update={"until": 0.0})
        name = min(_behind(place), key=lambda name: self._asked[name])
        self._asked[name] += 1
        page = self._read(place, name, now=now)
        if place.rest:  # no request is left to ask whether posts are still there
            return replace(page, position={**page.position, "recheck": position.get("recheck", {})})
        return also(page, self._recheck, position=position, now=now)

    def _read(self, place: Place, name: str, *, now: datetime) -> Page:
        lane, clock = place.lanes[name], now.timestamp()
        after = lane.chain.after if lane.chain else None
        if name == COMMENTS:
            page, overlap = self._client.comments(self._options.subreddits, after, now=now), OVERLAP_COMMENTS
        else:
            page, overlap = self._client.submissions(name, after, now=now), OVERLAP
        starts = max(0.0, self._watch.starts.timestamp())
        place.lanes[name], holes = advance(lane, page, began=place.began, starts=starts, overlap=overlap)
        place.rest = clock + page.pause if page.pause else 0.0
        read, more = _covered(place), bool(_behind(place))
        return Page(
            [post for post in page.posts if self._watch.covers(post.created_at)],
            place.model_dump(mode="json", exclude_defaults=True),
            dead=page.dead,
            holes=holes,
            erased=page.erased,
            covered_until=datetime.fromtimestamp(read, UTC) if read else None,
            more=more,
            rest=max(PAUSE if self._client.logs_in else PAUSE_RSS, page.pause or 0.0) if more else None,
        )

    def revive(self, raw: str, *, now: datetime) -> Incoming:
        """Read a submission or comment again that was a dead letter."""
        return revive(raw, now=now)

    def _is_over(self, place: Place) -> bool:
        ends = self._watch.ends
        return ends is not None and _covered(place) > ends.timestamp() + AFTER_END


def _behind(place: Place) -> list[str]:
    """The lists that were not read to their end in this round."""
    return [name for name, lane in place.lanes.items() if lane.until < place.began or lane.until == 0.0]


def _covered(place: Place) -> float:
    """All lists were read up to this moment; 0 if one never was."""
    return min(lane.until for lane in place.lanes.values())
