"""The commands and checks that this wing brings: `uproar serve`, and what `uproar doctor` asks of the dashboard."""

import asyncio
import http.client
import json
import signal
import socket
from collections.abc import Iterator
from types import FrameType
from urllib.parse import urlsplit

import click
import uvicorn
from fastapi import FastAPI

from dashboards.accounts import Accounts
from dashboards.app import make_app
from dashboards.live import Live
from uproar.addresses import on_loopback
from uproar.database import require_current
from uproar.errors import Finding, SettingsError
from uproar.log import get_logger, set_up_logging
from uproar.processes import keep_what_is_there
from uproar.roles import Presence
from uproar.said import Said
from uproar.settings import Settings, settings
from uproar.watch import Watch
from uproar.wing import Wing

PATIENCE_SECONDS = 2
LOOPBACKS = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}  # noqa: S104 - asked, not bound to

log = get_logger(__name__)


class Server(uvicorn.Server):
    """Uvicorn, which says where it listens and that it runs, and does not wait for open streams when it stops."""

    def __init__(self, config: uvicorn.Config, live: Live, here: Presence) -> None:
        super().__init__(config)
        self._live = live
        self._here = here

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say where: with port 0 only the system knows."""
        await super().startup(sockets=sockets)
        for server in self.servers if self.started else ():
            for listener in server.sockets:
                log.info("dashboard_ready", address=_address(*listener.getsockname()[:2]))

    async def on_tick(self, counter: int) -> bool:
        """Say every ten seconds that it runs; `counter` is tenths of a second."""
        if counter % 100 == 0:
            await asyncio.to_thread(self._here.say)
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, then stop."""
        self._live.close()
        await asyncio.to_thread(self._here.leave)
        await super().shutdown(sockets=sockets)


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@click.command("serve")
def serve() -> None:
    """Show the dashboard and answer the API."""
    chosen = settings()
    refuse_open_door(chosen)
    set_up_logging()
    require_current()
    app = make_app(chosen)
    config = server_config(app, chosen)
    keep_what_is_there()
    signal.signal(signal.SIGTERM, _leave)  # uvicorn raises the signal again when it is done: that is no failure
    Server(config, app.state.live, Presence("dashboard", chosen)).run()


def server_config(app: FastAPI, chosen: Settings) -> uvicorn.Config:
    """How the server is set up. By itself it would believe X-Forwarded-For of any program on this machine."""
    return uvicorn.Config(
        app,
        host=chosen.host,
        port=chosen.port,
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
        proxy_headers=bool(chosen.trusted_proxies),
        forwarded_allow_ips=chosen.trusted_proxies or "",
    )


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def refuse_open_door(chosen: Settings) -> None:
    """Refuse to show posts to a whole network without asking who is there.

    Raises:
        SettingsError: others can reach the dashboard and there is no account, or an account cannot be read.
    """
    if Accounts(chosen).any:
        return
    public = urlsplit(chosen.public_url).hostname
    if not chosen.loopback:
        reached = f"UPROAR_HOST is {chosen.host!r}"
    elif public is not None and not on_loopback(public):
        reached = f"UPROAR_PUBLIC_URL is {chosen.public_url!r}"
    else:
        return
    raise SettingsError(
        f"{reached}, which others can reach, and no password is set. "
        "Set UPROAR_PASSWORD, make an account with `uproar user add`, or stay on 127.0.0.1."
    )


def check(chosen: Settings, _watches: list[Watch]) -> Iterator[Finding]:
    """What `uproar doctor` wants to know of the dashboard: may it be reached, and is its port free?"""
    try:
        refuse_open_door(chosen)
        known = Accounts(chosen)
    except SettingsError as error:
        yield Finding("dashboard access", ok=False, detail=str(error), remedy="Set UPROAR_PASSWORD.")
    else:
        detail: str = Said("can be reached by others, who log in ({n} accounts)", n=len(known.all()))
        if not known.any:
            detail = "can be reached by this machine only, without a password"
        elif chosen.loopback:
            detail = Said("can be reached by this machine only, with one of {n} accounts", n=len(known.all()))
        yield Finding("dashboard access", ok=True, detail=detail)
    yield _port(chosen)


def _port(chosen: Settings) -> Finding:
    subject = f"dashboard port {chosen.port}"
    if chosen.port == 0:
        return Finding(subject, ok=True, detail="any free port is taken")
    host = LOOPBACKS.get(chosen.host, chosen.host)
    try:
        if _served_by_us(host, chosen.port):
            return Finding(subject, ok=True, detail="is served by Uproar")
    except ConnectionRefusedError:
        return Finding(subject, ok=True, detail="is free")
    except (OSError, http.client.HTTPException) as error:
        remedy = Said("See what {host} is, or set UPROAR_HOST.", host=chosen.host)
        detail = Said("cannot be asked: {error}", error=str(error))
        return Finding(subject, ok=False, detail=detail, remedy=remedy)
    return Finding(subject, ok=False, detail="is taken by another program", remedy="Set UPROAR_PORT to a free one.")


def _served_by_us(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=PATIENCE_SECONDS)
    try:
        connection.request("GET", "/health")
        answer = json.loads(connection.getresponse().read(1000))
    except (ValueError, http.client.BadStatusLine):
        return False
    finally:
        connection.close()
    return isinstance(answer, dict) and answer.get("service") == "uproar"


wing = Wing(check)
