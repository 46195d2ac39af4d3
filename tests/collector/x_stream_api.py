"""The filtered stream of X as far as the collector asks it: rules, and connections that carry what the test says."""

import json
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.web_server import Asked, Reply, WebServer

RULES = "/2/tweets/search/stream/rules"
STREAM = "/2/tweets/search/stream"


def line(item: Any) -> bytes:
    """One line of a stream."""
    return json.dumps({"data": item, "matching_rules": [{"id": 1, "tag": None}]}).encode() + b"\r\n"


@dataclass
class StreamApi:
    """Rules in a list; each connection sends its own lines and then stays open if it is told to `hold`."""

    web: WebServer
    rules: list[dict[str, Any]] = field(default_factory=list)
    connections: list[Iterable[bytes]] = field(default_factory=list)
    hold: bool = True
    refuses: dict[str, Any] | None = None
    opened: int = 0
    sent: int = 0
    closed: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        """Take its two paths."""
        self.web.says(RULES, self._answer_rules)
        self.web.says(STREAM, self._answer_stream)

    def _answer_rules(self, asked: Asked) -> Reply:
        if asked.method == "GET":
            return Reply(body=json.dumps({"data": self.rules, "meta": {}} if self.rules else {"meta": {}}).encode())
        change = json.loads(asked.body)
        if self.refuses:
            return Reply(201, json.dumps({"errors": [self.refuses]}).encode())
        gone = change.get("delete", {}).get("ids", [])
        self.rules = [rule for rule in self.rules if rule["id"] not in gone]
        for rule in change.get("add", []):
            self.rules.append(rule | {"id": str(100 + len(self.rules))})
        return Reply(201, b'{"meta": {}}')

    def _answer_stream(self, _asked: Asked) -> Reply:
        mine = self.connections[self.opened] if self.opened < len(self.connections) else ()
        self.opened += 1

        def body() -> Iterator[bytes]:
            for part in mine:
                self.sent += 1
                yield part
            while self.hold and not self.closed.is_set() and not self.web.closing.wait(0.1):
                yield b"\r\n"

        return Reply(body=body)
