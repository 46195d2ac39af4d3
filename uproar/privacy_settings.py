"""The settings of how long what people wrote is kept, and of what leaves the house."""

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings


class PrivacySettings(BaseSettings):
    """What keeping is told from outside; a part of `Settings`."""

    keep_text: int = Field(0, ge=0, le=36_500, description="days that texts are kept, counted from collecting; 0: ever")
    keep_reactions: int = Field(0, ge=0, le=36_500, description="the same of posts with all that was made of them")
    smallest_count: int = Field(5, ge=1, le=1_000, description="smaller counts are hidden in exports; 1: none is")

    @field_validator("smallest_count")
    @classmethod
    def _hides_something(cls, value: int) -> int:
        if value == 2:  # noqa: PLR2004 - what is hidden could only be 1
            raise ValueError("must be 1 (nothing is hidden) or at least 3: below 2 there is only 1, which tells itself")
        return value
