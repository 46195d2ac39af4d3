"""The dashboard "Reaction": the questions of the overview, out of PostgreSQL."""

from collections.abc import Sequence

from grafana_foundation_sdk.builders import barchart, dashboard, table
from grafana_foundation_sdk.builders.common import ReduceDataOptions
from grafana_foundation_sdk.models.common import VizOrientation
from grafana_foundation_sdk.models.dashboard import (
    DashboardCursorSync,
    DynamicConfigValue,
    VariableOption,
    VariableRefresh,
)

from dashboards.grafana import sql
from dashboards.grafana.parts import POSTGRESQL, base, chart, coloured, figure
from dashboards.grafana.parts import sql as query
from uproar.watch import Watch

TOTALS = (
    ("Cancel voices", "Originals in which the author's own leaving is spoken of.", "/^cancel$/", "none"),
    ("Cancel share", "Cancel voices of all voices, with Wilson's 95% interval.", "/^(share|low|high)$/", "percentunit"),
    ("Posts, voices, echoes", "Echoes are posts that repeat another one.", "/^(posts|voices|echoes)$/", "none"),
    ("Negative share", "Negative posts of all posts.", "/^negative_share$/", "percentunit"),
)


def reaction(watches: Sequence[Watch]) -> dashboard.Dashboard:
    """The dashboard, with the timelines of these watches as annotations."""
    board = base("Reaction", "uproar-reaction", "How the public reacts to a deal, and who is cancelling.")
    board = board.tooltip(DashboardCursorSync.CROSSHAIR)
    for name, question in (
        ("watch", sql.WATCH_NAMES),
        ("source", sql.names_of("source")),
        ("lang", sql.names_of("lang")),
    ):
        board = board.with_variable(_variable(name, question))
    marks = {"Spikes": (sql.SPIKES, "red"), "Gaps": (sql.GAPS, "orange")}
    events = sql.timeline(watches)
    if events:
        marks["Timeline"] = (events, "blue")
    for name, (text, colour) in marks.items():
        board = board.annotation(
            dashboard.AnnotationQuery()
            .name(name)
            .datasource(POSTGRESQL)
            .enable(True)
            .icon_color(colour)
            .target(query(text, table=True, ref=name))
        )
    for title, description, fields, unit in TOTALS:
        shown = ReduceDataOptions().calcs(["lastNotNull"]).fields(fields).values(False)
        panel = figure(title, description, width=6).unit(unit).reduce_options(shown)
        board = board.with_panel(panel.datasource(POSTGRESQL).with_target(query(sql.TOTALS, table=True)))
    return _lists(_charts(board))


def _variable(name: str, question: str) -> dashboard.QueryVariable:
    everything = VariableOption(selected=True, text=["All"], value=["$__all"])
    variable = dashboard.QueryVariable(name).label(name).datasource(POSTGRESQL).query(question)
    return variable.refresh(VariableRefresh.ON_TIME_RANGE_CHANGED).multi(True).include_all(True).current(everything)


def _charts(board: dashboard.Dashboard) -> dashboard.Dashboard:
    sentiments = {name: sql.total(name) for name in ("negative", "neutral", "positive")}
    stages = {stage: sql.total(f"stage_{stage}") for stage in sql.STAGES}
    sources, langs = sql.largest("source", "posts"), sql.largest("lang", "posts")
    concerns = sql.largest("concern", "cancel", of=sql.CONCERNS, rest=False)
    stances = {"against": sql.total("stance_against"), "for": sql.total("stance_for")}
    kinds = {"voices": sql.total("voices"), "echoes": f"{sql.total('posts')} - {sql.total('voices')}"}
    feelings = chart("Posts by sentiment", "Posts of each step, echoes too.", stacked=True)
    band = chart("Cancel share over time", "Cancel voices of all voices; low and high: Wilson's 95% interval.").unit(
        "percentunit"
    )
    band = band.override_by_name("high", [DynamicConfigValue(id_val="custom.fillBelowTo", value="low")])
    for panel, text in (
        (coloured(feelings, negative="red", neutral="gray", positive="green"), sql.over_time(**sentiments)),
        (chart("Cancel voices by stage", "Voices of each step by stage.", stacked=True), sql.over_time(**stages)),
        (coloured(band, low="gray", high="gray", share="red").max(1), sql.SHARE_OVER_TIME),
        (chart("Concerns of those who cancel", "Cancel voices that name a concern; the 8 named most."), concerns),
        (chart("Stance", "Posts against the deal, and for it."), sql.over_time(**stances)),
        (chart("Sources", "Posts of the 8 largest sources.", stacked=True), sources),
        (chart("Languages", "Posts of the 8 largest languages.", stacked=True), langs),
        (chart("Voices and echoes", "Originals, and posts that repeat one.", stacked=True), sql.over_time(**kinds)),
    ):
        board = board.with_panel(panel.datasource(POSTGRESQL).with_target(query(text)))
    return board


def _lists(board: dashboard.Dashboard) -> dashboard.Dashboard:
    bars = barchart.Panel().title("Concerns").description("Cancel voices and posts that name each, over the range.")
    bars = bars.span(24).height(8).orientation(VizOrientation.HORIZONTAL).datasource(POSTGRESQL)
    link = [{"title": "Open the post", "url": "${__value.raw}", "targetBlank": True}]
    posts = table.Panel().title("Newest posts").description("The newest 200 of the range, as corrected.")
    posts = posts.span(24).height(14).datasource(POSTGRESQL).with_target(query(sql.POSTS, table=True))
    posts = posts.override_by_name("link", [DynamicConfigValue(id_val="links", value=link)])
    posts = posts.override_by_name("text", [DynamicConfigValue(id_val="custom.width", value=600)])
    return board.with_panel(bars.with_target(query(sql.CONCERN_TOTALS, table=True))).with_panel(posts)
