"""What both dashboards are made of: queries, data sources and panels in the types of grafana-foundation-sdk."""

from typing import Any, Self

from grafana_foundation_sdk.builders import common, dashboard, prometheus, stat, timeseries
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.runtime import DataqueryConfig
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models.common import (
    DataSourceRef,
    GraphDrawStyle,
    LegendDisplayMode,
    LegendPlacement,
    StackingMode,
    TooltipDisplayMode,
    VisibilityMode,
)
from grafana_foundation_sdk.models.dashboard import DynamicConfigValue

POSTGRESQL = DataSourceRef(type_val="grafana-postgresql-datasource", uid="uproar-postgresql")
PROMETHEUS = DataSourceRef(type_val="prometheus", uid="uproar-prometheus")


class Sql(Dataquery):
    """A query to PostgreSQL, written by hand: the SDK has no type for one."""

    def __init__(self, sql: str, *, table: bool = False, ref: str = "A") -> None:
        self.sql = sql
        self.table = table
        self.ref = ref

    def to_json(self) -> dict[str, object]:
        """The query as Grafana's PostgreSQL data source stores it."""
        return {
            "datasource": POSTGRESQL,
            "editorMode": "code",
            "format": "table" if self.table else "time_series",
            "rawQuery": True,
            "rawSql": self.sql,
            "refId": self.ref,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The query that was stored."""
        return cls(data["rawSql"], table=data["format"] == "table", ref=data["refId"])


SQL_VARIANT = DataqueryConfig(identifier=str(POSTGRESQL.type_val), from_json_hook=Sql.from_json)


class Given(Builder[Dataquery]):
    """The SDK asks for builders."""

    def __init__(self, query: Dataquery) -> None:
        self._query = query

    def build(self) -> Dataquery:
        """The query that was given."""
        return self._query


def sql(text: str, *, table: bool = False, ref: str = "A") -> Given:
    """A query to PostgreSQL."""
    return Given(Sql(text, table=table, ref=ref))


def prometheus_query(expression: str, legend: str, ref: str = "A") -> Builder[Dataquery]:
    """A query to Prometheus over the range."""
    return prometheus.Dataquery().datasource(PROMETHEUS).expr(expression).legend_format(legend).range().ref_id(ref)


def chart(title: str, description: str, *, width: int = 12, stacked: bool = False) -> timeseries.Panel:
    """Lines over time, or a stack of bars."""
    legend = common.VizLegendOptions().show_legend(True).display_mode(LegendDisplayMode.TABLE)
    panel = (
        timeseries.Panel()
        .title(title)
        .description(description)
        .span(width)
        .height(8)
        .min(0)
        .legend(legend.placement(LegendPlacement.BOTTOM).calcs(["mean", "max", "lastNotNull"]))
        .tooltip(common.VizTooltipOptions().mode(TooltipDisplayMode.MULTI))
        .show_points(VisibilityMode.NEVER)
    )
    if not stacked:
        return panel
    stacking = common.StackingConfig().mode(StackingMode.NORMAL).group("A")
    return panel.stacking(stacking).draw_style(GraphDrawStyle.BARS).fill_opacity(80).line_width(0)


def figure(title: str, description: str, *, width: int = 4) -> stat.Panel:
    """A few large figures."""
    return stat.Panel().title(title).description(description).span(width).height(4)


def coloured(panel: timeseries.Panel, **colours: str) -> timeseries.Panel:
    """The same panel with these lines in these colours."""
    for name, colour in colours.items():
        panel = panel.override_by_name(
            name, [DynamicConfigValue(id_val="color", value={"mode": "fixed", "fixedColor": colour})]
        )
    return panel


def base(title: str, uid: str, description: str) -> dashboard.Dashboard:
    """An empty dashboard with what both have alike."""
    return (
        dashboard.Dashboard(title)
        .uid(uid)
        .description(description)
        .tags(["uproar"])
        .timezone("browser")
        .refresh("1m")
        .time("now-24h", "now")
        .readonly()
    )
