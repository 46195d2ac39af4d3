"""`uproar export`: posts with their reactions, corrections as an evaluation set, buckets: as lines or as tables."""

import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click
from sqlmodel import Session

from uproar import answers, corrections, database, export_forms, exports, posts
from uproar.buckets import STAGES
from uproar.errors import UproarError
from uproar.export_forms import Form
from uproar.export_lines import (
    BUCKET_COLUMNS,
    POST_COLUMNS,
    bucket_row,
    evaluation_line,
    post_line,
    post_row,
)
from uproar.moments import BadMomentError, anchors_of, parse_span
from uproar.packs import checking, making
from uproar.post_lists import Wanted
from uproar.settings import settings
from uproar.span import Span
from uproar.sums import Range
from uproar.suppression import suppressed
from uproar.watch import Watch, choose, load_watches
from uproar.whole_files import new_file

Command = Callable[..., None]

of_watch = click.option("--watch", help="Only this watch; otherwise all.")
jsonl = click.option("--jsonl", is_flag=True, expose_value=False, help="One JSON object a line: what comes anyway.")
in_form = click.option(
    "--format", "form", type=click.Choice(export_forms.FORMS), default="jsonl", show_default=True, help="The form."
)
to_file = click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="A file, in place of the screen.")
of_range = click.option(
    "--range", "range_", metavar="FROM..TO", help="Moments, now-6h, latest-24h or first; TO is not part of it."
)
of_sources = click.option("--source", "sources", multiple=True, help="Of this source; may be repeated.")
of_langs = click.option("--lang", "langs", multiple=True, help="In this language; may be repeated.")


@click.group(invoke_without_command=True, no_args_is_help=True)
@of_watch
@of_range
@click.option("--evidence", type=click.Path(path_type=Path, dir_okay=False), help="Write an evidence pack: OUT.zip.")
@click.pass_context
def export(context: click.Context, *, watch: str | None, range_: str | None, evidence: Path | None) -> None:
    """Write out what is stored, for recounts and other tools.

    With --evidence: all that the numbers of a range are made of, for another person to recompute (`uproar verify`).
    """
    if context.invoked_subcommand is not None:
        if watch or range_ or evidence:
            raise click.UsageError(f"Write these options after {context.invoked_subcommand!r}.")
        return
    if evidence is None:
        raise click.UsageError("Say what to write: posts, corrections, buckets, or --evidence OUT.zip.")
    with _stored() as session, new_file(evidence) as file:
        chosen_watch, span = chosen(session, watch, range_)
        making.make(session, file, watch=chosen_watch, span=span, schema=database.versions()[0])
    found = checking.check(evidence)
    click.echo(f"{evidence}: {found.posts} posts")
    if found.faults:
        click.echo(f"{found.faults[0]}: the counts are wrong; `uproar recount` tells more.", err=True)
        context.exit(1)


@export.command("posts")
@jsonl
@in_form
@to_file
@of_watch
@of_range
@of_sources
@of_langs
@click.option("--stage", "stages", multiple=True, type=click.Choice(STAGES), help="Of this stage; may be repeated.")
@click.option("--sentiment", "sentiments", multiple=True, type=click.Choice(("negative", "neutral", "positive")))
@click.option("--stance", "stances", multiple=True, type=click.Choice(("against", "for", "none")))
@click.option("--concern", "concerns", multiple=True, help="That name this concern; may be repeated.")
@click.option("--cancel/--no-cancel", default=None, help="Cancel voices only, or all others.")
@click.option("--voice/--echo", default=None, help="Originals only, or echoes.")
def export_posts(*, form: Form, out: Path | None, watch: str | None, range_: str | None, **wanted: Any) -> None:
    """Every post with its reaction (null while it waits for one), in the order of storing.

    With a range or a filter: those of one watch that have a reaction, the newest first. `reaction` is what counts;
    where a person has corrected it, `correction` says so, with the machine's answer.
    """
    shape = post_line if form == "jsonl" else post_row
    asked = Wanted(**wanted)
    with _stored() as session:
        if range_ is None and asked == Wanted():
            rows: Iterable[Any] = posts.export(session, watch=watch)
        else:
            one, span = chosen(session, watch, range_)
            rows = exports.chosen_posts(session, watch=one.name, span=span, wanted=asked)
        _write(export_forms.written(form, (shape(*row) for row in rows), POST_COLUMNS), form, out)


@export.command("corrections")
@jsonl
@of_watch
def export_corrections(*, watch: str | None) -> None:
    """Every correction in force as a line of an evaluation set: the post, what is right, what the machine said.

    `label` is the corrected stage. What nobody has corrected is null: it was not judged.
    """
    with _stored() as session:
        for post, reaction, correction in corrections.export(session, watch=watch):
            click.echo(json.dumps(evaluation_line(post, reaction, correction), ensure_ascii=False))


@export.command("buckets")
@jsonl
@in_form
@to_file
@of_watch
@of_range
@of_sources
@of_langs
@click.option("--exact", is_flag=True, help="Small counts too, for recounts: such a file stays in the house.")
def export_buckets(
    *,
    form: Form,
    out: Path | None,
    watch: str | None,
    range_: str | None,
    sources: tuple[str, ...],
    langs: tuple[str, ...],
    exact: bool,
) -> None:
    """Every bucket: one minute of one watch, source and language; `minute` in seconds since 1970, UTC.

    Counts below UPROAR_SMALLEST_COUNT are left empty (null), with what would give them away.
    """
    least = 1 if exact else settings().smallest_count
    with _stored() as session:
        if range_ is None and not sources and not langs:
            rows = posts.export_buckets(session, watch=watch)
        else:
            one, span = chosen(session, watch, range_)
            rows = exports.chosen_buckets(session, Range(one.name, span, sources, langs))
        _write(
            export_forms.written(form, (suppressed(bucket_row(one), least=least) for one in rows), BUCKET_COLUMNS),
            form,
            out,
        )


@contextmanager
def _stored() -> Iterator[Session]:
    database.require_current()
    with database.reading() as session:
        yield session


def chosen(session: Session, watch: str | None, range_: str | None) -> tuple[Watch, Span]:
    """The watch and the range that were asked for; without a range, all of it.

    Raises:
        UproarError: there is no such watch, or that is no range.
    """
    found = choose(load_watches(settings().watch_dir), watch)
    start, dots, end = (range_ or "first..latest").partition("..")
    if not dots:
        raise UproarError(
            f"--range {range_!r} is no range; write FROM..TO, say 2022-07-21T12:00Z..now or first..latest."
        )
    try:
        return found, parse_span(
            start, end, anchors=anchors_of(answers.extent(session, watch=found.name), now=int(time.time()))
        )
    except BadMomentError as error:
        raise UproarError(f"--range: {error}") from None


def _write(pieces: Iterator[bytes], form: Form, out: Path | None) -> None:
    export_forms.require(form)
    if out is None:
        screen = sys.stdout.buffer
        if form == "parquet" and screen.isatty():
            raise click.UsageError("Parquet is no text; name a file with --out.")
        _pour(pieces, screen)
        return
    with new_file(out) as file:
        _pour(pieces, file)


def _pour(pieces: Iterator[bytes], file: IO[bytes]) -> None:
    for piece in pieces:
        file.write(piece)
    file.flush()
