"""Streams of counts as they come from networks, made up: rhythm, wandering level, contagion, storms, robots, news."""

import math
import random
import tomllib
from dataclasses import dataclass
from importlib.resources import files

from workers.simulation.chance import around_one, poisson, power_law

START = 1_766_966_400  # 2025-12-29T00:00:00Z, a Monday
DAY, HOUR = 86_400, 3_600
BASE = 300.0  # means and sizes in kinds.toml are per five minutes
WEEKDAYS = 5
OPEN, CLOSE = 14.5, 21.0  # hours of trade, UTC
LARGEST_NEWS, LARGEST_STORM = 60.0, 200.0


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind of stream behaves; every figure is explained in kinds.toml."""

    name: str
    family: str
    mean: float
    spread: float = 0.2
    wander: float = 0.2
    wander_hours: float = 3.0
    drift: float = 0.1
    day: float = 0.5
    weekend: float = 1.0
    market: float = 0.0
    contagion: float = 0.3
    contagion_minutes: float = 20.0
    storms: float = 0.0
    storm_posts: float = 0.0
    storm_tail: float = 1.5
    storm_fade: float = 1.0
    robots: float = 0.0
    robot_hours: float = 24.0
    shifts: float = 0.0
    news: float = 3.3
    news_size: float = 5.0
    news_slow: float = 0.3
    news_fade: float = 1.0
    outages: float = 0.0


@dataclass(frozen=True, slots=True)
class Stream:
    """Counts of buckets that begin at START and follow one another, None where not observed; and when news began."""

    bucket_s: int
    counts: list[int | None]
    news: list[int]

    def rows(self) -> list[tuple[int, int | None]]:
        """Start (seconds since 1970) and count of each bucket."""
        return [(START + number * self.bucket_s, count) for number, count in enumerate(self.counts)]


def kinds(family: str) -> list[Kind]:
    """All kinds of a family: `development`, `held_out` or `tickers`."""
    table = tomllib.loads(files("workers.simulation").joinpath("kinds.toml").read_text(encoding="utf-8"))
    return [Kind(name, family, **figures) for name, figures in table[family].items()]


def make(kind: Kind, seed: int, *, days: int = 56, bucket_s: int = 300, news: bool = True) -> Stream:
    """A stream of a kind; the same seed makes the same background with and without news."""
    chance = random.Random(f"{kind.name} {seed} {bucket_s}")  # noqa: S311 - no secret
    length = days * DAY // bucket_s
    rates = _background(kind, chance, length, bucket_s)
    extra = [0.0] * length
    _add_storms(extra, kind, chance, bucket_s)
    _add_robots(extra, kind, chance, bucket_s)
    happened = _add_news(extra, kind, random.Random(f"news {kind.name} {seed}"), bucket_s) if news else []  # noqa: S311
    counts: list[int | None] = []
    excited, keep = 0.0, math.exp(-bucket_s / (kind.contagion_minutes * 60))
    for rate, more in zip(rates, extra, strict=True):
        mean = (rate * (1 - kind.contagion) + excited) * around_one(chance, kind.spread) + more
        count = poisson(chance, mean)
        counts.append(count)
        excited = excited * keep + kind.contagion * (1 - keep) * count
    _cut_outages(counts, kind, chance, bucket_s)
    return Stream(bucket_s, counts, happened)


def rhythm(kind: Kind, start: int) -> float:
    """How much of its mean a stream has at that moment of the week."""
    hour, weekend = start % DAY / HOUR, (start - START) // DAY % 7 >= WEEKDAYS
    factor = 1 + kind.day * math.cos((hour - 18) / 24 * 2 * math.pi)
    if weekend:
        return factor * kind.weekend
    if OPEN <= hour < CLOSE:
        factor += kind.market * (1 + math.exp(-(hour - OPEN)) + 0.5 * math.exp(-(CLOSE - hour) * 2))
    return factor


def _background(kind: Kind, chance: random.Random, length: int, bucket_s: int) -> list[float]:
    rates = []
    wander, drift, level = chance.gauss(0, kind.wander), 0.0, 1.0
    keep = math.exp(-bucket_s / (kind.wander_hours * HOUR))
    step = kind.wander * math.sqrt(1 - keep * keep)
    weekly = kind.drift * math.sqrt(bucket_s / (7 * DAY))
    for number in range(length):
        wander = wander * keep + chance.gauss(0, step)
        drift += chance.gauss(0, weekly)
        if chance.random() < kind.shifts * bucket_s / (7 * DAY):
            level *= chance.choice((0.5, 2.0))
        around = math.exp(wander + drift - kind.wander**2 / 2)
        rates.append(kind.mean * bucket_s / BASE * level * around * rhythm(kind, START + number * bucket_s))
    return rates


def _add_storms(extra: list[float], kind: Kind, chance: random.Random, bucket_s: int) -> None:
    """Reposts of one post: a steep rise, gone within minutes or an hour."""
    for _ in range(poisson(chance, kind.storms * len(extra) * bucket_s / DAY)):
        at = chance.randrange(len(extra))
        total = kind.storm_posts * power_law(chance, kind.storm_tail, LARGEST_STORM)
        fade = math.exp(-bucket_s / (chance.uniform(5, 30) * 60 * kind.storm_fade))
        posts = total * (1 - fade)
        while posts > 0.01 and at < len(extra):  # noqa: PLR2004 - of a post
            extra[at] += posts
            posts, at = posts * fade, at + 1


def _add_robots(extra: list[float], kind: Kind, chance: random.Random, bucket_s: int) -> None:
    if kind.robots:
        every = max(1, int(kind.robot_hours * HOUR) // bucket_s)
        for at in range(chance.randrange(every), len(extra), every):
            extra[at] += kind.robots


def _add_news(extra: list[float], kind: Kind, chance: random.Random, bucket_s: int) -> list[int]:
    """Bursts of power-law size: at once or over hours, with a long decay; when each began (seconds since 1970)."""
    days = len(extra) * bucket_s / DAY
    happened: list[int] = []
    wanted = max(1, poisson(chance, kind.news * days / 56))
    for _ in range(20 * wanted):
        begin = int(chance.uniform(0.12, 0.97) * days * DAY)
        size = kind.news_size * power_law(chance, 0.9, LARGEST_NEWS / kind.news_size)
        rise = chance.uniform(3_600, 4 * 3_600) if chance.random() < kind.news_slow else chance.uniform(60, 900)
        half = chance.uniform(20, 120) * 60 * kind.news_fade
        start = START + begin
        if len(happened) == wanted:
            break
        if any(abs(start - other) < 3 * DAY for other in happened):
            continue
        happened.append(start)
        usual = kind.mean * max(0.5, rhythm(kind, start))  # who hears it at night has fewer to tell
        _burst(extra, begin, max(size * usual, 4 + size), rise=rise, half=half, bucket_s=bucket_s)
    return sorted(happened)


def _burst(extra: list[float], begin: int, peak: float, *, rise: float, half: float, bucket_s: int) -> None:
    for number in range(begin // bucket_s, min(len(extra), (begin + 2 * DAY) // bucket_s)):
        since = (number + 1) * bucket_s - begin
        shape = since / rise if since < rise else (1 + (since - rise) / half) ** -1.3
        extra[number] += peak * shape * bucket_s / BASE * min(1.0, since / bucket_s)


def _cut_outages(counts: list[int | None], kind: Kind, chance: random.Random, bucket_s: int) -> None:
    for _ in range(poisson(chance, kind.outages * len(counts) * bucket_s / (7 * DAY))):
        at = chance.randrange(len(counts))
        for number in range(at, min(len(counts), at + int(chance.uniform(1, 12) * HOUR) // bucket_s)):
            counts[number] = None
