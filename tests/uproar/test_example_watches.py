"""The watch files that come with the program."""

import inspect
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

import uproar.watch
import uproar.watch_alerts
import uproar.watch_endpoints
from collector.sources import bluesky, feed, file, hackernews, mastodon, reddit, x
from uproar.watch import load_watch, load_watches

WATCHES = Path(uproar.watch.__file__).parents[1] / "watches"
AMAZON = WATCHES / "amazon-one-medical.toml"
MADE_UP = WATCHES / "made-up-deal.toml"
DEMO = Path(uproar.watch.__file__).parent / "demo" / "watch.toml"

CONCERNS = {"privacy", "surveillance", "monopoly", "price", "care-quality", "labour", "trust"}


def tables_of(data: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The tables of a watch file by the model that reads them."""
    return {
        "Watch": [data],
        "Service": data["services"],
        "Matching": [data["matching"]],
        "SourceSpec": data["sources"],
        "Concern": data["concerns"],
        "Moment": data["timeline"],
        "Alerts": [data["alerts"]],
        "Endpoint": data["alerts"]["endpoints"],
        "Threshold": data["alerts"]["thresholds"],
        "Mute": data["alerts"]["mute"],
        "TimeRange": data["alerts"]["mute"][0]["times"],
    }


def test_all_example_watches_load_together() -> None:
    assert {"amazon-one-medical", "made-up-deal"} <= {watch.name for watch in load_watches(WATCHES)}


def test_the_made_up_deal_sets_every_key_there_is() -> None:
    tables = tables_of(tomllib.loads(MADE_UP.read_text(encoding="utf-8")))
    models = {
        name: model
        for module in (uproar.watch, uproar.watch_alerts, uproar.watch_endpoints)
        for name, model in inspect.getmembers(module, inspect.isclass)
        if issubclass(model, BaseModel) and model.__module__ == module.__name__ and model.model_fields
    }
    assert models.keys() == tables.keys()
    for name, model in models.items():
        present = {key for table in tables[name] for key in table}
        assert model.model_fields.keys() - present == set(), f"{name} has keys that made-up-deal.toml does not show"


@pytest.mark.parametrize("module", [bluesky, feed, file, hackernews, mastodon, reddit, x])
def test_the_made_up_deal_shows_every_option_of_a_source(module: Any) -> None:
    options = {source.type: set(source.options) for source in load_watch(MADE_UP).sources}
    assert options[module.__name__.split(".")[-1]] == set(module.Options.model_fields)


def test_the_made_up_deal_is_switched_off_and_marked_as_made_up() -> None:
    watch = load_watch(MADE_UP)
    assert not watch.enabled
    assert watch.simulated


def test_each_key_of_the_made_up_deal_is_explained_where_it_is_first_set() -> None:
    lines = MADE_UP.read_text(encoding="utf-8").splitlines()
    explained: set[str] = set()
    table = ""
    for above, line in zip(["", *lines], lines, strict=False):
        if line.startswith("["):
            table = line
        elif match := re.match(r"(\w+) = ", line):
            key = f"{table} {match[1]}"
            assert key in explained or above.startswith("#") or table == "[concerns.words]", f"no remark above: {line}"
            explained.add(key)


def test_the_amazon_watch_has_the_public_facts_of_the_deal() -> None:
    watch = load_watch(AMAZON)
    assert watch.enabled
    assert not watch.simulated
    assert watch.services[0].name == "One Medical"
    assert watch.services[0].members == 767_000
    assert watch.starts.date().isoformat() == "2022-07-21"
    assert watch.timeline[-1].at.date().isoformat() == "2023-02-22"
    assert [moment.at for moment in watch.timeline] == sorted(moment.at for moment in watch.timeline)


def test_the_amazon_watch_needs_no_account_and_tells_nobody() -> None:
    watch = load_watch(AMAZON)
    assert {source.type for source in watch.sources if source.enabled} == {"hackernews", "feed"}
    assert watch.alerts.endpoints == ()


@pytest.mark.parametrize("path", [AMAZON, DEMO], ids=["amazon", "demo"])
def test_each_concern_has_a_label_and_many_words_in_both_languages(path: Path) -> None:
    concerns = concerns_of(path)
    assert {concern["name"] for concern in concerns} == CONCERNS
    for concern in concerns:
        assert concern["label"].keys() == concern["words"].keys() == {"en", "fr"}
        assert all(len(words) >= 9 for words in concern["words"].values()), concern["name"]


@pytest.mark.parametrize("path", [AMAZON, MADE_UP, DEMO], ids=["amazon", "made-up", "demo"])
def test_word_lists_repeat_nothing_and_use_the_star_only_at_the_end(path: Path) -> None:
    for concern in concerns_of(path):
        for lang, words in concern["words"].items():
            where = f"{concern['name']} in {lang}"
            lowered = [word.lower() for word in words]
            assert sorted(set(lowered)) == sorted(lowered), where
            assert not [word for word in words if "*" in word[:-1] or word != word.strip() or len(word) < 2], where
            prefixes = [word[:-1] for word in lowered if word.endswith("*")]
            idle = [word for word in lowered for prefix in prefixes if word.startswith(prefix) and word != f"{prefix}*"]
            assert idle == [], f"{where}: already found by a word with a star"


def concerns_of(path: Path) -> list[dict[str, Any]]:
    """The concerns of a file; the demo's, which has placeholders for values, are read with those filled in."""
    text = re.sub(r"\$\{\w+\}", "2031-03-03T06:00:00Z", path.read_text(encoding="utf-8"))
    concerns: list[dict[str, Any]] = tomllib.loads(text)["concerns"]
    return concerns
