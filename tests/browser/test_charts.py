"""What draws the charts runs under the policy of the page."""

from playwright.sync_api import Page

DRAW = """async () => {
    const { default: uPlot } = await import("/web/vendor/uplot.js");
    const series = [{}, { label: "posts", stroke: "red", paths: uPlot.paths.bars() }];
    const plot = new uPlot({ width: 400, height: 200, series }, [[1, 2, 3], [4, 5, 6]], document.querySelector("main"));
    const { position } = getComputedStyle(plot.root.querySelector(".u-under"));
    return [uPlot.fmtDate("{YYYY}")(new Date(0)), position, plot.root.querySelectorAll("canvas").length];
}"""


def test_uplot_draws_under_the_policy(page: Page) -> None:
    assert page.evaluate(DRAW) == ["1970", "absolute", 1]
