"""The pages: every one in both languages, its words, its colours before any script runs, and what browsers keep."""

import json
import os
import re
import tomllib
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from dashboards import bundles
from dashboards.bundles import WEB
from dashboards.pages import PAGES
from dashboards.words import LANGUAGES, RULES, family, later_words, preferred, word, words

ROOT = Path(__file__).parents[2]
TEMPLATES = {path.name: path.read_text() for path in (ROOT / "dashboards" / "pages").glob("*.html")}
SCRIPTS = {path.name: path.read_text() for path in [*WEB.glob("*.js"), *WEB.glob("pages/*.js")]}


def keys(table: dict[str, object], path: str = "") -> set[str]:
    """Every key of a table of words, as templates write it."""
    found = set()
    for name, value in table.items():
        if isinstance(value, dict):
            found |= keys(value, f"{path}{name}.")
        else:
            found.add(f"{path}{name}")
    return found


def given(text: str) -> dict[str, Any]:
    """What a page tells its scripts."""
    match = re.search(r'<script type="application/json" id="given">(.*?)</script>', text, re.DOTALL)
    assert match
    told: dict[str, Any] = json.loads(match[1])
    return told


class Outline(HTMLParser):
    """The ids of a page, and its inline scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.inline: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what an element is called, and whether something of it would run."""
        named = dict(attrs)
        if named.get("id"):
            self.ids.append(str(named["id"]))
        script = tag == "script" and not named.get("src") and named.get("type") != "application/json"
        if script or tag == "style" or any(name == "style" or name.startswith("on") for name in named):
            self.inline.append(tag)


@pytest.mark.parametrize("lang", sorted(LANGUAGES))
@pytest.mark.parametrize("page", sorted(PAGES))
def test_every_page_is_there_in_every_language(client: TestClient, page: str, lang: str) -> None:
    answer = client.get(PAGES[page], params={"ui": lang})
    assert answer.status_code == 200
    assert answer.headers["content-language"] == lang
    assert f'<html lang="{lang}"' in answer.text
    assert f'aria-current="page">{word(lang, f"nav.{page}")}</a>' in answer.text
    outline = Outline(answer.text)
    assert len(outline.ids) == len(set(outline.ids)), "an id names one element"
    assert not outline.inline, "the policy lets nothing inline run"


@pytest.mark.parametrize(
    ("asked", "accept", "spoken"),
    [
        ([None, None], "", "en"),
        (["fr", "en"], "en", "fr"),
        (["xx", "fr"], "en", "fr"),
        ([None, None], "fr-FR,fr;q=0.9,en;q=0.8", "fr"),
        ([None, None], "de, en;q=0.5, fr;q=0.7", "fr"),
        ([None, None], "fr;q=0, en;q=0.1", "en"),
        ([None, None], "fr;q=nonsense,*;q=1", "en"),
    ],
)
def test_the_language_is_the_one_asked_for_then_the_remembered_then_the_browsers(
    asked: list[str | None], accept: str, spoken: str
) -> None:
    assert preferred(asked, accept) == spoken


def test_language_and_colours_are_remembered_and_there_before_any_script(client: TestClient) -> None:
    client.cookies.update({"ui": "fr", "theme": "light"})
    text = client.get("/").text
    assert '<html lang="fr" data-theme="light">' in text
    assert '<html lang="en" data-theme="dark" data-kiosk>' in client.get("/?ui=en&theme=dark&kiosk=1").text
    client.cookies.update({"ui": "xx", "theme": '"><script>'})
    assert '<html lang="en" data-theme="auto">' in client.get("/").text


def test_all_languages_have_the_same_words() -> None:
    tables = {lang: keys(words(lang)) for lang in LANGUAGES}
    assert tables["fr"] == tables["en"]
    for lang in LANGUAGES:
        for key in tables[lang] - {name for name in tables[lang] if name.endswith((".one", ".other"))}:
            assert placeholders(lang, key) == placeholders("en", key), key


def placeholders(lang: str, key: str) -> set[str]:
    """What is filled into a text."""
    return set(re.findall(r"\{(\w+)\}", word(lang, key)))


def test_no_word_is_unused() -> None:
    templates, scripts = (
        set(re.findall(r"""["'`]([\w.-]+)""", "\n".join(texts.values()))) for texts in (TEMPLATES, SCRIPTS)
    )
    for key in keys(words("en")):
        plain = re.sub(r"\.(one|other)$", "", key)
        table, _, rest = plain.partition(".")
        told = plain if table == "chart" else rest  # what scripts call it: the other tables are one to them
        in_script = table not in ("nav", "shell") and {told, rest.partition(".")[0], *starts(told)} & scripts
        assert in_script or {key, *starts(key)} & templates, key


@pytest.mark.parametrize("lang", sorted(LANGUAGES))
def test_what_is_said_once_something_is_opened_is_not_in_the_page(client: TestClient, lang: str) -> None:
    told = given(client.get("/", params={"ui": lang}).text)
    assert "keys" not in told["words"]
    answer = client.get(told["later"]["words"])
    assert answer.json() == later_words(lang)
    assert "immutable" in answer.headers["cache-control"]
    assert "#range-picker" in client.get(told["later"]["style"]).text
    assert client.get("/words/xx").status_code == 404


def starts(key: str) -> set[str]:
    """How the code may begin to write a key whose end it finds in data: `shell.theme_`."""
    return {key[: end + 1] for end, letter in enumerate(key) if letter in "._"} - {"chart."}


def test_every_rule_has_plain_words(client: TestClient) -> None:
    known = {
        rule["id"]
        for path in (ROOT / "workers" / "languages").glob("*/*.toml")
        for rule in tomllib.loads(path.read_text()).get("rules", [])
    }
    speakers = tomllib.loads((ROOT / "workers" / "speaker.toml").read_text())
    known |= {f"{path.parent.name}.learned" for path in (ROOT / "workers" / "languages").glob("*/leaving.tsv")}
    known |= {f"speaker.{name}" for name, table in speakers.items() if isinstance(table, dict)}
    families = list(tomllib.loads(RULES.read_text()).values())
    named = [rule for family in families for rule in family["rules"]]
    assert len(named) == len(set(named)), "a rule is in one family"
    assert set(named) == known
    assert given(client.get("/", params={"ui": "fr"}).text)["rules"]["cancelled"] == "dit être parti ou avoir résilié"
    assert family("en.left") == "cancelled"
    assert family("of an older version") is None
    assert all(len({family[lang] for family in families}) == len(families) for lang in LANGUAGES), "words name a family"


def test_scripts_are_told_the_concerns_in_the_language_of_the_page(client: TestClient, place: Path) -> None:
    watch = place / "watches" / "meadow.toml"
    watch.write_text(watch.read_text().replace('en = "Privacy"', 'en = "Privacy", fr = "</script>Vie privée"'))
    told = given(client.get("/", params={"ui": "fr"}).text)
    assert told["concerns"] == {"meadow": {"privacy": "</script>Vie privée"}}
    assert told["lang"] == "fr"
    watch.write_text("title = ")
    assert client.get("/").status_code == 200, "what is wrong with a watch file, the API says"


def test_a_file_that_is_asked_for_by_its_fingerprint_is_kept_and_others_are_asked_for_again(client: TestClient) -> None:
    address = re.findall(r'href="(/web/[\w/]+\.css\?v=[0-9a-f]{12})"', client.get("/").text)[-1]
    assert client.get(address).headers["cache-control"] == "private, max-age=31536000, immutable"
    plain = client.get("/web/app.css")
    assert plain.headers["cache-control"] == "no-cache"
    assert client.get("/web/app.css", headers={"if-none-match": plain.headers["etag"]}).status_code == 304
    assert "immutable" not in client.get("/web/nothing.js?v=1").headers["cache-control"]


def test_bundles_are_served_while_they_are_made_of_the_sources_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    source = tmp_path / "pages" / "overview.js"
    source.write_text("1")
    assert not bundles.in_force(tmp_path), "nobody made any"
    bundles.stamp(tmp_path).parent.mkdir()
    bundles.stamp(tmp_path).write_text(bundles.fingerprint(tmp_path))
    assert not bundles.in_force(tmp_path / "pages")
    assert bundles.in_force(tmp_path)
    source.write_text("2")
    os.utime(source, ns=(1, 1))
    assert not bundles.in_force(tmp_path), "somebody edits"
