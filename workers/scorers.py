"""The scorer of each watch, made once in a process."""

from functools import lru_cache

from uproar.settings import settings
from uproar.watch import Watch, load_watches
from workers.reaction import Scorer


@lru_cache(maxsize=1)
def watches() -> dict[str, Watch]:
    """The watches of this process by name; a changed watch file is read at the next start."""
    return {watch.name: watch for watch in load_watches(settings().watch_dir)}


@lru_cache(maxsize=1024)
def scorer(watch: str) -> Scorer:
    """The scorer of a watch; one whose file is gone is scored without names and concerns."""
    return Scorer(watches().get(watch), embeddings=settings().embeddings)
