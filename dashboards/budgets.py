"""What was bought from paid platforms, for the page and for Prometheus."""

from datetime import datetime

from sqlmodel import Session

from dashboards.budget_shapes import BudgetAnswer, BudgetPeriod
from uproar import budget
from uproar.budget import Spent
from uproar.settings import Settings


def budget_answers(session: Session, *, settings: Settings, now: datetime) -> list[BudgetAnswer]:
    """The budget of each account that may be charged or was; none where no token is set and nothing was bought."""
    state = budget.state(session, budget.X, now=now, limits=budget.x_limits(settings))
    if settings.x_bearer_token is None and not state.month.used:
        return []
    return [
        BudgetAnswer(
            account=budget.X,
            level=state.level,
            until=state.until,
            day=_period(state.day),
            month=_period(state.month),
            forecast_posts=state.forecast,
        )
    ]


def _period(spent: Spent) -> BudgetPeriod:
    return BudgetPeriod(
        posts=spent.posts,
        reserved=spent.reserved,
        cap=spent.cap,
        left=spent.left,
        requests=spent.requests,
        micros=spent.micros,
    )
