"""Alembic's door: runs the migrations on the connection that `uproar.migrating.migrate` hands over."""

from alembic import context

from uproar import fingerprints, models  # noqa: F401 - its table belongs to the others
from uproar.database import engine

TABLES = models.Post.metadata


def _run() -> None:
    connection = context.config.attributes.get("connection")
    if connection is not None:
        told = context.config.attributes.get("told") or (lambda _version: None)
        context.configure(
            connection=connection, target_metadata=TABLES, render_as_batch=True,
            on_version_apply=lambda *, step, **_: told(step.up_revision_id),
        )  # fmt: skip
        with context.begin_transaction():
            context.run_migrations()
        return
    with engine().begin() as own:  # `alembic revision --autogenerate`
        context.configure(connection=own, target_metadata=TABLES, render_as_batch=True)
        with context.begin_transaction():
            context.run_migrations()


_run()
