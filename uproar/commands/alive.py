"""`uproar alive`: the health check of one role, for containers and the like."""

import sys

import click
import redis

from uproar.roles import BACKUP, ROLES, last_seen
from uproar.settings import settings


@click.command()
@click.argument("role", type=click.Choice([*ROLES, BACKUP]))
def alive(*, role: str) -> None:
    """Whether ROLE of this machine (UPROAR_NAME) has said within 45 seconds that it is at work; else exit status 1."""
    chosen = settings()
    try:
        found = last_seen(role, chosen)
    except (redis.RedisError, OSError) as error:
        click.echo(f"the broker does not answer: {error}", err=True)
        sys.exit(1)
    if found is None:
        click.echo(f"{role} of {chosen.name} was not at work within a day", err=True)
        sys.exit(1)
    click.echo(f"{role} of {chosen.name} said so {found.seconds:.0f} s ago")
    sys.exit(0 if found.alive else 1)
