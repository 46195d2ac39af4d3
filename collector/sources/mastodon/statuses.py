"""Turns statuses, as Mastodon and servers like it send them, into posts; pure."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from collector.markup import to_text
from uproar.incoming import MAX_ID, BadItemError, Dead, Incoming, parse_each, read_raw
from uproar.times import parse_time

PLATFORM = "mastodon"
KEPT = ("public", "unlisted")  # what everybody may read
FALLBACK = '<p class="quote-inline">'  # "RE: address", for software that shows no quotes


def parse(items: list[Any], *, base: str, now: datetime) -> tuple[list[Incoming], list[Dead]]:
    """The posts among statuses, and those that cannot be used. `base` is the address of the instance they came from.

    In neither list is what its author does not want to be found: statuses that are not public, and those of accounts
    that ask not to be indexed (`noindex`).
    """
    return parse_each(items, lambda item: _parse_one(item, base) if _is_for_all(item) else None, now=now)


def revive(raw: str, *, base: str) -> Incoming:
    """A status that was a dead letter, read again.

    Raises:
        BadItemError: it still cannot be used, or may not be kept.
    """
    item = read_raw(raw)
    if not _is_for_all(item):
        raise BadItemError("its author does not want it to be found")
    return _parse_one(item, base)


def _is_for_all(item: Any) -> bool:
    """Whether a status, and what it boosts, may be kept."""
    if not isinstance(item, dict):
        raise BadItemError(f"the status is a JSON {type(item).__name__}, not an object")
    account, boosted = item.get("account"), item.get("reblog")
    if item.get("visibility", KEPT[0]) not in KEPT or (isinstance(account, dict) and account.get("noindex") is True):
        return False
    return not isinstance(boosted, dict) or _is_for_all(boosted)


def _parse_one(item: dict[str, Any], base: str) -> Incoming:
    uri = item.get("uri")
    if not isinstance(uri, str) or not uri:
        raise BadItemError("the status has no uri")
    boosted = item.get("reblog")
    told = boosted if isinstance(boosted, dict) else item
    written = item.get("created_at")
    if not isinstance(written, str):
        raise BadItemError("the status has no created_at")
    return Incoming(
        platform=PLATFORM,
        native_id=_key(uri),
        text=_text(told),
        created_at=parse_time(written),
        author=_author(item.get("account"), base),
        lang=_string(told, "language"),
        url=_string(item, "url") or _string(told, "url"),
        repost=told is not item,
        edited_at=_edited_at(told),
        context=tuple(_context(told)),
    )


def _key(uri: str) -> str:
    """A status is known by its uri, which is the same on every instance."""
    if len(uri) <= MAX_ID:
        return uri
    return f"sha256:{hashlib.sha256(uri.encode(errors='backslashreplace')).hexdigest()}"


def _string(item: dict[str, Any], name: str) -> str | None:
    value = item.get(name)
    return value if isinstance(value, str) and value else None


def _text(item: dict[str, Any]) -> str:
    """What a reader sees: the content warning, and below it the text with its links written out."""
    content = item.get("content")
    if not isinstance(content, str):
        raise BadItemError("the status has no content")
    if isinstance(item.get("quote"), dict) and (start := content.find(FALLBACK)) >= 0:
        end = content.find("</p>", start)
        content = content[:start] + (content[end + len("</p>") :] if end >= 0 else "")
    warning = _string(item, "spoiler_text") or ""  # plain text, but some servers send markup
    return "\n".join(part for part in (to_text(warning), to_text(content)) if part)


def _author(account: Any, base: str) -> str | None:
    """Who wrote it, spelled alike by every instance: the address of the account, or user@host of older servers."""
    if not isinstance(account, dict):
        return None
    address = _string(account, "uri") or _string(account, "url")
    name = _string(account, "acct")
    if address or not name:
        return address
    return name if "@" in name else f"{name}@{urlsplit(base).hostname}"


def _edited_at(item: dict[str, Any]) -> datetime | None:
    value = _string(item, "edited_at")
    try:
        return parse_time(value) if value else None
    except BadItemError:  # the text is as good as before; only its version is not known
        return None


def _context(item: dict[str, Any], *, deep: bool = True) -> Iterator[str]:
    """Texts that the status refers to: tags, card, links, poll, descriptions of its media, what it quotes."""
    for tag in _objects(item, "tags"):
        if name := _string(tag, "name"):
            yield f"#{name}"
    yield from _strings(item.get("card"), "title", "description", "url")
    poll = item.get("poll")
    if isinstance(poll, dict):
        for option in _objects(poll, "options"):
            yield from _strings(option, "title")
    for medium in _objects(item, "media_attachments"):
        yield from _strings(medium, "description")
    quoted = _quoted(item)
    if quoted is not None and deep:
        yield from (to_text(part) for part in _strings(quoted, "spoiler_text", "content"))
        yield from _context(quoted, deep=False)


def _quoted(item: dict[str, Any]) -> dict[str, Any] | None:
    """The quoted status: inside of `quote` on Mastodon, `quote` itself on Akkoma and Fedibird."""
    quote = item.get("quote")
    if not isinstance(quote, dict):
        return None
    inner = quote.get("quoted_status")
    if isinstance(inner, dict):
        return inner
    return quote if "content" in quote else None


def _objects(item: dict[str, Any], name: str) -> Iterator[dict[str, Any]]:
    value = item.get(name)
    return (one for one in (value if isinstance(value, list) else ()) if isinstance(one, dict))


def _strings(item: Any, *names: str) -> Iterator[str]:
    return (value for name in names if isinstance(item, dict) and (value := _string(item, name)))
