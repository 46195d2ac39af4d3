"""`uproar backup` and `uproar restore`, as tests run them."""

from collections.abc import Callable

from click.testing import CliRunner, Result

from uproar.commands.backup import backup, restore

Elsewhere = Callable[[], None]


def uproar(command: str, *arguments: str) -> Result:
    return CliRunner().invoke({"backup": backup, "restore": restore}[command], arguments)


def done(command: str, *arguments: str) -> str:
    answer = uproar(command, *arguments)
    assert answer.exit_code == 0, (answer.output, answer.exception)
    return answer.output
