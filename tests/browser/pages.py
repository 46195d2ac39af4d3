"""The pages there are and the sizes they are looked at in: every one is checked for access and has its screenshots."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class View:
    """One page: the name of its pictures, its address, and a place that has something in it when the page is ready."""

    name: str
    path: str
    ready: str


VIEWS = (
    View("overview", "/", "#f-posts:text-matches('[0-9]')"),
    *(View(name, f"/{name}", "body[data-loaded]") for name in ("alerts", "sources")),
    View("quality", "/quality", "#f-read:text-matches('[0-9]')"),
    View("judging", "/quality?judge=1", "#drawn .text"),
    View("compare", "/compare", "#rows tr"),
    View("setup", "/setup", "#fine li"),
)

VISITOR: dict[str, Any] = {
    "viewport": {"width": 1440, "height": 900},
    "color_scheme": "dark",
    "locale": "en-GB",
    "timezone_id": "UTC",
    "reduced_motion": "reduce",
}
DESKTOP: dict[str, Any] = {"viewport": VISITOR["viewport"]}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SIZES = {"desktop": DESKTOP, "phone": PHONE}
SCHEMES = ("light", "dark")
