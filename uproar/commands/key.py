"""`uproar key`: another key for the hashes of authors, without forgetting who is who."""

import secrets

import click

from uproar import database, forgotten_file, hashing, tombstones
from uproar.errors import UproarError
from uproar.key_settings import KEY
from uproar.lock import is_held, one_at_a_time
from uproar.settings import Settings, settings
from uproar.whole_files import PRIVATE, new_file


@click.group()
def key() -> None:
    """Add a key to those that authors are hashed with, or say that the old ones are lost."""


@key.command("rotate")
@click.option("--yes", is_flag=True, help="Do not ask whether it is meant.")
def rotate(*, yes: bool) -> None:
    """Add a key, and bring all that is stored up to it: who wrote what, and what was forgotten, stays known.

    Stop Uproar before, on every machine. Where UPROAR_SECRET_KEY is set, put the new key behind those in
    UPROAR_ADDED_KEYS first; else it is made, and written to secret.key in the data directory. What was begun and cut
    off is finished by running it again.
    """
    chosen = _stopped()
    place = chosen.make_data_dir() / KEY
    try:
        with one_at_a_time(place):  # of two, the later one would write over the key that the other has hashed with
            _rotate(chosen, yes=yes)
    except OSError as error:
        raise UproarError(f"{place.parent}: cannot be written: {error.strerror}.") from None


def _rotate(chosen: Settings, *, yes: bool) -> None:
    with database.writing() as session:
        there = hashing.noted(session, chosen)
        posts = hashing.to_rehash(session)
    if hashing.number_of(there, chosen) == len(chosen.keys):
        _require_file(chosen)
        if not yes:
            click.confirm(f"The authors of {posts} posts are hashed anew. Is Uproar stopped everywhere?", abort=True)
        chosen = _with_another(chosen)
    with database.writing() as session, click.progressbar(length=posts, label="posts") as bar:
        tombstones.settle(session)
        for done in hashing.catch_up(session, chosen):
            bar.update(done)
    with database.reading() as session:
        forgotten_file.keep(chosen, tombstones.everyone(session))
    click.echo(f"Authors are hashed with {len(chosen.keys)} keys now. Backups made before have the hashes of before.")


@key.command("adopt")
@click.option("--yes", is_flag=True, help="Do not ask whether it is meant.")
def adopt(*, yes: bool) -> None:
    """Go on with the keys that are here, though the database was hashed with others, which are lost.

    Nobody is known again then: people who wrote before and write again count twice, deletions of accounts are not
    followed, and what was forgotten may come back.
    """
    chosen = _stopped()
    if not yes:
        click.confirm("Nobody who is stored will be known again. Are the keys of the database really lost?", abort=True)
    with database.writing() as session:
        tombstones.settle(session)
        hashing.adopt(session, chosen)
    click.echo("From now on authors are hashed with the keys that are here. Forget again what must stay out.")


def _stopped() -> Settings:
    chosen = settings()
    if is_held(chosen):
        raise UproarError(f"`uproar up` runs on {chosen.data_dir.resolve()}. Stop it first.")
    database.require_current()
    return chosen


def _require_file(chosen: Settings) -> None:
    """Refuse where keys come from the environment: it is not ours to write."""
    if chosen.secret_key is not None:
        raise UproarError(
            "UPROAR_SECRET_KEY is set, so the new key has to be, too. On every machine, put this one behind those that "
            f"are in UPROAR_ADDED_KEYS, a blank between, and run it again: {secrets.token_hex(32)}"
        )


def _with_another(chosen: Settings) -> Settings:
    """The settings with one more key, which is in the file."""
    place = chosen.data_dir / KEY
    keys = [*map(bytes.decode, chosen.keys), secrets.token_hex(32)]
    with new_file(place, mode=PRIVATE) as file:
        file.write("\n".join(keys).encode())
    settings.cache_clear()
    return settings()
