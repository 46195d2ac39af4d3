"""What the API is told and answers about corrections."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from dashboards.questions import Sentiment, Stage, Stance
from uproar.corrections import CORRECTABLE


def _storable(text: str) -> str:
    return text.replace("\0", "\ufffd").strip()  # PostgreSQL cannot keep NUL


Note = Annotated[str, Field(max_length=2_000), AfterValidator(_storable)]
Name = Annotated[str, Field(max_length=200), AfterValidator(_storable)]
Concerns = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=64)]],
    Field(max_length=50),
    AfterValidator(lambda names: list(dict.fromkeys(names))),
]


class CorrectionGiven(BaseModel):
    """What a reaction should have been: any of these; what is left out, or null, stays as the machine has it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    stage: Stage | None = None
    sentiment: Sentiment | None = None
    stance: Stance | None = None
    concerns: Concerns | None = Field(
        None, description="all that the post names, by their names in the watch file; an empty list for none"
    )
    voice: bool | None = Field(None, description="whether it is its author's own, and no echo")
    note: Note | None = Field(None, description="why, for those who read the history")
    by: Name | None = Field(None, description="who says so")
    sampled: bool = Field(
        False, description="the post was drawn by chance to be judged, not chosen: these alone tell the precision"
    )

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if all(getattr(self, name) is None for name in CORRECTABLE):
            raise ValueError(f"corrects nothing; give one of {', '.join(CORRECTABLE)}")
        return self


class CorrectionAnswer(BaseModel):
    """What a person said; null is what was not corrected."""

    id: int
    stage: str | None
    sentiment: str | None
    stance: str | None
    concerns: list[str] | None
    voice: bool | None
    note: str | None
    by: str | None
    sampled: bool | None = Field(
        description="the post was drawn by chance to be judged; null: not known, it was given before that was asked"
    )
    withdrawn: bool = Field(description="the machine's answer was given back here")
    corrected_at: datetime


class MachineAnswer(BaseModel):
    """What the machine made of a post, whatever a person has said since."""

    stage: str
    cancel: bool = Field(description="a cancel voice: an original whose author speaks of leaving")
    sentiment: str
    stance: str
    concerns: list[str]
    voice: bool
    model_version: str
