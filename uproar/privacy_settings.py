"""The settings of how long what people wrote is kept."""

from pydantic import Field
from pydantic_settings import BaseSettings


class PrivacySettings(BaseSettings):
    """What keeping is told from outside; a part of `Settings`."""

    keep_text: int = Field(0, ge=0, le=36_500, description="days that texts are kept, counted from collecting; 0: ever")
    keep_reactions: int = Field(0, ge=0, le=36_500, description="the same of posts with all that was made of them")
