"""`uproar backtest`: what each sensitivity would have told of a history, and how that fits what did happen."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import click

from uproar import database
from uproar.buckets import MINUTE
from uproar.errors import UproarError
from uproar.incoming import BadItemError
from uproar.settings import settings
from uproar.signals import SHARE, volumes
from uproar.times import parse_time
from uproar.watch import choose, load_watches
from workers.counts import MOST_COUNT, bucket_length, read_counts
from workers.finding.stored import stored_counts
from workers.spikes import PROMISED, SENSITIVITIES, Detector, Event, Sensitivity

DAY, HOUR = 86_400, 3_600
MOST_HOURS = 8_760


@dataclass(frozen=True, slots=True)
class Result:
    """What one sensitivity made of a history; the last four only where it is known what happened."""

    sensitivity: Sensitivity
    promised: float  # false alarms a day, at most
    days: float  # observed
    alerts: list[Event]
    alerts_a_day: float
    escalated: int
    found: int | None = None
    missed: list[int] | None = None  # when it began, seconds since 1970
    false_a_day: float | None = None
    delays_s: tuple[int, ...] = ()  # to the end of the bucket that fired

    @property
    def delay_minutes(self) -> float | None:
        """The median delay of what was found."""
        return median(self.delays_s) / 60 if self.delays_s else None


def replay(
    rows: Iterable[tuple[int, int | None]],
    *,
    bucket_s: int,
    min_count: int = 5,
    known: Sequence[int] | None = None,
    within_s: int = 12 * HOUR,
) -> list[Result]:
    """Run every sensitivity over (start, count) in the order of time, None where nothing was observed.

    `known` are the moments at which something began (seconds since 1970): the first alert in the `within_s` after one
    finds it, others there are its aftershocks, and all the rest are false.
    """
    detectors = [Detector(bucket_s, min_count, sensitivity) for sensitivity in SENSITIVITIES]
    events: list[list[Event]] = [[] for _ in detectors]
    observed = 0
    for start, count in rows:
        observed += count is not None
        for detector, found in zip(detectors, events, strict=True):
            event = detector.observe(start, count)
            if event is not None:
                found.append(event)
    days = observed * bucket_s / DAY
    return [
        _result(detector.sensitivity, found, days, bucket_s=bucket_s, known=known, within=within_s)
        for detector, found in zip(detectors, events, strict=True)
    ]


def _result(
    sensitivity: Sensitivity,
    events: list[Event],
    days: float,
    *,
    bucket_s: int,
    known: Sequence[int] | None,
    within: int,
) -> Result:
    alerts = [event for event in events if event.kind == "firing"]
    escalated = sum(event.kind == "escalated" for event in events)
    a_day = len(alerts) / days if days else 0.0
    if known is None:
        return Result(sensitivity, PROMISED[sensitivity], days, alerts, a_day, escalated)
    # a bucket is told of when it has ended: one that was under way when something began may well tell of it
    ends = [alert.start + bucket_s for alert in alerts]
    first = {began: next((end for end in ends if began < end <= began + within), None) for began in known}
    delays = [end - began for began, end in first.items() if end is not None]
    false = sum(not any(began < end <= began + within for began in known) for end in ends)
    return Result(
        sensitivity,
        PROMISED[sensitivity],
        days,
        alerts,
        a_day,
        escalated,
        found=len(delays),
        missed=[began for began, end in first.items() if end is None],
        false_a_day=false / days if days else 0.0,
        delays_s=tuple(delays),
    )


@click.command()
@click.argument("path", metavar="[FILE.csv]", required=False, type=click.Path(path_type=Path))
@click.option("--watch", "name", help="Without a file: the watch whose stored counts are taken; the only one if unset.")
@click.option("--signal", default="posts", show_default=True, help="posts, negative, cancel, or concern:NAME.")
@click.option("--known", type=click.Path(path_type=Path), help="A time a line: when something did happen.")
@click.option("--within", default=12.0, show_default=True, help="Hours after it in which an alert tells of it.")
@click.option(
    "--min-count",
    type=click.IntRange(1, MOST_COUNT),
    default=5,
    show_default=True,
    help="Never fire on fewer than this in a window.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object, with every alert.")
@click.pass_context
def backtest(
    context: click.Context,
    path: Path | None,
    *,
    name: str | None,
    signal: str,
    known: Path | None,
    within: float,
    min_count: int,
    as_json: bool,
) -> None:
    """Run each sensitivity over counts: what would have fired, how often, and how late.

    FILE.csv holds `timestamp,value`. Without it, what is stored of a watch in its last four weeks is taken.
    """
    if not 0 < within <= MOST_HOURS:  # nan is not, either
        raise click.UsageError(f"--within: needs a number of hours, more than 0 and at most {MOST_HOURS:,}.")
    moments = read_moments(known) if known else None
    problems: list[str] = []
    if path is not None:
        if name is not None:
            raise click.UsageError("Give a file or --watch, not both.")
        rows, problems = read_counts(path)
        bucket_s = bucket_length(rows)
    else:
        rows, bucket_s = stored_rows(name, signal), MINUTE
    for problem in problems:
        click.echo(f"{path}: {problem}", err=True)
    results = replay(rows, bucket_s=bucket_s, min_count=min_count, known=moments, within_s=int(within * HOUR))
    click.echo(json.dumps({"results": [_as_json(one) for one in results]}) if as_json else as_text(results))
    context.exit(1 if problems else 0)


def stored_rows(name: str | None, signal: str) -> list[tuple[int, int | None]]:
    """What is stored of a signal, a row a minute.

    Raises:
        WatchError: there is no such watch, or it does not say which.
        UproarError: the watch has no such signal, or nothing is stored of it.
    """
    watch = choose(load_watches(settings().watch_dir), name)
    known = [one for one in volumes(watch) if one != SHARE]
    if signal not in known:
        raise UproarError(f"{watch.name} has no signal {signal!r}. Signals: {', '.join(known)}.")
    database.require_current()
    rows = list(stored_counts(watch, signal))
    if not rows:
        raise UproarError(f"Nothing is stored of {watch.name} yet.")
    return rows


def read_moments(path: Path) -> list[int]:
    """The times in a file, one a line; empty lines and those that begin with # are left out.

    Raises:
        UproarError: the file cannot be read, or a line is no time.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        return sorted(
            int(parse_time(line.strip()).timestamp()) for line in lines if line.strip() and not line.startswith("#")
        )
    except (OSError, UnicodeDecodeError, BadItemError) as error:
        raise UproarError(f"{path}: {error}") from None


def as_text(results: list[Result]) -> str:
    """A table, a line a sensitivity, and under it the alerts of the most sensitive with who else would have told."""
    lines = [f"{results[0].days:.1f} days observed"]
    lines.append("sensitivity   promised a day   alerts   a day   false a day   found   missed   median delay")
    for one in results:
        line = f"{one.sensitivity:11} {one.promised:>16g} {len(one.alerts):>8} {one.alerts_a_day:>7.2f}"
        if one.false_a_day is not None and one.missed is not None:
            delay = "-" if one.delay_minutes is None else f"{one.delay_minutes:.0f} min"
            line += f" {one.false_a_day:>13.2f} {one.found:>7} {len(one.missed):>8} {delay:>14}"
        lines.append(line)
    for one in results:
        lines += ["", f"{one.sensitivity}:"]
        lines += [f"  {_written(alert.start)}  {alert.explanation}" for alert in one.alerts] or ["  nothing"]
        lines += [f"  {_written(began)}  missed" for began in one.missed or []]
    return "\n".join(lines)


def _as_json(result: Result) -> dict[str, object]:
    alerts = [{"timestamp": _written(alert.start), **asdict(alert)} for alert in result.alerts]
    missed = None if result.missed is None else [_written(began) for began in result.missed]
    answer = {**asdict(result), "alerts": alerts, "missed": missed, "delay_minutes": result.delay_minutes}
    del answer["delays_s"]
    return answer


def _written(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat().replace("+00:00", "Z")
