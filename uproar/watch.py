"""The watch file: one deal to watch, its schema and its errors."""

import re
import tomllib
from collections import Counter
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from uproar.errors import WatchError
from uproar.said import Said
from uproar.watch_alerts import Alerts
from uproar.watch_lines import describe
from uproar.watch_types import Instant, Language, Line, Lines, Part, Slug, Tag, Word


class Service(Part):
    """The service that people may leave: its names and how many people use it."""

    name: Line
    aliases: Lines = ()
    handles: tuple[Tag, ...] = ()
    hashtags: tuple[Tag, ...] = ()
    members: int | None = Field(None, ge=1, le=100_000_000_000)


class Concern(Part):
    """One reason why: words for each language; a word that ends in * stands for all that begin so."""

    name: Slug
    label: dict[Language, Line] = Field(default_factory=dict)
    words: dict[Language, Annotated[tuple[Word, ...], Field(min_length=1)]] = Field(min_length=1)


class Matching(Part):
    """What makes a post one about the deal, beside the services' names, aliases, handles and hashtags."""

    terms: Lines = Field((), description="further words and phrases, $CASHTAGS, #hashtags and @handles")
    exact: Lines = Field((), description="names that count only with their capital letters, as Target")
    exclude: Lines = Field((), description="a post with one of these is about something else")


class Moment(Part):
    """One dated event of the deal, drawn on the charts."""

    at: Instant
    text: Line


class SourceSpec(BaseModel):
    """One place to read posts from; the keys beyond these are the source's own options."""

    model_config = ConfigDict(frozen=True, extra="allow")

    type: Slug
    name: Slug = "unnamed"
    every_seconds: int = Field(60, ge=1, le=86_400)
    enabled: bool = True
    match: bool | None = Field(None, description="whether posts that do not mention the deal are left out")

    @property
    def options(self) -> dict[str, Any]:
        """The keys that only this type of source understands."""
        return dict(self.model_extra or {})


class Watch(Part):
    """One deal to watch."""

    name: Slug
    title: Line
    enabled: bool = True
    simulated: bool = False
    starts: Instant
    ends: Instant | None = None
    languages: tuple[Language, ...] = Field(("en", "fr"), min_length=1)
    names: Lines = Field((), description="other names of the deal, the buyer's for instance")
    services: tuple[Service, ...] = Field(min_length=1)
    matching: Matching = Matching()
    sources: tuple[SourceSpec, ...] = ()
    concerns: tuple[Concern, ...] = ()
    timeline: tuple[Moment, ...] = ()
    alerts: Alerts = Alerts()

    @property
    def spellings(self) -> tuple[str, ...]:
        """How a post may mention the deal: names, aliases, @handles, #hashtags of the services, further terms."""
        named = [
            spelling
            for service in self.services
            for spelling in (
                service.name,
                *service.aliases,
                *(f"@{handle}" for handle in service.handles),
                *(f"#{tag}" for tag in service.hashtags),
            )
        ]
        return tuple(dict.fromkeys((*named, *self.matching.terms, *self.matching.exact)))

    def covers(self, moment: datetime) -> bool:
        """Whether what was written then belongs to this watch: from `starts` up to but without `ends`."""
        return self.starts <= moment and (self.ends is None or moment < self.ends)

    @model_validator(mode="before")
    @classmethod
    def _name_sources(cls, data: Any) -> Any:
        """A source without a name is called by its type; the second of a type needs a name of its own."""
        sources = data.get("sources") if isinstance(data, dict) else None
        if not isinstance(sources, list):
            return data
        named = [
            {"name": source["type"], **source} if isinstance(source, dict) and "type" in source else source
            for source in sources
        ]
        return {**data, "sources": named}

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        for what, names in (
            ("services", [service.name for service in self.services]),
            ("sources", [source.name for source in self.sources]),
            ("concerns", [concern.name for concern in self.concerns]),
            ("alerts.endpoints", [endpoint.name for endpoint in self.alerts.endpoints]),
            ("alerts.thresholds", [threshold.name for threshold in self.alerts.thresholds]),
            ("alerts.mute", [mute.name for mute in self.alerts.mute]),
        ):
            for name, times in Counter(names).items():
                if times > 1:
                    raise ValueError(f"{what}: the name {name!r} is there {times} times; give each its own `name`")
        known = {f"concern:{concern.name}" for concern in self.concerns}
        for threshold in self.alerts.thresholds:
            if threshold.signal.startswith("concern:") and threshold.signal not in known:
                raise ValueError(f"alerts.thresholds: {threshold.signal!r} is no concern of this watch")
        if self.ends is not None and self.ends <= self.starts:
            raise ValueError("ends: must be later than starts")
        return self


def load_watch(path: Path) -> Watch:
    """Read one watch file.

    Raises:
        WatchError: names the file, the line, the key, what is wrong there and what to do about it.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")  # some editors begin a file with a byte order mark
    except (OSError, UnicodeDecodeError) as error:
        raise WatchError(f"{path}: cannot be read: {error}. A watch file is TOML in UTF-8.") from None
    return _parsed(path, text)


@lru_cache(maxsize=64)
def _parsed(path: Path, text: str) -> Watch:
    """What a text says; files are read all the time, and hardly ever say anything new."""
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # not TOML, numbers of thousands of digits, tables without end
        raise WatchError(f"{path}: {error}. The file is not valid TOML; nothing of it was used.") from None
    data.setdefault("name", re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-"))
    try:
        return Watch.model_validate(data)
    except ValidationError as error:
        raise WatchError("\n".join(f"{path}: {line}" for line in describe(error, text, Watch))) from None


def load_watches(place: Path) -> list[Watch]:
    """Read a folder of watch files, or one file; in the order of their names.

    Raises:
        WatchError: a file is wrong, two share a name, or the place does not exist.
    """
    if place.is_file():
        return [load_watch(place)]
    if not place.is_dir():
        raise WatchError(
            f"{place}: no such folder of watch files. Make one with `uproar watch new NAME`, "
            "or set UPROAR_WATCH_DIR to where yours are."
        )
    watches = [(path, load_watch(path)) for path in sorted(place.glob("*.toml"))]
    first: dict[str, Path] = {}
    for path, watch in watches:
        if watch.name in first:
            raise WatchError(f"{path}: the name {watch.name!r} is taken by {first[watch.name]}; choose another `name`.")
        first[watch.name] = path
    return [watch for _, watch in watches]


def active(watches: list[Watch]) -> list[Watch]:
    """The watches that are switched on."""
    return [watch for watch in watches if watch.enabled]


def choose(watches: list[Watch], name: str | None) -> Watch:
    """The watch of that name, or the only active one.

    Raises:
        WatchError: there is none of that name, or no name was given and there is not exactly one.
    """
    known = ", ".join(watch.name for watch in watches) or "none"
    if name is not None:
        for watch in watches:
            if watch.name == name:
                return watch
        raise WatchError(Said("There is no watch {name}. Watches here: {known}.", name=repr(name), known=known))
    running = active(watches)
    if len(running) != 1:
        raise WatchError(f"Say which watch with --watch NAME. Watches here: {known}.")
    return running[0]
