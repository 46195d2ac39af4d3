"""What a request asks, read and checked: which watch, which range, which posts, from which place on."""

import base64
import math
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from fastapi import Depends, HTTPException, Query
from pydantic import StringConstraints
from sqlmodel import Session

from uproar import answers
from uproar.columns import MOST_ID
from uproar.errors import WatchError
from uproar.log import get_logger
from uproar.moments import BadMomentError, anchors_of, parse_span
from uproar.post_lists import Order, Place, Wanted
from uproar.said import Said
from uproar.settings import settings
from uproar.span import Span
from uproar.watch import Watch, choose, load_watches

NO_WATCH = "There is no watch {watch}. Ask /api/v1/watches which there are."

log = get_logger(__name__)
_last_good: dict[Path, list[Watch]] = {}


def clock() -> datetime:
    """The moment of the request; the only clock that the API reads."""
    return datetime.fromtimestamp(time.time(), UTC)


def watches() -> list[Watch]:
    """The watches of this installation, read anew; while a file is being edited and wrong, those before it."""
    place = settings().watch_dir
    try:
        _last_good[place] = load_watches(place)
    except WatchError as error:
        if place not in _last_good:
            raise
        log.warning("watch_file_wrong", error=str(error))
    return _last_good[place]


Stage = Literal[
    "cancelled", "cancelling", "conditional", "considering", "seeking",
    "urging", "reported", "staying", "joining", "none",
]  # fmt: skip
Sentiment = Literal["negative", "neutral", "positive"]
Stance = Literal["against", "for", "none"]
PRINTED = r"^[^\x00-\x1f]+$"  # PostgreSQL knows no NUL
Word = Annotated[str, StringConstraints(max_length=100, pattern=PRINTED)]
Limit = Annotated[int, Query(ge=1, le=200)]
T = TypeVar("T")
Several = Annotated[list[T] | None, Query(max_length=50, description="may be given several times: any of them")]

Now = Annotated[datetime, Depends(clock)]
Watches = Annotated[list[Watch], Depends(watches)]
WatchName = Annotated[
    str | None,
    Query(alias="watch", max_length=64, pattern=PRINTED, description="name; may be left out if there is one"),
]
From = Annotated[str, Query(alias="from", max_length=60, description="moment, now-6h, latest-24h or first")]
To = Annotated[str, Query(alias="to", max_length=60, description="the same; not part of the range")]


def chosen(watch: WatchName = None, *, known: Watches) -> Watch:
    """The watch that is asked about: the named one, or the only one that is switched on; 404 if there is none."""
    try:
        return choose(known, watch)
    except WatchError as error:
        if watch is not None:
            raise HTTPException(404, error.args[0]) from None
        names = ", ".join(one.name for one in known) or "none"
        unnamed = Said("Say which watch with ?watch=NAME. Watches here: {names}.", names=names)
        raise HTTPException(422, unnamed) from None


Chosen = Annotated[Watch, Depends(chosen)]


def named(watch: WatchName = None, *, known: Watches) -> str | None:
    """The name of the watch that is asked about, None for all; 404 if there is none of that name."""
    if watch is not None and watch not in {one.name for one in known}:
        raise HTTPException(404, Said(NO_WATCH, watch=repr(watch)))
    return watch


NamedWatch = Annotated[str | None, Depends(named)]


def together(
    watch: Chosen,
    also: Annotated[list[Word] | None, Query(max_length=10, description="watches that are counted with it")] = None,
    *,
    known: Watches,
) -> list[Watch]:
    """The watch that is asked about, and those that are counted with it; 404 for a name that none has."""
    others = [chosen(name, known=known) for name in also or ()]
    return list({one.name: one for one in (watch, *others)}.values())


Together = Annotated[list[Watch], Depends(together)]


def wanted(
    *,
    cancel: bool | None = None,
    voice: Annotated[bool | None, Query(description="originals, or only echoes")] = None,
    stage: Several[Stage] = None,
    sentiment: Several[Sentiment] = None,
    stance: Several[Stance] = None,
    concern: Several[Word] = None,
    source: Several[Word] = None,
    lang: Several[Word] = None,
) -> Wanted:
    """Which posts are asked for: one of each that is named several times, and all that the others say."""
    return Wanted(
        cancel=cancel,
        voice=voice,
        stages=stage or (),
        sentiments=sentiment or (),
        stances=stance or (),
        concerns=concern or (),
        sources=source or (),
        langs=lang or (),
    )


Asked = Annotated[Wanted, Depends(wanted)]


def span(session: Session, *watches: str, start: str, end: str, now: datetime) -> tuple[Span, int | None]:
    """The range that is asked about, and the newest minute of these watches; 422 for what is no range.

    Watches without posts have their first and their latest minute now.
    """
    extents = [one for name in watches if (one := answers.extent(session, watch=name))]
    extent = (min(first for first, _ in extents), max(last for _, last in extents)) if extents else None
    try:
        found = parse_span(start, end, anchors=anchors_of(extent, now=int(now.timestamp())))
    except BadMomentError as error:
        raise HTTPException(422, error.args[0]) from None
    return found, extent[1] if extent else None


def order(
    *,
    sort: Literal["newest", "strongest"] = "newest",
    before: Annotated[str | None, Query(max_length=200, description="the `before` of the page before")] = None,
) -> Order:
    """In which order posts are asked for, and from which place on; 422 for one that this API did not give out."""
    strongest = sort == "strongest"
    if before is None:
        return Order(strongest=strongest)
    try:
        return Order(strongest=strongest, before=_place(before))
    except (ValueError, OverflowError):
        raise HTTPException(422, "before: is no place in the list; give the `before` of the last answer.") from None


def _place(text: str) -> Place:
    score, moment, id_ = base64.urlsafe_b64decode(text.encode()).decode().split(" ")
    place = Place(float(score), datetime.fromisoformat(moment).astimezone(UTC), int(id_))
    if not (0 <= place.score < math.inf and 0 <= place.id <= MOST_ID):
        raise ValueError("no post stands there")
    return place


Ordered = Annotated[Order, Depends(order)]


def place_after(place: Place) -> str:
    """The text that stands for what comes after a place in a list of posts."""
    return base64.urlsafe_b64encode(f"{place.score!r} {place.at.isoformat()} {place.id}".encode()).decode()
