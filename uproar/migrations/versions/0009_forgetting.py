"""What was forgotten, by keyed hashes, and the log of it, to which rows are only added.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"

REFUSED = "rows of forgettings are only added"


def upgrade() -> None:
    """Bring the tables one version forward."""
    op.create_table(
        "tombstones",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "forgettings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("rows", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for event in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER forgettings_no_{event.lower()} BEFORE {event} ON forgettings "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION forgettings_are_kept() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER forgettings_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON forgettings "
        "FOR EACH STATEMENT EXECUTE FUNCTION forgettings_are_kept()"
    )


def downgrade() -> None:
    """Take the tables one version back; what was forgotten is not known any more, and may be collected again."""
    op.drop_table("forgettings")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION forgettings_are_kept()")
    op.drop_table("tombstones")
