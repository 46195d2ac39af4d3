"""HTML that is escaped by construction: a plain string is text, only `tag` makes markup; pure."""

from collections.abc import Iterable
from html import escape


class Html(str):
    """Markup that is safe as it stands."""

    __slots__ = ()


def tag(name: str, /, *children: str, **attributes: str | float | None) -> Html:
    """An element; a child that is no `Html` is escaped.

    Attributes are escaped and quoted; `class_` stands for `class`, `_` for `-`; one that is None is left out.
    """
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Html(f"<{name}{given}>{join(children)}</{name}>")


def void(name: str, /, **attributes: str) -> Html:
    """An element that has no end."""
    return Html(tag(name, **attributes).removesuffix(f"</{name}>"))


def join(parts: Iterable[str]) -> Html:
    """Markup and texts one after the other."""
    return Html("".join(part if isinstance(part, Html) else escape(part) for part in parts))
