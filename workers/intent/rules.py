"""Reads the lists of rules: data, one file a language."""

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

LANGUAGES = ("en", "fr")

_WORD = re.compile(r"(?<!\?P)<([a-z_]+)>")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: what it says about a clause, and when.

    `cue`: letters, one of which must be in the post; it saves most posts the pattern. `unless`: what may not be in
    the clause. `named`: the post must name the service. The group `other` of a pattern may not be the proper name
    of something else; the group `rival` must be.
    """

    id: str
    stage: str
    cue: tuple[str, ...]
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    named: bool


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one language; the keys are explained in the files."""

    precision: float
    rules: tuple[Rule, ...]
    condition: re.Pattern[str]
    irony: re.Pattern[str]
    agreement: re.Pattern[str]
    not_names: frozenset[str]


@lru_cache(maxsize=len(LANGUAGES))
def load_rules(language: str) -> Rules:
    """The rules of one of `LANGUAGES`."""
    data = tomllib.loads((resources.files("workers.intent") / f"{language}.toml").read_text(encoding="utf-8"))
    words: dict[str, str] = {}
    for name, pattern in data["words"].items():
        words[name] = _spell(pattern, words)
    return Rules(
        precision=data["precision"],
        rules=tuple(_rule(row, words) for row in data["rules"]),
        condition=_compile(data["condition"], words),
        irony=_compile(data["irony"], words),
        agreement=_compile(data["agreement"], words),
        not_names=frozenset(data["not_names"]),
    )


def _rule(row: dict[str, Any], words: dict[str, str]) -> Rule:
    return Rule(
        id=row["id"],
        stage=row["stage"],
        cue=tuple(row["cue"].split("|")),
        pattern=_compile(row["pattern"], words),
        unless=_compile(row["unless"], words) if "unless" in row else None,
        named=row.get("named", False),
    )


def _spell(pattern: str, words: dict[str, str]) -> str:
    """Put the patterns of the file's [words] in place of their <names>."""
    return _WORD.sub(lambda match: f"(?:{words[match[1]]})", pattern)


def _compile(pattern: str, words: dict[str, str]) -> re.Pattern[str]:
    return re.compile(_spell(pattern, words), re.MULTILINE)
