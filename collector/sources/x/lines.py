"""Reads the lines of an open stream in a thread of its own: at once, and never more than it was allowed."""

import threading
import time
from collections import deque
from contextlib import suppress
from queue import Empty, Queue

import requests
import urllib3

LONGEST = 1_000_000  # bytes of a line
KEPT = 65_536  # bytes of a longer one, for the dead letters
MOST_WAITING = 20_000_000  # bytes of lines that nobody has taken
MOST_REMEMBERED = 1_000  # moments
CLOSED = "X closed the stream"
GATHER = 0.25  # seconds to wait for more after the first line, so that posts are stored together
UNDER_WAY = 1 / 3  # seconds until the other side notices that a connection was given up; till then it goes on sending


class Lines:
    """The lines of one response, keep-alives left out.

    The thread ends with the stream, by `close`, or when it has read what it was allowed to: a connection that is left
    alone instead would go on filling up, and every line in it is paid for.

    `ended` says why there will be no more; `cut` has the bytes of a last line that was not whole.
    """

    def __init__(self, response: requests.Response, *, allowed: int) -> None:
        """`allowed`: so many lines may come before `allow` is called."""
        self.ended: str | None = None
        self.cut = 0
        self.heard = time.monotonic()
        self._response = response
        self._queue: Queue[bytes] = Queue()
        self._came = self._taken = self._bytes_came = self._bytes_taken = 0  # each is changed by one thread
        self._allowed = allowed
        self._moments: deque[float] = deque(maxlen=MOST_REMEMBERED)
        self._over_at: float | None = None  # when it ended without the other side having said all
        self._thread = threading.Thread(target=self._run, name="x-stream", daemon=True)
        self._thread.start()

    def take(self, *, seconds: float, most: int) -> list[bytes]:
        """The lines that have come, soon after the first one; at most `most`, after at most about `seconds`."""
        taken: list[bytes] = []
        deadline = time.monotonic() + seconds
        while len(taken) < most:
            wait = deadline - time.monotonic()
            over = self.ended is not None  # looked at before the queue: what ended may have left lines there
            try:
                taken.append(self._queue.get_nowait() if over or wait <= 0 else self._queue.get(timeout=min(wait, 0.1)))
            except Empty:
                if over or wait <= 0:
                    break
                continue
            deadline = min(deadline, time.monotonic() + GATHER) if len(taken) == 1 else deadline
        self._taken += len(taken)
        self._bytes_taken += sum(map(len, taken))
        return taken

    def allow(self, lines: int) -> None:
        """Let so many come besides those that were taken."""
        self._allowed = self._taken + lines

    def unread(self) -> int:
        """How many lines the other side may have sent that nobody has taken; exact if it has ended the stream.

        Else, it is thought to have gone on for a moment as it did before.
        """
        waiting = self._came - self._taken + bool(self.cut)
        if self._over_at is None:
            return waiting
        return waiting + sum(moment > self._over_at - UNDER_WAY for moment in self._moments)

    @property
    def waiting(self) -> bool:
        """Whether there are lines that nobody has taken."""
        return not self._queue.empty()

    def close(self) -> None:
        """Give the connection up; what has come can still be taken."""
        if self.ended is None:
            self._over_at = time.monotonic()
        with suppress(OSError, ValueError, AttributeError, RuntimeError):  # it is closed already
            self._response.raw.shutdown()  # wakes a thread that waits for bytes
        self._thread.join(timeout=2.0)
        self._response.close()

    def _run(self) -> None:
        try:
            ended = self._read()
        except urllib3.exceptions.TimeoutError:
            ended = "the stream fell silent: not even a keep-alive came"
        except (urllib3.exceptions.HTTPError, OSError, ValueError, AttributeError) as error:  # also closed under us
            ended = f"the stream broke off: {type(error).__name__}"
        if ended != CLOSED:
            self._over_at = self._over_at or time.monotonic()
            self._response.close()  # at once: until then the other side goes on sending
        self.ended = ended

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
            if self._came >= self._allowed or self._bytes_came - self._bytes_taken > MOST_WAITING:
                return "posts came faster than they were paid for and stored; search brings what is missing"
        return CLOSED

    def _put(self, line: bytes) -> None:
        if line.strip():
            self._came += 1
            self._moments.append(time.monotonic())
            self._bytes_came += len(line)
            self._queue.put(line)
