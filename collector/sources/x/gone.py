"""Asks X whether posts are still there: whoever keeps them must erase what was deleted, hidden or suspended."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from collector.sources.x.client import Client
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
        _, data = self._purse.buy(len(ids), lambda _: self._client.lookup(ids), least=len(ids), now=now)
        return gone_of(data) & set(ids)


def gone_of(data: dict[str, Any]) -> set[str]:
    """The ids that an answer says are not found, or not for us to see; pure."""
    errors = data.get("errors")
    return {
        str(one.get("resource_id") or one.get("value"))
        for one in (errors if isinstance(errors, list) else [])
        if isinstance(one, dict) and str(one.get("type", "")).endswith(GONE)
    }
