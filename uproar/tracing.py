"""Traces: how long each unit of work took and what it came to, sent to whoever collects them by OpenTelemetry.

Off unless OTEL_EXPORTER_OTLP_ENDPOINT (or ..._TRACES_ENDPOINT) is set and the optional part `uproar[tracing]` is
installed. Spans hold names, numbers and classes of errors, as the log does: never a text, a secret or an author.
"""

import importlib
import importlib.util
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Protocol

from uproar.log import get_logger

PACKAGES = ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")
ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
Value = str | int | float | bool

log = get_logger(__name__)


class Span(Protocol):
    """A unit of work that runs."""

    def set(self, **attributes: Value | None) -> None:
        """Say more of it; what is None is left out."""

    def fail(self, kind: str) -> None:
        """Say that it failed, and how: the name of a class, or a status."""

    def rename(self, name: str) -> None:
        """Give it the name that is known only now."""


class Tracer(Protocol):
    """Makes spans."""

    def span(self, name: str, attributes: Mapping[str, Value], carrier: Mapping[str, str] | None) -> Iterator[Span]:
        """A span that lasts as long as the generator stands still."""

    def flush(self) -> None:
        """Send what waits."""


class _Off:
    """A span that nobody collects."""

    def set(self, **attributes: Value | None) -> None:
        pass

    def fail(self, kind: str) -> None:
        pass

    def rename(self, name: str) -> None:
        pass


_OFF = _Off()


@contextmanager
def span(name: str, carrier: Mapping[str, str] | None = None, **attributes: Value | None) -> Iterator[Span]:
    """A unit of work as a span, within the one that runs; an exception that leaves it is its failure.

    Args:
        name: what is done, in words that are the same every time.
        carrier: headers that may say of which trace it is a part (`traceparent`).
        attributes: what is known of it now.
    """
    tracer = _tracer(os.getpid())
    if tracer is None:
        yield _OFF
        return
    yield from tracer.span(name, {key: value for key, value in attributes.items() if value is not None}, carrier)


def flush() -> None:
    """Send what waits, before a process ends that runs nothing at its exit."""
    tracer = _tracer(os.getpid())
    if tracer is not None:
        tracer.flush()


def wanted() -> bool:
    """Whether somebody said where traces go."""
    return any(os.environ.get(name) for name in ENDPOINTS)


def available() -> bool:
    """Whether the optional packages are installed."""
    try:
        return all(importlib.util.find_spec(name) is not None for name in PACKAGES)
    except ModuleNotFoundError:  # not even what these are parts of
        return False


@lru_cache(maxsize=1)
def _tracer(_pid: int) -> Tracer | None:
    """The tracer of this process; a fork has one of its own, since threads do not come along."""
    if not wanted():
        return None
    if not available():
        log.warning("no_traces", reason="uproar[tracing] is not installed", remedy="make tracing")
        return None
    made: Tracer = importlib.import_module("uproar.otlp").Otlp()
    return made
