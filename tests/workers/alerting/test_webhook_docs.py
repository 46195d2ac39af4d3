"""What docs/webhooks.md says is so: its example of a body, and its addresses for apprise."""

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.spikes import NOW, a_spike
from uproar.watch import load_watch
from workers.alerting import chat
from workers.alerting.messages import compose

DOCUMENT = (Path(__file__).parents[3] / "docs" / "webhooks.md").read_text()
LINK = "https://uproar.example/?watch=harbour&at=1772625540"
DETAILS = {
    "window": {"from": "2026-03-04T11:50:00Z", "to": "2026-03-04T12:00:00Z", "seconds": 600},
    "baseline_days": 6.2,
    "coverage": 0.97,
    "gaps": [{"source": "reddit", "from": "2026-03-04T11:52:00Z", "to": "2026-03-04T11:55:00Z"}],
    "voices": 42,
    "echoes": 0,
    "concerns": [{"name": "price", "count": 25, "before": 1.5}],
    "sources": [{"name": "bluesky", "count": 30, "share": 0.714}, {"name": "x", "count": 12, "share": 0.286}],
    "languages": [{"name": "en", "count": 42, "share": 1.0}],
    "posts": [{"id": 17, "url": "https://social.example/17", "text": "I cancelled today, it got too expensive"}],
    "dashboard": LINK,
}


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", DOCUMENT, re.DOTALL)


def test_the_example_is_what_is_sent(home: Path) -> None:
    watch = load_watch(home / "watches" / "harbour.toml")
    spike = a_spike(id=7, started_at=NOW - timedelta(minutes=1), changed_at=NOW - timedelta(minutes=1), details=DETAILS)
    sent: dict[str, Any] = json.loads(
        compose("firing", spike, watch=watch, endpoint="ops", dashboard="https://uproar.example")
    )
    (shown,) = blocks("json")
    assert json.loads(shown) == sent, f"put this there:\n{json.dumps(sent, indent=1, ensure_ascii=False)}"
    assert datetime.fromisoformat(sent["alerts"][0]["startsAt"]) == spike.started_at


def test_each_key_of_the_example_is_explained() -> None:
    (shown,) = blocks("json")
    for key in json.loads(shown)["uproar"]:
        assert re.search(rf"`(uproar\.)?{key}`", DOCUMENT), key


def test_apprise_knows_each_address_that_is_shown() -> None:
    urls = re.findall(r"^\| [^|`]+ \| `([a-z]+://[^`]+)` \|$", DOCUMENT, re.MULTILINE)
    assert len(urls) >= 4
    assert chat.check(", ".join(urls), seconds=60) is None


@pytest.mark.parametrize("path", ["watches/made-up-deal.toml", "docs/reference.md"])
def test_other_documents_lead_here(path: str) -> None:
    assert "webhooks.md" in (Path(__file__).parents[3] / path).read_text()
