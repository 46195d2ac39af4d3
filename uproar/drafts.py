"""Files that are there as a whole or not at all."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from uproar.errors import UproarError


@contextmanager
def new_file(place: Path, *, mode: int = 0o666) -> Iterator[IO[bytes]]:
    """A new file, in place of an old one of that name; if it does not come to an end, nothing has changed.

    Raises:
        UproarError: it cannot be written.
    """
    draft = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
    try:
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
                yield file
            draft.replace(place)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise UproarError(f"{place}: cannot be written: {error.strerror}") from None
