"""A simulated day in which much goes wrong: alerts that go on, messages that do not arrive, sources that fail."""

from datetime import timedelta

from tests.browser.simulated import NOW, WATCH
from uproar import database, deadletters, silences, sources, volumes
from uproar.incoming import Dead
from uproar.models import Cursor, Delivery, Spike
from uproar.models.reading import Spending
from uproar.volumes import Counted

HOSTILE = '<script>window.hit = 1</script><img src=x onerror="window.hit = 2">'


def trouble() -> None:
    """Let it go wrong in the day that the settings name."""
    _alerts()
    _reading()


def _alerts() -> None:
    """Two alerts go on, one was held back; a message was given up, one is tried again, one has arrived."""
    with database.writing() as session:
        for id_ in (1, 8):
            spike = session.get_one(Spike, id_)
            spike.state, spike.resolved_at = "escalated", None
            session.add(spike)
        silences.silence(
            session, watch=WATCH, signal="concern:*", starts_at=NOW - timedelta(hours=1),
            ends_at=NOW + timedelta(hours=3), comment="The price letter is known.", by="Sam", now=NOW,
        )  # fmt: skip
        spike = session.get_one(Spike, 3)
        spike.held, spike.acknowledged_at, spike.acknowledged_by = "silence 1", NOW - timedelta(hours=7), "Sam"
        details = dict(spike.details or {})
        details["posts"] = [{"id": 1, "url": "javascript:window.hit=3", "text": HOSTILE}]
        details["gaps"] = [{"source": "mastodon", "from": "2026-03-02T22:40:00Z", "to": "2026-03-02T23:10:00Z"}]
        details["coverage"] = 0.71
        spike.details = details
        session.add(spike)
        for id_, attempts, status, error in ((1, 10, 503, "The endpoint answered 503."), (2, 2, None, HOSTILE)):
            row = session.get_one(Delivery, id_)
            row.attempts, row.last_status, row.last_error = attempts, status, error
            row.next_attempt_at = None if id_ == 1 else NOW + timedelta(minutes=30)
            session.add(row)
        row = session.get_one(Delivery, 3)
        row.attempts, row.last_status, row.delivered_at, row.next_attempt_at = 1, 204, NOW - timedelta(hours=9), None
        session.add(row)


def _reading() -> None:
    """Two sources are read, one fails, one partly; items could not be used, and the budget runs low."""
    with database.writing() as session:
        for name, failures, error in (
            ("mastodon", 4, "mastodon.example answered 503"),
            ("x", 0, "The search was refused: 401 Unauthorized " + HOSTILE),
        ):
            cursor = session.get_one(Cursor, (WATCH, name))
            cursor.failures, cursor.last_error, cursor.caught_up = failures, error, failures == 0
            cursor.covered_until = NOW - timedelta(minutes=42)
            session.add(cursor)
        sources.open_gap(
            session,
            watch=WATCH,
            source="mastodon",
            started_at=NOW - timedelta(hours=2),
            reason="mastodon.example answered 503",
        )
        dead = [Dead(raw=HOSTILE, reason="id: is not there"), Dead(raw='{"id": 7}', reason=f"text: {HOSTILE}")]
        deadletters.bury(session, dead, watch=WATCH, source="mastodon", now=NOW)
        counted = [
            Counted(started_at=NOW - timedelta(hours=hours), ended_at=NOW - timedelta(hours=hours - 1), posts=100)
            for hours in range(24, 0, -1)
        ]
        volumes.put(session, counted, watch=WATCH, source="x")
        for day in range(1, 4):
            session.add(Spending(account="x", day=f"2026-03-0{day}", posts=2_700, requests=60, micros=13_500_000))
