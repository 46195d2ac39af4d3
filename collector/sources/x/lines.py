"""Reads the lines of an open stream in a thread of its own, and notices when it falls silent."""

import threading
import time
from contextlib import suppress
from queue import Empty, Full, Queue

import requests
import urllib3

LONGEST = 1_000_000  # bytes of a line
KEPT = 65_536  # bytes of a longer one, for the dead letters
WAITING = 50  # lines that nobody has taken yet; then the connection is left alone until somebody does
GATHER = 0.25  # seconds to wait for more after the first line, so that posts are stored together


class Lines:
    """The lines of one response, keep-alives left out. The thread ends with the stream, or by `close`.

    `ended` says why there will be no more; `cut` has the bytes of a last line that was not whole.
    """

    def __init__(self, response: requests.Response) -> None:
        self.ended: str | None = None
        self.cut = 0
        self.heard = time.monotonic()
        self._response = response
        self._queue: Queue[bytes] = Queue(WAITING)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="x-stream", daemon=True)
        self._thread.start()

    def take(self, *, seconds: float, most: int) -> list[bytes]:
        """The lines that have come, as soon as there are any; at most `most`, after at most about `seconds`."""
        taken: list[bytes] = []
        deadline = time.monotonic() + seconds
        while len(taken) < most:
            wait = GATHER if taken else deadline - time.monotonic()
            over = self.ended is not None  # looked at before the queue: what ended may have left lines there
            try:
                taken.append(self._queue.get_nowait() if over or wait <= 0 else self._queue.get(timeout=min(wait, 0.1)))
            except Empty:
                if over or taken or wait <= 0:
                    break
        return taken

    @property
    def waiting(self) -> bool:
        """Whether there are lines that nobody has taken."""
        return not self._queue.empty()

    def close(self) -> None:
        """Give the connection up; what has come can still be taken."""
        self._closing.set()
        with suppress(OSError, ValueError, AttributeError, RuntimeError):  # it is closed already
            self._response.raw.shutdown()  # wakes a thread that waits for bytes
        self._thread.join(timeout=2.0)
        self._response.close()

    def _run(self) -> None:
        try:
            self.ended = self._read()
        except urllib3.exceptions.TimeoutError:
            self.ended = "the stream fell silent: not even a keep-alive came"
        except (urllib3.exceptions.HTTPError, OSError, ValueError, AttributeError) as error:  # also closed under us
            self.ended = f"the stream broke off: {type(error).__name__}"

    def _read(self) -> str:
        begun = bytearray()
        skipping = False
        while part := self._response.raw.read1(65_536, decode_content=True):
            self.heard = time.monotonic()
            *whole, rest = part.split(b"\n")
            for end in whole:
                begun += end
                if not skipping:
                    self._put(bytes(begun))
                begun.clear()
                skipping = False
            begun += rest
            self.cut = len(begun)
            if len(begun) > LONGEST:
                if not skipping:
                    self._put(bytes(begun[:KEPT]))
                begun.clear()
                skipping = True
        return "X closed the stream"

    def _put(self, line: bytes) -> None:
        if not line.strip():
            return
        while not self._closing.is_set():
            with suppress(Full):
                self._queue.put(line, timeout=0.2)
                return
