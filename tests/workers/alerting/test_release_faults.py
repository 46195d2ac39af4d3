"""A spike that cannot be told, and the others."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.spikes import NOW
from tests.workers.case import Case
from uproar import condition, database, silences
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
    with capture_logs() as said:
        assert case.release(NOW + HOUR) == 1
        assert case.release(NOW + HOUR) == 0
    assert [one["event"] for one in said].count("telling_failed") == 1, "it is said once, however often it is tried"
    with database.reading() as session:
        assert condition.figures(session).spikes_untold == 1
    monkeypatch.undo()
    assert case.release(NOW + HOUR) == 1, "and is told once it can be"
    assert json.loads(case.messages()[-1].body)["uproar"]["held_by"] == silences.BROKEN


def test_a_spike_of_which_no_message_can_be_made_goes_on_record_all_the_same(
    home: Path, sqlite_store: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = Case(home, sqlite_store, OPS)
    with monkeypatch.context() as patched:
        patched.setattr(notifying, "compose", None)
        case.change("firing")
    assert (case.spike().state, case.spike().held, case.spike().notified) == ("firing", silences.BROKEN, False)
    assert case.told() == []
    assert case.release(NOW) == 1
    assert case.told() == [("ops", "firing")]
