"""A spike for tests that need one."""

from datetime import UTC, datetime
from typing import Any

from uproar import database
from uproar.models import Spike

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def a_spike(**changes: Any) -> Spike:
    """One that fires at `NOW`, in no table yet."""
    figures: dict[str, Any] = {
        "watch": "harbour",
        "signal": "cancel",
        "state": "firing",
        "started_at": NOW,
        "changed_at": NOW,
        "count": 42,
        "expected": 3.5,
        "window_s": 600,
        "score": 4.2,
        "explanation": "42 in 10 min, expected 3.5 at this hour",
        "notified": False,
    }
    return Spike(**{**figures, **changes})


def put_spike(state: str = "firing") -> int:
    """Put one into the table; its number."""
    with database.writing() as session:
        one = a_spike(state=state)
        session.add(one)
        session.flush()
        return one.id or 0
