"""A rule of the watch file that is written anew under its old name begins anew: what it counted was something else."""

from pathlib import Path
from typing import Any

import pytest

from tests.workers.stream import BURST, MINUTE, NOW, deliveries, fill, find, seen_until, spikes, watch_of
from uproar.settings import Settings
from uproar.watch import Watch
from uproar.watch_alerts import Threshold

RULE = '[[alerts.thresholds]]\nname = "many"\nsignal = "posts"\nmore_than = {}\n'


def with_rule(watch: Watch, **keys: Any) -> Watch:
    """The watch with another rule of that name."""
    rule = Threshold(name="many", **keys)
    return watch.model_copy(update={"alerts": watch.alerts.model_copy(update={"thresholds": (rule,)})})


@pytest.mark.parametrize(
    "keys",
    [
        {"signal": "cancel", "share_above": 0.9, "at_least": 1_000},
        {"signal": "negative", "more_than": 5},
        {"signal": "negative", "share_above": 0.5, "at_least": 5},
    ],
)
def test_what_an_edited_rule_counts_now_decides_and_not_what_it_counted_before(
    sqlite_store: Settings, home: Path, keys: dict[str, Any]
) -> None:
    watch = watch_of(home, RULE.format(1_000))
    fill(NOW, BURST)
    find(watch, sqlite_store)
    for minutes in range(1, 10):
        find(with_rule(watch, **keys), sqlite_store, NOW + minutes * MINUTE)
    assert spikes("threshold:many") == []
    assert seen_until() >= NOW + 8 * MINUTE, "the watch is looked at all the same"


def test_the_spike_of_a_rule_that_is_edited_is_over(sqlite_store: Settings, home: Path) -> None:
    watch = watch_of(home, RULE.format(10))
    fill(NOW, BURST)
    find(watch, sqlite_store)
    assert [one.state for one in spikes("threshold:many")] == ["firing"]
    find(with_rule(watch, signal="negative", share_above=0.5), sqlite_store, NOW + 5 * MINUTE)
    assert [one.state for one in spikes("threshold:many")] == ["resolved"]
    assert [event for _, event in deliveries("threshold:many")] == ["firing", "firing", "resolved", "resolved"]


def test_a_rule_with_another_limit_goes_on_with_what_it_counted(sqlite_store: Settings, home: Path) -> None:
    watch = watch_of(home, RULE.format(1_000))
    fill(NOW, BURST)
    find(watch, sqlite_store)
    find(with_rule(watch, signal="posts", more_than=100), sqlite_store, NOW + 5 * MINUTE)
    assert [(one.state, one.count >= 135) for one in spikes("threshold:many")] == [("firing", True)]
