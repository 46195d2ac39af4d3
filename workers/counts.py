"""`uproar spikes`: replay a file of counts through the service's own detector, one bucket after the other."""

import csv
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import click

from uproar.errors import UproarError
from uproar.incoming import BadItemError
from uproar.times import parse_time
from uproar.watch_alerts import MOST_COUNT
from workers.spikes import SENSITIVITIES, Detector, Event, Sensitivity

LARGEST = 1_000_000_000_000
LONGEST = 31 * 86_400  # seconds of a bucket

with_min_count = click.option(
    "--min-count",
    type=click.IntRange(1, MOST_COUNT),
    default=5,
    show_default=True,
    help="Never fire on fewer than this in a window.",
)


@click.command()
@click.argument("path", metavar="FILE.csv", type=click.Path(path_type=Path))
@with_min_count
@click.option("--sensitivity", type=click.Choice(SENSITIVITIES), default="balanced", show_default=True)
@click.pass_context
def spikes(context: click.Context, path: Path, min_count: int, sensitivity: Sensitivity) -> None:
    """Replay counts (`timestamp,value`; bucket length inferred; UTC) and print one JSON line an event."""
    rows, problems = read_counts(path)
    for problem in problems:
        click.echo(f"{path}: {problem}", err=True)
    for event in detect(rows, min_count=min_count, sensitivity=sensitivity):
        line = {
            "timestamp": datetime.fromtimestamp(event.start, UTC).isoformat().replace("+00:00", "Z"),
            "type": event.kind,
            "count": event.count,
            "expected": event.expected,
            "window_s": event.window_s,
            "score": event.score,
            "explanation": event.explanation,
        }
        click.echo(json.dumps(line))
    context.exit(1 if problems else 0)


def read_counts(path: Path) -> tuple[list[tuple[int, int | None]], list[str]]:
    """The rows of a count file (seconds since 1970, count or None for an empty value), and what is wrong with others.

    Raises:
        UproarError: the file cannot be read or has no such columns.
    """
    rows: list[tuple[int, int | None]] = []
    problems: list[str] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if not {"timestamp", "value"} <= set(reader.fieldnames or ()):
                raise UproarError(f"{path}: needs the columns timestamp and value; it has {reader.fieldnames}.")
            for row in reader:
                try:
                    rows.append(_read_row(row, after=rows[-1][0] if rows else None))
                except BadItemError as error:
                    problems.append(f"line {reader.line_num}: {error}; the row was left out")
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UproarError(f"{path}: {error}") from None
    return rows, problems


def _read_row(row: dict[str, str | None], *, after: int | None) -> tuple[int, int | None]:
    start = int(parse_time(row["timestamp"] or "").timestamp())
    if after is not None and start <= after:
        raise BadItemError(f"{row['timestamp']} is not later than the row before")
    value = (row["value"] or "").strip()
    if not value:
        return start, None
    try:
        count = float(value)
    except ValueError:
        raise BadItemError(f"the value {value[:40]!r} is no number") from None
    if not (0 <= count <= LARGEST and count == int(count)):
        raise BadItemError(f"the value {value[:40]} is no count")
    return start, int(count)


def detect(
    rows: list[tuple[int, int | None]], *, min_count: int = 5, sensitivity: Sensitivity = "balanced"
) -> Iterator[Event]:
    """The events in a list of counts; buckets that are missing were not observed.

    Raises:
        UproarError: there are fewer than two rows, or they lie months apart.
    """
    detector = Detector(bucket_length(rows), min_count, sensitivity)
    for start, count in rows:
        event = detector.observe(start, count)
        if event is not None:
            yield event


def bucket_length(rows: list[tuple[int, int | None]]) -> int:
    """The commonest step from one row to the next, in seconds.

    Raises:
        UproarError: there are fewer than two rows, or they lie months apart.
    """
    if len(rows) < 2:  # noqa: PLR2004 - a bucket's length takes two
        raise UproarError("A bucket's length cannot be told from fewer than two rows.")
    steps = Counter(after[0] - before[0] for before, after in pairwise(rows))
    bucket = max(steps, key=lambda step: (steps[step], -step))
    if bucket > LONGEST:
        raise UproarError(
            f"The rows lie {bucket / 86_400:.0f} days apart; the longest bucket is {LONGEST // 86_400} days."
        )
    return bucket
