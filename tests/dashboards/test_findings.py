"""What the checks of the installation find is said in French, too: every text of theirs, and none that nobody says."""

import ast
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from dashboards import words
from dashboards.app import DATABASE_DOWN
from dashboards.questions import NO_WATCH
from uproar.moments import NO_MOMENT, OUTSIDE
from uproar.said import Said

ROOT = Path(words.__file__).parents[2]
CHECKS = (
    "uproar/checks.py",
    "uproar/learning.py",
    "dashboards/setup.py",
    "dashboards/commands.py",
    "workers/alerting/checks.py",
)
REFUSALS = (
    "dashboards/notifications.py",
    "dashboards/questions.py",
    "dashboards/spikes.py",
    "uproar/moments.py",
    "uproar/silences.py",
    "uproar/watch.py",
)
SHARED = {DATABASE_DOWN, NO_WATCH, NO_MOMENT, OUTSIDE}
TEXTS = ("detail", "remedy", "template")
FRENCH = tomllib.loads(words.FINDINGS.read_text())["fr"]


def texts_of(node: ast.expr) -> Iterator[str]:
    """The texts that an expression may be: itself, either side of a choice, the template of what is filled in."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=body, orelse=other):
            yield from (*texts_of(body), *texts_of(other))
        case ast.BoolOp(values=values):
            yield from (text for value in values for text in texts_of(value))
        case ast.Call(func=ast.Name(id="Said"), args=[template, *_]):
            yield from texts_of(template)
        case ast.JoinedStr():
            pytest.fail(f"line {node.lineno}: {ast.unparse(node)} cannot be said in another language; use Said")


def said_in(tree: ast.Module) -> Iterator[str]:
    """Every text that goes into a finding of a module."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="Finding"), keywords=given):
                yield from (text for one in given if one.arg in TEXTS for text in texts_of(one.value))
            case ast.Call(func=ast.Name(id="Said")):
                yield from texts_of(node)
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in TEXTS:
                yield from texts_of(value)
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
                named = zip(names, values, strict=True)
                found = [value for name, value in named if isinstance(name, ast.Name) and name.id in TEXTS]
                yield from (text for value in found for text in texts_of(value))


def all_texts() -> set[str]:
    """Those of all modules that check something; `_usable` answers with a text by itself."""
    texts = {text for name in CHECKS + REFUSALS for text in said_in(ast.parse((ROOT / name).read_text()))}
    return texts - {""} | {"has an Apprise URL", "has a secret and an address that may be reached"} | SHARED


def blanks(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_every_text_of_a_check_is_there_in_french_and_no_other() -> None:
    assert set(FRENCH) == all_texts()


def test_the_french_has_the_same_blanks() -> None:
    assert {text: blanks(text) for text in FRENCH} == {text: blanks(french) for text, french in FRENCH.items()}


def test_numbers_are_written_as_the_language_writes_them() -> None:
    free = Said("{free} GB free in {place}", free=1234.56, place="/a {b}")
    assert free == "1,234.6 GB free in /a {b}"
    assert words.translated(free, "en") == (free, "en")
    assert words.translated(free, "fr") == ("1\u202f234,6 Go libres dans /a {b}", "fr")


def test_what_nobody_wrote_in_the_language_stays_english_and_says_so() -> None:
    assert words.translated("HTTP 500 of hooks.example", "fr") == ("HTTP 500 of hooks.example", "en")


@pytest.mark.parametrize(
    ("path", "french"),
    [
        ("series?from=yesterday", "'yesterday' n\N{RIGHT SINGLE QUOTATION MARK}est pas un moment ; écrivez"),
        ("series?from=latest&to=first", "doit précéder to"),
        ("series?watch=nowhere", "pas de veille 'nowhere'. Veilles d\N{RIGHT SINGLE QUOTATION MARK}ici : meadow."),
        ("spikes/1234", "pas de pic 1234."),
    ],
)
def test_what_the_api_refuses_is_said_in_the_language_that_is_asked_for(
    client: TestClient, path: str, french: str
) -> None:
    answer = client.get(f"/api/v1/{path}", headers={"accept-language": "fr-FR,fr;q=0.9"})
    assert french in answer.json()["detail"]
    assert answer.headers["content-language"] == "fr"
    other = client.get(f"/api/v1/{path}", headers={"accept-language": "de"})
    assert (other.status_code, other.headers["content-language"]) == (answer.status_code, "en")
    assert other.json()["detail"] != answer.json()["detail"]
