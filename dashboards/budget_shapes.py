"""The shapes of answers about what platforms charge, and what they count."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field


class BudgetPeriod(BaseModel):
    """What one UTC day or month has cost so far."""

    posts: int = Field(description="bought")
    reserved: int = Field(description="asked for and not known to have come; they count as spent")
    cap: int
    left: int
    requests: int
    micros: int = Field(description="what the posts cost, in millionths of the currency")


class BudgetAnswer(BaseModel):
    """The budget of one account at a paid platform."""

    account: str
    level: str = Field(description="fine, warning (from 80%) or spent")
    until: datetime | None = Field(description="when buying goes on, if the budget is spent")
    day: BudgetPeriod
    month: BudgetPeriod
    forecast_posts: int = Field(description="by the end of the month, if it goes on as in the last seven days")


class VolumeAnswer(BaseModel):
    """How many posts a platform says were written that match the query of a source, read or not."""

    model_config = ConfigDict(from_attributes=True)

    source: str
    started_at: datetime
    ended_at: datetime
    posts: int
