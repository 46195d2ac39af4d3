"""How a test pushes posts, and what has come of it."""

from typing import Any

from sqlmodel import Session, col, select
from starlette.testclient import TestClient

from uproar import database
from uproar.models import Post

TOKEN = "a-token-for-this-test"
BEARER = {"authorization": f"Bearer {TOKEN}"}
ONE = {"id": "1", "text": "I am leaving Meadow", "time": "2026-03-01T12:00:00Z"}


def push(client: TestClient, value: Any, query: str = "", **headers: str) -> Any:
    """Push a value as JSON."""
    given = {name.replace("_", "-"): text for name, text in headers.items()}
    return client.post(f"/ingest{query}", json=value, headers=BEARER | given)


def lines(client: TestClient, body: bytes, query: str = "") -> Any:
    """Push JSON lines."""
    return client.post(f"/ingest{query}", content=body, headers={**BEARER, "content-type": "application/x-ndjson"})


def stored() -> list[Post]:
    """All posts, in the order in which they were stored."""
    with Session(database.engine()) as session:
        return list(session.exec(select(Post).order_by(col(Post.id))))
