"""Lets go what is older than the settings say, in short transactions between which everybody else has their turn."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import Session

from uproar import database, retention
from uproar.settings import Settings

LONGEST = 30.0  # seconds in one run: what is left is let go in the next
Step = Callable[[Session], bool]


def let_go(settings: Settings, *, now: datetime) -> None:
    """Let texts, dead letters and reactions go that are too old; nothing, unless a setting says how old that is."""
    steps: list[Step] = []
    if settings.keep_reactions:  # first: with them goes the text
        before = now - timedelta(days=settings.keep_reactions)
        steps.append(partial(retention.let_reactions_go, before=before, now=now))
    if settings.keep_text:
        before = now - timedelta(days=settings.keep_text)
        steps.append(partial(retention.let_texts_go, before=before, now=now))
        steps.append(partial(retention.let_letters_go, before=before))
    until = time.monotonic() + LONGEST
    for step in steps:
        while _run(step) and time.monotonic() < until:
            pass


def _run(step: Step) -> bool:
    with database.writing() as session:
        return step(session)
