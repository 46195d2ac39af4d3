"""How a post mentions the deal, edits and erasures, a ledger of what platforms charge, and answers to pushes.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Bring the tables one version forward; columns that may be empty are added without touching the rows."""
    op.add_column("posts", sa.Column("matched", sa.String(), nullable=True))
    op.add_column("posts", sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("posts", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_posts_author_hash", "posts", ["author_hash"], unique=False)
    op.create_index("ix_posts_platform_native_id", "posts", ["platform", "native_id"], unique=False)
    op.create_index("ix_dead_letters_post_id", "dead_letters", ["post_id"], unique=False)
    op.add_column("cursors", sa.Column("ours_to_mend", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("cursors", sa.Column("unrelated", sa.BigInteger(), server_default="0", nullable=False))
    op.create_table(
        "versions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_versions_post_id", "versions", ["post_id"], unique=False)
    op.create_table(
        "volumes",
        sa.Column("watch", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("posts", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("watch", "source", "started_at"),
    )
    op.create_table(
        "ledger",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("posts", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("requests", sa.BigInteger(), nullable=False),
        sa.Column("micros", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", "day"),
    )
    op.create_table(
        "charges",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("native_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("account", "day", "native_id"),
    )
    op.create_table(
        "pushes",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("answer", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("ix_pushes_answered_at", "pushes", ["answered_at"], unique=False)


def downgrade() -> None:
    """Take the tables one version back; earlier versions of posts and the ledger are lost."""
    op.drop_index("ix_pushes_answered_at", "pushes")
    op.drop_table("pushes")
    op.drop_table("charges")
    op.drop_table("ledger")
    op.drop_table("volumes")
    op.drop_index("ix_versions_post_id", "versions")
    op.drop_table("versions")
    op.drop_index("ix_dead_letters_post_id", "dead_letters")
    op.drop_index("ix_posts_platform_native_id", "posts")
    op.drop_index("ix_posts_author_hash", "posts")
    for name in ("erased_at", "edited_at", "matched"):  # not in a batch: other tables point to the rows
        op.drop_column("posts", name)
    op.drop_column("cursors", "unrelated")
    op.drop_column("cursors", "ours_to_mend")
