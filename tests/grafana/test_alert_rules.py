"""The alert rules for Prometheus: each asks for what /metrics gives, by labels that it has, and is explained."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from starlette.testclient import TestClient

from dashboards.app import make_app
from dashboards.states import METRICS
from tests.composed import SERVICES
from tests.dashboards.given import put
from tests.grafana.asking import GRAFANA
from tests.test_docs import TEXTS, all_commands
from uproar import database
from uproar.lags import STAGES
from uproar.models import Cursor
from uproar.roles import BACKUP, ROLES, Presence
from uproar.settings import Settings, settings

RULES: list[dict[str, Any]] = [
    rule for group in yaml.safe_load((GRAFANA / "alerts.yml").read_text())["groups"] for rule in group["rules"]
]
NAMES = [rule["alert"] for rule in RULES]


def labels_given(text: str) -> dict[str, set[str]]:
    """The labels of each metric in what /metrics answers."""
    found: dict[str, set[str]] = {}
    for name, inside in re.findall(r"^(uproar_[a-z_]+)(?:\{(.*)\})? \S+$", text, re.MULTILINE):
        found.setdefault(name, set()).update(re.findall(r'(\w+)="', inside))
    return found


@pytest.fixture
def given(running_broker: Settings, sqlite_store: Settings, monkeypatch: pytest.MonkeyPatch) -> dict[str, set[str]]:
    """The labels of every metric, of a service that has something of everything."""
    monkeypatch.setenv("UPROAR_X_BEARER_TOKEN", "a-token-of-the-harbour")
    settings.cache_clear()
    now = datetime.now(UTC)
    put(watch="harbour")
    with database.writing() as session:
        session.add(Cursor(watch="harbour", source="press", next_due_at=now, covered_until=now))
    Presence("worker", settings()).say()
    with TestClient(make_app(), base_url="http://localhost") as client:
        return labels_given(client.get("/metrics").text)


def test_rules_ask_for_metrics_and_labels_that_are_given(given: dict[str, set[str]]) -> None:
    assert given.keys() == METRICS.keys()
    for rule in RULES:
        named = set(re.findall(r"uproar_[a-z_]+", rule["expr"]))
        assert named <= given.keys(), rule["alert"]
        assert named or rule["expr"] == 'absent(up{job="uproar"} == 1)'
        there = set.union({"job"}, *(given[name] for name in named))
        by = {label.strip() for part in re.findall(r"by \(([^)]*)\)", rule["expr"]) for label in part.split(",")}
        asked = by | set(re.findall(r"(\w+)!?=\"", rule["expr"]))
        assert asked <= there, rule["alert"]
        told = set(re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"]))
        assert told <= by, f"{rule['alert']} tells a label that its expression does not keep"


def test_stages_and_roles_that_rules_name_are_ours() -> None:
    for rule in RULES:
        assert set(re.findall(r'stage="([^"]*)"', rule["expr"])) <= set(STAGES)
        assert set(re.findall(r'role!?="([^"]*)"', rule["expr"])) <= {*ROLES, BACKUP}


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_a_rule_says_how_bad_it_is_and_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in {"critical", "warning"}
    assert re.fullmatch(r"\d+[mh]", rule.get("for", "0m"))
    assert f"| `{rule['alert']}` |" in TEXTS[Path("docs/operations.md")]
    for command in re.findall(r"`uproar ([a-z ]+?)(?: --.*?)?`", rule["annotations"]["summary"]):
        assert command in all_commands()


def test_no_rule_is_documented_that_does_not_exist() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert set(re.findall(r"\| `(Uproar[A-Za-z]+)` \|", TEXTS[Path("docs/operations.md")])) == set(NAMES)


def test_prometheus_reads_the_rules_where_compose_puts_them() -> None:
    (place,) = yaml.safe_load((GRAFANA / "prometheus.yml").read_text())["rule_files"]
    assert f"./dashboards/grafana/alerts.yml:{place}:ro" in SERVICES["prometheus"]["volumes"]
    assert yaml.safe_load((GRAFANA / "prometheus.yml").read_text())["scrape_configs"][0]["job_name"] == "uproar"
