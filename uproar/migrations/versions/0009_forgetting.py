"""What was forgotten and the log of it, what was let go since it is old, and the counts of that.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"

COUNTS = (
    "posts", "voices", "negative", "neutral", "positive", "stance_against", "stance_for", "cancel", "stage_cancelled",
    "stage_cancelling", "stage_conditional", "stage_considering", "stage_seeking", "stage_urging", "stage_reported",
    "stage_staying", "stage_joining",
)  # fmt: skip
REFUSED = "rows of forgettings are only added"


def upgrade() -> None:
    """Bring the tables one version forward; a column that may be empty is added without touching the rows."""
    op.add_column("posts", sa.Column("let_go_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "horizons",
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("what"),
    )
    _create_counts("settled_buckets", ["watch", "minute", "source", "lang"], COUNTS)
    _create_counts("settled_concern_buckets", ["watch", "minute", "source", "lang", "concern"], ("posts", "cancel"))
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


def _create_counts(name: str, keys: list[str], counts: tuple[str, ...]) -> None:
    kinds = {"minute": sa.BigInteger()}
    op.create_table(
        name,
        *(sa.Column(key, kinds.get(key, sa.String()), nullable=False) for key in keys),
        *(sa.Column(count, sa.Integer(), nullable=False) for count in counts),
        sa.PrimaryKeyConstraint(*keys),
    )


def downgrade() -> None:
    """Take the tables one version back; what was forgotten is not known any more, and may be collected again."""
    op.drop_table("forgettings")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION forgettings_are_kept()")
    for name in ("tombstones", "horizons", "settled_buckets", "settled_concern_buckets"):
        op.drop_table(name)
    op.drop_column("posts", "let_go_at")
