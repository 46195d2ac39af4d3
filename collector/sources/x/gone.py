"""Asks X whether posts are still there: whoever keeps them must erase what was deleted, hidden or suspended."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from collector.source import SourceGoneError
from collector.sources.x.answers import NotSentError, read_object, require_ok
from collector.sources.x.client import Client
from collector.sources.x.parse import ids_of
from collector.sources.x.purse import Purse

A_CALL = 100  # ids; X takes no more
GONE = ("resource-not-found", "not-authorized-for-resource")  # how the `type` of an error ends


class Lookup:
    """Looks posts up by their ids; every post that is still there is paid for, out of the same budget."""

    def __init__(self, client: Client, purse: Purse) -> None:
        self._client = client
        self._purse = purse

    def gone(self, ids: Sequence[str], now: datetime) -> set[str]:
        """Which of these are gone: an `Ask` of `collector.recheck`."""
        granted = self._purse.reserve(len(ids), least=len(ids), now=now)
        try:
            answer = self._client.lookup(ids)
        except (NotSentError, SourceGoneError):
            self._purse.settle(granted, (), now=now)
            raise
        if answer.status >= 300:  # noqa: PLR2004 - HTTP
            self._purse.settle(granted, (), now=now)
        data = read_object(require_ok(answer, now=now))
        self._purse.settle(granted, ids_of(data), now=now)
        return gone_of(data) & set(ids)


def gone_of(data: dict[str, Any]) -> set[str]:
    """The ids that an answer says are not found, or not for us to see; pure."""
    errors = data.get("errors")
    return {
        str(one.get("resource_id") or one.get("value"))
        for one in (errors if isinstance(errors, list) else [])
        if isinstance(one, dict) and str(one.get("type", "")).endswith(GONE)
    }
