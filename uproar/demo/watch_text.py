"""Writes the watch file of the demo."""

import json
from datetime import UTC, datetime
from pathlib import Path
from string import Template

_FILE = Path(__file__).with_name("watch.toml")


def render_watch(*, posts_path: str, receiver_url: str, starts: datetime, announced_at: datetime) -> str:
    """The text of the demo's watch file, which `load_watch` accepts once it is written as UTF-8.

    Args:
        posts_path: where the simulated posts are, as JSON lines; any path, backslashes and quotes included.
        receiver_url: http address of the receiver on this machine.
        starts: the beginning of the simulated time, with a time zone.
        announced_at: the moment of the announcement, with a time zone.
    """
    return Template(_FILE.read_text(encoding="utf-8")).substitute(
        posts_path=_quoted(posts_path),
        receiver_url=_quoted(receiver_url),
        starts=_instant(starts),
        announced_at=_instant(announced_at),
    )


def _quoted(value: str) -> str:
    """A TOML string: JSON's, but TOML wants DEL escaped and knows no surrogate pairs."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _instant(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
