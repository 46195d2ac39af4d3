"""Settings and engine are asked for anew, as by another process."""

from uproar import database
from uproar.settings import settings


def forget() -> None:
    """Close what is open and forget settings and engine; the next who asks has those of the environment."""
    settings.cache_clear()
    database.close_engine()
    database.forget_engine()
