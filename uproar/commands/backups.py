"""`uproar backups`: a backup every so often, for good; the newest ones are kept."""

import re
import signal
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from uproar import database
from uproar.backups import Backup
from uproar.commands.backup import write_backup
from uproar.errors import UproarError
from uproar.log import get_logger, set_up_logging
from uproar.roles import BACKUP, Presence
from uproar.settings import Settings, settings
from uproar.times import parse_duration

STAMP = "uproar-%Y%m%dT%H%M%SZ.zip"
NAME = re.compile(r"uproar-\d{8}T\d{6}Z\.zip")
LOOK_SECONDS = 5.0
RETRY = timedelta(minutes=1)
LEAST = timedelta(minutes=1)
LAST_SECONDS = 9  # after which the process ends by itself; a backup that is not whole is not there

log = get_logger(__name__)


def _pause(_context: click.Context, _parameter: click.Parameter, value: str) -> timedelta:
    try:
        found = parse_duration(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    if found < LEAST:
        raise click.BadParameter("a minute is the least")
    return found


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--every", default="1d", show_default=True, callback=_pause, help="How often: 6h, 1d, 1w.")
@click.option("--keep", default=7, show_default=True, type=click.IntRange(1, 10_000), help="How many are kept.")
def backups(*, folder: Path, every: timedelta, keep: int) -> None:
    """Make a backup of all that is stored in FOLDER every so often, until told to stop; older ones go.

    An older one goes only when the new one was read again and is whole.
    """
    set_up_logging()
    chosen = settings()
    stopping = threading.Event()

    def stop(_number: int, _frame: object) -> None:
        signal.alarm(LAST_SECONDS)
        stopping.set()

    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    forget_drafts(folder)
    _keep_making(folder, every, keep, chosen, stopping)


def forget_drafts(folder: Path) -> None:
    """Remove what a role that was killed has begun: nobody else writes such files there."""
    for draft in folder.glob(".uproar-*.zip.*"):
        draft.unlink()


def _keep_making(folder: Path, every: timedelta, keep: int, chosen: Settings, stopping: threading.Event) -> None:
    here = Presence(BACKUP, chosen)
    failed_at: datetime | None = None
    while not stopping.is_set():
        now = datetime.now(UTC)
        if is_due(folder, every, now=now) and (failed_at is None or now - failed_at >= RETRY):
            failed_at = None if make_one(folder, keep, chosen, now=now) else now
        if failed_at is None:  # without backups it is not at work
            here.say()
        stopping.wait(LOOK_SECONDS)
    here.leave()


def is_due(folder: Path, every: timedelta, *, now: datetime) -> bool:
    """Whether the newest backup there is old enough for the next one; one of the future counts as none."""
    times = [datetime.strptime(path.name, STAMP).replace(tzinfo=UTC) for path in made(folder)]
    return not any(now - every < at <= now for at in times)


def made(folder: Path) -> list[Path]:
    """The backups there, newest first; what is called otherwise is none of them."""
    return sorted((path for path in folder.glob("uproar-*.zip") if NAME.fullmatch(path.name)), reverse=True)


def make_one(folder: Path, keep: int, chosen: Settings, *, now: datetime) -> bool:
    """Make a backup, read it again, and remove all but the newest; whether that went well. The log says what failed."""
    place = folder / f"{now:{STAMP}}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        database.require_current()
        about, _ = write_backup(place, chosen, now=now)
        _require_whole(place)
        for old in made(folder)[keep:]:
            old.unlink()
            log.info("backup_removed", file=old.name)
    except (UproarError, SQLAlchemyError, OSError) as error:
        log.error("backup_failed", file=place.name, error=str(error)[:300], again_in_s=RETRY.total_seconds())  # noqa: TRY400 - it says it all
        return False
    log.info("backup_made", file=place.name, rows=sum(about.rows.values()), bytes=place.stat().st_size)
    return True


def _require_whole(place: Path) -> None:
    """Read a backup again; one that is damaged does not stay, or it would count as the newest.

    Raises:
        BackupError: it is damaged.
    """
    try:
        Backup(place).check()
    except UproarError:
        place.unlink()
        raise
