"""The services of docker-compose.yml without Docker: each one's own command, environment, secrets and health check.

What a container gives is put in their place: the names of hosts, the paths of volumes, and the folder of secrets, with
those that the service asks for and no other.
"""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from tests.postgres import Postgres
from tests.waiting import until
from uproar import broker
from uproar.commands.up import free_ports

ROOT = Path(__file__).parents[1]
FILE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = FILE["services"]
OURS = [name for name, service in SERVICES.items() if service["image"] == "uproar"]
IMAGE = dict(re.findall(r"(UPROAR_[A-Z_]+)=(\S+)", (ROOT / "Dockerfile").read_text()))


def interpolated(text: str) -> str:
    """A value with its variables at their defaults, as Compose gives it with an empty `.env`."""
    return re.sub(r"\$\{\w+(?::-([^}]*))?\}", lambda found: found.group(1) or "", text).replace("$$", "$")


def secret_names(service: str) -> list[str]:
    """The secrets that a service asks for."""
    return list(SERVICES[service].get("secrets", []))


def postgres_options() -> list[str]:
    """What the file tells PostgreSQL, `name=value` each."""
    program, *words = list[str](SERVICES["postgres"]["command"])
    assert program == "postgres"
    assert set(words[::2]) == {"-c"}
    return words[1::2]


class Composed:
    """The services, in processes of this machine; the server of PostgreSQL is the test's."""

    def __init__(self, folder: Path, postgres: Postgres) -> None:
        self.folder = folder
        self.postgres = postgres
        self.database = postgres.create()
        self.ports = dict(zip(("broker", "dashboard"), free_ports("127.0.0.1", 2), strict=True))
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.log = folder / "log"
        self._places = {
            "/var/lib/uproar": folder / "data",
            "/var/backups/uproar": folder / "backups",
            "/etc/uproar/watches": folder / "watches",
        }
        for place in self._places.values():
            place.mkdir(exist_ok=True)
        made = subprocess.run(["make", "-f", str(ROOT / "Makefile"), "secrets"], cwd=folder, check=False)
        assert made.returncode == 0

    def here(self, text: str) -> str:
        """A text of the file, with what a container would make of it."""
        for inside, outside in self._places.items():
            text = text.replace(inside, str(outside))
        text = text.replace("@postgres/uproar", self.postgres.address(self.database).partition("uproar")[2])
        return text.replace("redis://broker/0", f"redis://127.0.0.1:{self.ports['broker']}/0")

    def environment(self, service: str) -> dict[str, str]:
        """What a service of ours finds in its environment: nothing of this machine's but the way to Python."""
        place = self.folder / "mounted" / service
        place.mkdir(parents=True, exist_ok=True)
        for name in secret_names(service):
            (place / name).write_bytes((self.folder / FILE["secrets"][name]["file"]).read_bytes())
        own = {**IMAGE, **SERVICES[service]["environment"]}
        return {
            **{name: self.here(interpolated(value)) for name, value in own.items()},
            **{name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ},
            "UPROAR_NAME": service,
            "UPROAR_PORT": str(self.ports["dashboard"]),
            "UPROAR_SECRETS_DIR": str(place),
        }

    def start(self, service: str) -> None:
        """Start a service by its own command."""
        words = [self.here(interpolated(word)) for word in SERVICES[service]["command"]]
        if service == "broker":
            assert words.pop(0) == "valkey-server"
            at = ["--port", str(self.ports["broker"]), "--bind", "127.0.0.1", "--dir", str(self.folder)]
            command, environment = [str(broker.find_valkey()), *words, *at], dict(os.environ)
        else:
            command, environment = [sys.executable, "-m", "uproar", *words], self.environment(service)
        with self.log.open("ab") as log:
            self.processes[service] = subprocess.Popen(
                command, env=environment, cwd=self.folder / "data", stdout=log, stderr=log, start_new_session=True
            )

    def is_healthy(self, service: str) -> bool:
        """Ask a service by its own health check. The broker's asks with our client: no package brings valkey-cli."""
        kind, program, *words = SERVICES[service]["healthcheck"]["test"]
        assert kind == "CMD", "without a shell"
        if program == "valkey-cli":
            assert words == ["ping"]
            return broker.is_up(f"redis://127.0.0.1:{self.ports['broker']}/0")
        if program == "pg_isready":
            command = [self.postgres.program(program), *words, "-h", str(self.postgres.folder)]
            environment = dict(os.environ)
        else:
            assert program == "uproar"
            command, environment = [sys.executable, "-m", program, *words], self.environment(service)
        answer = subprocess.run(command, env=environment, capture_output=True, timeout=60, check=False)
        return answer.returncode == 0

    def run(self, service: str, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command of ours beside a service, as `docker compose exec` does."""
        command = [sys.executable, "-m", "uproar", *words]
        environment = self.environment(service)
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)

    def stop(self, service: str) -> int:
        """Stop a service as Docker does, and kill it when its grace is over; its exit status."""
        process = self.processes.pop(service)
        process.send_signal(signal.SIGTERM)
        grace = SERVICES[service]["stop_grace_period"]
        return process.wait(int(grace.removesuffix("s")))

    def end(self) -> None:
        """Whatever still runs is killed."""
        for process in self.processes.values():
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.postgres.drop(self.database)


@contextmanager
def composed(folder: Path, postgres: Postgres) -> Iterator[Composed]:
    """PostgreSQL and the broker run, and the tables are made."""
    services = Composed(folder, postgres)
    try:
        services.start("broker")
        for name in ("postgres", "broker"):
            until(lambda name=name: services.is_healthy(name), log=services.log)  # type: ignore[misc] # mypy cannot infer it
        services.start("migrate")
        assert services.processes.pop("migrate").wait(60) == 0, services.log.read_text()[-4_000:]
        yield services
    finally:
        services.end()
