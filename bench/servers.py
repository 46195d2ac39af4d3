"""The tests' PostgreSQL with the options of docker-compose.yml, and a Valkey with its log, to measure the whole way.

That PostgreSQL answers a commit when it is written, and does not wait for the disk (`fsync` is off).
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))  # the tests' PostgreSQL

from tests.composed import postgres_options
from tests.postgres import Postgres
from uproar import broker


@contextmanager
def servers(home: Path) -> Iterator[tuple[Postgres, str]]:
    """Both in a folder, until the block ends: the PostgreSQL, and the broker's address."""
    with ExitStack() as after:
        for folder in ("pg", "broker"):
            (home / folder).mkdir()
        postgres = Postgres(home / "pg", durable=True, options=postgres_options())
        after.callback(postgres.stop)
        postgres.start()
        socket = home / "broker" / "broker.sock"
        command = [str(broker.find_valkey()), "--port", "0", "--unixsocket", str(socket), "--appendonly", "yes"]
        valkey = subprocess.Popen(  # noqa: S603 - our own words
            [*command, "--save", "", "--dir", str(home / "broker"), "--logfile", str(home / "broker" / "log")]
        )
        after.callback(valkey.wait)
        after.callback(valkey.terminate)
        address = f"redis+socket://{socket}"
        while not broker.is_up(address):
            time.sleep(0.02)
        yield postgres, address
