"""`uproar recount`: do the buckets, which every figure is made of, still say what the reactions say."""

from typing import Any

import click

from uproar import counting, database, recounting
from uproar.buckets import rolled_up
from uproar.settings import settings
from uproar.watch import load_watches


@click.command()
@click.option("--rebuild", is_flag=True, help="Throw wrong buckets away and count anew; stop the workers first.")
@click.pass_context
def recount(context: click.Context, *, rebuild: bool) -> None:
    """Count every reaction anew and compare with the buckets; exit status 1 if they differ."""
    database.require_current()
    left = 0
    for watch in load_watches(settings().watch_dir):
        with database.reading() as session:
            expected, expected_concerns = recounting.recount(session, watch=watch.name)
            found, found_concerns = counting.stored(session, watch=watch.name)
            sums, concern_sums = counting.stored_rollups(session, watch=watch.name)
        differ = _differing(expected, found)
        concerns = _differing(expected_concerns, found_concerns)
        rollups = _differing(rolled_up(expected), sums) + _differing(rolled_up(expected_concerns), concern_sums)
        reactions = sum(counts["posts"] for counts in expected.values())
        line = f"{watch.name}: {reactions} reactions in {len(found)} buckets, {differ} of them wrong"
        line += f", and {concerns} counts of concerns" if concerns else ""
        click.echo(f"{line}, and {rollups} sums of them" if rollups else line)
        wrong = differ or concerns or rollups
        if wrong and rebuild:
            with database.writing() as session:
                recounting.rebuild(session, watch=watch.name)
            click.echo(f"{watch.name}: counted anew")
        left += bool(wrong) and not rebuild
    context.exit(1 if left else 0)


def _differing(expected: dict[Any, dict[str, int]], found: dict[Any, dict[str, int]]) -> int:
    return sum(expected.get(key) != found.get(key) for key in expected.keys() | found.keys())
