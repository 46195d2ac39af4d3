"""${message}."""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Bring the tables one version forward."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Take the tables one version back."""
    ${downgrades if downgrades else "pass"}
