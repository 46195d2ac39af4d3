"""Makes an evidence pack: one state of the tables, a range of one watch, all that its numbers are made of."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import files
from typing import IO, Any

from sqlmodel import Session, col, select

from uproar import __version__, answers, deliveries, exports
from uproar.archives import Archive
from uproar.counting import counts_of
from uproar.deliveries import Asked
from uproar.export_forms import written
from uproar.export_lines import BUCKET_COLUMNS, CONCERN_COLUMNS
from uproar.models import Bucket, ConcernBucket, Correction, Post, Spike
from uproar.packs import SETTLED, lines
from uproar.packs.totals import Totals
from uproar.post_lists import Row, Wanted
from uproar.source_states import source_states
from uproar.span import Span
from uproar.sums import Range
from uproar.watch import Watch

FORMAT = 1
MOST = 100_000  # gaps, alerts, and messages about one alert

Line = dict[str, Any]


def make(session: Session, file: IO[bytes], *, watch: Watch, span: Span, schema: str | None) -> None:
    """Write the pack of a range to a file that can be sought in; the same tables give the same bytes.

    `schema` is the version of the tables.
    """
    with Archive(file) as archive:
        _fill(session, archive, watch=watch, span=span, schema=schema)


def _fill(session: Session, archive: Archive, *, watch: Watch, span: Span, schema: str | None) -> None:
    archive.put("README.md", [files("uproar.packs").joinpath("README.md").read_bytes()])
    archive.put_json("query.json", {"watch": watch.name, "from": _iso(span.start), "to": _iso(span.end)})
    archive.put_json("watch.json", lines.watch_table(watch))
    said: list[Correction] = []
    rules = Counter[str]()
    rows = exports.chosen_posts(session, watch=watch.name, span=span, wanted=Wanted())
    archive.put("posts.jsonl", written("jsonl", _posts(rows, said, rules), ()))
    archive.put("corrections.jsonl", written("jsonl", map(lines.correction_line, said), ()))
    versions = {"pack": FORMAT, "uproar": __version__, "schema": schema, "rules": dict(sorted(rules.items()))}
    archive.put_json("versions.json", versions)
    _put_counts(session, archive, Range(watch.name, span))
    gaps = answers.gaps(session, watch=watch.name, span=span, limit=MOST)
    archive.put("gaps.jsonl", written("jsonl", map(lines.gap_line, gaps), ()))
    states = source_states(session, watches=[watch], now=span.last)
    archive.put("sources.jsonl", written("jsonl", map(lines.source_line, states), ()))
    archive.put("alerts.jsonl", written("jsonl", _alerts(session, watch.name, span), ()))


def _iso(seconds: int) -> str | None:
    return lines.moment(datetime.fromtimestamp(seconds, UTC))


def _posts(rows: Iterator[Row], said: list[Correction], rules: Counter[str]) -> Iterator[Line]:
    """A line for each post; corrections and the versions of the rules are noted on the way."""
    for post, reaction, correction in rows:
        rules[reaction.model_version] += 1
        if correction is not None and not correction.withdrawn:
            said.append(correction)
        yield lines.post_line(post, reaction, correction)


def _put_counts(session: Session, archive: Archive, asked: Range) -> None:
    """The buckets as they are, which the page is made of, and their sums."""
    totals = Totals()

    def added(buckets: Iterator[Bucket]) -> Iterator[Line]:
        for bucket in buckets:
            totals.add(bucket.source, bucket.lang, counts_of(bucket))
            yield bucket.model_dump()

    def added_concerns(buckets: Iterator[ConcernBucket]) -> Iterator[Line]:
        for bucket in buckets:
            totals.add_concern(bucket.concern, counts_of(bucket))
            yield bucket.model_dump()

    archive.put("buckets.csv", written("csv", added(exports.chosen_buckets(session, asked)), BUCKET_COLUMNS))
    concerns = added_concerns(exports.chosen_concerns(session, asked))
    archive.put("concerns.csv", written("csv", concerns, CONCERN_COLUMNS))
    archive.put_json("counts.json", totals.told())
    _put_settled(session, archive, asked)


def _put_settled(session: Session, archive: Archive, asked: Range) -> None:
    """What of the counts is of posts that are not kept any more, if there is such."""
    found = exports.chosen_settled(session, asked)
    tables = [row.model_dump() for row in found[0]], [row.model_dump() for row in found[1]]
    for name, rows, columns in zip(SETTLED, tables, (BUCKET_COLUMNS, CONCERN_COLUMNS), strict=True):
        if rows:
            archive.put(name, written("csv", rows, columns))


def _alerts(session: Session, watch: str, span: Span) -> Iterator[Line]:
    spikes = answers.spikes(session, watch=watch, span=span, limit=MOST)
    ids_only = _ids_only(session, spikes)
    for spike in reversed(spikes):
        sent = deliveries.newest(session, Asked(spike_id=spike.id), limit=MOST)
        yield lines.alert_line(spike, sent[::-1], ids_only=ids_only)


def _ids_only(session: Session, spikes: list[Spike]) -> set[int]:
    """The posts that spikes quote and whose text may not be handed on; those that are unknown too."""
    shown: set[int] = {one["id"] for spike in spikes for one in lines.quoted(spike.details)}
    query = select(Post.id).where(col(Post.id).in_(shown), col(Post.platform).not_in(lines.IDS_ONLY))
    return shown - {id_ for id_ in session.exec(query) if id_ is not None}
