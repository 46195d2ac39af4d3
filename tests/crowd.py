"""People who write about a deal while a service runs, by push and by file; now and then thirty leave at once."""

import json
import threading
import time
import urllib.request
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.service import Service

TOKEN = "a-token-that-only-this-test-knows"
A_SECOND = 5  # times that posts are pushed
LEAVING = 30  # people who leave at once, in one watch after the other
LEAVING_EVERY = 4.0  # seconds
PATIENCE = 110.0
SENTENCES = (
    "Harbour Clinics was fine for me so far, visit {n}",
    "What will happen to my records at Harbour Clinics? {n}",
    "Ce rachat de Harbour Clinics est mauvais pour les patients, {n}",
)


class Crowd:
    """People who write: pushed and written to files, a few at a time, and now and then thirty who leave."""

    def __init__(self, service: Service, folder: Path, watches: Sequence[str]) -> None:
        self.sent: dict[str, set[str]] = {name: set() for name in watches}
        self.in_time: set[str] = set()  # where all who left wrote in one minute, and were taken before it was over
        self.refused = 0
        self._service, self._folder = service, folder
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=run, daemon=True) for run in (self._push, self._write, self._leave)]

    def start(self) -> None:
        """Begin to write."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Write nothing new; what was begun is brought to its end."""
        self._stop.set()
        for thread in self._threads:
            thread.join(PATIENCE + 20)
            assert not thread.is_alive()

    def _push(self) -> None:
        number = 0
        while not self._stop.wait(1 / A_SECOND):
            for name in self.sent:
                self._bring(name, [f"push-{number}-{n}" for n in range(3)], SENTENCES)
            number += 1

    def _write(self) -> None:
        number = 0
        while not self._stop.wait(1 / A_SECOND):
            for name, known in self.sent.items():
                post = self._post(f"file-{number}", SENTENCES[number % len(SENTENCES)])
                with (self._folder / f"{name}.jsonl").open("a") as file:
                    file.write(json.dumps(post) + "\n")
                known.add(str(post["id"]))
            number += 1

    def _leave(self) -> None:
        for name in self.sent:
            if self._stop.wait(LEAVING_EVERY):
                return
            minute = time.time() // 60
            ids = [f"leaving-{n}" for n in range(LEAVING)]
            self._bring(name, ids, ["I cancelled my Harbour Clinics membership, number {n}"])
            if time.time() // 60 == minute:
                self.in_time.add(name)

    def _bring(self, name: str, ids: list[str], sentences: Sequence[str]) -> None:
        """Push posts until they are taken, as a client should; the same ones each time."""
        posts = [self._post(one, sentences[place % len(sentences)]) for place, one in enumerate(ids)]
        request = urllib.request.Request(
            f"{self._service.address}/ingest?watch={name}",
            data=json.dumps(posts).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"},
        )
        end = time.monotonic() + PATIENCE
        while True:
            try:
                urllib.request.urlopen(request, timeout=10).close()
            except OSError:  # an answer other than 2xx is one too
                self.refused += 1
                if time.monotonic() > end:
                    raise
                time.sleep(0.3)
            else:
                self.sent[name].update(ids)
                return

    def _post(self, one: str, sentence: str) -> dict[str, str]:
        return {"id": one, "text": sentence.format(n=one), "created_at": datetime.now(UTC).isoformat()}
