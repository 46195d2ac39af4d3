"""What a line of `uproar alerts list` says."""

from typing import Any

import pytest

from tests.spikes import a_spike
from workers.alerting.listing import counted


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"count": 83, "told_count": 5, "peak": 90}, "83 in 10 min, expected 3.5; told 5, peak 90"),
        ({"signal": "threshold:many", "expected": 30.0, "window_s": 3_600}, "42 in 60 min, limit 30"),
        ({"signal": "no-data:a", "expected": 12.4, "window_s": 2_400}, "silent for 40 min, 12 posts missed"),
        (
            {"signal": "cancel-share", "explanation": "12 of 60 posts in 60 min (20 %), usually 2 %; at least 9 %"},
            "12 of 60 posts in 60 min (20 %), usually 2 %",
        ),
    ],
)
def test_each_figure_of_the_list_is_in_the_unit_of_its_signal(changes: dict[str, Any], said: str) -> None:
    assert counted(a_spike(**changes), None) == said
