"""What all tests of alerting share."""

from collections.abc import Iterator

import pytest

from tests.workers.endpoint import Endpoint, serving


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """A server that answers 204 unless told otherwise."""
    with serving() as one:
        yield one
