"""What the API answers: one model for each thing; times are seconds since 1970 in series, ISO elsewhere."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from dashboards.correction_shapes import CorrectionAnswer, MachineAnswer


class Problem(BaseModel):
    """What every refusal and every failure looks like."""

    detail: str = Field(description="what is wrong, where, and what to do about it")


class Extent(BaseModel):
    """The first and the last minute that have posts."""

    first: int
    last: int


class Moment(BaseModel):
    """One dated event of the deal."""

    at: datetime
    text: str


class LearningAnswer(BaseModel):
    """A watch does not know yet what is usual; absolute rules hold already. Null: nothing is counted so far."""

    since: datetime | None
    alarms_begin_at: datetime | None


class ThresholdAnswer(BaseModel):
    """An absolute rule of the watch file: more than so many in an hour, or a share above so much in an hour."""

    name: str
    signal: str = Field(description="posts, negative, cancel or concern:…")
    more_than: int | None
    share_above: float | None = Field(description="of voices for cancel, of posts for all others")


class WatchAnswer(BaseModel):
    """One deal that is watched."""

    name: str
    title: str
    enabled: bool
    simulated: bool = Field(description="none of its posts are real")
    members: int | None = Field(description="people who use the watched services, where the watch file says it")
    extent: Extent | None
    learning: LearningAnswer | None = Field(description="null once alarms by experience have begun")
    timeline: list[Moment]
    sources: list[str] = Field(description="those of the watch file, and those that posts came from")
    langs: list[str] = Field(description="those of the watch file, and those that posts are in")
    concerns: dict[str, str] = Field(description="name of each concern and the words to show for it")
    thresholds: list[ThresholdAnswer]


class GapAnswer(BaseModel):
    """A stretch that could not be read."""

    source: str
    started_at: datetime
    ended_at: datetime | None
    reason: str


class SpikeMark(BaseModel):
    """What a chart shows of one episode of a signal above what was expected, or of a source that brought nothing."""

    id: int
    signal: str = Field(description="posts, negative, cancel, cancel-share, concern:…, threshold:… or no-data:…")
    state: str
    started_at: datetime
    resolved_at: datetime | None
    count: int = Field(description="in the window, now; once it is over, at its height")
    told_count: int | None = Field(description="at the last change, of which `explanation` and messages speak")
    expected: float
    window_s: int
    explanation: str


class SpikeAnswer(SpikeMark):
    """All of one episode."""

    watch: str
    alertname: str = Field(description="UproarSpike, UproarThreshold or UproarNoData")
    changed_at: datetime
    peak: int | None = Field(description="the largest count since the window has had this length")
    score: float
    details: dict[str, Any] | None = Field(
        description="why: window, baseline_days, coverage, gaps, voices, echoes, concerns, sources, languages, posts, "
        "dashboard; what posts say is hostile; null if not asked for"
    )
    notified: bool
    held: str | None = Field(description="what kept it from being told: `silence 3`, `mute nights`")
    acknowledged_at: datetime | None
    acknowledged_by: str | None


class Evidence(BaseModel):
    """A span of the text that decided, counted in characters (code points), and the rule that it met."""

    start: int
    end: int
    text: str | None = Field(None, description="null: let go with the text of the post")
    rule: str
    family: str | None = Field(description="of rules that say the same: cancelled, cancelling, …; null of a concern")


class PostAnswer(BaseModel):
    """One post and what was made of it; who wrote it is not told."""

    id: int
    created_at: datetime
    source: str
    platform: str
    lang: str
    text: str | None = Field(
        description="as it was written: hostile, never to be used as HTML; null: let go as too old"
    )
    let_go_at: datetime | None = Field(description="when the text was let go")
    url: str | None = Field(description="only http and https")
    matched: str | None = Field(description="direct: it mentions the deal; referenced: what it refers to does")
    edited_at: datetime | None = Field(description="when its author changed it; the text is the newest version")
    sentiment: str
    compound: float
    stage: str
    cancel: bool = Field(description="a cancel voice: an original whose author speaks of leaving")
    score: float
    stance: str
    concerns: list[str]
    evidence: list[Evidence]
    speaker: str = Field(description="member, press, official, company or other")
    voice: bool
    echo_of: int | None = Field(
        description="the post that this one is a copy of, which may have been erased; null for an original"
    )
    correction: CorrectionAnswer | None = Field(description="what a person said: it is in the fields above, and counts")
    machine: MachineAnswer


class Posts(BaseModel):
    """A page of posts, in the order that was asked for."""

    posts: list[PostAnswer]
    before: str | None = Field(description="give this as `before` for the next page; null at the end")


class SourceAnswer(BaseModel):
    """One source of one watch and how it is."""

    watch: str
    source: str
    type: str = Field(description="the platform, empty for a source that the watch file no longer names")
    state: str = Field(description="ok, partly (a part of it fails), failing, unread, off, gone or pushed")
    read_at: datetime | None = Field(description="last attempt")
    covered_until: datetime | None = Field(description="everything before this was read")
    next_due_at: datetime | None
    caught_up: bool
    failures: int = Field(description="failed attempts in a row")
    last_error: str | None
    posts: int = Field(description="that were new")
    unrelated: int = Field(description="read, and left out because they do not mention the deal")
    lag_seconds: float | None
    gaps_open: int
    dead_letters: int


class DeadLetterAnswer(BaseModel):
    """One item that could not be used."""

    id: int
    watch: str
    source: str
    post_id: int | None
    raw: str = Field(description="the first 500 characters of its raw form")
    reason: str
    died_at: datetime


class Ingested(BaseModel):
    """What became of the records of one push."""

    new: int = Field(description="posts that are stored now")
    duplicate: int = Field(description="posts that were there already, or that came twice")
    edited: int = Field(description="those of them that came with a later `edited_at`: they are new versions")
    unrelated: int = Field(description="posts that were left out since they do not mention the deal (`match`)")
    dead: int = Field(description="records that could not be used; each is in the dead letters with its reason")
    reasons: list[str] = Field(description="why the first few could not be used")


class Readiness(BaseModel):
    """Whether everything works, and if not, each reason."""

    ready: bool
    reasons: list[str]
