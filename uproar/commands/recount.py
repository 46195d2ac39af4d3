"""`uproar recount`: do the buckets, which every figure is made of, still say what the reactions say."""

import click

from uproar import database, posts
from uproar.buckets import BucketKey
from uproar.settings import settings
from uproar.watch import load_watches


@click.command()
@click.option("--rebuild", is_flag=True, help="Throw wrong buckets away and count anew; stop the workers first.")
@click.pass_context
def recount(context: click.Context, *, rebuild: bool) -> None:
    """Count every reaction anew and compare with the buckets; exit status 1 if they differ."""
    database.require_current()
    wrong = 0
    for watch in load_watches(settings().watch_dir):
        with database.reading() as session:
            expected, _ = posts.recount(session, watch=watch.name)
            found: dict[BucketKey, dict[str, int]] = {}
            for bucket in posts.export_buckets(session, watch=watch.name):
                counts = bucket.model_dump()
                key = (counts.pop("watch"), counts.pop("minute"), counts.pop("source"), counts.pop("lang"))
                found[key] = {name: count for name, count in counts.items() if count}
        differ = [key for key in expected.keys() | found.keys() if expected.get(key) != found.get(key)]
        reactions = sum(counts["posts"] for counts in expected.values())
        click.echo(f"{watch.name}: {reactions} reactions in {len(found)} buckets, {len(differ)} of them wrong")
        if differ and rebuild:
            with database.writing() as session:
                posts.rebuild(session, watch=watch.name)
            click.echo(f"{watch.name}: counted anew")
        wrong += bool(differ) and not rebuild
    context.exit(1 if wrong else 0)
