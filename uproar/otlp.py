"""Sends spans by OTLP over HTTP; imported only where traces are wanted and OpenTelemetry is installed."""

import os
from collections.abc import Iterator, Mapping

from opentelemetry import propagate, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk import resources
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Status, StatusCode

from uproar import __version__
from uproar.settings import settings
from uproar.tracing import Span, Value

TIMEOUTS = ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT")
SECONDS = 2.0  # if these say nothing: so long a stop may wait for a collector that does not answer; theirs is ten


class Otlp:
    """A tracer whose provider is this process's own; the standard variables (OTEL_…) say where to, and how."""

    def __init__(self) -> None:
        ours = {
            resources.SERVICE_NAME: "uproar",
            resources.SERVICE_VERSION: __version__,
            resources.SERVICE_INSTANCE_ID: f"{settings().name}:{os.getpid()}",
        }
        told = resources.OTELResourceDetector().detect()  # OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES
        timeout = None if any(os.environ.get(name) for name in TIMEOUTS) else SECONDS
        self._provider = TracerProvider(resource=Resource.create(ours).merge(told))
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(timeout=timeout)))
        self._tracer = self._provider.get_tracer("uproar", __version__)

    def span(self, name: str, attributes: Mapping[str, Value], carrier: Mapping[str, str] | None) -> Iterator[Span]:
        """A span that lasts as long as the generator stands still."""
        context = propagate.extract(carrier) if carrier is not None else None
        with self._tracer.start_as_current_span(
            name, context, attributes=attributes, record_exception=False, set_status_on_exception=False
        ) as made:
            own = _Own(made)
            try:
                yield own
            except BaseException as error:  # its text may hold what no trace may show
                own.fail(type(error).__name__)
                raise

    def flush(self) -> None:
        """Send what waits."""
        self._provider.force_flush(int(SECONDS * 1_000))


class _Own:
    def __init__(self, made: trace.Span) -> None:
        self._made = made

    def set(self, **attributes: Value | None) -> None:
        self._made.set_attributes({key: value for key, value in attributes.items() if value is not None})

    def fail(self, kind: str) -> None:
        self._made.set_attribute("error.type", kind)
        self._made.set_status(Status(StatusCode.ERROR))

    def rename(self, name: str) -> None:
        self._made.update_name(name)
