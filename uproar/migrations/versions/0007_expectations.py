"""What was expected of the signals of a watch, step by step, for charts.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Bring the tables one version forward; what was expected before is not known."""
    op.create_table(
        "expectations",
        sa.Column("watch", sa.String(), nullable=False),
        sa.Column("signal", sa.String(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Float(), nullable=False),
        sa.Column("deviation", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("watch", "signal", "step", "start"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Take the tables one version back."""
    op.drop_table("expectations")
