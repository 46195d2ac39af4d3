"""The scorer of each watch, made once in a process, and what it said last: many pass on the same words."""

from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache

from uproar.settings import settings
from uproar.watch import Watch, load_watches
from workers.reaction import Asked, Reaction, Scorer

REMEMBERED = 2_048  # posts: reposts and copies come soon after their originals
SHORT = 2_000  # characters; a longer post is not remembered: memory has its bounds


@lru_cache(maxsize=1)
def watches() -> dict[str, Watch]:
    """The watches of this process by name; a changed watch file is read at the next start."""
    return {watch.name: watch for watch in load_watches(settings().watch_dir)}


@lru_cache(maxsize=1024)
def scorer(watch: str) -> Scorer:
    """The scorer of a watch; one whose file is gone is scored without names and concerns."""
    return Scorer(watches().get(watch), embeddings=settings().embeddings)


@lru_cache(maxsize=1)
def remembered() -> OrderedDict[tuple[str, Asked], Reaction]:
    """What was said of which post of a watch; what was not asked for longest comes first."""
    return OrderedDict()


def react_all(watch: str, posts: Sequence[Asked]) -> list[Reaction]:
    """The reactions to some posts of a watch, in their order; each of the same words is scored once."""
    before = remembered()
    known = {post: before[watch, post] for post in posts if (watch, post) in before}
    new = [post for post in dict.fromkeys(posts) if post not in known]
    if new:
        known.update(zip(new, scorer(watch).react_all(new), strict=True))
    for post, reaction in known.items():
        if len(post.text) <= SHORT:
            before[watch, post] = reaction
            before.move_to_end((watch, post))
    while len(before) > REMEMBERED:
        before.popitem(last=False)
    return [known[post] for post in posts]
