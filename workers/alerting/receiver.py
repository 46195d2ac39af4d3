"""`uproar receive`: a small webhook receiver that checks signatures and prints what arrives."""

import base64
import json
import re
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import click
from standardwebhooks import Webhook, WebhookVerificationError

from uproar.errors import UproarError

LARGEST = 1_000_000


class Handler(BaseHTTPRequestHandler):
    """Answers 204 to a message whose signature holds, and 401 to any other."""

    secret = ""
    seen: ClassVar[set[str]] = set()
    lock = threading.Lock()
    show: Callable[[Any], str]
    timeout = 15

    def do_POST(self) -> None:
        """Check one message and print it; a message that came before is answered and not printed again."""
        length = self.headers.get("content-length", "")
        if not re.fullmatch("[0-9]{1,9}", length) or int(length) > LARGEST:
            self._answer(413)
            return
        body = self.rfile.read(int(length))
        try:
            shown = type(self).show(Webhook(self.secret).verify(body, dict(self.headers)))
        except WebhookVerificationError as error:
            click.echo(f"refused: {error}", err=True)
            self._answer(401)
            return
        except (ValueError, KeyError, TypeError, IndexError):
            click.echo("refused: it is signed, but it is no message about a spike (see --raw)", err=True)
            self._answer(400)
            return
        if self._is_new(self.headers["webhook-id"]):
            click.echo(shown)
        self._answer(204)

    def _is_new(self, message_id: str) -> bool:
        with self.lock:
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


def _require_secret(secret: str) -> None:
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except ValueError:
        key = b""
    if not key:
        raise UproarError("That is no secret (whsec_ and base64). Ask for it with `uproar alerts secret ENDPOINT`.")


@click.command()
@click.option("--port", default=8768, show_default=True, help="Port on 127.0.0.1.")
@click.option("--secret", envvar="UPROAR_RECEIVER_SECRET", required=True, help="From `uproar alerts secret ENDPOINT`.")
@click.option("--raw", is_flag=True, help="Print each message as JSON.")
def receive(*, port: int, secret: str, raw: bool) -> None:
    """Listen for webhooks on this machine, check their signatures and print them: to try alerts out."""
    _require_secret(secret)
    show = staticmethod(json.dumps if raw else describe)
    handler = type("Bound", (Handler,), {"secret": secret, "show": show})
    try:
        made = ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        raise UproarError(
            f"Port {port} cannot be listened on: {error.strerror or error}. Choose another --port."
        ) from None
    with made as server:
        click.echo(f"Listening for webhooks on http://127.0.0.1:{server.server_port}/")
        server.serve_forever()
