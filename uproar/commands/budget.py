"""`uproar budget`: what was bought from paid platforms, what is left, and where the month is heading."""

from datetime import UTC, datetime

import click

from uproar import budget, database
from uproar.budget import Limits, Spent, State
from uproar.settings import settings

MICROS = 1_000_000
ROW = "{:<8}{:>10}{:>10}{:>10}{:>10}{:>10}{:>8}{:>12}"


@click.command("budget")
def show() -> None:
    """What was bought from X today and this month, what is reserved, what is left, and the month's forecast."""
    database.require_current()
    limits = budget.x_limits(settings())
    with database.reading() as session:
        state = budget.state(session, budget.X, now=datetime.now(UTC), limits=limits)
    for line in describe(state, limits):
        click.echo(line)


def describe(state: State, limits: Limits) -> list[str]:
    """A budget as a table for people, and what to do."""
    forecast = _money(state.forecast * limits.micros_a_post)
    lines = [
        ROW.format("x", "bought", "reserved", "cap", "left", "used", "calls", "money"),
        _row("today", state.day, limits),
        _row("month", state.month, limits),
        f"forecast: {state.forecast:,} posts ({forecast}) by the end of the month, as in the last seven days",
    ]
    if state.level == "spent" and state.until is not None:
        lines.append(
            f"SPENT: nothing is bought before {state.until:%Y-%m-%dT%H:%MZ}; what is not bought is a gap. "
            "To go on now, raise UPROAR_X_POSTS_A_DAY or UPROAR_X_POSTS_A_MONTH."
        )
    elif state.level == "warning":
        lines.append("WARNING: more than 80% is used; at 100% nothing more is bought.")
    return lines


def _row(name: str, spent: Spent, limits: Limits) -> str:
    money = _money(spent.micros + spent.reserved * limits.micros_a_post)
    figures = [f"{figure:,}" for figure in (spent.posts, spent.reserved, spent.cap, spent.left)]
    return ROW.format(name, *figures, f"{spent.share:.0%}", f"{spent.requests:,}", money)


def _money(micros: int) -> str:
    return f"{micros / MICROS:,.2f}"
