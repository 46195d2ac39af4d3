"""Finds spikes in streams of counts; pure: counts and times in, events out."""

from workers.spikes.detector import PROMISED, SENSITIVITIES, Detector, Event, Sensitivity

__all__ = ["PROMISED", "SENSITIVITIES", "Detector", "Event", "Sensitivity"]
