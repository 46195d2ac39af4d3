"""Why a spike was told and with what posts, who has seen it, silences, and endpoints that are gone.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Bring the tables one version forward; columns that may be empty are added without touching the rows."""
    details = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
    op.add_column("spikes", sa.Column("details", details, nullable=True))
    op.add_column("spikes", sa.Column("held", sa.String(), nullable=True))
    op.add_column("spikes", sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("spikes", sa.Column("acknowledged_by", sa.String(), nullable=True))
    op.add_column("spikes", sa.Column("acknowledged_severity", sa.String(), nullable=True))
    op.create_index("ix_spikes_state_watch_signal", "spikes", ["state", "watch", "signal"], unique=False)
    op.create_index("ix_deliveries_spike_id", "deliveries", ["spike_id"], unique=False)
    op.execute("DELETE FROM detectors")  # what they had learnt is learnt again from what is stored
    op.add_column("detectors", sa.Column("version", sa.BigInteger(), server_default="0", nullable=False))
    op.create_table(
        "quotes",
        sa.Column("spike_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["spike_id"], ["spikes.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("spike_id", "post_id"),
    )
    op.create_index("ix_quotes_post_id", "quotes", ["post_id"], unique=False)
    op.create_table(
        "silences",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("watch", sa.String(), nullable=True),
        sa.Column("signal", sa.String(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_silences_ends_at", "silences", ["ends_at"], unique=False)
    op.create_table(
        "endpoints",
        sa.Column("watch", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("busy_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("watch", "name"),
    )


def downgrade() -> None:
    """Take the tables one version back; silences and acknowledgements are lost, detectors learn again."""
    op.execute("DELETE FROM detectors")
    op.drop_table("endpoints")
    op.drop_index("ix_silences_ends_at", "silences")
    op.drop_table("silences")
    op.drop_index("ix_deliveries_spike_id", "deliveries")
    op.drop_index("ix_spikes_state_watch_signal", "spikes")
    op.drop_index("ix_quotes_post_id", "quotes")
    op.drop_table("quotes")
    with op.batch_alter_table("detectors", schema=None) as batch_op:
        batch_op.drop_column("version")
    for name in ("acknowledged_severity", "acknowledged_by", "acknowledged_at", "held", "details"):
        op.drop_column("spikes", name)
