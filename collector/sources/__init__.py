"""The registry: which types of source there are. A new one is one file beside this one and one line here.

Other packages bring further ones (collector/plugins.py); where a name is taken, ours is meant.
"""

from collections.abc import Callable

from pydantic import ValidationError

from collector import plugins
from collector.plugins import PluginError
from collector.source import Source
from collector.sources.bluesky import Bluesky
from collector.sources.feed import Feed
from collector.sources.file import File
from collector.sources.hackernews import HackerNews
from collector.sources.mastodon import Mastodon
from collector.sources.reddit import Reddit
from collector.sources.x import X
from uproar.errors import WatchError
from uproar.settings import Settings
from uproar.watch import SourceSpec, Watch

SOURCES: dict[str, Callable[[SourceSpec, Watch, Settings], Source]] = {
    "bluesky": Bluesky,
    "feed": Feed,
    "file": File,
    "hackernews": HackerNews,
    "x": X,
    "mastodon": Mastodon,
    "reddit": Reddit,
}

CHOSEN = frozenset({"file"})  # what the operator has put together: nobody asks whether it mentions the deal


def filtered(spec: SourceSpec) -> bool:
    """Whether posts of this source that do not mention the deal are left out; `match` in the watch file decides."""
    return spec.type not in CHOSEN if spec.match is None else spec.match


def build(spec: SourceSpec, watch: Watch, settings: Settings) -> Source:
    """The source that a watch file describes.

    Raises:
        WatchError: there is no such type, its keys are wrong, or a package that brings it is broken; the message
            names key and remedy.
    """
    where = f"watch {watch.name}, source {spec.name}"
    make = SOURCES.get(spec.type)
    try:
        if make is not None:
            return make(spec, watch, settings)
        return _build_foreign(spec, watch, settings)
    except ValidationError as error:
        problems = "; ".join(
            ": ".join(
                part
                for part in (".".join(map(str, problem["loc"])), problem["msg"].removeprefix("Value error, "))
                if part  # what is wrong with several keys together stands at none of them
            )
            for problem in error.errors()
        )
        raise WatchError(f"{where}: {problems}") from None
    except PluginError as error:
        raise WatchError(f"{where}: {error}") from None


def _build_foreign(spec: SourceSpec, watch: Watch, settings: Settings) -> Source:
    """A source of a type that another package brings."""
    make = plugins.load(spec.type)
    if make is None:
        known = ", ".join(sorted({*SOURCES, *plugins.names()}))
        raise PluginError(f"there is no type {spec.type!r}; the types are {known}")
    try:
        source = make(spec, watch, settings)
    except (ValidationError, WatchError):
        raise
    except Exception as error:  # noqa: BLE001 - other people's code; its mistake must not look like ours
        raise PluginError(f"its type {spec.type!r} cannot be set up: {type(error).__name__}: {error}") from None
    if not callable(getattr(source, "fetch", None)):
        raise PluginError(f"its type {spec.type!r} makes a {type(source).__name__}, which has no fetch()")
    return source
