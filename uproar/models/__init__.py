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
    SettledBucket,
    SettledConcernBucket,
    Version,
)
from uproar.models.privacy import Forgetting, HashKey, Horizon, Tombstone
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
    "HashKey",
    "Horizon",
    "Post",
    "Push",
    "Quote",
    "Reaction",
    "Rollup",
    "SettledBucket",
    "SettledConcernBucket",
    "Silence",
    "Spending",
    "Spike",
    "Tombstone",
    "Version",
    "Volume",
]
