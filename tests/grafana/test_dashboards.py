import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.cog.runtime import Runtime
from grafana_foundation_sdk.models.dashboard import Dashboard

from dashboards.grafana.__main__ import WATCHES, written
from dashboards.grafana.parts import POSTGRESQL, PROMETHEUS, SQL_VARIANT
from dashboards.states import METRICS
from tests.grafana.asking import FILES, GRAFANA, board

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
OURS = ("grafana", "grafana-role", "prometheus")


def parts(tree: Any) -> Iterator[dict[str, Any]]:
    """Every object in a tree of JSON."""
    if isinstance(tree, dict):
        yield tree
    for below in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from parts(below)


@pytest.mark.parametrize("name", FILES)
def test_what_is_committed_is_what_is_written(name: str) -> None:
    assert (GRAFANA / "json" / name).read_text() == written(WATCHES)[name], "run `make grafana`"


@pytest.mark.parametrize("name", FILES)
def test_a_dashboard_survives_the_types_of_the_sdk(name: str) -> None:
    register_default_plugins()
    Runtime().register_dataquery_variant(SQL_VARIANT)
    again = Dashboard.from_json(board(name))
    assert json.loads(JSONEncoder().encode(again)) == board(name)


@pytest.mark.parametrize("name", FILES)
def test_panels_have_places_of_their_own_and_a_title(name: str) -> None:
    panels = board(name)["panels"]
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24
        taken |= cells
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert len({panel["title"] for panel in panels}) == len(panels)
    assert all(panel["title"] and panel["type"] for panel in panels)


def test_every_data_source_that_is_asked_is_provisioned() -> None:
    provisioned = yaml.safe_load((GRAFANA / "provisioning/datasources/uproar.yaml").read_text())["datasources"]
    there = {(one["type"], one["uid"]) for one in provisioned}
    assert there == {(one.type_val, one.uid) for one in (POSTGRESQL, PROMETHEUS)}
    asked = {
        (part["datasource"]["type"], part["datasource"]["uid"])
        for name in FILES
        for part in parts(board(name))
        if isinstance(part.get("datasource"), dict)
    }
    assert asked == there


def test_every_expression_names_a_metric_that_there_is() -> None:
    expressions = [part["expr"] for part in parts(board("service.json")) if part.get("expr")]
    named = {name for one in expressions for name in re.findall(r"uproar_[a-z_]+", one)}
    assert named == set(METRICS)


def test_variables_allow_several_values_and_each_is_used() -> None:
    variables = {one["name"]: one for one in board("reaction.json")["templating"]["list"]}
    assert set(variables) == {"watch", "source", "lang"}
    assert all(one["multi"] and one["includeAll"] for one in variables.values())
    for panel in board("reaction.json")["panels"]:
        for target in panel["targets"]:
            assert all(f"${{{name}:sqlstring}}" in target["rawSql"] for name in variables), panel["title"]


def test_compose_runs_them_only_in_their_profiles() -> None:
    for name in OURS:
        assert COMPOSE[name]["profiles"] == (["grafana", "prometheus"] if name == "prometheus" else ["grafana"])
    environment = COMPOSE["grafana"]["environment"]
    assert environment["GF_AUTH_ANONYMOUS_ENABLED"] == "false"
    assert (
        environment["GF_SECURITY_ADMIN_PASSWORD"] == "${GRAFANA_ADMIN_PASSWORD:-}"
    )  # compose reads it without the profile
    assert "${GF_SECURITY_ADMIN_PASSWORD:?" in " ".join(COMPOSE["grafana"]["entrypoint"])


def test_compose_mounts_files_that_are_there_and_sets_what_provisioning_asks_for() -> None:
    for name in OURS:
        for mounted in COMPOSE[name].get("volumes", []):
            if mounted.startswith("./"):
                assert (ROOT / mounted.split(":")[0]).exists(), mounted
    text = (GRAFANA / "provisioning/datasources/uproar.yaml").read_text()
    assert set(re.findall(r"GRAFANA_[A-Z_]+", text)) <= set(COMPOSE["grafana"]["environment"])
    provider = yaml.safe_load((GRAFANA / "provisioning/dashboards/uproar.yaml").read_text())["providers"][0]
    assert f"./dashboards/grafana/json:{provider['options']['path']}:ro" in COMPOSE["grafana"]["volumes"]


def test_prometheus_asks_by_address_since_the_service_refuses_names_that_are_not_its_own() -> None:
    (job,) = yaml.safe_load((GRAFANA / "prometheus.yml").read_text())["scrape_configs"]
    (where,) = job["dns_sd_configs"]
    assert where["type"] == "A"
    assert set(where["names"]) <= set(COMPOSE)
    assert COMPOSE["dashboard"]["environment"]["UPROAR_HOST"] == "0.0.0.0"  # noqa: S104 - then any address is its own
    assert job["metrics_path"] == "/metrics"
