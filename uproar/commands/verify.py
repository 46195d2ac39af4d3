"""`uproar verify`: do the numbers of an evidence pack follow from the posts in it?"""

from pathlib import Path

import click

from uproar.packs import checking

LISTED = 20


@click.command()
@click.argument("pack", type=click.Path(path_type=Path))
@click.pass_context
def verify(context: click.Context, *, pack: Path) -> None:
    """Check the checksums of PACK and count every number in it anew; exit status 1 if one is another."""
    found = checking.check(pack)
    for fault in found.faults[:LISTED]:
        click.echo(fault)
    if len(found.faults) > LISTED:
        click.echo(f"and {len(found.faults) - LISTED} more")
    verdict = f"{len(found.faults)} not as they should be" if found.faults else "every number follows from them"
    settled = f", and {found.settled} that are not kept any more taken as they are told" if found.settled else ""
    click.echo(f"{pack}: {found.posts} posts counted{settled}; {verdict}")
    context.exit(1 if found.faults else 0)
