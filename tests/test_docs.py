"""What is said is tested: every setting, command, route and metric is documented, and the house keeps its own rules."""

import ast
import re
import subprocess
import tomllib
from importlib.metadata import entry_points
from pathlib import Path

import click
import pytest
import yaml

from collector.sources import SOURCES
from dashboards.app import make_app
from dashboards.states import METRICS
from uproar.settings import PREFIX, Settings
from uproar.wing import COMMANDS

ROOT = Path(__file__).parents[1]
REFERENCE = (ROOT / "docs" / "reference.md").read_text()
README = (ROOT / "README.md").read_text()
TEXTS = {path.relative_to(ROOT): path.read_text() for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]}


def tracked() -> list[Path]:
    """The files that git knows, or all of a source folder without git."""
    answer = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if answer.returncode == 0:
        names = answer.stdout.splitlines()
    else:
        names = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if ".venv" not in path.parts]
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def command_names(command: click.Command, path: str) -> list[str]:
    """A command and those below it, as they are typed."""
    if isinstance(command, click.Group):
        return [name for key, below in command.commands.items() for name in command_names(below, f"{path} {key}")]
    return [path]


def all_commands() -> list[str]:
    """Every command that can be typed."""
    return [name for point in entry_points(group=COMMANDS) for name in command_names(point.load(), point.name)]


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_documented(name: str) -> None:
    assert f"| `{PREFIX}{name.upper()}` |" in REFERENCE


def test_no_setting_is_documented_that_does_not_exist() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields} | {f"{PREFIX}RECEIVER_SECRET", f"{PREFIX}BROWSER"}
    for path, text in TEXTS.items():
        assert set(re.findall(rf"{PREFIX}[A-Z_]*[A-Z]", text)) <= known, path


@pytest.mark.parametrize("name", all_commands())
def test_every_command_is_documented(name: str) -> None:
    assert f"| `uproar {name}` |" in REFERENCE


def test_no_command_is_documented_that_does_not_exist() -> None:
    tops = {name.split()[0] for name in all_commands()}
    for path, text in TEXTS.items():
        for name in re.findall(r"`uproar ([a-z]+)", text) + re.findall(r"^uproar ([a-z]+)", text, re.MULTILINE):
            assert name in tops, f"{path}: uproar {name}"


def test_every_route_is_documented(home: Path) -> None:
    for path in make_app().openapi()["paths"]:
        assert f"| `{path}` |" in REFERENCE


@pytest.mark.parametrize("name", sorted(METRICS))
def test_every_metric_is_documented(name: str) -> None:
    assert f"| `{name}` |" in REFERENCE


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_every_source_is_documented(name: str) -> None:
    assert f"\n## {name}\n" in TEXTS[Path("docs/sources.md")]


def test_links_between_documents_lead_somewhere() -> None:
    for path, text in TEXTS.items():
        for target in re.findall(r"\]\(([^)#]+)\)", text):
            if not target.startswith("http"):
                assert (ROOT / path.parent / target).exists(), f"{path}: {target}"


def test_every_test_that_the_threat_model_names_is_there() -> None:
    named = re.findall(r"`(test_\w+)`", TEXTS[Path("docs/security.md")])
    tests = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    assert named
    assert [name for name in named if f"def {name}(" not in tests] == []


def test_the_readme_and_the_contributing_guide_stay_short() -> None:
    assert len(README.splitlines()) <= 150
    assert len(TEXTS[Path("CONTRIBUTING.md")].splitlines()) <= 100


def test_files_and_functions_stay_short() -> None:
    for path in tracked():
        if path.suffix != ".py" or "migrations" in path.parts:
            continue
        text = path.read_text()
        assert len(text.splitlines()) <= 250, path
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert (node.end_lineno or 0) - node.lineno < 50, f"{path}: {node.name}"


def test_lock_files_have_hashes_and_no_addresses() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        assert "://" not in text
        assert "--index" not in text
        pins = [line for line in text.splitlines() if re.match(r"^[a-z0-9].*==", line)]
        assert pins
        assert all(line.endswith("\\") for line in pins)
        assert text.count("--hash=sha256:") >= len(pins)


def test_everything_that_the_package_needs_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    lock = (ROOT / "requirements.txt").read_text().lower()
    for need in project["project"]["dependencies"] + project["build-system"]["requires"]:
        name = re.split(r"[\[<>=;]", need)[0].strip().lower()
        assert re.search(rf"^{re.escape(name)}==", lock, re.MULTILINE), name


def test_the_compose_file_uses_commands_and_settings_that_exist() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    roles = {name: service for name, service in compose["services"].items() if service.get("image") == "uproar"}
    commands = {service["command"][0] for service in roles.values()}
    assert commands == {"migrate", "collect", "work", "beat", "deliver", "serve", "backups"}
    for name in ("collector", "deliver", "dashboard"):
        assert roles[name]["env_file"] == [{"path": "watches.env", "required": False}]
    for service in roles.values():
        assert set(service["depends_on"]) <= set(compose["services"])
