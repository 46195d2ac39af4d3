"""The dashboard "Service": the metrics of Uproar itself, out of Prometheus."""

from grafana_foundation_sdk.builders import dashboard

from dashboards.grafana.parts import PROMETHEUS, base, chart, figure, prometheus_query

# title, description, expression, unit. Several dashboards that are scraped say the same: it is not added up.
FIGURES = (
    ("Does its work", "1 if it does, as /ready says.", "min(uproar_ready)", "none"),
    ("Broker", "1 if it answers.", "min(uproar_broker_up)", "none"),
    ("Waiting posts", "Posts that wait for their reaction.", "sum(max by (watch) (uproar_backlog_posts))", "none"),
    (
        "Oldest in the queue", "How long the post has waited that waits longest.",
        "max(uproar_backlog_oldest_seconds)", "s",
    ),
    ("Spikes that go on", "", "max(uproar_spikes_firing)", "none"),
    ("Dead letters", "Items that could not be used.", "max(uproar_dead_letters_total)", "none"),
    ("Endpoints gone", "They have said so, and get nothing.", "max(uproar_endpoints_disabled)", "none"),
    ("Deliveries given up", "After their last attempt.", "max(uproar_deliveries_failed)", "none"),
)  # fmt: skip
# title, description, unit, and each line's expression and legend. Totals are counted in the tables, where erasing and
# forgetting take away: `clamp_min` keeps that from looking like a rate of its own.
CHARTS = (
    (
        "Posts a second", "Posts that were stored, and posts that got a reaction.", "ops",
        {
            "clamp_min(sum(deriv(uproar_posts_total[5m])), 0)": "posts",
            "clamp_min(sum(deriv(uproar_reactions_total[5m])), 0)": "reactions",
        },
    ),
    (
        "Lag by stage", "How far behind now reading, reacting, finding and delivering are.", "s",
        {"max by (stage) (uproar_lag_seconds)": "{{stage}}"},
    ),
    (
        "Roles at work", "On how many machines each is.", "none",
        {"max by (role) (uproar_roles_alive)": "{{role}}"},
    ),
    (
        "Lag of the sources", "How far behind now each is read.", "s",
        {"uproar_source_lag_seconds": "{{watch}}/{{source}}"},
    ),
    (
        "New posts a second by source", "Posts of a source that were new.", "ops",
        {"clamp_min(deriv(uproar_source_posts_total[5m]), 0)": "{{watch}}/{{source}}"},
    ),
    (
        "Left out by source", "Posts a second that do not mention the deal.", "ops",
        {"clamp_min(deriv(uproar_source_unrelated_total[5m]), 0)": "{{watch}}/{{source}}"},
    ),
    (
        "Failures of the sources", "Failed attempts in a row.", "none",
        {"uproar_source_failures": "{{watch}}/{{source}}"},
    ),
    ("Gaps", "Of each source, those that have not ended.", "none", {"uproar_source_gaps": "{{watch}}/{{source}}"}),
    (
        "Queue", "Posts that wait for a reaction, or for a new one.", "none",
        {"sum(uproar_backlog_posts)": "new", "sum(uproar_rescoring_posts)": "again"},
    ),
    ("Reactions", "Posts that have a reaction.", "none", {"sum(uproar_reactions_total)": "reactions"}),
    (
        "Budget", "Share of what may be bought that was, or is reserved.", "percentunit",
        {"uproar_budget_posts / uproar_budget_cap_posts": "{{account}}, {{period}}"},
    ),
    (
        "Deliveries", "Messages to endpoints.", "none",
        {
            "sum(uproar_deliveries_pending)": "pending",
            "sum(uproar_deliveries_delivered)": "delivered",
            "sum(uproar_deliveries_failed)": "given up",
            "sum(uproar_delivery_attempts_total)": "attempts",
        },
    ),
    (
        "Errors", "Dead letters, endpoints that are gone, spikes of which no message could be made.", "none",
        {
            "sum(uproar_dead_letters_total)": "dead letters",
            "sum(uproar_endpoints_disabled)": "endpoints gone",
            "sum(uproar_spikes_untold)": "spikes untold",
        },
    ),
)  # fmt: skip


def service() -> dashboard.Dashboard:
    """The dashboard."""
    board = base("Service", "uproar-service", "How Uproar itself is: what it reads, what waits, what fails.")
    for title, description, expression, unit in FIGURES:
        panel = figure(title, description).span(24 // len(FIGURES)).unit(unit).datasource(PROMETHEUS)
        board = board.with_panel(panel.with_target(prometheus_query(expression, title)))
    for title, description, unit, lines in CHARTS:
        panel_of = chart(title, description).unit(unit).datasource(PROMETHEUS)
        for number, (expression, legend) in enumerate(lines.items()):
            panel_of = panel_of.with_target(prometheus_query(expression, legend, chr(ord("A") + number)))
        board = board.with_panel(panel_of)
    return board
