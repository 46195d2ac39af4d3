"""What all tests of finding share."""

import pytest

from workers.finding import episodes


@pytest.fixture(autouse=True)
def _no_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    """No broker is asked: the news of work has tests of its own."""
    monkeypatch.setattr(episodes, "announce", lambda _task: True)
