"""The registry: which types of source there are. A new one is one file beside this one and one line here."""

from collections.abc import Callable

from pydantic import ValidationError

from collector.source import Source
from collector.sources.bluesky import Bluesky
from collector.sources.feed import Feed
from collector.sources.file import File
from collector.sources.hackernews import HackerNews
from uproar.errors import WatchError
from uproar.settings import Settings
from uproar.watch import SourceSpec, Watch

SOURCES: dict[str, Callable[[SourceSpec, Watch, Settings], Source]] = {
    "bluesky": Bluesky,
    "feed": Feed,
    "file": File,
    "hackernews": HackerNews,
}


def build(spec: SourceSpec, watch: Watch, settings: Settings) -> Source:
    """The source that a watch file describes.

    Raises:
        WatchError: there is no such type, or its keys are wrong; the message names key and remedy.
    """
    where = f"watch {watch.name}, source {spec.name}"
    make = SOURCES.get(spec.type)
    if make is None:
        raise WatchError(f"{where}: there is no type {spec.type!r}; the types are {', '.join(sorted(SOURCES))}")
    try:
        return make(spec, watch, settings)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg'].removeprefix('Value error, ')}"
            for problem in error.errors()
        )
        raise WatchError(f"{where}: {problems}") from None
