"""The script of the simulated day: the schema of sentences.toml, and how a post's words are put together."""

import tomllib
from functools import lru_cache
from pathlib import Path
from random import Random

from pydantic import BaseModel, ConfigDict, Field

_FILE = Path(__file__).with_name("sentences.toml")

Phrases = dict[str, tuple[str, ...]]  # by language


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Wave(_Part):
    """When posts of a role come: a gamma curve that starts so many minutes after the announcement."""

    start: float = Field(ge=0)
    shape: float = Field(gt=0)
    scale: float = Field(gt=0)
    share: float = Field(gt=0)


class Role(_Part):
    """What a post is about: its sentences, their mood, and when they are written."""

    mood: str
    before: float = Field(ge=0)
    waves: tuple[Wave, ...]
    en: tuple[str, ...]
    fr: tuple[str, ...]
    quiet: Phrases = Field(default_factory=dict)

    def sentences(self, lang: str, *, quiet: bool) -> tuple[str, ...]:
        """The sentences in "en" or "fr"; `quiet` asks for those of before the announcement."""
        if quiet and self.quiet:
            return self.quiet[lang]
        return self.fr if lang == "fr" else self.en


class Mood(_Part):
    """What may stand before and after a sentence."""

    openers: Phrases
    tails: Phrases


class Day(_Part):
    """The proportions of the day; sentences.toml says what each means."""

    quiet_hours: float
    quiet_share: float
    french_before: float
    french_after: float
    french_lag_minutes: float
    repost_share: float
    opener_share: float
    tail_share: float
    hourly: tuple[float, ...] = Field(min_length=24, max_length=24)
    platforms: dict[str, float]


class Names(_Part):
    """The companies, and what authors are called."""

    service: str
    buyer: str
    animals: tuple[str, ...]
    press: tuple[str, ...]


class Script(_Part):
    """All of sentences.toml."""

    day: Day
    names: Names
    slots: dict[str, Phrases]
    moods: dict[str, Mood]
    roles: dict[str, Role]

    def compose(self, rng: Random, role: str, lang: str, *, quiet: bool) -> str:
        """One post of that role: perhaps an opener, a sentence, perhaps a tail; placeholders filled in."""
        mood = self.moods["plain" if quiet else self.roles[role].mood]
        parts = [rng.choice(self.roles[role].sentences(lang, quiet=quiet))]
        if rng.random() < self.day.tail_share:
            parts[0] += "" if parts[0][-1] in ".?!" else "."  # a headline has no full stop until something follows
            parts.append(rng.choice(mood.tails[lang]))
        if rng.random() < self.day.opener_share:
            parts.insert(0, rng.choice(mood.openers[lang]))
        fillings = {slot: rng.choice(choices) for slot, choices in self.slots[lang].items()}
        text = " ".join(parts).format(service=self.names.service, buyer=self.names.buyer, **fillings)
        return text[0].upper() + text[1:]

    def author(self, rng: Random, role: str) -> str:
        """A made-up account name; all begin with sim_, so that none is a real person's."""
        if role == "headlines":
            return rng.choice(self.names.press)
        return f"sim_{rng.choice(self.names.animals)}{rng.randrange(10_000)}"


@lru_cache(maxsize=1)
def load_script() -> Script:
    """The script that comes with the program."""
    return Script.model_validate(tomllib.loads(_FILE.read_text(encoding="utf-8")))
