"""A second deal beside the simulated one: smaller, announced a day earlier, with fewer who leave."""

from datetime import timedelta
from pathlib import Path

from tests.browser.simulated import NOW
from tests.dashboards.given import put

OTHER = "meadow"
ANNOUNCED = NOW - timedelta(hours=30)
POSTS = 240
WATCH = f"""
title = "Meadow buys Brook"
starts = {ANNOUNCED - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}

[[services]]
name = "Brook"
members = 50000

[[timeline]]
at = {ANNOUNCED:%Y-%m-%dT%H:%M:%SZ}
text = "Announced"

[[timeline]]
at = {ANNOUNCED + timedelta(hours=5):%Y-%m-%dT%H:%M:%SZ}
text = "The founder speaks"

[[concerns]]
name = "privacy"
label.en = "Privacy"
words.en = ["privacy"]

[[concerns]]
name = "price"
label.en = "Price"
words.en = ["price"]
"""


def add_other(folder: Path) -> None:
    """Give a site the second deal, with a post every eight minutes from two hours before it was announced on."""
    (folder / "watches" / f"{OTHER}.toml").write_text(WATCH, encoding="utf-8")
    for number in range(POSTS):
        leaves = number % 9 == 0
        put(
            minute=number * 8 - 120,
            start=ANNOUNCED,
            watch=OTHER,
            text=f"A post about Meadow and Brook, number {number}",
            stage="cancelled" if leaves else "none",
            sentiment="negative" if number % 3 == 0 else "neutral",
            concerns=["privacy"] if leaves and number % 2 else [],
        )
