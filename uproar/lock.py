"""One `uproar up` for one data directory, and one at a time who changes a file."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from uproar.errors import SettingsError, UproarError
from uproar.settings import Settings

try:
    import fcntl
except ImportError:  # Windows: the roles run there one by one, `up` does not
    fcntl = None  # type: ignore[assignment] # the one place that asks for it looks first


@contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """Hold the data directory; the system lets go of it however this process ends.

    Raises:
        UproarError: another process holds it.
    """
    if fcntl is None:
        raise UproarError("`uproar up` runs on Linux and macOS. On Windows use WSL 2, or start each role by itself.")
    settings.make_data_dir()
    path = settings.data_dir / "uproar.lock"
    try:
        file = path.open("a+")
    except OSError as error:
        raise SettingsError(f"UPROAR_DATA_DIR: {path} cannot be written: {error.strerror}.") from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            raise UproarError(
                f"Uproar runs already on {settings.data_dir.resolve()} (process {file.read().strip() or 'unknown'}). "
                "Stop it, or set UPROAR_DATA_DIR to another folder."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def is_held(settings: Settings) -> bool:
    """Whether an `uproar up` runs on the data directory."""
    if not settings.data_dir.exists():
        return False  # to look is not to make it
    try:
        with only_one(settings):
            return False
    except UproarError:
        return True


@contextmanager
def one_at_a_time(place: Path) -> Iterator[None]:
    """Let nobody else be in such a block for this file, which need not exist; whoever comes later waits.

    On Windows nobody waits.

    Raises:
        OSError: the folder cannot be written.
    """
    with place.with_name(f".{place.name}.lock").open("a") as file:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
