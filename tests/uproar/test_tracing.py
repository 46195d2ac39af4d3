"""Traces: what a collector for OpenTelemetry is sent, and that nothing is where nobody asked for them."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from starlette.testclient import TestClient

from collector.reading import read_if_due
from collector.source import Page
from dashboards.app import make_app
from tests.collector.conftest import spec_of
from tests.collector.test_reading import Made
from tests.web_server import Reply, WebServer
from uproar import tracing
from uproar.incoming import Incoming
from uproar.otlp import Otlp
from uproar.outgoing import OutgoingError
from uproar.settings import Settings
from uproar.watch import load_watches
from workers.batches import react_to_batch

Sent = Callable[[], dict[str, Span]]
MARK = "marked-author"
TEXT = "I cancelled my marked-subscription"


@pytest.fixture
def sent(web: WebServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sent]:
    """Spans by name, as the collector has them; those that wait are sent before."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", web.url)
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=harbour")
    web.says("/v1/traces", Reply())
    tracing._tracer.cache_clear()

    def spans() -> dict[str, Span]:
        tracing.flush()
        assert {one.path for one in web.asked} <= {"/v1/traces"}
        return {span.name: span for one in web.asked for span in read(one.body)}

    yield spans
    tracer = tracing._tracer(os.getpid())
    assert isinstance(tracer, Otlp)
    tracer._provider.shutdown()
    tracing._tracer.cache_clear()


def read(body: bytes) -> list[Span]:
    said = ExportTraceServiceRequest.FromString(body)
    return [span for one in said.resource_spans for scope in one.scope_spans for span in scope.spans]


def attributes(span: Span) -> dict[str, object]:
    return {one.key: getattr(one.value, one.value.WhichOneof("value") or "") for one in span.attributes}


def test_a_post_s_way_is_in_traces_with_numbers_and_without_what_anybody_said(
    sqlite_store: Settings, web: WebServer, sent: Sent
) -> None:
    (watch,) = load_watches(sqlite_store.watch_dir)
    post = Incoming(platform="made", native_id="1", text=TEXT, created_at=datetime.now(UTC), author=MARK)
    assert read_if_due(Made(Page([post], {})), spec_of("made"), watch, claim="c", settings=sqlite_store)
    assert react_to_batch(sqlite_store) == (1, 1)
    spans = sent()
    assert set(spans) == {"collect", "fetch", "store", "react", "score", "write"}
    for inner, outer in {"fetch": "collect", "store": "collect", "score": "react", "write": "react"}.items():
        assert spans[inner].parent_span_id == spans[outer].span_id
        assert spans[inner].trace_id == spans[outer].trace_id
    collected = {"watch": "harbour", "source": "made", "posts": 1, "new": 1, "dead": 0}
    assert attributes(spans["collect"]) == collected
    assert attributes(spans["react"]) == {"posts": 1, "attempt": 1, "written": 1, "dead": 0}
    everything = b"".join(one.body for one in web.asked)
    assert b"marked" not in everything
    assert b"harbour" in everything
    assert b"service.name" in everything


def test_a_failure_is_told_by_its_class_and_not_by_its_words(
    sqlite_store: Settings, web: WebServer, sent: Sent
) -> None:
    (watch,) = load_watches(sqlite_store.watch_dir)
    made = Made(OutgoingError(f"HTTP 500 at /{MARK}"))
    assert read_if_due(made, spec_of("made"), watch, claim="c", settings=sqlite_store) is None
    for span in sent().values():
        assert span.status.code == Status.STATUS_CODE_ERROR
        assert attributes(span)["error.type"] == "OutgoingError"
        assert not span.events
    assert MARK.encode() not in b"".join(one.body for one in web.asked)


def test_an_answer_is_a_part_of_the_trace_that_its_request_names(sqlite_store: Settings, sent: Sent) -> None:
    trace, parent = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
    with TestClient(make_app(sqlite_store), base_url="http://localhost") as client:
        assert client.get("/health", headers={"traceparent": f"00-{trace}-{parent}-01"}).status_code == 200
        assert client.get("/api/v1/spikes/4711").status_code == 404
        assert client.get("/web/app.css").status_code == 200
        assert client.get(f"/{MARK}").status_code == 404
    spans = sent()
    assert set(spans) == {"GET /health", "GET /api/v1/spikes/{spike_id}", "GET /web", "GET"}
    health = spans["GET /health"]
    assert (health.trace_id.hex(), health.parent_span_id.hex()) == (trace, parent)
    assert attributes(health) == {
        "http.request.method": "GET",
        "http.route": "/health",
        "http.response.status_code": 200,
    }
    assert health.status.code == spans["GET"].status.code == Status.STATUS_CODE_UNSET


def test_without_the_variable_nothing_of_it_is_loaded() -> None:
    code = (
        "import sys, dashboards.app, workers.tasks, uproar.tracing as t\n"
        "with t.span('a', n=1) as one: one.set(n=2)\n"
        "import threading; t.flush(); print('uproar.otlp' in sys.modules, threading.active_count())"
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    answer = subprocess.run([sys.executable, "-c", code], env=kept, capture_output=True, text=True, check=True)
    assert answer.stdout == "False 1\n"


def test_traces_without_the_package_are_missed_in_the_log_and_nothing_else_happens(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr(tracing, "PACKAGES", ("no_such_package.at_all",))
    warned: list[str] = []
    monkeypatch.setattr(tracing.log, "warning", lambda event, **_: warned.append(event))
    tracing._tracer.cache_clear()
    for _ in range(2):
        with tracing.span("a") as one:
            one.fail("x")
    tracing._tracer.cache_clear()
    assert warned == ["no_traces"]


def test_a_collector_that_is_away_keeps_nobody_from_ending() -> None:
    code = "from uproar.tracing import span\nwith span('a'): pass"
    environment = {**os.environ, "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}
    start = time.monotonic()
    subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True, timeout=60)
    assert time.monotonic() - start < 8
