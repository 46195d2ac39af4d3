"""Sums of buckets over longer steps.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

STEPS = (300, 1800, 7200, 86_400)
NUMBERS = (
    "posts", "voices", "negative", "neutral", "positive", "stance_against", "stance_for", "cancel", "stage_cancelled",
    "stage_cancelling", "stage_conditional", "stage_considering", "stage_seeking", "stage_urging", "stage_reported",
    "stage_staying", "stage_joining",
)  # fmt: skip


def upgrade() -> None:
    """Bring the tables one version forward, and sum up what has been counted."""
    _make("rollups", ("source", "lang"), NUMBERS)
    _make("concern_rollups", ("source", "lang", "concern"), ("posts", "cancel"))


def _make(table: str, keys: tuple[str, ...], numbers: tuple[str, ...]) -> None:
    op.create_table(
        table,
        sa.Column("watch", sa.String(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("minute", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in keys),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in numbers),
        sa.PrimaryKeyConstraint("watch", "step", "minute", *keys),
        sqlite_with_rowid=False,
    )
    named, counted = ", ".join(keys), ", ".join(numbers)
    sums = ", ".join(f"SUM({name})" for name in numbers)
    source, of = table.replace("rollups", "buckets"), "1 = 1"
    for step in STEPS:  # each from the one before it
        op.execute(
            f"INSERT INTO {table} (watch, step, minute, {named}, {counted}) "
            f"SELECT watch, {step}, minute / {step} * {step}, {named}, {sums} FROM {source} WHERE {of} "
            f"GROUP BY watch, minute / {step} * {step}, {named}"
        )
        source, of = table, f"step = {step}"


def downgrade() -> None:
    """Take the tables one version back; the buckets hold the same counts."""
    op.drop_table("concern_rollups")
    op.drop_table("rollups")
