"""The command `uproar score`: what the service would make of a post, for a pipe or for a person."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

import click

from uproar.lines import Line, read_lines
from uproar.settings import settings
from uproar.watch import load_watch
from workers.reaction import MODEL_VERSION, Reaction, Scorer
from workers.request import BadRequestError, read_request


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
    scorer = Scorer(load_watch(watch_file) if watch_file else None, embeddings=settings().embeddings)
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
    for number, line in enumerate(_without_last_blank(read_lines(posts)), start=1):
        try:
            request, _ = read_request(line)
            answer = as_json(request.id, request.react(scorer))
        except BadRequestError as error:
            bad += 1
            answer = {"id": error.post_id, "error": str(error)}
            click.echo(f"line {number}: {error}", err=True)
        reactions.write(json.dumps(answer, allow_nan=False).encode("ascii") + b"\n")
        reactions.flush()
    return bad


def _without_last_blank(lines: Iterator[Line]) -> Iterator[Line]:
    """An empty line at the very end is no line: many programs leave one."""
    blank: Line | None = None
    for line in lines:
        if blank is not None:
            yield blank
        blank = line if line.blank else None
        if blank is None:
            yield line


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
        "speaker": reaction.speaker,
        "voice": reaction.voice,
        "evidence": [asdict(one) for one in reaction.evidence],
        "model_version": MODEL_VERSION,
    }


def describe(reaction: Reaction) -> str:
    """A reaction as lines for a person."""
    intent = reaction.intent
    meaning = "the author's own leaving" if intent.cancel else "not the author's own leaving"
    certainty = f", right in about {intent.score:.0%} of such sentences" if intent.score else ""
    return "\n".join(
        (
            f"stage      {intent.stage} ({meaning}{certainty})",
            *(f"  because  {printable(one.text)!r} (rule {one.rule})" for one in intent.evidence),
            f"sentiment  {reaction.sentiment.label} ({reaction.sentiment.compound:+.4f})",
            f"language   {reaction.lang}",
            f"stance     {reaction.stance}",
            f"concerns   {', '.join(reaction.concerns) or 'none'}",
            f"speaker    {reaction.speaker}",
        )
    )


def printable(text: str) -> str:
    """A text for a terminal: no escape sequence of a post reaches the terminal."""
    return "".join(one if one.isprintable() else " " for one in text)
