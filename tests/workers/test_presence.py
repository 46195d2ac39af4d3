"""A worker says that it is at work, and one that is deaf finds that out by itself."""

from pathlib import Path

from tests.waiting import until
from tests.workers.worker_process import running, save, waiting, worker
from uproar import broker, queue, roles
from uproar.settings import Settings

DEAF_WORKER = """
from kombu.transport.redis import QoS
from workers import presence
from workers.commands import work

presence.LOOK_SECONDS = 0.5
acknowledge, lost = QoS.ack, []

def lose_the_first(self, tag):
    if not lost:
        lost.append(tag)
        raise ConnectionError("the broker was killed just now")
    acknowledge(self, tag)

QoS.ack = lose_the_first
work()
"""


def test_a_worker_says_that_it_is_at_work_also_after_its_broker_was_away(stack: Settings, home: Path) -> None:
    log = home / "log"

    def is_seen() -> bool:
        return any(one.role == "worker" and one.alive for one in roles.seen(stack))

    with worker(log) as process:
        until(is_seen, log=log)
        with broker.connect(stack.broker) as client:
            client.flushall()
            client.client_kill_filter(_type="normal")  # also what the worker waits on: it connects anew
        until(is_seen, log=log)
        process.terminate()
        assert process.wait(60) == 0, log.read_text()[-4_000:]
    assert not is_seen(), "who stops takes leave"


def test_a_worker_that_could_not_acknowledge_what_it_holds_connects_anew(stack: Settings, home: Path) -> None:
    log = home / "log"
    with running(log, "-c", DEAF_WORKER):
        until(lambda: "@test ready." in log.read_text(), log=log)
        queue.announce(queue.FORGET)  # one process may hold one message: this one, from now on
        until(lambda: "Couldn't ack" in log.read_text(), log=log)
        save(stack, 1)
        queue.announce(queue.REACT)
        until(lambda: waiting() == 0, log=log)
        until(lambda: roles.is_at_work("worker", stack), log=log)
    assert "worker_deaf" in log.read_text()
