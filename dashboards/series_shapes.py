"""What /series answers: counts over time, their sums, and what is drawn beside them."""

from pydantic import BaseModel, Field

from dashboards.shapes import GapAnswer, Moment, SpikeMark


class Counts(BaseModel):
    """Posts with their sentiment, echoes too; voices (originals) and the cancel voices among them."""

    posts: int
    voices: int
    negative: int
    neutral: int
    positive: int
    cancel: int


class Share(BaseModel):
    """A share between 0 and 1 with its 95% interval (Wilson)."""

    share: float
    low: float
    high: float


class ConcernCounts(BaseModel):
    """Posts that name a concern, and the cancel voices among them."""

    posts: int
    cancel: int


class Totals(Counts):
    """The counts of the whole range, the unfinished last step included."""

    cancel_people: int | None = Field(
        description="distinct accounts of the cancel voices; null where these are more than 5,000"
    )
    cancel_share: Share | None = Field(description="cancel voices among voices; null without voices")
    negative_share: Share | None = Field(description="negative posts among posts; null without posts")
    by_stage: dict[str, int]
    by_stance: dict[str, int] = Field(description="posts: against, for")
    by_source: dict[str, Counts] | None = Field(description="null in brief")
    by_lang: dict[str, Counts] | None = Field(description="null in brief")
    concerns: dict[str, ConcernCounts]
    expected: dict[str, float | None] = Field(
        description="what was expected of posts, negative and cancel in the whole range; null where that is not known"
    )


class Shares(BaseModel):
    """A share in each step with its 95% interval (Wilson), to four digits; null in steps that have nothing."""

    share: list[float | None]
    low: list[float | None]
    high: list[float | None]


class Band(BaseModel):
    """What was expected in each step, and the band that holds 95% of what happens; null where that is not known."""

    expected: list[float | None]
    low: list[float | None]
    high: list[float | None]


class Series(BaseModel):
    """Counts over time: one number for each step of each column, aligned with `t`."""

    watch: str
    also: list[str] = Field(
        description="watches that are counted with it: a post that two of them found counts in both, a person once"
    )
    simulated: bool
    start: int = Field(
        serialization_alias="from",
        description="start of the range; the first point may begin earlier and counts from here on",
    )
    end: int = Field(
        serialization_alias="to", description="end of the range; the last point may end later and counts up to here"
    )
    step: int = Field(description="seconds from one point to the next")
    unfinished: int | None = Field(description="start of the step that still goes on; it is in totals, not in `t`")
    newest: int | None = Field(description="the newest minute of the watch that has posts")
    t: list[int] | None = Field(
        description="start of each step, a multiple of it, the first not after `from`; null in brief"
    )
    posts: list[int]
    voices: list[int] = Field(description="originals; all other posts are echoes")
    negative: list[int]
    neutral: list[int] | None = Field(description="posts that are neither; null in brief")
    positive: list[int]
    cancel: list[int]
    cancel_share: Shares | None = Field(description="cancel voices among voices; null in brief")
    stages: dict[str, list[int]] = Field(description="voices by stage; only stages that occur in the range")
    stances: dict[str, list[int]] = Field(description="posts: against, for")
    sources: dict[str, list[int]] = Field(
        description="posts by source: the 8 largest of the range, and all others under an empty name if there are any"
    )
    langs: dict[str, list[int]] = Field(description="posts by language, in the same way")
    concerns: dict[str, list[int]] = Field(
        description="cancel voices that name a concern, of the 8 concerns that are named most"
    )
    expected: dict[str, Band] = Field(
        description="of posts, negative and cancel, or those asked for, where a detector has looked at them"
    )
    totals: Totals
    gaps: list[GapAnswer]
    spikes: list[SpikeMark]
    timeline: list[Moment]
