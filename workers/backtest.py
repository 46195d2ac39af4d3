"""`uproar backtest`: what each sensitivity would have told of a history, and how that fits what did happen."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from uproar import answers, database
from uproar.buckets import MINUTE
from uproar.errors import UproarError
from uproar.incoming import BadItemError
from uproar.settings import settings
from uproar.signals import SHARE, THRESHOLD, volumes
from uproar.times import parse_time
from uproar.watch import choose, load_watches
from workers.counts import MOST_COUNT, bucket_length, read_counts
from workers.finding.stored import stored_counts
from workers.sensitivities import HOUR, Result, fits, replay
from workers.spikes import Sensitivity
from workers.spikes.detector import WARM_UP

MOST_HOURS = 8_760


@click.command()
@click.argument("path", metavar="[FILE.csv]", required=False, type=click.Path(path_type=Path))
@click.option("--watch", "name", help="Without a file: the watch whose stored counts are taken; the only one if unset.")
@click.option("--signal", default="posts", show_default=True, help="posts, negative, cancel, or concern:NAME.")
@click.option("--known", type=click.Path(path_type=Path), help="A time a line: when something did happen.")
@click.option("--within", default=12.0, show_default=True, help="Hours after it in which an alert tells of it.")
@click.option(
    "--most-false",
    type=click.FloatRange(0),
    default=1.0,
    show_default=True,
    help="With --known: false alarms a week that you would bear; the most sensitive that keeps to it fits.",
)
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
    most_false: float,
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
    fitting = fits(results, most_false)
    if as_json:
        click.echo(json.dumps({"results": [_as_json(one) for one in results], "fits": fitting}))
    else:
        click.echo(f"{as_text(results)}\n\n{_advice(fitting, most_false, known=known is not None)}")
    context.exit(1 if problems else 0)


def stored_rows(name: str | None, signal: str) -> list[tuple[int, int | None]]:
    """What is stored of a signal, a row a minute.

    Raises:
        WatchError: there is no such watch, or it does not say which.
        UproarError: the watch has no such signal, or nothing is stored of it.
    """
    watch = choose(load_watches(settings().watch_dir), name)
    known = [one for one in volumes(watch) if one != SHARE]
    if signal == SHARE or signal.startswith(THRESHOLD):
        raise UproarError(f"{signal} compares no number with what is usual of it; write one of: {', '.join(known)}.")
    if signal not in known:
        raise UproarError(f"{watch.name} has no signal {signal!r}. Signals: {', '.join(known)}.")
    database.require_current()
    with database.reading() as session:
        if answers.extent(session, watch=watch.name) is None:
            raise UproarError(f"Nothing is stored of {watch.name} yet.")
    rows = list(stored_counts(watch, signal))
    observed = sum(count is not None for _, count in rows) * MINUTE
    if observed < WARM_UP:
        raise UproarError(
            f"Less than an hour of {watch.name} was observed ({observed // 60} min), and so much is only learnt from. "
            "Ask again later, or `uproar replay` what happened before."
        )
    return rows


def _advice(fitting: Sensitivity | None, most_false: float, *, known: bool) -> str:
    if not known:
        return (
            "Which of these are false, only you know: with --known FILE (a time a line, when something did happen) "
            "you are told that, and which sensitivity fits."
        )
    bound = f"at most {most_false:g} false alarms a week (--most-false)"
    if fitting is None:
        return f"None keeps to {bound}: take strict, and a higher min_count."
    return f'sensitivity = "{fitting}" is the most sensitive with {bound}.'


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
