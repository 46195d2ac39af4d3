"""Finds spikes in streams of counts; pure: counts and times in, events out."""

from workers.spikes.detector import (
    COOLDOWN,
    PROMISED,
    QUIET,
    SENSITIVITIES,
    WARM_UP,
    Detector,
    Event,
    Sensitivity,
    State,
)

__all__ = ["COOLDOWN", "PROMISED", "QUIET", "SENSITIVITIES", "WARM_UP", "Detector", "Event", "Sensitivity", "State"]
