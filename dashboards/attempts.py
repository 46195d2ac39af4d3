"""How often somebody may try a password: counted in this process, by address and by name."""

import ipaddress
import threading
from collections.abc import Callable
from time import monotonic

SECONDS = 300.0
MOST_OF_ADDRESS = 20
MOST_OF_NAME = 20
MOST_KEPT = 10_000
HOME_NETWORK = 64  # bits of an IPv6 address that one household has to itself

Key = tuple[str, str]


class Attempts:
    """The wrong passwords of the last five minutes. An attempt counts before it is looked at, or many would slip by."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._at: dict[Key, list[float]] = {}
        self._lock = threading.Lock()

    def begin(self, address: str, name: str) -> float:
        """Count an attempt: 0 if it may be looked at, else the seconds until the next one may (it was not counted)."""
        now = self._clock()
        keys = _keys(address, name)
        with self._lock:
            recent = {key: [at for at in self._at.get(key, []) if at > now - SECONDS] for key in keys}
            waits = [found[-most] + SECONDS - now for key, most in keys.items() if len(found := recent[key]) >= most]
            if waits:
                return max(waits)
            for key in keys:
                self._at.pop(key, None)  # the newest stand last
                self._at[key] = [*recent[key], now]
            while len(self._at) > MOST_KEPT:
                del self._at[next(iter(self._at))]
        return 0.0

    def right(self, address: str, name: str) -> None:
        """Take the last attempt back: it was the right password."""
        with self._lock:
            for key in _keys(address, name):
                if len(self._at.get(key, [])) > 1:
                    self._at[key].pop()
                else:
                    self._at.pop(key, None)


def _keys(address: str, name: str) -> dict[Key, int]:
    return {("address", _network(address)): MOST_OF_ADDRESS, ("name", name): MOST_OF_NAME}


def _network(address: str) -> str:
    """An address, or of IPv6 the network: whoever has one address of it has all."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if found.version == 4:  # noqa: PLR2004 - the version
        return str(found)
    return str(found.ipv4_mapped or ipaddress.ip_network((found, HOME_NETWORK), strict=False))
