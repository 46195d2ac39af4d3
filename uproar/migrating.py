"""Brings the tables from version to version. Apart from `uproar.database`: few commands need Alembic."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from uproar import database
from uproar.key_settings import make_folder


def alembic_config(connection: Connection | None = None) -> Config:
    """Where the migrations are, and the connection that they run on."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def migrate(bind: Engine | None = None, *, version: str = "head", told: Callable[[str], None] | None = None) -> None:
    """Bring the tables to the newest version, or to an earlier one; two that start at once wait for each other.

    `told` hears the version of each step when it was taken.

    Raises:
        SettingsError: the folder of SQLite's file cannot be made.
    """
    target = bind or database.engine()
    if target.dialect.name == "sqlite":
        make_folder(Path(target.url.database or "").parent)
    with target.begin() as connection:
        if target.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7074112767)")  # any number, the same for all
        config = alembic_config(connection)
        config.attributes["told"] = told
        command.upgrade(config, version)


def steps_left(bind: Engine | None = None) -> int:
    """How many steps the tables are behind the newest version."""
    present, newest = database.versions(bind)
    return len(list(ScriptDirectory.from_config(alembic_config()).iterate_revisions(newest, present or "base")))
