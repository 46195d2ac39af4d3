"""A broker and a store for workers of their own processes."""

import pytest

from uproar import queue
from uproar.settings import Settings, settings


@pytest.fixture
def stack(running_broker: Settings, sqlite_store: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A broker, an empty store, and an app in this process that announces to that broker."""
    monkeypatch.setenv("UPROAR_WORKER_PROCESSES", "1")
    settings.cache_clear()
    monkeypatch.setattr(queue, "app", queue.make_app(settings()))
    return settings()
