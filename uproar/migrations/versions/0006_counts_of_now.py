"""What is counted of a spike now, beside what was told of it.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Bring the tables one version forward; columns that may be empty are added without touching the rows."""
    op.add_column("spikes", sa.Column("told_count", sa.Integer(), nullable=True))
    op.add_column("spikes", sa.Column("peak", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Take the tables one version back."""
    for name in ("peak", "told_count"):
        op.drop_column("spikes", name)
