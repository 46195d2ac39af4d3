"""What this installation needs, looked at part by part; asked by `uproar doctor` and by the setup page."""

import shutil
import time
from collections.abc import Iterator

from sqlalchemy.exc import SQLAlchemyError

from uproar import broker, database, hashing, tombstones
from uproar.errors import Finding, UproarError
from uproar.lock import is_held
from uproar.said import Said
from uproar.settings import PREFIX, Settings, unknown_settings
from uproar.watch import Watch, active, load_watches

LEAST_FREE = 1_000_000_000  # bytes
EARLIEST_CLOCK = 1_760_000_000  # seconds since 1970: this program did not exist before


def watches_of(chosen: Settings) -> tuple[list[Watch], Finding]:
    """The watches of an installation, and whether their files can be used; none if one of them cannot."""
    try:
        watches = load_watches(chosen.watch_dir)
    except UproarError as error:
        return [], Finding("watches", ok=False, detail=str(error), command="uproar watch check")
    detail = Said("{n} switched on of {of}", n=len(active(watches)), of=len(watches))
    return watches, Finding("watches", ok=True, detail=detail)


def findings(chosen: Settings, watches: list[Watch]) -> Iterator[Finding]:
    """How settings, database, broker, disk and clock are; no place outside of the installation is asked."""
    secrets = {
        variable
        for watch in watches
        for endpoint in watch.alerts.endpoints
        for variable in (endpoint.secret_env, endpoint.previous_secret_env, endpoint.apprise_env)
    }
    for name, near in unknown_settings().items():
        if name in secrets:
            continue
        remedy = Said("Did you mean {near}?", near=near) if near else "It has no effect; remove it."
        yield Finding(f"setting {name}", ok=False, detail="there is no such setting", remedy=remedy)
    yield _database()
    keys = list(_keys(chosen))
    yield from keys
    if all(finding.ok for finding in keys):  # with other keys no tombstone is found, whether it stands or not
        yield from _forgotten(chosen, watches)
    yield _broker(chosen)
    yield _disk(chosen)
    yield _clock()


def _database() -> Finding:
    try:
        present, newest = database.versions()
    except UproarError as error:
        return Finding("database", ok=False, detail=str(error))
    except (SQLAlchemyError, OSError) as error:
        remedy = Said("Is {setting} right, and does the server run?", setting=f"{PREFIX}DATABASE_URL")
        return Finding("database", ok=False, detail=str(error).splitlines()[0], remedy=remedy)
    kind = database.engine().dialect.name
    if present != newest:
        versions = {"kind": kind, "present": str(present), "newest": str(newest)}
        return Finding(
            "database",
            ok=False,
            detail=Said("{kind}, tables at version {present}, newest is {newest}", **versions),
            remedy="Run `uproar migrate` (`uproar up` does it itself).",
            command="uproar migrate",
            missing=present is None,
        )
    detail = Said("{kind}, tables at version {present}", kind=kind, present=str(present))
    return Finding("database", ok=True, detail=detail)


def _keys(chosen: Settings) -> Iterator[Finding]:
    """Whether the stored hashes are made with the keys that are here; to look makes none."""
    try:
        ours = hashing.fingerprints(chosen.keys) if chosen.has_keys else []
    except UproarError as error:
        yield Finding("keys", ok=False, detail=str(error))
        return
    there = None
    if database.is_current():
        with database.reading() as session:
            there = hashing.used(session)
    if there is None:
        return
    if there in ours[:-1]:
        detail, remedy = "a key was added that stored hashes lack", "Stop Uproar, and run `uproar key rotate`."
        yield Finding("keys", ok=False, detail=detail, remedy=remedy, command="uproar key rotate")
    elif there not in ours:
        detail = "authors are hashed with other keys than those here: nothing is collected"
        remedy = "Set UPROAR_SECRET_KEY and UPROAR_ADDED_KEYS as where they were hashed, or bring the file secret.key."
        yield Finding("keys", ok=False, detail=detail, remedy=remedy)
    else:
        detail = Said("authors are hashed with {n} of them", n=len(ours))
        yield Finding("keys", ok=True, detail=detail)


def _broker(chosen: Settings) -> Finding:
    if broker.is_up(chosen.broker):
        return Finding("broker", ok=True, detail="answers")
    if not chosen.embedded_broker:
        remedy = Said("Is {setting} right, and does the server run?", setting=f"{PREFIX}BROKER_URL")
        return Finding("broker", ok=False, detail="does not answer", remedy=remedy)
    if is_held(chosen):
        return Finding("broker", ok=False, detail="the embedded one does not answer", remedy="Look at the log.")
    try:
        if chosen.data_dir.exists():
            broker.broker_command(chosen)  # may it use its folders?
        else:
            broker.find_valkey()
    except UproarError as error:
        return Finding("broker", ok=False, detail=str(error))
    return Finding("broker", ok=True, detail="embedded; `uproar up` starts it")


def _disk(chosen: Settings) -> Finding:
    place = chosen.data_dir.resolve()
    there = next(one for one in (place, *place.parents) if one.is_dir())
    free = shutil.disk_usage(there).free
    template = "{free} GB free in {place}" if there == place else "{free} GB free in {place}, which is not there yet"
    detail = Said(template, free=free / 1e9, place=str(place))
    return Finding("disk", ok=free >= LEAST_FREE, detail=detail, remedy="Make room, or move UPROAR_DATA_DIR.")


def _forgotten(chosen: Settings, watches: list[Watch]) -> Iterator[Finding]:
    """Watches under names that `uproar forget` was told to forget."""
    if not watches or not chosen.has_keys or not database.is_current():
        return  # without keys nothing was forgotten here, and to look makes none
    with database.reading() as session:
        gone = tombstones.standing(session, [tombstones.of_watch(chosen, watch.name) for watch in watches])
    for watch in watches:
        if tombstones.of_watch(chosen, watch.name) in gone:
            detail = "its name was forgotten: nothing of it is stored"
            yield Finding(f"watch {watch.name}", ok=False, detail=detail, remedy="Give it another name.")


def _clock() -> Finding:
    now = time.time()
    detail = Said("{data}", data=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now)))
    return Finding("clock", ok=now > EARLIEST_CLOCK, detail=detail, remedy="Set the clock; posts are counted by time.")
