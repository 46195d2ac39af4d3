"""A spike that cannot be told, and the others."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.spikes import NOW
from tests.workers.case import Case
from uproar.models import Spike
from uproar.settings import Settings
from workers.alerting import messages, notifying

HOUR = timedelta(hours=1)
OPS = '[[alerts.endpoints]]\nname = "ops"\nurl = "https://ops.example/"\n'


def test_a_spike_that_cannot_be_told_keeps_no_other_from_being_told(
    home: Path, store: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = Case(home, store, OPS)
    case.silence(HOUR)
    case.change("firing")
    broken, case.spike_id = case.spike_id, 0
    case.change("firing", signal="threshold:many")
    honest = messages.compose

    def compose(kind: str, spike: Spike, **more: Any) -> str:
        if spike.id == broken:
            raise ZeroDivisionError
        return honest(kind, spike, **more)

    monkeypatch.setattr(notifying, "compose", compose)
    assert case.release(NOW + HOUR) == 1
    monkeypatch.undo()
    assert case.release(NOW + HOUR) == 1, "and is told once it can be"
