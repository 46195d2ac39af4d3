"""The file `forgotten`: all tombstones beside the key, so that a backup that is older than they are can be put back."""

import json
from collections.abc import Iterable
from pathlib import Path

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
                file.write(f"{json.dumps(one.model_dump(mode='json'))}\n".encode())


def read(settings: Settings) -> list[Tombstone]:
    """All tombstones in it; none if it is not there.

    Raises:
        UproarError: a line of it is none.
    """
    if not place(settings).exists():
        return []
    found = []
    for number, line in enumerate(place(settings).read_text().splitlines(), start=1):
        try:
            said = json.loads(line)
            found.append(Tombstone(key=str(said["key"]), kind=str(said["kind"]), set_at=parse_time(said["set_at"])))
        except (BadItemError, ValueError, LookupError, TypeError) as error:
            raise UproarError(f"{place(settings)}:{number}: is no tombstone: {error}") from None
    return found
