"""A stretch of event time that is asked about: pure."""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of event time, in whole seconds since 1970; its end is not part of it."""

    start: int
    end: int

    @property
    def first(self) -> datetime:
        """Its start as a moment."""
        return datetime.fromtimestamp(self.start, UTC)

    @property
    def last(self) -> datetime:
        """Its end as a moment."""
        return datetime.fromtimestamp(self.end, UTC)
