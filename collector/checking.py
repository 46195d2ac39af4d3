"""Asks a source once, by itself: what comes back, and if nothing does, what is wrong and what to do about it."""

from dataclasses import dataclass
from datetime import datetime

from collector.source import Page, RateLimitedError, SourceGoneError
from collector.sources import build
from uproar.errors import WatchError
from uproar.outgoing import OutgoingError, RefusedAddressError
from uproar.settings import Settings
from uproar.watch import SourceSpec, Watch


@dataclass(frozen=True, slots=True)
class Trial:
    """The page that came, or what is wrong and its remedy."""

    page: Page | None
    problem: str = ""
    remedy: str = ""


def try_source(spec: SourceSpec, watch: Watch, settings: Settings, *, now: datetime) -> Trial:
    """Ask a source for its very first page; nothing is stored, and nobody who reads it is disturbed."""
    try:
        return _judged(_first_page(spec, watch, settings, now=now))
    except Exception as error:  # noqa: BLE001 - a source may be anybody's; what it does wrong is the answer
        return Trial(None, *_explained(error, spec.type))


def _explained(error: Exception, kind: str) -> tuple[str, str]:
    """What is wrong and what to do about it."""
    said = str(error) or type(error).__name__
    if isinstance(error, WatchError):
        return said, "Correct the watch file; `uproar watch check` looks at all of it."
    if isinstance(error, RateLimitedError):
        wait = "" if error.retry_after is None else f" It may be asked again in {error.retry_after:.0f} s."
        return f"it asks us to wait: {said}.{wait}", "Wait; the collector does so by itself."
    if isinstance(error, SourceGoneError):
        remedy = "Look at its keys in the watch file, its token, and what docs/sources.md says that it needs."
        return f"it refuses: {said}", remedy
    if isinstance(error, RefusedAddressError):
        return said, "Is the address right? One in your own network may need allow_private = true."
    if isinstance(error, OutgoingError | OSError):
        return said, "Is there a network, and is the address right?"
    remedy = f"That is a mistake in the source itself: tell those who wrote the type {kind!r}."
    return f"it broke: {type(error).__name__}: {error}", remedy


def _first_page(spec: SourceSpec, watch: Watch, settings: Settings, *, now: datetime) -> Page:
    source = build(spec, watch, settings)
    try:
        probe = getattr(source, "probe", None)
        page: Page = source.fetch({}, now=now) if probe is None else probe(now=now)
        return page
    finally:
        close = getattr(source, "close", None)
        if close is not None:
            close()


def _judged(page: Page) -> Trial:
    if page.posts or not page.dead:
        return Trial(page)
    remedy = "Look at the reasons: is this the right address, and a format that the type reads?"
    return Trial(page, "not one of its items can be used", remedy)
