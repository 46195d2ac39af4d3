"""Every page has its pictures in the docs."""

import itertools
from pathlib import Path

from tests.browser.pages import SCHEMES, SIZES, VIEWS

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"


def test_there_is_a_picture_of_every_page_and_of_nothing_else() -> None:
    wanted = {f"{view.name}-{size}-{scheme}.png" for view, size, scheme in itertools.product(VIEWS, SIZES, SCHEMES)}
    assert {path.name for path in FOLDER.iterdir()} == wanted
