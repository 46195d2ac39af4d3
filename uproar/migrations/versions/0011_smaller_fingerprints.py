"""Fingerprints are kept in the order in which they are sought, without a time and a foreign key of their own.

Revision ID: 0011
Revises: 0010
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

NAME = "fingerprints"


def upgrade() -> None:
    """Bring the tables one version forward; a worker of the version before can write its rows as ever."""
    if op.get_bind().dialect.name == "sqlite":
        _rebuild("key, post_id, seen_at", _columns(may_be_empty=True), sa.PrimaryKeyConstraint("key", "post_id"))
    else:
        op.drop_constraint("fingerprints_post_id_fkey", NAME)
        op.drop_constraint("fingerprints_pkey", NAME)
        op.drop_index("ix_fingerprints_key", NAME)
        op.drop_index("ix_fingerprints_seen_at", NAME)
        op.alter_column(NAME, "seen_at", nullable=True)
        op.create_primary_key("fingerprints_pkey", NAME, ["key", "post_id"])
    op.create_index("ix_fingerprints_post_id", NAME, ["post_id"])


def downgrade() -> None:
    """Take the tables one version back; an original is as old as its post."""
    op.execute(
        f"UPDATE {NAME} SET seen_at = (SELECT collected_at FROM posts WHERE posts.id = post_id) WHERE seen_at IS NULL"
    )
    op.execute(f"DELETE FROM {NAME} WHERE seen_at IS NULL")
    op.drop_index("ix_fingerprints_post_id", NAME)
    of_post = sa.ForeignKeyConstraint(["post_id"], ["posts.id"], ondelete="CASCADE")
    if op.get_bind().dialect.name == "sqlite":
        columns = _columns(may_be_empty=False)
        _rebuild("post_id, key, seen_at", columns, sa.PrimaryKeyConstraint("post_id", "key"), of_post, rowid=True)
    else:
        op.drop_constraint("fingerprints_pkey", NAME)
        op.create_primary_key("fingerprints_pkey", NAME, ["post_id", "key"])
        op.alter_column(NAME, "seen_at", nullable=False)
        op.create_foreign_key("fingerprints_post_id_fkey", NAME, "posts", ["post_id"], ["id"], ondelete="CASCADE")
    op.create_index("ix_fingerprints_key", NAME, ["key"])
    op.create_index("ix_fingerprints_seen_at", NAME, ["seen_at"])


def _columns(*, may_be_empty: bool) -> list[sa.Column[Any]]:
    return [
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=may_be_empty),
    ]


def _rebuild(order: str, columns: list[sa.Column[Any]], *constraints: sa.Constraint, rowid: bool = False) -> None:
    """Write the table anew; SQLite cannot change the key of one that is there."""
    op.create_table(f"{NAME}_anew", *columns, *constraints, sqlite_with_rowid=rowid)
    op.execute(
        f"INSERT INTO {NAME}_anew (post_id, key, seen_at) SELECT post_id, key, seen_at FROM {NAME} ORDER BY {order}"
    )
    op.drop_table(NAME)
    op.rename_table(f"{NAME}_anew", NAME)
