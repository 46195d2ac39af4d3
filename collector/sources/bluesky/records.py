"""What a Bluesky record says: its text, what it refers to, and when it was written. Pure."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from uproar.incoming import BadItemError, Dead, Incoming, parse_each

PLATFORM = "bluesky"
COLLECTION = "app.bsky.feed.post"
DEEPEST = 4  # a post that quotes a post that quotes a post
MOST_CONTEXT = 40
LATE = timedelta(hours=24)


def parse(views: list[Any], *, starts: datetime, now: datetime) -> tuple[list[Incoming], list[Dead]]:
    """Turn the posts of a search (`app.bsky.feed.defs#postView`) into ours; one without what it needs is a dead letter.

    Args:
        views: what the search gave.
        starts: where the watch begins; see `written_at`.
        now: the present; a post cannot be much later.
    """
    return parse_each(views, partial(_parse_view, starts=starts), now=now)


def _parse_view(view: Any, *, starts: datetime) -> Incoming | None:
    if not isinstance(view, dict) or not isinstance(view.get("record"), dict):
        raise BadItemError("the post has no record")
    uri, author = view.get("uri"), view.get("author")
    parts = uri.removeprefix("at://").split("/") if isinstance(uri, str) else []
    if len(parts) != 3 or parts[1] != COLLECTION or not all(parts):  # noqa: PLR2004 - account, collection, key
        raise BadItemError(f"the post's address is {str(uri)[:200]!r}, not at://…/{COLLECTION}/…")
    did = author.get("did") if isinstance(author, dict) else None
    record = view["record"]
    seen = moment_of(view.get("indexedAt")) or moment_of(record.get("createdAt"))
    if seen is None:
        raise BadItemError("the post has neither indexedAt nor createdAt")
    around = (*context_of(record), *_texts_of(view.get("embed"), DEEPEST))
    return to_post(
        did if isinstance(did, str) and did else parts[0], parts[2], record, around, seen=seen, starts=starts
    )


def to_post(
    did: str, key: str, record: dict[str, Any], around: tuple[str, ...], *, seen: datetime, starts: datetime
) -> Incoming | None:
    """The post that a record is; None if it has no words: pictures alone say nothing that could be read.

    Raises:
        BadItemError: it has no text at all, which every post has, if only an empty one.
    """
    text = record.get("text")
    if not isinstance(text, str):
        raise BadItemError(f"the text is a JSON {type(text).__name__}")
    if not text.strip():
        return None
    langs = record.get("langs")
    lang = langs[0] if isinstance(langs, list) and langs and isinstance(langs[0], str) else None
    return Incoming(
        platform=PLATFORM,
        native_id=f"at://{did}/{COLLECTION}/{key}",
        text=text,
        created_at=written_at(record.get("createdAt"), seen=seen, starts=starts),
        author=did,
        lang=lang,
        url=f"https://bsky.app/profile/{did}/post/{key}",
        context=around[:MOST_CONTEXT],
    )


def written_at(claim: Any, *, seen: datetime, starts: datetime) -> datetime:
    """When a post was written: as its author's program claims, unless that cannot be.

    Nobody writes after it was seen. A claim of long ago, from before the watch begins, is a clock that stands still.
    """
    moment = moment_of(claim)
    if moment is None or moment > seen or (moment < starts and seen - moment > LATE):
        return seen
    return moment


def moment_of(value: Any) -> datetime | None:
    """A time of the protocol, RFC 3339; None if it is none."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def context_of(record: dict[str, Any]) -> tuple[str, ...]:
    """What a record refers to: its links in full, its tags, the page that it shows, what its pictures show."""
    found: list[str] = []
    tags = record.get("tags")
    if isinstance(tags, list):
        found += [f"#{tag}" for tag in tags if isinstance(tag, str)]
    facets = record.get("facets")
    if isinstance(facets, list):
        found += _of_facets(facets)
    if "embed" in record:
        found += _texts_of(record["embed"], DEEPEST)
    return tuple(found[:MOST_CONTEXT])


def _of_facets(facets: list[Any]) -> Iterator[str]:
    for facet in facets:
        features = facet.get("features") if isinstance(facet, dict) else None
        for feature in features if isinstance(features, list) else ():
            if isinstance(feature, dict):
                if isinstance(feature.get("uri"), str):
                    yield feature["uri"]
                elif isinstance(feature.get("tag"), str):
                    yield f"#{feature['tag']}"


def _texts_of(embed: Any, depth: int) -> Iterator[str]:
    """The words of an embed, of a record as well as of a view: a page's, a picture's, a quoted post's."""
    if not isinstance(embed, dict) or depth == 0:
        return
    for name in ("uri", "title", "description", "alt", "text"):
        value = embed.get(name)
        if isinstance(value, str) and value and not value.startswith("at://"):
            yield value
    for name in ("external", "media", "record", "value", "embed"):
        yield from _texts_of(embed.get(name), depth - (name != "external"))
    for name in ("images", "embeds"):
        several = embed.get(name)
        for one in several[:10] if isinstance(several, list) else ():
            yield from _texts_of(one, depth - 1)
