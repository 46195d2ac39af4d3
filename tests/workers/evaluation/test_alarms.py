"""The section on spikes in docs/quality.md."""

from workers.evaluation import alarms
from workers.simulation.streams import kinds


def test_the_section_says_for_each_sensitivity_what_was_promised_and_seen() -> None:
    pairs = [alarms._measure(kind, 0, days=6) for kind in (kinds("held_out")[0], kinds("tickers")[0])]
    text = alarms.section(pairs)
    assert "2 of 6 days" in text
    for name, promised in (("sensitive", "0.3"), ("balanced", "0.1"), ("strict", "0.03")):
        for family in ("held_out", "tickers"):
            assert f"| `{family}` | `{name}` | {promised} | " in text
    for pair in pairs:
        assert f"| `{pair.kind.name}` | {pair.kind.mean:g} | " in text


def test_the_interval_of_streams_that_agree_is_a_point() -> None:
    assert alarms.bootstrap([1, 1, 1], lambda some: sum(some) / len(some)) == (1, 1)
    low, high = alarms.bootstrap([0, 0, 1, 1], lambda some: sum(some) / len(some))
    assert low < 0.5 < high
