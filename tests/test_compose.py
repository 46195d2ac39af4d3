"""docker-compose.yml: what it says holds together, and its services make the whole trip with their own commands."""

import base64
import json
import re
import urllib.request
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.composed import (
    FILE,
    IMAGE,
    OURS,
    ROOT,
    SERVICES,
    Composed,
    composed,
    interpolated,
    postgres_options,
    secret_names,
)
from tests.postgres import Postgres
from tests.test_trip import LEAVER, WATCH, outside_world
from tests.waiting import until
from uproar.backups import Backup
from uproar.settings import PREFIX, SECRET, Settings

ONCE = {"migrate", "grafana-role"}
LASTING = sorted(SERVICES.keys() - ONCE)
ROLES = [name for name in OURS if name not in ONCE]
VARIABLES = {PREFIX + name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("name", LASTING)
def test_what_lasts_is_restarted_and_limited_and_asked_without_a_shell_whether_it_is_well(name: str) -> None:
    service = SERVICES[name]
    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"][0] == "CMD"
    assert service["deploy"]["resources"]["limits"].keys() == {"cpus", "memory", "pids"}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_an_image_is_ours_or_pinned_by_a_tag(name: str) -> None:
    image = SERVICES[name]["image"]
    assert image == "uproar" or re.fullmatch(r"[a-z/]+:v?[0-9.]+", image)


@pytest.mark.parametrize("name", sorted(SERVICES.keys() - {"postgres"}))
def test_nothing_is_written_but_to_volumes(name: str) -> None:
    assert SERVICES[name]["read_only"] is True
    assert "no-new-privileges:true" in SERVICES[name]["security_opt"]


@pytest.mark.parametrize("name", OURS)
def test_our_services_have_no_capability_and_need_none(name: str) -> None:
    assert SERVICES[name]["cap_drop"] == ["ALL"]
    assert "\nUSER uproar\n" in (ROOT / "Dockerfile").read_text()
    assert int(SERVICES[name]["stop_grace_period"].removesuffix("s")) > 10


@pytest.mark.parametrize("name", OURS)
def test_no_secret_stands_in_an_environment(name: str) -> None:
    secret = {PREFIX + field.upper() for field in SECRET} - {"UPROAR_DATABASE_URL", "UPROAR_BROKER_URL"}
    environment = SERVICES[name]["environment"]
    assert environment.keys() <= VARIABLES - secret
    assert environment["UPROAR_DATABASE_URL"] == "postgresql://uproar@postgres/uproar"
    assert set(IMAGE) <= VARIABLES


def test_every_secret_is_a_setting_that_somebody_asks_for_in_a_file_of_its_name() -> None:
    assert {name.upper() for name in FILE["secrets"]} <= VARIABLES
    assert {place["file"] for place in FILE["secrets"].values()} == {f"secrets/{name}" for name in FILE["secrets"]}
    assert {name for service in SERVICES for name in secret_names(service)} == set(FILE["secrets"])
    assert "uproar_password" not in secret_names("worker"), "who has no use for a secret does not get it"


def test_secrets_get_into_no_commit_and_no_image() -> None:
    assert "/secrets/" in (ROOT / ".gitignore").read_text().splitlines()
    assert "secrets" in (ROOT / ".dockerignore").read_text().splitlines()


def test_volumes_are_named_and_files_are_there() -> None:
    for name, service in SERVICES.items():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (ROOT / source).exists() if source.startswith("./") else source in FILE["volumes"], (name, volume)


def test_postgresql_takes_what_the_file_tells_it_and_has_room_for_it(short_tmp: Path) -> None:
    folder = short_tmp / "as-composed"
    folder.mkdir()
    server = Postgres(folder, options=postgres_options())
    limit = SERVICES["postgres"]["deploy"]["resources"]["limits"]["memory"].upper() + "B"
    sizes = "SELECT pg_size_bytes(%s), pg_size_bytes(current_setting('shared_buffers'))"
    try:
        server.start()
        with psycopg.connect(server.address("postgres")) as connection:
            told = dict(option.split("=") for option in postgres_options())
            shown = {name: connection.execute("SELECT current_setting(%s)", (name,)).fetchone() for name in told}
            room, buffers = connection.execute(sizes, (limit,)).fetchone() or (0, 0)
    finally:
        server.stop()
    assert shown == {name: (value,) for name, value in told.items()}
    assert room == 4 * buffers > 0


def test_defaults_are_those_of_an_empty_env_file() -> None:
    assert interpolated("${BACKUP_EVERY:-1d} ${NOTHING:-} $${LATER:?x}") == "1d  ${LATER:?x}"


def asked(services: Composed, path: str) -> Any:
    """What the dashboard answers to whoever knows the password."""
    password = (services.folder / "secrets" / "uproar_password").read_text().strip()
    word = base64.b64encode(f"admin:{password}".encode()).decode()
    question = urllib.request.Request(
        f"http://127.0.0.1:{services.ports['dashboard']}{path}", headers={"Authorization": f"Basic {word}"}
    )
    with urllib.request.urlopen(question, timeout=20) as answer:
        return json.load(answer)


def test_the_services_start_are_well_bring_a_post_from_source_to_webhook_and_stop(
    home: Path, postgres: Postgres
) -> None:
    with outside_world() as (address, world), composed(home, postgres) as services:
        (home / "watches" / "harbour.toml").write_text(WATCH.format(address=address))
        assert not any(services.is_healthy(name) for name in ("worker", "dashboard")), "nobody is there yet"
        for name in ROLES:
            services.start(name)
        for name in ROLES:
            until(lambda name=name: services.is_healthy(name), log=services.log)  # type: ignore[misc] # as above
        until(lambda: len(world.told) > len({headers["webhook-id"] for headers, _ in world.told}), log=services.log)

        page = asked(services, "/api/v1/posts?watch=harbour&cancel=true&limit=100")
        assert {post["text"] for post in page["posts"]} == {LEAVER}
        series = asked(services, "/api/v1/series?watch=harbour&from=latest-6h&to=latest")
        assert (series["totals"]["posts"], series["totals"]["cancel"]) == (67, 30)
        assert asked(services, "/ready")["ready"] is True
        told = services.run("worker", "status")
        assert told.returncode == 0, told.stdout + told.stderr
        assert "reactions 67" in told.stdout
        until(lambda: bool(list((home / "backups").glob("uproar-*.zip"))), log=services.log)
        Backup(next((home / "backups").glob("uproar-*.zip"))).check()

        assert {name: services.stop(name) for name in ROLES} == dict.fromkeys(ROLES, 0)
        assert not services.is_healthy("worker"), "who was stopped is not well"
        assert all(process.poll() is None for process in services.processes.values()), "the broker still runs"
    assert LEAVER not in services.log.read_text(), "no text of a post is in a log"
