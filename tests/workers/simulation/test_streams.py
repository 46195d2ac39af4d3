"""Made-up streams behave as their kind says."""

from dataclasses import replace
from statistics import mean, variance

import pytest

from workers.simulation.streams import DAY, START, Kind, kinds, make, rhythm

FAMILIES = ("development", "held_out", "tickers")
PLAIN = Kind("plain", "development", mean=6, spread=0, wander=0, drift=0, day=0, contagion=0)


def observed(kind: Kind, *, days: int = 14, news: bool = False) -> list[int]:
    return [count for count in make(kind, 3, days=days, news=news).counts if count is not None]


@pytest.mark.parametrize("family", FAMILIES)
def test_every_kind_makes_the_same_stream_of_the_same_seed(family: str) -> None:
    for kind in kinds(family):
        assert make(kind, 1, days=2, bucket_s=900) == make(kind, 1, days=2, bucket_s=900)
        assert make(kind, 1, days=2, bucket_s=900) != make(kind, 2, days=2, bucket_s=900)


def test_families_share_no_kind() -> None:
    names = [one.name for family in FAMILIES for one in kinds(family)]
    assert len(names) == len(set(names))


def test_a_plain_kind_is_poisson_and_contagion_is_not() -> None:
    plain = observed(PLAIN)
    assert mean(plain) == pytest.approx(6, rel=0.05)
    assert variance(plain) == pytest.approx(6, rel=0.15)
    contagious = observed(replace(PLAIN, contagion=0.9))
    assert mean(contagious) == pytest.approx(6, rel=0.2)
    assert variance(contagious) > 1.3 * mean(contagious)


def test_news_is_added_to_the_same_background() -> None:
    calm, eventful = make(PLAIN, 3, news=False), make(PLAIN, 3)
    assert calm.news == []
    assert eventful.news == sorted(eventful.news) != []
    first = (eventful.news[0] - START) // 300
    assert eventful.counts[:first] == calm.counts[:first]
    day = DAY // 300
    assert sum(one or 0 for one in eventful.counts[first : first + day]) > sum(
        one or 0 for one in calm.counts[first : first + day]
    )


def test_outages_are_missing_and_not_zero() -> None:
    assert None in make(replace(PLAIN, outages=2), 3).counts
    assert None not in make(PLAIN, 3).counts


def test_trade_begins_at_its_hour_on_weekdays_only() -> None:
    market = replace(PLAIN, market=2)
    before, after = START + 14 * 3_600, START + 15 * 3_600
    assert rhythm(market, after) > 2 * rhythm(market, before)
    assert rhythm(market, after + 5 * DAY) == rhythm(market, before + 5 * DAY)


def test_bursts_that_fade_sooner_bring_fewer_posts_after_the_same_beginning() -> None:
    slow = replace(PLAIN, mean=0.01, news=3, news_slow=0)
    long, short = make(slow, 3), make(replace(slow, news_fade=0.05), 3)
    assert long.news == short.news
    assert sum(one or 0 for one in short.counts) < sum(one or 0 for one in long.counts) / 2
    storms = replace(slow, storms=2, storm_posts=50)
    peaks = [
        max(one or 0 for one in make(kind, 3, news=False).counts) for kind in (storms, replace(storms, storm_fade=0.05))
    ]
    assert peaks[0] < peaks[1], "the same posts in less time"
