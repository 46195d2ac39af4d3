"""Files that are written whole or not at all."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

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
