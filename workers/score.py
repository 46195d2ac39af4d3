"""The command `uproar score`: what the service would make of a post, for a pipe or for a person."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import click

from uproar.watch import load_watch
from workers.reaction import Reaction, Scorer

MAX_LINE = 1024 * 1024  # bytes, without the line's end
_PIECE = 64 * 1024
_BOM = b"\xef\xbb\xbf"


class BadLineError(Exception):
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


@click.command()
@click.argument("text", required=False)
@click.option("--jsonl", is_flag=True, help="Read posts from standard input, one JSON object a line.")
@click.option(
    "--watch",
    "watch_file",
    type=click.Path(path_type=Path),
    help="A watch file, for the deal's names and concerns.",
)
@click.option("--target", help="The service in question, with TEXT.")
@click.option("--lang", help="The language that the platform claims, with TEXT.")
def score(*, text: str | None, jsonl: bool, watch_file: Path | None, target: str | None, lang: str | None) -> None:
    """Score TEXT for a person, or with --jsonl a stream of posts for a program.

    A line of the stream has `text`, and perhaps `id`, `lang`, `target` (the service in question) and `parent` (the
    text that it replies to). Every line gets a line, in the same order: a reaction, or `id` and `error`.
    """
    if jsonl == (text is not None):
        raise click.UsageError('Give either a text in quotes or --jsonl: uproar score "I am cancelling."')
    if text is not None and not text.strip():
        raise click.UsageError("The text is empty.")
    scorer = Scorer(load_watch(watch_file) if watch_file else None)
    if text is not None:
        plain = text.encode("utf-8", "replace").decode()  # an argument of bytes that are not UTF-8 has surrogates
        click.echo(describe(scorer.react(plain, lang_claim=lang, target=target)))
        return
    # Click ends quietly when the reader of the pipe has seen enough.
    bad = score_stream(scorer, sys.stdin.buffer, sys.stdout.buffer)
    if bad:
        raise click.exceptions.Exit(1)


def score_stream(scorer: Scorer, posts: IO[bytes], reactions: IO[bytes]) -> int:
    """Write one line for each line read; the number of bad ones among them."""
    bad = 0
    for number, line in enumerate(read_lines(posts), start=1):
        try:
            request = read_request(line)
            answer = as_json(request.id, _react(scorer, request))
        except BadLineError as error:
            bad += 1
            answer = {"id": error.post_id, "error": str(error)}
            click.echo(f"line {number}: {error}", err=True)
        reactions.write(json.dumps(answer, allow_nan=False).encode("ascii") + b"\n")
        reactions.flush()
    return bad


def read_lines(stream: IO[bytes]) -> Iterator[bytes | None]:
    """The lines without their ends; None stands for one longer than `MAX_LINE`, which is never held in memory.

    An empty line at the very end is no line: many programs leave one.
    """
    empty: bytes | None = None
    first = True
    while line := stream.readline(MAX_LINE + 1):
        if empty is not None:
            yield empty
            empty = None
        line = line.removeprefix(_BOM) if first else line
        first = False
        if len(line) > MAX_LINE and not line.endswith(b"\n"):
            while (rest := stream.readline(_PIECE)) and not rest.endswith(b"\n"):
                pass
            yield None
        elif line.strip():
            yield line
        else:
            empty = line


def read_request(line: bytes | None) -> Request:
    """One line as a post to score.

    Raises:
        BadLineError: it is not one, and why.
    """
    if line is None:
        raise BadLineError(f"the line is longer than {MAX_LINE} bytes")
    try:
        data = json.loads(line.decode("utf-8"), parse_constant=_refuse)
    except UnicodeDecodeError as error:
        raise BadLineError(f"the line is not UTF-8 (byte {error.start + 1})") from None
    except json.JSONDecodeError as error:
        raise BadLineError(f"the line is not JSON: {error.msg} (column {error.colno})") from None
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits, a thousand brackets
        raise BadLineError(f"the line is not JSON that can be read: {error}") from None
    if not isinstance(data, dict):
        raise BadLineError("the line is not a JSON object")
    post_id = data.get("id")
    if post_id is not None and (isinstance(post_id, bool) or not isinstance(post_id, str | int)):
        raise BadLineError("`id` must be a string or a whole number")
    if "text" not in data:
        raise BadLineError("there is no `text`", post_id)
    if data["text"] is None:
        raise BadLineError("`text` must be a string", post_id)
    values = {key: _string(data, key, post_id) for key in ("text", "lang", "target", "parent")}
    return Request(post_id, values["text"] or "", values["lang"], values["target"], values["parent"])


def _string(data: dict[str, Any], key: str, post_id: str | int | None) -> str | None:
    value = data.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise BadLineError(f"`{key}` must be a string", post_id)
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadLineError(f"`{key}` has half a surrogate pair at character {error.start + 1}", post_id) from None
    return value


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _react(scorer: Scorer, request: Request) -> Reaction:
    return scorer.react(
        request.text, lang_claim=request.lang, target=request.target or None, parent=request.parent or None
    )


def as_json(post_id: str | int | None, reaction: Reaction) -> dict[str, Any]:
    """A reaction as a line of the stream."""
    intent = reaction.intent
    return {
        "id": post_id,
        "lang": reaction.lang,
        "sentiment": asdict(reaction.sentiment),
        "intent": {
            "cancel": intent.cancel,
            "stage": intent.stage,
            "score": intent.score,
            "evidence": [asdict(one) for one in intent.evidence],
        },
        "stance": reaction.stance,
        "concerns": list(reaction.concerns),
    }


def describe(reaction: Reaction) -> str:
    """A reaction as lines for a person."""
    intent = reaction.intent
    meaning = "the author's own leaving" if intent.cancel else "not the author's own leaving"
    certainty = f", right {intent.score:.0%} of the time on the data it was measured on" if intent.score else ""
    return "\n".join(
        (
            f"stage      {intent.stage} ({meaning}{certainty})",
            *(f"  because  {_printable(one.text)!r} (rule {one.rule})" for one in intent.evidence),
            f"sentiment  {reaction.sentiment.label} ({reaction.sentiment.compound:+.4f})",
            f"language   {reaction.lang}",
            f"stance     {reaction.stance}",
            f"concerns   {', '.join(reaction.concerns) or 'none'}",
        )
    )


def _printable(text: str) -> str:
    """No escape sequence of a post reaches the terminal."""
    return "".join(one if one.isprintable() else " " for one in text)
