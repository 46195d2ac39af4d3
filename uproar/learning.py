"""How far a watch has come that does not know yet what is usual: pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from uproar.said import Said

WARM_UP = 3_600  # seconds that have to be observed before anything is compared with them


@dataclass(frozen=True, slots=True)
class Learning:
    """Since when a watch has learnt (None: nothing is counted yet), and when it begins to compare."""

    since: datetime | None

    @property
    def begins_at(self) -> datetime | None:
        """The first moment of alarms by experience, if every minute until then is observed."""
        return None if self.since is None else self.since + timedelta(seconds=WARM_UP)

    @property
    def said(self) -> Said:
        """For people."""
        if self.since is None or self.begins_at is None:
            return Said("nothing is counted yet; alarms by experience begin an hour after the first post")
        since, at = f"{self.since:%Y-%m-%d %H:%M}", f"{self.begins_at:%Y-%m-%d %H:%M}"
        return Said("learning since {since}, alarms by experience begin at {at}", since=since, at=at)

    def __str__(self) -> str:
        """The same."""
        return self.said


def learning(extent: tuple[int, int] | None, *, now: datetime) -> Learning | None:
    """Whether a watch of that extent (first and last minute that have a bucket) still learns; None once it compares."""
    found = Learning(None if extent is None else datetime.fromtimestamp(extent[0], UTC))
    return found if found.begins_at is None or found.begins_at > now else None
