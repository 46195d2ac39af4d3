"""What X says, as posts: the one place that knows the shape of its answers, in both spellings. Pure."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from uproar.incoming import BadItemError, Dead, Incoming, parse_each, read_raw
from uproar.times import parse_time

PLATFORM = "x"
EPOCH = 1_288_834_974_657  # milliseconds since 1970: where the time in an id begins
FIRST = 30_000_000_000  # ids were counted one by one until November 2010; above it, they hold their time
LAST = 2**63
DIGITS = 19

_ENTITY = re.compile(r"&(amp|lt|gt);")
_PLAIN = {"amp": "&", "lt": "<", "gt": ">"}
_RETWEET = re.compile(r"RT @\w{1,20}: ")


Included = dict[str, dict[str, Any]]
"""The posts, by id, that other posts refer to. Their authors are not asked for: X would charge for them."""


def parse(answer: dict[str, Any], *, now: datetime) -> tuple[list[Incoming], list[Dead]]:
    """Turn an answer of search, or one line of a stream, into posts.

    A post that cannot be used goes to the dead letters. Partial errors (`errors`, beside the data) are about things
    that posts refer to: those are left out of the context.
    """
    included = read_included(answer.get("includes"))
    return parse_each(items(answer), lambda item: _parse_one(item, included), now=now)


def revive(raw: str) -> Incoming:
    """A post that was a dead letter, read again.

    Raises:
        BadItemError: it still cannot be used.
    """
    item = read_raw(raw)
    whole = item if isinstance(item, dict) and "data" in item else {"data": item}  # a line of a stream, or one post
    return _parse_one(whole["data"], read_included(whole.get("includes")))


def items(answer: dict[str, Any]) -> list[Any]:
    """The posts of an answer in their raw form; a stream gives one, search a list or nothing."""
    data = answer.get("data")
    if data is None:
        return []
    return data if isinstance(data, list) else [data]


def ids_of(answer: dict[str, Any]) -> list[str]:
    """An id for each post of an answer, whatever became of it: X charges for all of them."""
    return [(_id(item) if isinstance(item, dict) else None) or f"unknown-{at}" for at, item in enumerate(items(answer))]


def problems(answer: dict[str, Any]) -> int:
    """How many partial errors an answer has."""
    errors = answer.get("errors")
    return len(errors) if isinstance(errors, list) else 0


def is_id(text: str) -> bool:
    """Whether a text is an id as X gives them: digits of a number of 64 bits."""
    return text.isascii() and text.isdigit() and len(text) <= DIGITS


def time_of(native_id: str | None) -> datetime | None:
    """When a post was written, by its id, to the millisecond; None if that id does not hold it."""
    number = int(native_id) if native_id and is_id(native_id) else 0
    if not FIRST <= number < LAST:
        return None
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=(number >> 22) + EPOCH)


def read_included(includes: Any) -> Included:
    """The posts of `includes`, under both names."""
    found = includes if isinstance(includes, dict) else {}
    return {key: one for name in ("tweets", "posts") for one in _dicts(found.get(name)) if (key := _id(one))}


def _parse_one(item: Any, included: Included) -> Incoming:
    own = _id(item) if isinstance(item, dict) else None
    if own is None:
        raise BadItemError("the post has no id")
    text = full_text(item)
    if text is None:
        raise BadItemError("the post has no text")
    first = _first_of(item, own)
    written = _written(item, own)
    author = item.get("author_id")
    author = str(author) if isinstance(author, str | int) else None
    references = list(_references(item, included))
    reposted = next((other for kind, other in references if kind == "retweeted"), None)
    return Incoming(
        platform=PLATFORM,
        native_id=first,
        text=_whole(text, reposted),
        created_at=(time_of(first) or written) if first != own else written,
        author=author,
        lang=item["lang"] if isinstance(item.get("lang"), str) else None,
        url=f"https://x.com/i/status/{own}",
        parent_text=next((said for kind, other in references if kind == "replied_to" and (said := _said(other))), None),
        repost=any(kind == "retweeted" for kind, _ in references),
        edited_at=written if first != own else None,
        context=tuple(dict.fromkeys([*_context(item), *(said for _, other in references if (said := _said(other)))])),
    )


def full_text(item: dict[str, Any]) -> str | None:
    """The text of a post, also of one that is longer than `text` can say; its three HTML entities resolved."""
    for note in (item.get("note_tweet"), item.get("note_post")):
        if isinstance(note, dict) and isinstance(note.get("text"), str):
            return _unescape(note["text"])
    text = item.get("text")
    return _unescape(text) if isinstance(text, str) else None


def _whole(text: str, reposted: dict[str, Any] | None) -> str:
    """A repost says its original cut after 140 characters; in full, if the original came with it."""
    head = _RETWEET.match(text)
    original = full_text(reposted) if reposted else None
    return head[0] + original if head and original and text.endswith("…") else text


def _said(other: dict[str, Any] | None) -> str | None:
    return full_text(other) if other else None


def _written(item: dict[str, Any], own: str) -> datetime:
    try:
        return parse_time(item.get("created_at"))
    except BadItemError:
        moment = time_of(own)
        if moment is None:
            raise BadItemError("the post has no created_at, and its id holds no time") from None
        return moment


def _first_of(item: dict[str, Any], own: str) -> str:
    """The id under which a post was first written: an edit is a post of its own to X, and a version to us."""
    for name in ("edit_history_tweet_ids", "edit_history_post_ids"):
        chain = item.get(name)
        if isinstance(chain, list):
            known = [one for one in map(str, chain) if time_of(one)]
            return min([own, *known], key=int)
    return own


def _references(item: dict[str, Any], included: Included) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """What a post refers to, by kind: retweeted, quoted or replied_to; None for what did not come with it."""
    for name in ("referenced_tweets", "referenced_posts"):
        for one in _dicts(item.get(name)):
            kind = {"reposted": "retweeted"}.get(str(one.get("type")), str(one.get("type")))
            yield kind, included.get(_id(one) or "")


def _context(item: dict[str, Any]) -> Iterator[str]:
    """Where the links of a post lead and what they are called, and its tags."""
    notes = [note for name in ("note_tweet", "note_post") if isinstance(note := item.get(name), dict)]
    for holder in (item, *notes):
        entities = holder.get("entities")
        if not isinstance(entities, dict):
            continue
        for link in _dicts(entities.get("urls")):
            for name in ("unwound_url", "expanded_url", "title", "description"):
                if isinstance(link.get(name), str) and link[name]:
                    yield _unescape(link[name])
        for kind, sign in (("hashtags", "#"), ("cashtags", "$")):
            yield from (f"{sign}{one['tag']}" for one in _dicts(entities.get(kind)) if isinstance(one.get("tag"), str))


def _id(item: dict[str, Any]) -> str | None:
    value = item.get("id")
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return text if is_id(text := str(value)) else None


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _unescape(text: str) -> str:
    return _ENTITY.sub(lambda match: _PLAIN[match[1]], text)
