"""`uproar demo`: the simulated first day of a made-up deal, through the real pipeline, in seconds."""

import json
import os
import shutil
import tempfile
import webbrowser
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from uproar.commands.up import free_ports, run_everything, use
from uproar.demo.simulate import announced_at, simulate
from uproar.demo.watch_text import render_watch
from uproar.settings import settings
from uproar.supervisor import Child, Role

HOURS = 24
ENDPOINT = "receiver"
WATCH = "demo"


@click.command()
@click.option("--posts", default=6_000, show_default=True, help="How many posts to simulate, about.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same posts.")
@click.option("--keep", is_flag=True, help="Keep the demo's data when it ends.")
@click.option("--open", "show", is_flag=True, help="Open the page in a browser.")
def demo(*, posts: int, seed: int, keep: bool, show: bool) -> None:
    """Show Uproar at work on the simulated first day of a made-up deal, with a webhook receiver.

    It runs beside a real `uproar up`: its data lies in a folder of its own, its port is any free one.
    """
    folder = Path(tempfile.mkdtemp(prefix="uproar-demo-"))
    try:
        receiver = prepare(folder, posts=posts, seed=seed)
        click.echo("Simulated: none of the posts that you will see are real.")
        run_everything(more=(receiver,), when_ready=_open_page if show else _do_nothing)
    finally:
        if keep:
            click.echo(f"The demo's data is in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


def prepare(folder: Path, *, posts: int, seed: int) -> Child:
    """Write posts and watch file, point the settings there, and say which receiver to start."""
    end = datetime.now(UTC).replace(microsecond=0)
    news = announced_at(end=end, hours=HOURS)
    lines = folder / "posts.jsonl"
    with lines.open("w", encoding="utf-8") as file:
        for post in simulate(seed=seed, end=end, hours=HOURS, posts=posts):
            file.write(json.dumps(post, ensure_ascii=False) + "\n")
    port, page = free_ports("127.0.0.1", 2)
    asked = os.environ.get("UPROAR_PORT", "0")
    watch = render_watch(
        posts_path=str(lines),
        receiver_url=f"http://127.0.0.1:{port}/",
        starts=end - timedelta(hours=HOURS),
        announced_at=news,
    )
    (folder / "watches").mkdir()
    (folder / "watches" / f"{WATCH}.toml").write_text(watch, encoding="utf-8")
    use(
        UPROAR_DATA_DIR=str(folder / "data"),
        UPROAR_WATCH_DIR=str(folder / "watches"),
        UPROAR_DATABASE_URL="",
        UPROAR_BROKER_URL="",
        UPROAR_PORT=asked if asked != "0" else str(page),
        UPROAR_LOG_LEVEL="warning",
    )
    secret = settings().endpoint_secret(WATCH, ENDPOINT)
    return Child(ENDPOINT, Role("receive", ("--port", str(port))), {"UPROAR_RECEIVER_SECRET": secret})


def _do_nothing() -> None:
    return


def _open_page() -> None:
    webbrowser.open(settings().dashboard_url)
