"""Whether the post of a correction was drawn by chance.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Bring the tables one version forward; of corrections that were given before it is not known, and stays empty."""
    op.add_column("corrections", sa.Column("sampled", sa.Boolean(), nullable=True))


def downgrade() -> None:
    """Take the tables one version back."""
    op.drop_column("corrections", "sampled")
