"""The `uproar` command: its own sub-commands and those that the wings bring."""

import os
import sys

import click

from uproar import __version__
from uproar.commands.demo import demo
from uproar.commands.doctor import doctor
from uproar.commands.export import export
from uproar.commands.migrate import migrate
from uproar.commands.up import up
from uproar.commands.watch import watch
from uproar.errors import UproarError
from uproar.wing import wings


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="uproar")
def cli() -> None:
    """Watch how the public reacts to a corporate deal.

    Settings come from the environment (UPROAR_…); `uproar doctor` shows them and says what is wrong.
    """


def main() -> None:
    """Run the command line; a mistake that the user can mend is one message and exit status 2."""
    for command in (up, demo, migrate, doctor, export, watch):
        cli.add_command(command)
    try:
        for wing in wings().values():
            for command in wing.commands:
                cli.add_command(command)
        cli(prog_name="uproar")
    except UproarError as error:
        click.echo(f"uproar: {error}", err=True)
        sys.exit(2)
    except BrokenPipeError:  # `uproar export … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


if __name__ == "__main__":
    main()
