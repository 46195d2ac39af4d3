"""Corrections, reactions that are made anew, and who speaks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Bring the tables one version forward; columns with a constant default are added without touching the rows."""
    op.add_column("reactions", sa.Column("speaker", sa.String(), server_default="other", nullable=False))
    op.add_column("reactions", sa.Column("echo_of", sa.BigInteger(), nullable=True))
    op.add_column("backlog", sa.Column("rescore", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index("ix_backlog_rescore_post_id", "backlog", ["rescore", "post_id"], unique=False)
    op.create_table(
        "corrections",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("watch", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stage", sa.String(), nullable=True),
        sa.Column("sentiment", sa.String(), nullable=True),
        sa.Column("stance", sa.String(), nullable=True),
        sa.Column("concerns", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("voice", sa.Boolean(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_corrections_post_id_id", "corrections", ["post_id", "id"], unique=False)
    op.create_index("ix_corrections_watch_created_at", "corrections", ["watch", "created_at"], unique=False)
    op.create_table(
        "fingerprints",
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", "key"),
    )
    op.create_index("ix_fingerprints_key", "fingerprints", ["key"], unique=False)
    op.create_index("ix_fingerprints_seen_at", "fingerprints", ["seen_at"], unique=False)


def downgrade() -> None:
    """Take the tables one version back; corrections are lost, and what waits to be made anew keeps what it has."""
    op.drop_index("ix_fingerprints_seen_at", "fingerprints")
    op.drop_index("ix_fingerprints_key", "fingerprints")
    op.drop_table("fingerprints")
    op.drop_index("ix_corrections_watch_created_at", "corrections")
    op.drop_index("ix_corrections_post_id_id", "corrections")
    op.drop_table("corrections")
    op.execute("DELETE FROM backlog WHERE rescore")
    op.drop_index("ix_backlog_rescore_post_id", "backlog")
    with op.batch_alter_table("backlog", schema=None) as batch_op:
        batch_op.drop_column("rescore")
    with op.batch_alter_table("reactions", schema=None) as batch_op:
        batch_op.drop_column("echo_of")
        batch_op.drop_column("speaker")
