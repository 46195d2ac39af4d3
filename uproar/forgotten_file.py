"""The file `forgotten`: all tombstones beside the key, so that a backup that is older than they are can be put back.

A line also says how many keys its tombstone is made with; what was added since is made up for when it is read.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from uproar import hashing
from uproar.errors import UproarError
from uproar.incoming import BadItemError
from uproar.lock import one_at_a_time
from uproar.models import Tombstone
from uproar.settings import Settings
from uproar.times import parse_time
from uproar.whole_files import PRIVATE, new_file


def place(settings: Settings) -> Path:
    """Where it is."""
    return settings.data_dir / "forgotten"


def keep(settings: Settings, stones: Iterable[Tombstone]) -> None:
    """Write these and those that are in it already; another who writes waits.

    Raises:
        UproarError: it cannot be read or written.
    """
    settings.make_data_dir()
    with one_at_a_time(place(settings)):
        known = {one.key: one for one in read(settings)} | {one.key: one for one in stones}
        with new_file(place(settings), mode=PRIVATE) as file:
            for _, one in sorted(known.items()):
                line = {**one.model_dump(mode="json"), "keys": len(settings.keys)}
                file.write(f"{json.dumps(line)}\n".encode())


def read(settings: Settings) -> list[Tombstone]:
    """All tombstones in it, as the keys of today make them; none if it is not there.

    Raises:
        UproarError: a line of it is none.
    """
    return up_to_date(read_lines(settings), settings)


def up_to_date(lines: Iterable[tuple[Tombstone, int]], settings: Settings) -> list[Tombstone]:
    """Tombstones, each made with so many keys, as those that were added since make them."""
    found = [(one, settings.keys[keys:]) for one, keys in lines]
    return [Tombstone(key=hashing.rehashed(one.key, later), kind=one.kind, set_at=one.set_at) for one, later in found]


def read_lines(settings: Settings) -> list[tuple[Tombstone, int]]:
    """All tombstones in it as they stand there, and with how many keys each was made.

    Raises:
        UproarError: a line of it is none.
    """
    if not place(settings).exists():
        return []
    found = []
    for number, line in enumerate(place(settings).read_text().splitlines(), start=1):
        try:
            said = json.loads(line)
            key, kind, keys = bytes.fromhex(said["key"]).hex(), str(said["kind"]), int(said.get("keys", 1))
            found.append((Tombstone(key=key, kind=kind, set_at=parse_time(said["set_at"])), keys))
        except (BadItemError, ValueError, LookupError, TypeError) as error:
            raise UproarError(f"{place(settings)}:{number}: is no tombstone: {error}") from None
    return found
