"""The first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Bring the tables one version forward."""
    op.create_table(
        "buckets",
        sa.Column("watch", sa.String(), nullable=False),
        sa.Column("minute", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column("voices", sa.Integer(), nullable=False),
        sa.Column("negative", sa.Integer(), nullable=False),
        sa.Column("neutral", sa.Integer(), nullable=False),
        sa.Column("positive", sa.Integer(), nullable=False),
        sa.Column("stance_against", sa.Integer(), nullable=False),
        sa.Column("stance_for", sa.Integer(), nullable=False),
        sa.Column("cancel", sa.Integer(), nullable=False),
        sa.Column("stage_cancelled", sa.Integer(), nullable=False),
        sa.Column("stage_cancelling", sa.Integer(), nullable=False),
        sa.Column("stage_conditional", sa.Integer(), nullable=False),
        sa.Column("stage_considering", sa.Integer(), nullable=False),
        sa.Column("stage_seeking", sa.Integer(), nullable=False),
        sa.Column("stage_urging", sa.Integer(), nullable=False),
        sa.Column("stage_reported", sa.Integer(), nullable=False),
        sa.Column("stage_staying", sa.Integer(), nullable=False),
        sa.Column("stage_joining", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("watch", "minute", "source", "lang"),
    )
    op.create_table(
        "concern_buckets",
        sa.Column("watch", sa.String(), nullable=False),
        sa.Column("minute", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("concern", sa.String(), nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column("cancel", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("watch", "minute", "source", "lang", "concern"),
    )
    op.create_table(
        "cursors",
        sa.Column("watch", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("position", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("covered_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claim", sa.String(), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("caught_up", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("posts", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("watch", "source"),
    )
    op.create_table(
        "dead_letters",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("watch", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("died_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest"),
    )
    op.create_table(
        "detectors",
        sa.Column("watch", sa.String(), nullable=False),
        sa.Column("signal", sa.String(), nullable=False),
        sa.Column("seen_until", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("watch", "signal"),
    )
    op.create_table(
        "gaps",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("watch", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("filled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("gaps", schema=None) as batch_op:
        batch_op.create_index("ix_gaps_watch_started_at", ["watch", "started_at"], unique=False)

    op.create_table(
        "posts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("watch", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("native_id", sa.String(), nullable=False),
        sa.Column("author_hash", sa.String(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("parent_text", sa.Text(), nullable=True),
        sa.Column("target", sa.String(), nullable=True),
        sa.Column("lang_claim", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("repost", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("collected_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("watch", "platform", "native_id"),
    )
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.create_index("ix_posts_watch_created_at", ["watch", "created_at"], unique=False)

    op.create_table(
        "spikes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("watch", sa.String(), nullable=False),
        sa.Column("signal", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Float(), nullable=False),
        sa.Column("window_s", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("notified", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("spikes", schema=None) as batch_op:
        batch_op.create_index("ix_spikes_watch_started_at", ["watch", "started_at"], unique=False)

    op.create_table(
        "backlog",
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("watch", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claim", sa.String(), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"]),
        sa.PrimaryKeyConstraint("post_id"),
    )
    with op.batch_alter_table("backlog", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_backlog_claim"), ["claim"], unique=False)

    op.create_table(
        "deliveries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("spike_id", sa.BigInteger(), nullable=False),
        sa.Column("watch", sa.String(), nullable=False),
        sa.Column("endpoint", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["spike_id"], ["spikes.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("message_id"),
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index("ix_deliveries_next_attempt_at", ["next_attempt_at"], unique=False)

    op.create_table(
        "reactions",
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("watch", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("sentiment", sa.String(), nullable=False),
        sa.Column("compound", sa.Float(), nullable=False),
        sa.Column("cancel", sa.Boolean(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("evidence", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("stance", sa.String(), nullable=False),
        sa.Column("concerns", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("voice", sa.Boolean(), nullable=False),
        sa.Column("model_version", sa.String(), nullable=False),
        sa.Column("reacted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"]),
        sa.PrimaryKeyConstraint("post_id"),
    )
    with op.batch_alter_table("reactions", schema=None) as batch_op:
        batch_op.create_index("ix_reactions_watch_cancel_created_at", ["watch", "cancel", "created_at"], unique=False)
        batch_op.create_index("ix_reactions_watch_created_at", ["watch", "created_at"], unique=False)


def downgrade() -> None:
    """Take the tables one version back."""
    with op.batch_alter_table("reactions", schema=None) as batch_op:
        batch_op.drop_index("ix_reactions_watch_created_at")
        batch_op.drop_index("ix_reactions_watch_cancel_created_at")

    op.drop_table("reactions")
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index("ix_deliveries_next_attempt_at")

    op.drop_table("deliveries")
    with op.batch_alter_table("backlog", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_backlog_claim"))

    op.drop_table("backlog")
    with op.batch_alter_table("spikes", schema=None) as batch_op:
        batch_op.drop_index("ix_spikes_watch_started_at")

    op.drop_table("spikes")
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.drop_index("ix_posts_watch_created_at")

    op.drop_table("posts")
    with op.batch_alter_table("gaps", schema=None) as batch_op:
        batch_op.drop_index("ix_gaps_watch_started_at")

    op.drop_table("gaps")
    op.drop_table("detectors")
    op.drop_table("dead_letters")
    op.drop_table("cursors")
    op.drop_table("concern_buckets")
    op.drop_table("buckets")
