"""The first run: what is there, what is missing, what is wrong, and what to do about each."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from dashboards.questions import Now
from dashboards.words import translated
from uproar import answers, checks, condition, database, endpoints, evaluations
from uproar.endpoints import Traffic
from uproar.errors import Finding, UproarError
from uproar.said import Said
from uproar.settings import Settings, settings
from uproar.source_states import SourceState, source_states
from uproar.watch import Watch, active
from uproar.wing import wings

KEPT = timedelta(seconds=30)
Ui = Annotated[Literal["en", "fr"], Query(description="the language of details and remedies")]
ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://)(?:[^\s/@'\"]*@)?([^\s/?#'\"]+)[^\s'\"]*")

router = APIRouter()


class SetupItem(BaseModel):
    """One thing that this installation needs, or is better with."""

    name: str
    state: Literal["ok", "missing", "wrong"]
    detail: str = Field(description="what was found; addresses are cut after the host")
    detail_lang: str = Field(description="English where nobody wrote it in the language that was asked for")
    remedy: str = Field(description="what to do; empty where nothing is to be done")
    remedy_lang: str = Field(description="the same of what to do")
    command: str | None = Field(description="what to type, if it is a command")


@dataclass(slots=True)
class _Looked:
    """What was found last, by which settings and when."""

    settings: Settings | None = None
    at: datetime | None = None
    findings: tuple[Finding, ...] = ()


_lock = threading.Lock()
_last = _Looked()


@router.get("/setup")
def get_setup(now: Now, ui: Ui = "en") -> list[SetupItem]:
    """What `uproar doctor` and `uproar watch check` say, and what the tables tell; at most 30 seconds old.

    No source is asked and nothing is sent.
    """
    chosen = settings()
    with _lock:
        fresh = _last.at is not None and timedelta(0) <= now - _last.at < KEPT
        if _last.settings is not chosen or not fresh:
            _last.findings = tuple(_findings(chosen, now=now))
            _last.settings, _last.at = chosen, now
        return [_item(one, ui) for one in _last.findings]


def _item(found: Finding, ui: str) -> SetupItem:
    detail, detail_lang = translated(found.detail, ui)
    remedy, remedy_lang = translated("" if found.ok else found.remedy, ui)
    return SetupItem(
        name=found.subject,
        state="ok" if found.ok else "missing" if found.missing else "wrong",
        detail=_without_secrets(detail),
        detail_lang=detail_lang,
        remedy=_without_secrets(remedy),
        remedy_lang=remedy_lang,
        command=None if found.ok else found.command or None,
    )


def _without_secrets(text: str) -> str:
    """The text with every address cut after its host: a path may hold a token, and what stands before @ a password."""
    return ADDRESS.sub(r"\1\2/…", text)


def _findings(chosen: Settings, *, now: datetime) -> Iterator[Finding]:
    watches, told = checks.watches_of(chosen)
    yield from checks.findings(chosen, watches)
    yield _watched(watches, told)
    for watch in active(watches):
        yield from _of_watch(watch)
    for wing in wings().values():
        if not wing.costly:
            yield from wing.check(chosen, watches)
    try:
        with database.reading() as session:
            yield from list(_stored(session, watches=watches, now=now))
    except SQLAlchemyError:  # no database, or no tables yet: a finding of its own says so
        pass
    yield _evaluated(chosen)


def _watched(watches: list[Watch], told: Finding) -> Finding:
    if not told.ok or active(watches):
        return told
    remedy = "Write a watch file for your deal, edit it and switch it on (enabled = true)."
    return Finding(
        "watches", ok=False, detail=told.detail, remedy=remedy, command="uproar watch new NAME", missing=True
    )


def _of_watch(watch: Watch) -> Iterator[Finding]:
    """What a watch file has, and lacks."""
    name = f"watch {watch.name}"
    problems = [found for wing in wings().values() for found in wing.check_watch(watch)]
    for problem in problems:
        yield Finding(name, ok=False, detail=problem, remedy="Correct its watch file.", command="uproar watch check")
    if not problems:
        yield Finding(name, ok=True, detail=Said("{data}", data=watch.title))
    count = sum(source.enabled for source in watch.sources)
    yield Finding(
        f"sources of {watch.name}",
        ok=count > 0,
        detail=Said("{n} switched on", n=count),
        remedy="Name one in its watch file; docs/sources.md says what each needs. Or push posts to /ingest.",
        missing=True,
    )
    members = sum(service.members or 0 for service in watch.services)
    yield Finding(
        f"members of {watch.name}",
        ok=members > 0,
        detail=Said("{n} people use the watched services", n=members)
        if members
        else "it is not said how many there are",
        remedy="Write `members` of each service into its watch file: shares of them are shown then.",
        missing=True,
    )
    endpoints_named = len(watch.alerts.endpoints)
    yield Finding(
        f"endpoints of {watch.name}",
        ok=endpoints_named > 0,
        detail=Said("{n} named", n=endpoints_named) if endpoints_named else "nobody is told of spikes",
        remedy="Name one in its watch file: [[alerts.endpoints]]; docs/webhooks.md says what each needs.",
        missing=True,
    )


def _stored(session: Session, *, watches: list[Watch], now: datetime) -> Iterator[Finding]:
    """What the tables tell of sources, workers and messages."""
    on = active(watches)
    for state in source_states(session, watches=on, now=now):
        if state.state not in ("off", "gone", "pushed"):
            yield _read(state)
    waiting = condition.waiting_since(session)
    late = waiting is not None and now - waiting > condition.MOST_DELAY
    detail = "posts wait longer than five minutes for their reaction" if late else "no post waits too long"
    remedy = "Do the workers run?"
    yield Finding("workers", ok=not late, detail=detail, remedy=remedy, command="uproar work")
    for watch in on:
        there = answers.extent(session, watch=watch.name) is not None
        yield Finding(
            f"posts of {watch.name}",
            ok=there,
            detail="there are some" if there else "there are none yet",
            remedy="Wait until a source has brought some, or bring your own from a file.",
            command=f"uproar replay FILE --watch {watch.name}",
            missing=True,
        )
    gone, traffic = endpoints.disabled(session, on), endpoints.traffic(session)
    for watch in on:
        for endpoint in watch.alerts.endpoints:
            if (key := (watch.name, endpoint.name)) not in gone:
                yield _reached(*key, traffic.get(key, Traffic()))


def _read(state: SourceState) -> Finding:
    name = f"{state.watch}/{state.source}"
    subject = f"reading of {name}"
    if state.state == "unread":
        remedy = "Does the collector run?"
        return Finding(
            subject, ok=False, detail="was not read yet", remedy=remedy, command="uproar collect", missing=True
        )
    if state.state == "ok":
        return Finding(subject, ok=True, detail=Said("{n} posts", n=state.posts))
    remedy = "Ask it once and see what is wrong."
    detail = state.last_error or "it fails, and gave no reason"
    return Finding(subject, ok=False, detail=detail, remedy=remedy, command=f"uproar sources check {name}")


def _reached(watch: str, name: str, traffic: Traffic) -> Finding:
    subject, command = f"messages to {watch}/{name}", f"uproar alerts test {name} --watch {watch}"
    if traffic.error is not None:
        said, remedy = Said("do not arrive: {error}", error=traffic.error), "Mend it, then send a test."
        return Finding(subject, ok=False, detail=said, remedy=remedy, command=command)
    if traffic.last_success is None:
        detail, remedy = "none was ever brought there", "Send a test, and see that it arrives."
        return Finding(subject, ok=False, detail=detail, remedy=remedy, command=command, missing=True)
    return Finding(subject, ok=True, detail="arrive")


def _evaluated(chosen: Settings) -> Finding:
    command = "uproar evaluate FILE --save"
    try:
        kept = evaluations.load(chosen)
    except UproarError as error:
        return Finding("evaluation", ok=False, detail=str(error), command=command)
    if kept is None:
        remedy = "Label some posts of yours and measure the rules on them."
        return Finding("evaluation", ok=False, detail="none was kept", remedy=remedy, command=command, missing=True)
    return Finding("evaluation", ok=True, detail=Said("of version {version} of the rules", version=kept.model_version))
