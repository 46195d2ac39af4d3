"""The reliability diagram: how often scores of each bin are right, against what they say; pure."""

from workers.evaluation import words
from workers.evaluation.markup import Html, join, tag
from workers.evaluation.metrics import Bin, Calibration

SIDE = 240  # of the square, in the drawing's units
LEFT, TOP, BOTTOM, RIGHT = 44, 12, 40, 12
SMALLEST, LARGEST = 3.0, 9.0  # radius of a point
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


def draw(calibration: Calibration) -> Html:
    """An SVG without styles or scripts of its own; colours come from the page's classes.

    Each point is a bin: across its mean score, up the share that is right with its interval, its area after n.
    """
    most = max((one.n for one in calibration.bins), default=1)
    said = "; ".join(f"{words.bin_name(one)}: {words.number(one.right.value)} of {one.n}" for one in calibration.bins)
    return tag(
        "svg",
        tag("title", "Reliability diagram"),
        tag("desc", f"Share that is right, by score: {said or 'no answers'}."),
        *(_tick(value) for value in TICKS),
        tag("line", x1=_x(0), y1=_y(0), x2=_x(1), y2=_y(1), class_="ideal"),
        *(_point(one, most) for one in calibration.bins),
        tag("text", "score", x=_x(0.5), y=TOP + SIDE + 34, text_anchor="middle"),
        tag("text", "share right", x=12, y=_y(0.5), text_anchor="middle", transform=f"rotate(-90 12 {_y(0.5)})"),
        viewBox=f"0 0 {LEFT + SIDE + RIGHT} {TOP + SIDE + BOTTOM}",
        role="img",
        class_="reliability",
    )


def _x(value: float) -> float:
    return round(LEFT + value * SIDE, 1)


def _y(value: float) -> float:
    return round(TOP + (1 - value) * SIDE, 1)


def _tick(value: float) -> Html:
    return join(
        (
            tag("line", x1=_x(value), y1=_y(0), x2=_x(value), y2=_y(1), class_="grid"),
            tag("line", x1=_x(0), y1=_y(value), x2=_x(1), y2=_y(value), class_="grid"),
            tag("text", f"{value:g}", x=_x(value), y=TOP + SIDE + 16, text_anchor="middle"),
            tag("text", f"{value:g}", x=LEFT - 6, y=_y(value) + 4, text_anchor="end"),
        )
    )


def _point(one: Bin, most: int) -> Html:
    across, right = _x(one.mean), one.right
    radius = max(SMALLEST, LARGEST * (one.n / most) ** 0.5)
    return tag(
        "g",
        tag("title", f"scores {words.bin_name(one)}: n {one.n}, right {words.number(right.value)}"),
        tag("line", x1=across, y1=_y(right.low or 0.0), x2=across, y2=_y(right.high or 0.0), class_="reach"),
        tag("circle", cx=across, cy=_y(right.value or 0.0), r=f"{radius:.1f}", class_="point"),
    )
