"""Settings and engine are asked for anew, as by another process."""

from uproar import database
from uproar.settings import settings
from workers import scorers


def forget() -> None:
    """Close what is open and forget settings and engine; the next who asks has those of the environment.

    What was said of posts is forgotten, too: it may have been another scorer.
    """
    settings.cache_clear()
    scorers.remembered.cache_clear()
    database.close_engine()
    database.forget_engine()
