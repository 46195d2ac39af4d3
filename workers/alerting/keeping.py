"""How long messages are kept."""

from datetime import datetime, timedelta

from uproar import database, old_messages
from uproar.settings import Settings


def forget_messages(settings: Settings, *, now: datetime) -> None:
    """Forget messages that came to their end longer ago than the setting says, in short transactions."""
    while True:
        with database.writing() as session:
            if not old_messages.forget_before(session, now - timedelta(days=settings.delivery_days)):
                return
