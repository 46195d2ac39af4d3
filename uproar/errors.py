"""The errors that end at a person, each with what is wrong, where, and what to do about it."""

from dataclasses import dataclass


class UproarError(Exception):
    """A mistake that the reader of the message can mend; the command line prints it without a traceback."""


class SettingsError(UproarError):
    """A setting is missing, malformed or contradicts another."""


class WatchError(UproarError):
    """A watch file cannot be used; the message names file, line or key, and remedy."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of a check: what was looked at, whether it is in order, and what to do if it is not.

    `command` is what to type, if that is a command; `missing`: it is not there yet, rather than wrong.
    """

    subject: str
    ok: bool
    detail: str
    remedy: str = ""
    command: str = ""
    missing: bool = False
