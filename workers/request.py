"""One post to score, as a line of JSON gives it: the same for `uproar score` and `uproar evaluate`."""

from dataclasses import dataclass
from typing import Any

from uproar.lines import BadLineError, Line, parse_object, require_length, string_of
from workers.reaction import Reaction, Scorer


class BadRequestError(Exception):
    """A line that cannot be scored; carries the post's id as far as it is known."""

    def __init__(self, reason: str, post_id: str | int | None = None) -> None:
        super().__init__(reason)
        self.post_id = post_id


@dataclass(frozen=True, slots=True)
class Request:
    """One post to score."""

    id: str | int | None
    text: str
    lang: str | None
    target: str | None
    parent: str | None

    def react(self, scorer: Scorer, *, target: str | None = None) -> Reaction:
        """Score it; `target` is the service in question if the line names none."""
        return scorer.react(self.text, lang_claim=self.lang, target=self.target or target, parent=self.parent or None)


def read_request(line: Line) -> tuple[Request, dict[str, Any]]:
    """One line as a post to score, and the whole object that it holds.

    Raises:
        BadRequestError: it is not one, and why.
    """
    post_id = None
    try:
        require_length(line)
        record = parse_object(line.data)
        post_id = _id_of(record)
        lang, target, parent = (string_of(record, name) for name in ("lang", "target", "parent"))
        return Request(post_id, _text_of(record), lang, target, parent), record
    except BadLineError as error:
        raise BadRequestError(str(error), post_id) from None


def _id_of(record: dict[str, Any]) -> str | int | None:
    post_id = record.get("id")
    if isinstance(post_id, bool) or not isinstance(post_id, str | int | None):
        raise BadLineError("`id` must be a string or a whole number")
    return post_id


def _text_of(record: dict[str, Any]) -> str:
    text = string_of(record, "text")
    if text is None:
        raise BadLineError("`text` must be a string" if "text" in record else "there is no `text`")
    return text
