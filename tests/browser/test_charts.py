"""What draws the charts: it runs under the policy of the page, and when somebody looks."""

from playwright.sync_api import Page, expect

DRAW = """async () => {
    const { default: uPlot } = await import("/web/vendor/uplot.js");
    const series = [{}, { label: "posts", stroke: "red", paths: uPlot.paths.bars() }];
    const plot = new uPlot({ width: 400, height: 200, series }, [[1, 2, 3], [4, 5, 6]], document.querySelector("main"));
    const { position } = getComputedStyle(plot.root.querySelector(".u-under"));
    return [uPlot.fmtDate("{YYYY}")(new Date(0)), position, plot.root.querySelectorAll("canvas").length];
}"""


def test_uplot_draws_under_the_policy(page: Page) -> None:
    assert page.evaluate(DRAW) == ["1970", "absolute", 1]


def test_a_chart_is_painted_when_somebody_comes_to_it_and_told_before(page: Page) -> None:
    far = page.locator("[data-chart=langs]")
    expect(far.locator(".legend-name").first).to_have_text("English")
    expect(far.locator("canvas")).to_have_count(0)
    far.scroll_into_view_if_needed()
    expect(far.locator("canvas")).to_be_visible()
