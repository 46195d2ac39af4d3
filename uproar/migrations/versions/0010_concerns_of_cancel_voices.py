"""Few counts of a concern have a cancel voice, and charts read only these: small indexes for them.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

SOME = sa.text("cancel > 0")
INDEXES = {
    "concern_buckets": ("ix_concern_buckets_cancel", ["watch", "minute", "concern", "cancel"]),
    "concern_rollups": ("ix_concern_rollups_cancel", ["watch", "step", "minute", "concern", "cancel"]),
}


def upgrade() -> None:
    """Bring the tables one version forward."""
    for table, (name, columns) in INDEXES.items():
        op.create_index(name, table, columns, postgresql_where=SOME, sqlite_where=SOME)


def downgrade() -> None:
    """Take the tables one version back."""
    for table, (name, _) in INDEXES.items():
        op.drop_index(name, table)
