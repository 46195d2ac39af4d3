"""What a request asks, read and checked: which watch, which range, which posts, from which place on."""

import base64
import binascii
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from fastapi import Depends, HTTPException, Query
from pydantic import StringConstraints
from sqlmodel import Session

from uproar import answers
from uproar.errors import WatchError
from uproar.log import get_logger
from uproar.moments import BadMomentError, anchors_of, parse_span
from uproar.post_lists import Order, Place, Wanted
from uproar.settings import settings
from uproar.span import Span
from uproar.watch import Watch, choose, load_watches

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
Word = Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\x00-\x1f]+$")]
Limit = Annotated[int, Query(ge=1, le=200)]
T = TypeVar("T")
Several = Annotated[list[T] | None, Query(max_length=50, description="may be given several times: any of them")]

Now = Annotated[datetime, Depends(clock)]
Watches = Annotated[list[Watch], Depends(watches)]
WatchName = Annotated[
    str | None, Query(alias="watch", max_length=64, description="name; may be left out if there is one")
]
From = Annotated[str, Query(alias="from", max_length=60, description="moment, now-6h, latest-24h or first")]
To = Annotated[str, Query(alias="to", max_length=60, description="the same; not part of the range")]


def chosen(watch: WatchName = None, *, known: Watches) -> Watch:
    """The watch that is asked about: the named one, or the only one that is switched on; 404 if there is none."""
    try:
        return choose(known, watch)
    except WatchError as error:
        names = ", ".join(one.name for one in known) or "none"
        detail = str(error) if watch is not None else f"Say which watch with ?watch=NAME. Watches here: {names}."
        raise HTTPException(404 if watch is not None else 422, detail) from None


Chosen = Annotated[Watch, Depends(chosen)]


def named(watch: WatchName = None, *, known: Watches) -> str | None:
    """The name of the watch that is asked about, None for all; 404 if there is none of that name."""
    if watch is not None and watch not in {one.name for one in known}:
        raise HTTPException(404, f"There is no watch {watch!r}. Ask /api/v1/watches which there are.")
    return watch


NamedWatch = Annotated[str | None, Depends(named)]


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


def span(session: Session, *, watch: str, start: str, end: str, now: datetime) -> tuple[Span, int | None]:
    """The range that is asked about, and the newest minute of the watch; 422 for what is no range.

    A watch without posts has its first and its latest minute now.
    """
    extent = answers.extent(session, watch=watch)
    try:
        found = parse_span(start, end, anchors=anchors_of(extent, now=int(now.timestamp())))
    except BadMomentError as error:
        raise HTTPException(422, str(error)) from None
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
        score, moment, id_ = base64.urlsafe_b64decode(before.encode()).decode().split(" ")
        place = Place(float(score), datetime.fromisoformat(moment).astimezone(UTC), min(int(id_), 2**63 - 1))
    except (ValueError, binascii.Error, OverflowError):
        raise HTTPException(422, "before: is no place in the list; give the `before` of the last answer.") from None
    return Order(strongest=strongest, before=place)


Ordered = Annotated[Order, Depends(order)]


def place_after(place: Place) -> str:
    """The text that stands for what comes after a place in a list of posts."""
    return base64.urlsafe_b64encode(f"{place.score!r} {place.at.isoformat()} {place.id}".encode()).decode()
