"""`uproar backup` and `uproar restore`: all that is stored in one file, and back into an empty database of any kind."""

from datetime import UTC, datetime
from pathlib import Path

import click

from uproar import backups, database, forgetting, forgotten_file, hashing, migrating, tombstones
from uproar.backups import About, Backup, BackupError
from uproar.errors import UproarError
from uproar.key_settings import KEY
from uproar.lock import is_held
from uproar.settings import Settings, settings
from uproar.whole_files import PRIVATE, new_file

USERS, WATCHES = "users", "watches"


@click.command()
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
def backup(*, out: Path) -> None:
    """Write all that is stored to OUT.zip: every table, the key, the accounts and the watch files.

    Everything may go on running: it holds what the database held at one moment.
    """
    database.require_current()
    chosen = settings()
    about, files = write_backup(out, chosen, now=datetime.now(UTC))
    click.echo(f"{out}: {sum(about.rows.values())} rows of {len(about.rows)} tables, {len(files)} files")
    if KEY not in files:
        click.echo("UPROAR_SECRET_KEY is not in it: keep it elsewhere.")
    click.echo("Whoever has it can read every text: keep it as you keep the database.")


@click.command()
@click.argument("pack", metavar="IN", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Only look whether it is whole; nothing is written.")
@click.option("--any-key", is_flag=True, help="Also if authors were hashed by a key that is lost.")
def restore(*, pack: Path, check: bool, any_key: bool) -> None:
    """Put a backup back: its rows into an empty database, files where there are none.

    The database may be of the other kind: that is how to go from SQLite to PostgreSQL, and back.
    """
    found = Backup(pack)
    found.check()
    if check:
        click.echo(
            f"{pack}: whole; of {found.about.made_at:%Y-%m-%d %H:%M} UTC, tables of version {found.about.schema}"
        )
        return
    chosen = settings()
    if is_held(chosen):
        raise UproarError(f"`uproar up` runs on {chosen.data_dir.resolve()}. Stop it first.")
    newest = database.versions()[1]
    if found.about.schema != newest:
        raise BackupError(
            f"{pack}: its tables are of version {found.about.schema}, this program has {newest}. Restore it with the "
            "version of Uproar that made it, and run `uproar migrate` of this one then."
        )
    files = found.files()
    _require_key(chosen, found.about.key, files, any_key=any_key)
    since = forgotten_file.read_lines(chosen)
    migrating.migrate()
    with database.writing() as session:  # rows and files come back together
        rows = found.put_back(session)
        _put_back(chosen, files)
        if any_key:
            hashing.adopt(session, chosen)
        for _ in hashing.catch_up(session, chosen):  # keys that were added since it was made
            pass
        stones = forgotten_file.up_to_date(since, chosen)
        tombstones.put(session, [(one.key, one.kind) for one in stones], now=datetime.now(UTC))
        gone = forgetting.forget_again(session, chosen, now=datetime.now(UTC))
    click.echo(f"{sum(rows.values())} rows of {len(rows)} tables are back")
    if gone:
        click.echo(f"{gone} posts in it have been forgotten since, and are gone again")


def write_backup(out: Path, chosen: Settings, *, now: datetime) -> tuple[About, dict[str, Path]]:
    """Write a backup; what it holds of tables, and which files.

    Raises:
        UproarError: the file cannot be written.
    """
    about = About(database.versions()[0] or "", now, hashing.fingerprints(chosen.keys)[-1])
    files = {name: path for name, path in places(chosen).items() if path.is_file()}
    with database.reading() as session, new_file(out, mode=PRIVATE) as file:
        backups.write(session, file, about, files)
    return about, files


def places(chosen: Settings) -> dict[str, Path]:
    """The files that go with the tables, by their names in a backup; some may not be there."""
    watches = sorted(chosen.watch_dir.glob("*.toml")) if chosen.watch_dir.is_dir() else [chosen.watch_dir]
    return {**_own(chosen), **{f"{WATCHES}/{path.name}": path for path in watches}}


def _own(chosen: Settings) -> dict[str, Path]:
    """Key and accounts; a key that is set lies in no file."""
    own = {KEY: chosen.data_dir / KEY, USERS: chosen.users_path}
    return own if chosen.secret_key is None else {USERS: own[USERS]}


def _require_key(chosen: Settings, wanted: str, files: dict[str, bytes], *, any_key: bool) -> None:
    """Refuse a key by which no author would be known again.

    Raises:
        BackupError: this installation has another key.
    """
    if (
        any_key
        or (KEY in files and not chosen.has_keys)
        or (chosen.has_keys and wanted in hashing.fingerprints(chosen.keys))
    ):
        return
    raise BackupError(
        "The backup was made with another key: what authors delete would not be found, and receivers would refuse our "
        f"signatures. Set UPROAR_SECRET_KEY to that key, or remove {chosen.data_dir / KEY}; --any-key if it is lost."
    )


def _put_back(chosen: Settings, files: dict[str, bytes]) -> None:
    """Write files that are not there; those that are stay, and are told if they are others."""
    for name, content in files.items():
        folder, _, rest = name.rpartition("/")
        place = _own(chosen).get(name)
        if folder == WATCHES:
            place = chosen.watch_dir if chosen.watch_dir.suffix == ".toml" else chosen.watch_dir / Path(rest).name
        if place is None:
            continue
        if not place.exists():
            _make_room(place.parent)
            with new_file(place, mode=0o644 if folder == WATCHES else PRIVATE) as file:
                file.write(content)
            click.echo(f"{place} is back")
        elif place.read_bytes() != content:
            click.echo(f"{place} is another one than in the backup, and stays as it is")


def _make_room(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BackupError(f"{folder}: cannot be made a folder: {error.strerror}. No row was written.") from None
