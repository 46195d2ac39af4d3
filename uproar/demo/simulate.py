"""Simulates the first day of a made-up deal: a quiet baseline, the announcement, and what people say after it."""

from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import NamedTuple

from uproar.demo.script import Script, Wave, load_script

# What authors say of their own leaving; the same five words as the stages of cancel intent.
CANCEL_ROLES = ("cancelling", "cancelled", "conditional", "considering", "seeking")

_DAY = 24
_REDRAWS = 8  # a text that was already used is drawn again at most so often; a few copies are true to life
_RECENT = 60  # a repost repeats one of that many latest originals of its role and language


class Cue(NamedTuple):
    """That a post of a role is written at a moment, in a language."""

    at: datetime
    role: str
    lang: str
    quiet: bool  # before the announcement


class Simulated(NamedTuple):
    """A post, and what only the simulation knows of it."""

    role: str
    repost: bool
    post: dict[str, object]


def announced_at(*, end: datetime, hours: int = 24) -> datetime:
    """The minute in which the deal is announced: 14/24 into the simulated time."""
    start = _start(end, hours)
    return (start + timedelta(hours=hours * load_script().day.quiet_hours / _DAY)).replace(second=0, microsecond=0)


def simulate(*, seed: int, end: datetime, hours: int = 24, posts: int = 6000) -> Iterator[dict[str, object]]:
    """The posts of the `hours` before `end`, in the order of their time; the same for the same arguments.

    Yields:
        `posts` dictionaries of text: id (unique), text, lang ("en" or "fr"), created_at (ISO 8601, whole seconds,
        with Z), author, source ("x", "bluesky", "mastodon" or "reddit"). A repost's text is "RT @author: text".

    Raises:
        ValueError: `end` has no time zone, or `hours` or `posts` is less than 1.
    """
    if posts < 1:
        raise ValueError("posts: must be at least 1")
    _start(end, hours)  # refuses now, not when the first post is asked for
    return (one.post for one in enact(seed=seed, end=end, hours=hours, posts=posts))


def enact(*, seed: int, end: datetime, hours: int = 24, posts: int = 6000) -> Iterator[Simulated]:
    """The same as `simulate`, each post with its role and whether it is a repost; for tests."""
    script = load_script()
    rng = Random(seed)  # noqa: S311 - a simulation must be repeatable, not secret
    used: set[str] = set()
    originals: dict[tuple[str, str], deque[tuple[str, str]]] = {}
    for number, cue in enumerate(_plan(rng, script, end=end, hours=hours, posts=posts)):
        source = rng.choices(list(script.day.platforms), list(script.day.platforms.values()))[0]
        author = script.author(rng, cue.role)
        recent = originals.setdefault((cue.role, cue.lang), deque(maxlen=_RECENT))
        may_repost = source == "x" and not cue.quiet and len(recent) > 0
        repost = may_repost and rng.random() < script.day.repost_share
        if repost:
            first, words = rng.choice(recent)
            text = f"RT @{first}: {words}"
        else:
            text = _fresh(rng, script, cue, used)
            recent.append((author, text))
        post: dict[str, object] = {
            "id": f"sim-{seed}-{int(end.timestamp())}-{number:06d}",
            "text": text,
            "lang": cue.lang,
            "created_at": cue.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "author": author,
            "source": source,
        }
        yield Simulated(cue.role, repost, post)


def _start(end: datetime, hours: int) -> datetime:
    if end.tzinfo is None:
        raise ValueError("end: needs a time zone")
    if hours < 1:
        raise ValueError("hours: must be at least 1")
    return end.astimezone(UTC) - timedelta(hours=hours)


def _fresh(rng: Random, script: Script, cue: Cue, used: set[str]) -> str:
    """A text that was not used before, if one is found soon."""
    text = script.compose(rng, cue.role, cue.lang, quiet=cue.quiet)
    for _ in range(_REDRAWS):
        if text not in used:
            break
        text = script.compose(rng, cue.role, cue.lang, quiet=cue.quiet)
    used.add(text)
    return text


def _plan(rng: Random, script: Script, *, end: datetime, hours: int, posts: int) -> list[Cue]:
    """Who speaks when, in order."""
    start, announced = _start(end, hours), announced_at(end=end, hours=hours)
    quiet = round(posts * script.day.quiet_share)
    before = _before(rng, script, start, announced, count=quiet)
    after = _after(rng, script, announced, end.astimezone(UTC), count=posts - quiet)
    return sorted([*before, *after])


def _before(rng: Random, script: Script, start: datetime, announced: datetime, *, count: int) -> Iterator[Cue]:
    """The baseline: follows the hour of the day."""
    minutes = [start + timedelta(minutes=minute) for minute in range(int((announced - start) / timedelta(minutes=1)))]
    weights = [script.day.hourly[minute.hour] for minute in minutes]
    roles = rng.choices(list(script.roles), [role.before for role in script.roles.values()], k=count)
    for minute, role in zip(rng.choices(minutes, weights, k=count), roles, strict=True):
        lang = "fr" if rng.random() < script.day.french_before else "en"
        # from second 1: whole seconds are written, and none may fall before the start
        yield Cue(minute + timedelta(seconds=rng.randrange(1, 60)), role, lang, quiet=True)


def _after(rng: Random, script: Script, announced: datetime, end: datetime, *, count: int) -> Iterator[Cue]:
    """The reaction: the waves of all roles that begin before the end."""
    room = (end - announced) / timedelta(minutes=1)
    lag = script.day.french_lag_minutes
    waves = [(role, wave) for role, spec in script.roles.items() for wave in spec.waves if wave.start < room - 1]
    for role, wave in rng.choices(waves, [wave.share for _, wave in waves], k=count):
        french = rng.random() < script.day.french_after
        minute = _minute(rng, wave, lag if french and wave.start + lag < room else 0.0, room)
        yield Cue(announced + timedelta(seconds=int(minute * 60)), role, "fr" if french else "en", quiet=False)


def _minute(rng: Random, wave: Wave, lag: float, room: float) -> float:
    """A moment of the wave in minutes after the announcement; what would fall after the end is folded back in."""
    begin = wave.start + lag
    return begin + rng.gammavariate(wave.shape, wave.scale) % (room - begin)
