"""A database that holds nothing, for a measurement: SQLite or PostgreSQL out of packages, in a folder of its own."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))  # the tests' PostgreSQL

from tests.postgres import Postgres
from uproar import database, migrating
from uproar.log import set_up_logging
from uproar.settings import settings

DIALECTS = ("sqlite", "postgresql")


@contextmanager
def fresh(dialect: str, *, watches: str = "watches", version: str = "head") -> Iterator[Path]:
    """Have this process use a new database with the tables of a version, which is gone afterwards.

    Yields the data directory.
    """
    with tempfile.TemporaryDirectory(prefix="up-") as name, ExitStack() as after:
        folder = Path(name)
        folder.chmod(0o711)  # PostgreSQL passes through as another user
        os.environ.update(UPROAR_DATA_DIR=name, UPROAR_WATCH_DIR=watches, UPROAR_LOG_LEVEL="error")
        if dialect == "postgresql":
            (folder / "pg").mkdir()
            postgres = Postgres(folder / "pg")
            postgres.start()
            after.callback(postgres.stop)
            os.environ["UPROAR_DATABASE_URL"] = postgres.address(postgres.create())
            after.callback(os.environ.pop, "UPROAR_DATABASE_URL")
        settings.cache_clear()  # the queue has asked for them when it was imported
        database.forget_engine()
        after.callback(database.close_engine)
        set_up_logging()
        migrating.migrate(version=version)
        yield folder
