"""Posts that spikes quote leave them, and every message about them, when they are erased or edited."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from tests.spikes import a_spike
from tests.uproar.test_posts import NOW, save, some
from uproar import database, deliveries, erasing
from uproar.incoming import Erasure
from uproar.models import Delivery, Quote, Spike
from uproar.settings import Settings

LATER = NOW + timedelta(hours=1)


def quote(*post_ids: int) -> None:
    posts = [{"id": id_, "text": f"secret of {id_}"} for id_ in post_ids]
    with database.writing() as session:
        spike = a_spike(details={"voices": 2, "posts": posts})
        session.add(spike)
        session.flush()
        session.add_all([Quote(spike_id=spike.id or 0, post_id=id_) for id_ in post_ids])
        body = json.dumps({"version": "4", "uproar": spike.details, "alerts": []})
        messages = [deliveries.Message(f"msg_{spike.id}_{name}", name, "firing", body) for name in ("ops", "pager")]
        deliveries.enqueue(session, spike, messages, now=NOW)
        sent = session.exec(select(Delivery).where(Delivery.endpoint == "ops", Delivery.spike_id == spike.id)).one()
        sent.delivered_at, sent.next_attempt_at = NOW, None
        session.add(sent)


def kept() -> tuple[list[Any], list[Any], list[int]]:
    with database.reading() as session:
        spikes = [(one.details or {})["posts"] for one in session.exec(select(Spike).order_by(col(Spike.id)))]
        bodies = [json.loads(one.body) for one in session.exec(select(Delivery).order_by(col(Delivery.id)))]
        assert all(body["version"] == "4" and body["uproar"]["voices"] == 2 for body in bodies)
        quotes = session.exec(select(Quote.post_id).order_by(col(Quote.post_id)))
        return spikes, [body["uproar"]["posts"] for body in bodies], list(quotes)


@pytest.mark.parametrize("how", ["erased", "edited"])
def test_a_post_that_is_erased_or_edited_leaves_spikes_and_messages_sent_or_not(store: Settings, how: str) -> None:
    save(some(2), store)
    quote(1, 2)
    quote(2)
    if how == "erased":
        with database.writing() as session:
            erasing.erase(session, [Erasure("file", native_id="0")], now=LATER, settings=store)
    else:
        save(some(1, text="I never said so", edited_at=LATER), store)
    other = [{"id": 2, "text": "secret of 2"}]
    assert kept() == ([other, other], [other] * 4, [2, 2])


def test_posts_that_nobody_quotes_change_nothing(store: Settings) -> None:
    save(some(2), store)
    quote(2)
    before = kept()
    with database.writing() as session:
        erasing.erase(session, [Erasure("file", native_id="0")], now=LATER, settings=store)
    assert kept() == before
