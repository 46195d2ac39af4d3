"""The files of the page: what the build has packed is sent as it lies there, to whoever can unpack it."""

import gzip
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from dashboards.kept_files import KeptFiles

SCRIPT = b"let a;"
PACKED = gzip.compress(b"let b;")  # something else, so that the two are told apart


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    (tmp_path / "a.js").write_bytes(SCRIPT)
    (tmp_path / "a.js.gz").write_bytes(PACKED)
    (tmp_path / "alone.js").write_bytes(SCRIPT)
    return TestClient(KeptFiles(directory=tmp_path))


def test_what_is_packed_is_sent_as_it_is_and_as_what_it_is(client: TestClient) -> None:
    answer = client.get("/a.js?v=1", headers={"accept-encoding": "br, gzip"})
    assert answer.content == b"let b;"
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-length"] == str(len(PACKED))
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["vary"] == "Accept-Encoding"
    assert "immutable" in answer.headers["cache-control"]


def test_who_cannot_unpack_gets_the_file_itself(client: TestClient) -> None:
    answer = client.get("/a.js", headers={"accept-encoding": "identity"})
    assert answer.content == SCRIPT
    assert "content-encoding" not in answer.headers
    assert answer.headers["vary"] == "Accept-Encoding", "a cache in between must know that there are two"


def test_the_two_forms_have_different_tags(client: TestClient) -> None:
    packed = client.get("/a.js", headers={"accept-encoding": "gzip"}).headers["etag"]
    plain = client.get("/a.js", headers={"accept-encoding": "identity"}).headers["etag"]
    assert packed != plain
    again = {"accept-encoding": "gzip", "if-none-match": packed}
    assert client.get("/a.js", headers=again).status_code == 304
    assert client.get("/a.js", headers=again | {"if-none-match": plain}).status_code == 200


def test_a_file_that_nobody_packed_is_sent_as_it_is(client: TestClient) -> None:
    answer = client.get("/alone.js", headers={"accept-encoding": "gzip"})
    assert answer.content == SCRIPT
    assert "content-encoding" not in answer.headers
