"""Files that are written whole or not at all."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from uproar.errors import UproarError

PRIVATE = 0o600  # readable by its owner only


@contextmanager
def replacing(place: Path, *, mode: int = 0o666) -> Iterator[IO[bytes]]:
    """A new file that takes its place when the block ends; if that fails, what was there before still is.

    `mode` is what the umask leaves of it.

    Raises:
        OSError: it cannot be written.
    """
    draft = place.with_name(f".{place.name}.{secrets.token_hex(8)}")
    try:
        draft.touch(mode=mode, exist_ok=False)
        with draft.open("wb") as file:
            yield file
        draft.replace(place)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def new_file(place: Path, *, mode: int = 0o666) -> Iterator[IO[bytes]]:
    """The same for a file that a person has named.

    Raises:
        UproarError: it cannot be written.
    """
    try:
        with replacing(place, mode=mode) as file:
            yield file
    except OSError as error:
        raise UproarError(f"{place}: cannot be written: {error.strerror}") from None
