"""`uproar receive`: a small webhook receiver that checks signatures and prints what arrives."""

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import click
from standardwebhooks import Webhook, WebhookVerificationError

LARGEST = 1_000_000


class Handler(BaseHTTPRequestHandler):
    """Answers 204 to a message whose signature holds, and 401 to any other."""

    secret = ""
    seen: ClassVar[set[str]] = set()
    show: Callable[[Any], str]
    timeout = 15

    def do_POST(self) -> None:
        """Check one message and print it; a message that came before is answered and not printed again."""
        length = self.headers.get("content-length", "")
        if not length.isdigit() or int(length) > LARGEST:
            self._answer(413)
            return
        body = self.rfile.read(int(length))
        try:
            message = Webhook(self.secret).verify(body, dict(self.headers))
        except (WebhookVerificationError, ValueError) as error:
            click.echo(f"refused: {error}", err=True)
            self._answer(401)
            return
        self._answer(204)
        if self._is_new(self.headers["webhook-id"]):
            click.echo(type(self).show(message))

    def _is_new(self, message_id: str) -> bool:
        new = message_id not in self.seen
        self.seen.add(message_id)
        return new

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing of requests: what matters is printed."""


def describe(message: Any) -> str:
    """A message as a person reads it."""
    note = message["commonAnnotations"]
    return f"ALERT {message['uproar']['event']}: {note['summary']}\n      {note['description']}"


@click.command()
@click.option("--port", default=8768, show_default=True, help="Port on 127.0.0.1.")
@click.option("--secret", envvar="UPROAR_RECEIVER_SECRET", required=True, help="From `uproar alerts secret ENDPOINT`.")
@click.option("--raw", is_flag=True, help="Print each message as JSON.")
def receive(*, port: int, secret: str, raw: bool) -> None:
    """Listen for webhooks on this machine, check their signatures and print them: to try alerts out."""
    show = staticmethod(json.dumps if raw else describe)
    handler = type("Bound", (Handler,), {"secret": secret, "show": show})
    with ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        click.echo(f"Listening for webhooks on http://127.0.0.1:{server.server_port}/")
        server.serve_forever()
