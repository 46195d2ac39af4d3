"""The words of the page: one file a language, the same keys in each; common words, and those of each page."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from uproar.said import Said, filled

LANGUAGES = {"en": "English", "fr": "Français"}
DEFAULT = "en"
CHARTED = ("overview", "compare")  # the pages that have panels of charts
POSTED = ("overview", "quality")  # the pages that show posts and let people correct them: they say the same of them
RULES = Path(__file__).parent / "rules.toml"
FINDINGS = Path(__file__).parent / "findings.toml"
SEPARATORS = {"fr": ("\u202f", ",")}  # of thousands, and of decimals

Words = dict[str, Any]


@cache
def words(lang: str) -> Words:
    """All words of a language: tables of texts, and of tables with `one` and `other` where a number decides."""
    with (Path(__file__).parent / f"{lang}.toml").open("rb") as file:
        return tomllib.load(file)


def word(lang: str, key: str) -> str:
    """The text of a key such as `nav.overview`.

    Raises:
        KeyError: there is no such text; a template that asks for it is wrong.
    """
    found: Any = words(lang)
    for part in key.split("."):
        found = found[part]
    if not isinstance(found, str):
        raise KeyError(key)
    return found


def script_words(lang: str, page: str, start: str) -> Words:
    """What the scripts of one page say: the words that all pages share, and its own; and those of a range's start."""
    known = words(lang)
    charts = {"chart": known["chart"]} if page in CHARTED else {}
    posts = known["overview"] if page in POSTED else {}
    own = {name: table for name, table in {**posts, **known.get(page, {})}.items() if name != "page"}
    quick = {name: text for name, text in known["later"]["quick"].items() if name == start}
    return {**known["script"], **own, **charts, "quick": quick}  # `page` is for the template


def later_words(lang: str) -> Words:
    """What the scripts of any page say only once somebody opens something."""
    found: Words = words(lang)["later"]
    return found


def rules(lang: str) -> dict[str, str]:
    """In plain words what the rules of each family say that may decide something of a post."""
    return {name: family[lang] for name, family in _families().items()}


def family(rule: str) -> str | None:
    """The family of a rule: those that say the same of a post."""
    return _family_of().get(rule)


@cache
def _families() -> dict[str, Words]:
    with RULES.open("rb") as file:
        return tomllib.load(file)


@cache
def _family_of() -> dict[str, str]:
    return {rule: name for name, family in _families().items() for rule in family["rules"]}


def translated(text: str, lang: str) -> tuple[str, str]:
    """What a check found, in a language, and the language it is in: English where nobody wrote it in the other.

    What errors and platforms say is written by nobody here.
    """
    known = _findings().get(lang, {})
    template, values = (text.template, text.values) if isinstance(text, Said) else (text, {})
    if template not in known:
        return text, DEFAULT
    thousands, point = SEPARATORS[lang]
    return filled(known[template], values, thousands=thousands, point=point), lang


@cache
def _findings() -> dict[str, dict[str, str]]:
    with FINDINGS.open("rb") as file:
        return tomllib.load(file)


def preferred(asked: list[str | None], accept: str) -> str:
    """The language to speak: the first of those asked for that we know, else the best of an Accept-Language header."""
    wanted = [*asked, *_accepted(accept)]
    return next((one for one in wanted if one in LANGUAGES), DEFAULT)


def _accepted(header: str) -> list[str]:
    weighed = []
    for part in header.split(",")[:20]:
        tag, _, weight = part.strip().partition(";q=")
        try:
            weighed.append((-float(weight or 1), tag.partition("-")[0].lower()))
        except ValueError:
            continue
    return [lang for weight, lang in sorted(weighed, key=lambda pair: pair[0]) if weight < 0]
