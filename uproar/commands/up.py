"""`uproar up`: everything on this machine, in processes that are looked after."""

import os
import socket
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from uproar import broker, database, forking, idle, migrating, roles
from uproar.errors import SettingsError, UproarError
from uproar.lock import only_one
from uproar.log import set_up_logging
from uproar.settings import Settings, settings
from uproar.supervisor import Child, Role, Supervisor
from uproar.watch import active, load_watches

ROLES = ("work", "beat", "deliver", "collect", "serve")  # what is loaded once and then forked
WORKER_GRACE = 120.0  # seconds that a worker may take to start before its silence counts


@click.command()
@click.option("--watch", "watch_file", type=click.Path(path_type=Path, exists=True), help="A watch file or folder.")
@click.option("--exit-when-idle", is_flag=True, help="Stop when every source was read once and nothing is left to do.")
def up(*, watch_file: Path | None, exit_when_idle: bool) -> None:
    """Run the collector, the workers and the dashboard on this machine, until Ctrl-C."""
    if watch_file is not None:
        use(UPROAR_WATCH_DIR=str(watch_file))
    run_everything(exit_when_idle=exit_when_idle)


def use(**variables: str) -> None:
    """Set settings for this process and those that it starts."""
    os.environ.update(variables)
    settings.cache_clear()
    database.forget_engine()


def run_everything(
    *, exit_when_idle: bool = False, more: tuple[Child, ...] = (), when_ready: Callable[[], None] = lambda: None
) -> None:
    """Start broker, workers, collector and dashboard (and `more`), and look after them until told to stop.

    Raises:
        UproarError: another one runs on this data directory, the port is taken, or something cannot start.
    """
    set_up_logging()
    chosen = settings()
    watches = active(load_watches(chosen.watch_dir))
    if chosen.port == 0:
        use(UPROAR_PORT=str(*free_ports(chosen.host, 1)))
        chosen = settings()
    with only_one(chosen):
        _require_port(chosen)
        supervisor = Supervisor(forks=forking.load(ROLES))
        supervisor.stop_on_signals()
        try:
            since = datetime.now(UTC)
            _start(supervisor, chosen)
            for child in more:
                supervisor.start(child)
            _wait_for_dashboard(supervisor, chosen)
            click.echo(
                f"Uproar is running: {chosen.dashboard_url}  (data in {chosen.data_dir.resolve()}; Ctrl-C stops)"
            )
            when_ready()
            is_done = idle.watcher(watches, since=since) if exit_when_idle else _never
            supervisor.run(is_done)
        finally:
            supervisor.stop()
    if exit_when_idle and not supervisor.stopping:
        click.echo(idle.summary(watches))


def _never() -> bool:
    return False


def start_workers(supervisor: Supervisor, chosen: Settings) -> None:
    """Start the broker if it is ours, bring the tables up to date, then workers, timetable and deliveries."""
    if chosen.embedded_broker:
        broker.stop_orphan(chosen)
        supervisor.start(
            Child("broker", broker.broker_command(chosen), last=True, answers=lambda: broker.is_up(chosen.broker))
        )
        broker.wait_until_up(chosen)
    migrating.migrate()
    database.close_engine()
    # a worker whose loop hangs, or that does not hear again after it has connected anew, falls silent
    at_work = partial(roles.is_at_work, "worker", chosen)
    supervisor.start(Child("worker", Role("work"), answers=at_work, grace=WORKER_GRACE))
    supervisor.start(Child("beat", Role("beat")))
    supervisor.start(Child("deliver", Role("deliver")))


def _start(supervisor: Supervisor, chosen: Settings) -> None:
    start_workers(supervisor, chosen)
    supervisor.start(Child("collector", Role("collect")))
    supervisor.start(Child("dashboard", Role("serve")))


def _wait_for_dashboard(supervisor: Supervisor, chosen: Settings) -> None:
    end = time.monotonic() + 30.0

    def ready() -> bool:
        if time.monotonic() > end:
            raise UproarError("The dashboard did not answer within 30 s; its messages are above.")
        return _answers(chosen)

    supervisor.run(ready)


def _answers(chosen: Settings) -> bool:
    try:
        socket.create_connection((_reachable(chosen.host), chosen.port), timeout=0.5).close()
    except OSError:
        return False
    return True


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - asked, not bound


def free_ports(host: str, count: int) -> list[int]:
    """Different ports that nobody listens on right now."""
    with ExitStack() as held:  # all at once: one that is let go may be given again
        found = [held.enter_context(socket.create_server((host, 0))) for _ in range(count)]
        return [int(one.getsockname()[1]) for one in found]


def _require_port(chosen: Settings) -> None:
    try:
        socket.create_server((chosen.host, chosen.port)).close()
    except OSError as error:
        raise SettingsError(
            f"The dashboard cannot listen on {chosen.host}:{chosen.port}: {error.strerror or error}. "
            "Set UPROAR_PORT (0 takes any free one) or UPROAR_HOST."
        ) from None
