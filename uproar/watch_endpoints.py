"""The part of a watch file that says who is told about spikes, of which, and at what times nobody is."""

import re
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from uproar.watch_types import Address, Part, Slug, Variable

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = f"({'|'.join(DAYS)})"

SIGNAL = r"(posts|negative|cancel|cancel-share|(concern|threshold|no-data):([a-z0-9-]+|\*))"  # `concern:*`: all
Signal = Annotated[str, Field(pattern=f"^{SIGNAL}$", max_length=100)]
Event = Literal["firing", "escalated", "resolved"]
Severity = Literal["warning", "critical"]


def _clock(text: str) -> str:
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00", text):
        raise ValueError("is no time of day: write HH:MM, from 00:00 to 24:00")
    return text


def _days(text: str) -> str:
    if not re.fullmatch(f"{_DAY}(:{_DAY})?", text):
        raise ValueError("is no day: write monday, or monday:friday")
    return text


Clock = Annotated[str, AfterValidator(_clock)]


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise ValueError("is no time zone: write one like Europe/Paris") from None
    return name


def _minute(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)


class Endpoint(Part):
    """One address that is told about spikes: a webhook's, or one that apprise knows."""

    name: Slug
    url: Address | None = Field(None, description="where webhooks are posted to")
    apprise_env: Variable | None = Field(None, description="name of the variable that holds an Apprise URL")
    secret_env: Variable | None = Field(None, description="name of the variable that holds its whsec_ secret")
    previous_secret_env: Variable | None = Field(None, description="the same of the secret before; both sign")
    allow_private: bool = False
    signals: tuple[Signal, ...] = Field((), description="told of these only; empty: of all")
    events: tuple[Event, ...] = Field((), description="told of these changes only; empty: of all")
    severity: Severity = Field("warning", description="the least that it is told of")
    fallback: bool = Field(False, description="told only where another endpoint could not be")

    @model_validator(mode="after")
    def _can_be_reached(self) -> Self:
        if (self.url is None) == (self.apprise_env is None):
            raise ValueError("needs one of `url` and `apprise_env`, and not both")
        if self.apprise_env and (self.secret_env or self.previous_secret_env or self.allow_private):
            raise ValueError(
                "`secret_env`, `previous_secret_env` and `allow_private` are for webhooks: they need `url`"
            )
        if self.events and set(self.events) == {"resolved"}:
            raise ValueError(
                "events: the end of a spike is told to those who were told of it: add `firing` or `escalated`"
            )
        return self

    def wants(self, *, signal: str, event: str | None, severity: str | None) -> bool:
        """Whether it is to be told of such a change; None is one that every endpoint takes."""
        return (
            (not self.signals or any(fnmatchcase(signal, one) for one in self.signals))
            and (not self.events or event is None or event in self.events)
            and (self.severity == "warning" or severity in (None, "critical"))
        )


class TimeRange(Part):
    """Minutes of a day, from one clock time up to but without another."""

    start_time: Clock
    end_time: Clock

    @model_validator(mode="after")
    def _begins_first(self) -> Self:
        if _minute(self.start_time) >= _minute(self.end_time):
            raise ValueError(
                "start_time: must be before end_time; for a night, write one range up to 24:00 and one from 00:00"
            )
        return self


class Mute(Part):
    """Times at which nobody is told, after Alertmanager's time intervals."""

    name: Slug
    weekdays: tuple[Annotated[str, AfterValidator(_days)], ...] = ()
    times: tuple[TimeRange, ...] = ()
    location: Annotated[str, Field(max_length=100), AfterValidator(_zone)] = "UTC"
    signals: tuple[Signal, ...] = Field((), description="of these only; empty: of all")

    def holds(self, *, signal: str, now: datetime) -> bool:
        """Whether nobody is told of that signal now."""
        if self.signals and not any(fnmatchcase(signal, one) for one in self.signals):
            return False
        local = now.astimezone(ZoneInfo(self.location))
        minute = local.hour * 60 + local.minute
        return (not self.weekdays or any(_among(local.weekday(), days) for days in self.weekdays)) and (
            not self.times or any(_minute(one.start_time) <= minute < _minute(one.end_time) for one in self.times)
        )


def _among(day: int, days: str) -> bool:
    """Whether a day (0 is Monday) is one of `monday:friday`, which may pass over the end of a week."""
    first, _, last = days.partition(":")
    start, end = DAYS.index(first), DAYS.index(last or first)
    return start <= day <= end if start <= end else day >= start or day <= end
