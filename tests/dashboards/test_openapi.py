"""Schemathesis asks the API everything that its OpenAPI document allows, and much that it does not."""

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import positive_data_acceptance
from starlette.testclient import TestClient

from dashboards import ingest
from dashboards.api import router
from tests.dashboards.given import put
from tests.dashboards.pushing import TOKEN

HERE = {"host": "localhost", "origin": "http://localhost"}
ENDLESS = "/api/v1/live"  # a stream

described = FastAPI()
described.include_router(router)
described.include_router(ingest.router)
schema = schemathesis.openapi.from_dict(described.openapi())
paths = schema.raw_schema["paths"].items()
OPERATIONS = [(path, method) for path, methods in paths for method in methods if path != ENDLESS]


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_an_operation_keeps_to_its_description(path: str, method: str, news: list[str], client: TestClient) -> None:
    asks = HERE | ({"authorization": f"Bearer {TOKEN}"} if path == "/ingest" else {})
    post_id = put(stage="cancelled", text="I left Meadow")
    schema.app = client.app

    @given(st.data())
    @examples(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    def holds(data: st.DataObject) -> None:
        case = data.draw(schema[path][method].as_strategy())
        if "post_id" in case.path_parameters and data.draw(st.booleans()):
            case.path_parameters["post_id"] = post_id
        answer = case.call(headers=asks)
        # what a moment is, and which words exclude each other, is said in words and not in the document's patterns
        case.validate_response(answer, excluded_checks=[positive_data_acceptance])

    holds()
