"""The role of the collector, and its checks."""

from collections.abc import Iterator
from datetime import UTC, datetime

import click

from collector import plugins
from collector.checking import try_source
from collector.loop import Loop, jobs_of
from collector.sources import SOURCES, build
from uproar import database
from uproar.errors import Finding, WatchError
from uproar.log import set_up_logging
from uproar.mentions import Mentions
from uproar.settings import Settings, settings
from uproar.watch import SourceSpec, Watch, active, load_watches
from uproar.wing import Wing


@click.command()
def collect() -> None:
    """Read the sources of every watch that is switched on, until told to stop."""
    set_up_logging()
    chosen = settings()
    loop = Loop(jobs_of(active(load_watches(chosen.watch_dir)), chosen), chosen)
    database.require_current()
    loop.stop_on_signals()
    loop.run()


def check(chosen: Settings, watches: list[Watch]) -> Iterator[Finding]:
    """Whether each source is set up right and answers: one request each; and what other packages bring."""
    for problem in plugins.problems(SOURCES):
        remedy = "Nothing depends on it while no watch file uses it."
        yield Finding("types of source", ok=False, detail=problem, remedy=remedy)
    for watch in active(watches):
        for spec in watch.sources:
            if spec.enabled:
                yield _try(spec, watch, chosen)


def _try(spec: SourceSpec, watch: Watch, chosen: Settings) -> Finding:
    subject = f"source {watch.name}/{spec.name}"
    trial = try_source(spec, watch, chosen, now=datetime.now(UTC))
    if trial.problem or trial.page is None:
        return Finding(subject, ok=False, detail=trial.problem, remedy=trial.remedy)
    told = trial.page.note or f"its first page has {len(trial.page.posts)} posts"
    return Finding(subject, ok=True, detail=f"answers; {told}")


def check_watch(watch: Watch) -> Iterator[str]:
    """What is wrong with the sources of a watch file, and with the words that say which of their posts count."""
    mentions = Mentions(watch)
    for name in watch.spellings:
        if mentions.excludes(name):
            yield f"matching.exclude: it leaves out every post that says {name!r}, which is a name of the deal here"
    for spec in watch.sources:
        try:
            build(spec, watch, settings())
        except WatchError as error:
            yield str(error)


wing = Wing(check, check_watch, costly=True)
