"""An erasure and an endpoint that is gone want the same rows at once: neither has to give way."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from tests.at_once import at_once
from tests.spikes import a_spike
from tests.uproar.test_posts import NOW, save, some
from tests.workers.outbox import watch_of
from uproar import database, deliveries, erasing
from uproar.incoming import Erasure
from uproar.models import Delivery, Post, Quote
from uproar.settings import Settings
from workers.alerting import deliveries as sender
from workers.alerting.channels import Reply

ROUNDS = 15
SPIKES = 12
FALLBACK = '\n[[alerts.endpoints]]\nname = "mail"\napprise_env = "MAIL_URL"\nfallback = true\n'


def quote(round_: int) -> None:
    """Spikes that quote a post, each with two messages that wait: it stands in both."""
    with database.writing() as session:
        post = session.exec(select(Post.id).where(Post.native_id == str(round_))).one() or 0
        for number in range(SPIKES):
            details = {"posts": [{"id": post, "text": "secret"}]}
            spike = a_spike(details=details, started_at=NOW + timedelta(minutes=SPIKES * round_ + number))
            session.add(spike)
            session.flush()
            session.add(Quote(spike_id=spike.id or 0, post_id=post))
            body = json.dumps({"uproar": details})
            some_messages = [
                deliveries.Message(f"{round_}-{number}-{name}", name, "firing", body) for name in ("x", "e0")
            ]
            deliveries.enqueue(session, spike, some_messages, now=NOW)


def claimed(round_: int) -> Delivery:
    """The last of these messages, as one who has sent it holds it."""
    with database.writing() as session:
        one = session.exec(select(Delivery).where(Delivery.message_id == f"{round_}-{SPIKES - 1}-e0")).one()
        one.attempts = 1
        session.add(one)
        session.flush()
        session.refresh(one)
        session.expunge(one)
        return one


def test_a_post_is_erased_while_an_endpoint_that_knows_of_it_goes(
    store: Settings, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "bring", lambda *_args, **_more: Reply(delivered=False, status=410))
    path = home / "watches" / "harbour.toml"
    path.write_text(path.read_text() + FALLBACK)
    watches = watch_of(home, "https://e0.example/")
    save(some(ROUNDS), store)

    for round_ in range(ROUNDS):
        quote(round_)
        message = claimed(round_)

        def erase(name: str = str(round_)) -> None:
            with database.writing() as session:
                erasing.erase(session, [Erasure("file", native_id=name)], now=NOW, settings=store)

        def go(message: Delivery = message) -> None:
            sender._deliver(message, watches, store)

        at_once(erase, go)
    with database.reading() as session:
        bodies = session.exec(select(Delivery.body).where(Delivery.endpoint == "e0")).all()
        left = session.exec(
            select(Delivery.id).where(Delivery.endpoint == "e0", col(Delivery.next_attempt_at).is_not(None))
        ).all()
    assert not [body for body in bodies if "secret" in body]
    assert not left, "the endpoint is gone"
