"""The `uproar` command: each sub-command is found by entry point, whichever wing it belongs to."""

import os
import sys

import click
from sqlalchemy.exc import SQLAlchemyError

from uproar import __version__
from uproar.errors import UproarError
from uproar.wing import Commands


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="uproar")
def cli() -> None:
    """Watch how the public reacts to a corporate deal.

    Settings come from the environment (UPROAR_…); `uproar doctor` shows them and says what is wrong.
    """


def main() -> None:
    """Run the command line; a mistake that the user can mend is one message and exit status 2."""
    try:
        cli(prog_name="uproar")
    except UproarError as error:
        click.echo(f"uproar: {error}", err=True)
        sys.exit(2)
    except SQLAlchemyError as error:
        reason = str(error.__cause__ or error).strip().splitlines()[0]
        click.echo(f"uproar: the database failed: {reason}. `uproar doctor` looks at what is wrong.", err=True)
        sys.exit(2)
    except BrokenPipeError:  # `uproar export … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


if __name__ == "__main__":
    main()
