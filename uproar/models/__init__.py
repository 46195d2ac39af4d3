"""All tables. Times are UTC; a bucket's minute is in whole seconds since 1970, so that both databases can group it."""

from uproar.models.posts import (
    Backlog,
    Bucket,
    ConcernBucket,
    ConcernRollup,
    Correction,
    Post,
    Reaction,
    Rollup,
    Version,
)
from uproar.models.privacy import Forgetting, Tombstone
from uproar.models.pushes import Push
from uproar.models.reading import Charge, Cursor, DeadLetter, Gap, Spending, Volume
from uproar.models.spikes import Delivery, DetectorState, EndpointState, Expectation, Quote, Silence, Spike

__all__ = [
    "Backlog",
    "Bucket",
    "Charge",
    "ConcernBucket",
    "ConcernRollup",
    "Correction",
    "Cursor",
    "DeadLetter",
    "Delivery",
    "DetectorState",
    "EndpointState",
    "Expectation",
    "Forgetting",
    "Gap",
    "Post",
    "Push",
    "Quote",
    "Reaction",
    "Rollup",
    "Silence",
    "Spending",
    "Spike",
    "Tombstone",
    "Version",
    "Volume",
]
