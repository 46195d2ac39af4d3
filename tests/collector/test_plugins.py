"""Types of source out of other packages: good, broken, and those whose name is taken."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from collector import plugins
from collector.commands import wing
from collector.sources import SOURCES, build
from collector.sources.file import File
from collector.sources_command import sources
from tests.collector.conftest import MakeWatch, spec_of
from tests.collector.foreign import install
from uproar.errors import WatchError
from uproar.settings import Settings
from uproar.watch import Watch

GOOD = """
from pydantic import BaseModel, ConfigDict

class Options(BaseModel):
    model_config = ConfigDict(extra="forbid")
    url: str

class Good:
    def __init__(self, spec, watch, settings):
        self.options = Options.model_validate(spec.options)
    def fetch(self, position, *, now):
        raise NotImplementedError
"""
BROKEN = "import a_module_that_is_not_there"
ODD = """
NUMBER = 5
class NoFetch:
    pass
def nothing(spec, watch, settings):
    return None
class Breaks:
    def __init__(self, spec, watch, settings):
        raise KeyError("token")
    def fetch(self, position, *, now):
        ...
"""


@pytest.fixture
def foreign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Four packages of other people."""
    for package, module, text, points in (
        ("good", "foreign_good", GOOD, {"good": "foreign_good:Good", "file": "foreign_good:Good"}),
        ("broken", "foreign_broken", BROKEN, {"broken": "foreign_broken:Broken"}),
        (
            "odd", "foreign_odd", ODD,
            {
                "number": "foreign_odd:NUMBER", "missing": "foreign_odd:Missing", "no-fetch": "foreign_odd:NoFetch",
                "nothing": "foreign_odd:nothing", "breaks": "foreign_odd:Breaks", "twice": "foreign_odd:Breaks",
                "No Slug": "foreign_odd:Breaks",
            },
        ),
        ("other", "foreign_other", "", {"twice": "foreign_other:Twice"}),
    ):  # fmt: skip
        install(tmp_path / "site", monkeypatch, package=package, modules={module: text}, points=points)
    return tmp_path


def made(watch: Watch, kind: str, **options: Any) -> Any:
    return build(spec_of(kind, name="mine", **options), watch, Settings())


def test_a_type_of_another_package_is_built_from_its_keys(foreign: Path, make_watch: MakeWatch) -> None:
    assert made(make_watch(), "good", url="x").options.url == "x"
    with pytest.raises(WatchError, match=r"^watch harbour, source mine: adress: Extra inputs"):
        made(make_watch(), "good", url="x", adress="y")


def test_where_a_name_is_taken_ours_is_used(foreign: Path, make_watch: MakeWatch) -> None:
    assert isinstance(made(make_watch(), "file", path="a"), File)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("broken", r"the package broken brings the type 'broken' and cannot be loaded \(ModuleNotFoundError"),
        ("missing", r"the package odd brings the type 'missing' and cannot be loaded \(AttributeError"),
        ("number", "foreign_odd:NUMBER is no class with a fetch"),
        ("no-fetch", "foreign_odd:NoFetch is no class with a fetch"),
        ("nothing", "makes a NoneType, which has no fetch"),
        ("breaks", "its type 'breaks' cannot be set up: KeyError: 'token'"),
        ("twice", "the package (odd and the package other|other and the package odd) both bring the type 'twice'"),
        ("god", "there is no type 'god'; the types are .*broken.*feed.*good.*hackernews"),
    ],
)
def test_a_broken_type_is_named_when_a_watch_uses_it(
    foreign: Path, make_watch: MakeWatch, kind: str, reason: str
) -> None:
    with pytest.raises(WatchError, match=f"^watch harbour, source mine: .*{reason}"):
        made(make_watch(), kind)


def test_the_list_and_the_doctor_name_what_is_broken_though_no_watch_uses_it(
    foreign: Path, sqlite_store: Settings
) -> None:
    found = plugins.problems(SOURCES)
    assert len(found) == 7
    assert any("brings a type 'file', which Uproar has itself: ours is used" in one for one in found)
    assert any("the type 'No Slug' cannot be written in a watch file" in one for one in found)
    answer = CliRunner().invoke(sources, ["list"])
    assert answer.exit_code == 0
    for one in found:
        assert one in answer.stderr
    assert [(finding.ok, finding.detail) for finding in wing.check(sqlite_store, [])] == [(False, one) for one in found]


def test_without_other_packages_there_is_nothing_to_name() -> None:
    assert plugins.names() == plugins.problems(SOURCES) == []
