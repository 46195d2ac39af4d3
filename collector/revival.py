"""Reads dead letters again with what their source knows today; decides, and stores nothing."""

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from collector.sources import CHOSEN, build, filtered
from uproar.errors import WatchError
from uproar.incoming import BadItemError, Incoming, checked, was_cut
from uproar.mentions import Mentions
from uproar.models import DeadLetter
from uproar.records import parse_json
from uproar.settings import Settings
from uproar.storing import relevant
from uproar.watch import Watch

Revive = Callable[..., Incoming]


class NotRevivableError(Exception):
    """This letter cannot be read again at all; it stays as it is, with the reason that it has."""


@dataclass(frozen=True, slots=True)
class _Reader:
    """How the letters of one source are read again, and which of them are wanted."""

    revive: Revive
    watch: Watch
    mentions: Mentions | None = None
    whenever: bool = True


class Revival:
    """Reads the dead letters of all sources again.

    Args:
        watches: as the watch files have them now.
        read: watch and source of what the collector has read; what it has not was pushed or replayed.
        settings: of this installation.
    """

    def __init__(self, watches: Iterable[Watch], read: Iterable[tuple[str, str]], settings: Settings) -> None:
        self._watches = {watch.name: watch for watch in watches}
        self._read = set(read)
        self._settings = settings
        self._reader = functools.cache(self._make_reader)

    def revive(self, letter: DeadLetter, *, now: datetime) -> Incoming | None:
        """The post in a dead letter; None if there is one that the watch does not want (it says nothing of the deal).

        An item without a time counts as written when it died.

        Raises:
            NotRevivableError: it cannot be read again, whatever it holds.
            BadItemError: it still cannot be used.
        """
        if was_cut(letter.raw):
            raise NotRevivableError("it was too long to be kept whole")
        reader = self._reader(letter.watch, letter.source)
        if isinstance(reader, str):
            raise NotRevivableError(reader)
        try:
            post = reader.revive(letter.raw, now=letter.died_at)
        except BadItemError:
            raise
        except Exception as error:  # noqa: BLE001 - the parser may be anybody's; one letter must not stop the others
            raise BadItemError(f"its source broke on it: {type(error).__name__}: {error}") from None
        post = checked(post, now=now)
        if not reader.whenever and not reader.watch.covers(post.created_at):
            return None
        return next(iter(relevant([post], reader.mentions)), None)

    def _make_reader(self, watch_name: str, source: str) -> _Reader | str:
        """How the letters of a source are read, or why they are not."""
        watch = self._watches.get(watch_name)
        if watch is None:
            return f"there is no watch file {watch_name!r} any more"
        spec = next((spec for spec in watch.sources if spec.name == source), None)
        if spec is None:
            gone = (watch_name, source) in self._read
            return "the watch file no longer names its source" if gone else _Reader(_revive_record, watch)
        try:
            revive = getattr(build(spec, watch, self._settings), "revive", None)
        except WatchError as error:
            return str(error)
        if revive is None:
            return f"a source of type {spec.type} cannot read single items again"
        return _Reader(revive, watch, Mentions(watch) if filtered(spec) else None, whenever=spec.type in CHOSEN)


def _revive_record(raw: str, *, now: datetime) -> Incoming:
    return parse_json(raw.encode(), now=now)
