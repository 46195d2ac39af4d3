"""Lists of the posts of several watches: each is asked by itself, so that the indexes keep their use."""

from collections.abc import Sequence

from sqlmodel import Session

from uproar.post_lists import Order, Page, Wanted, place_of, posts
from uproar.span import Span


def merged(session: Session, *, watches: Sequence[str], span: Span, wanted: Wanted, order: Order, limit: int) -> Page:
    """What `post_lists.posts` answers of one watch, of several; a post that two of them found is there twice."""
    pages = [posts(session, watch=one, span=span, wanted=wanted, order=order, limit=limit) for one in watches]
    if len(pages) == 1:
        return pages[0]
    end = max((page.after for page in pages if page.after is not None), default=None)
    placed = [(place_of(*row[1:], strongest=order.strongest), row) for page in pages for row in page.rows]
    placed.sort(key=lambda one: one[0], reverse=True)
    ready = [one for one in placed if end is None or one[0] >= end]  # below it a watch may have more than it told
    if len(ready) > limit:
        end = ready[limit - 1][0]
    return Page([row for _, row in ready[:limit]], end)
