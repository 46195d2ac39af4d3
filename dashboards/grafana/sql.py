"""The SQL of the panels, with Grafana's macros in it: pure. Same ranges, steps and sums as the API's."""

from collections.abc import Sequence

from uproar.buckets import CANCEL_STAGES, OTHER_STAGES
from uproar.watch import Watch
from uproar.wilson import Z95

LARGEST = 8  # more lines than these nobody tells apart
REST = "all others"  # with a space, which no source, language or concern has
STAGES = (*CANCEL_STAGES, *OTHER_STAGES)
COUNTED = (
    "posts", "voices", "negative", "neutral", "positive", "stance_against", "stance_for", "cancel",
    *(f"stage_{stage}" for stage in STAGES),
)  # fmt: skip

# an array may be empty; `IN ()` would be an error on an empty database
WATCHES = "ARRAY[${watch:sqlstring}]::text[]"
SOURCES = "ARRAY[${source:sqlstring}]::text[]"
LANGS = "ARRAY[${lang:sqlstring}]::text[]"

# Whole minutes, as the API asks. Whole steps come out of the roll-ups, what is left at both ends out of the minutes.
RANGE = """asked AS (
  SELECT $__unixEpochFrom()::bigint / 60 * 60 AS start, ($__unixEpochTo()::bigint + 59) / 60 * 60 AS stop
), stepped AS (
  SELECT start, stop, CASE WHEN stop - start <= 43200 THEN 60 WHEN stop - start <= 216000 THEN 300
    WHEN stop - start <= 1296000 THEN 1800 WHEN stop - start <= 5184000 THEN 7200 ELSE 86400 END AS step FROM asked
), cut AS (
  SELECT start, stop, step, CASE step WHEN 60 THEN stop ELSE (start + step - 1) / step * step END AS first,
    CASE step WHEN 60 THEN stop ELSE stop / step * step END AS last FROM stepped
), slots AS (
  SELECT at, step FROM cut, generate_series(start / step * step, stop - 1, step) AS at
  WHERE at + step <= extract(epoch FROM now())
)"""  # the step that still goes on is left out of charts: it always looks like a crash to zero


def _counted(minutes: str, rollups: str, columns: Sequence[str]) -> str:
    named = ", ".join(columns)
    chosen = f"watch = ANY({WATCHES}) AND source = ANY({SOURCES}) AND lang = ANY({LANGS})"
    return f"""WITH {RANGE}, counted AS (
  SELECT minute / cut.step * cut.step AS at, {named} FROM cut JOIN {minutes} AS minutes
    ON minute >= start AND minute < first OR minute >= last AND minute < stop WHERE {chosen}
  UNION ALL
  SELECT minute / cut.step * cut.step AS at, {named} FROM cut JOIN {rollups} AS sums
    ON sums.step = cut.step AND minute >= first AND minute < last WHERE {chosen}
)"""


COUNTS = _counted("buckets", "rollups", ("source", "lang", *COUNTED))
CONCERNS = _counted("concern_buckets", "concern_rollups", ("concern", "posts", "cancel"))


def over_time(**series: str) -> str:
    """Named sums of the counts by step: a line each."""
    lines = ",\n  ".join(f'{sum_of} AS "{name}"' for name, sum_of in series.items())
    return f"""{COUNTS}
SELECT to_timestamp(at) AS time,
  {lines}
FROM slots LEFT JOIN counted USING (at) GROUP BY at ORDER BY at"""


def total(column: str) -> str:
    """The sum of a column; 0 of nothing."""
    return f"coalesce(sum({column}), 0)"


def _wilson(hits: str, of: str, sign: str) -> str:
    """A bound of Wilson's interval (uproar.wilson), in which neither bound leaves [0, 1] by rounding."""
    k, n, square = f"least({hits}, {of})::float8", f"{of}::float8", Z95 * Z95
    reach = f"{Z95} * sqrt({k} / {n} * (1 - {k} / {n}) / {n} + {square} / (4 * {n} * {n}))"
    bound = f"({k} / {n} + {square} / (2 * {n}) {sign} {reach}) / (1 + {square} / {n})"
    exact = f"WHEN {hits} <= 0 THEN 0" if sign == "-" else f"WHEN {hits} >= {of} THEN 1"
    return f"CASE WHEN {of} > 0 THEN CASE {exact} ELSE least(1, greatest(0, {bound})) END END"


SHARE_COLUMNS = """cancel::float8 / nullif(voices, 0) AS share,
  {low} AS low,
  {high} AS high""".format(low=_wilson("cancel", "voices", "-"), high=_wilson("cancel", "voices", "+"))

SHARE_OVER_TIME = f"""{COUNTS}, summed AS (
  SELECT at, {total("cancel")} AS cancel, {total("voices")} AS voices
  FROM slots LEFT JOIN counted USING (at) GROUP BY at
)
SELECT to_timestamp(at) AS time, {SHARE_COLUMNS}
FROM summed ORDER BY at"""

TOTALS = f"""{COUNTS}, summed AS (
  SELECT {total("posts")} AS posts, {total("voices")} AS voices, {total("cancel")} AS cancel,
    {total("negative")} AS negative FROM counted
)
SELECT cancel, posts, voices, posts - voices AS echoes, negative::float8 / nullif(posts, 0) AS negative_share,
  {SHARE_COLUMNS}
FROM summed"""


def largest(column: str, value: str, *, of: str = COUNTS, rest: bool = True) -> str:
    """The lines of the largest by a column, and (`rest`) one of all others together."""
    within = "" if rest else f" WHERE {column} IN (SELECT name FROM largest)"
    return f"""{of}, largest AS (
  SELECT {column} AS name FROM counted GROUP BY {column} HAVING sum({value}) > 0
  ORDER BY sum({value}) DESC, sum(posts) DESC, {column} LIMIT {LARGEST}
), labelled AS (
  SELECT at, CASE WHEN {column} IN (SELECT name FROM largest) THEN {column} ELSE '{REST}' END AS metric,
    sum({value}) AS value FROM counted{within} GROUP BY 1, 2
), named AS (
  SELECT DISTINCT metric FROM labelled
)
SELECT to_timestamp(slots.at) AS time, named.metric, coalesce(labelled.value, 0) AS value
FROM slots CROSS JOIN named LEFT JOIN labelled ON labelled.at = slots.at AND labelled.metric = named.metric
ORDER BY 1, 2"""


CONCERN_TOTALS = f"""{CONCERNS}
SELECT concern, sum(cancel) AS cancel, sum(posts) AS posts FROM counted GROUP BY concern
HAVING sum(posts) > 0 ORDER BY cancel DESC, posts DESC, concern"""

# by watch, each along its index; a person's word stands before the machine's
POSTS = f"""SELECT found.created_at AS time, found.watch, found.source, found.lang, found.sentiment, found.stage,
  found.stance, found.voice, coalesce(nullif(posts.text, ''), '(not kept)') AS text,
  CASE WHEN posts.url ~ '^https?://' THEN posts.url END AS link
FROM unnest({WATCHES}) AS asked(watch) CROSS JOIN LATERAL (
  SELECT r.post_id, r.created_at, r.watch, r.source, r.lang, coalesce(c.sentiment, r.sentiment) AS sentiment,
    coalesce(c.stage, r.stage) AS stage, coalesce(c.stance, r.stance) AS stance, coalesce(c.voice, r.voice) AS voice
  FROM reactions AS r LEFT JOIN LATERAL (
    SELECT sentiment, stage, stance, voice FROM corrections WHERE post_id = r.post_id ORDER BY id DESC LIMIT 1
  ) AS c ON true
  WHERE r.watch = asked.watch AND r.source = ANY({SOURCES}) AND r.lang = ANY({LANGS})
    AND r.created_at >= to_timestamp($__unixEpochFrom() / 60 * 60)
    AND r.created_at < to_timestamp(($__unixEpochTo() + 59) / 60 * 60)
  ORDER BY r.created_at DESC, r.post_id DESC LIMIT 200
) AS found JOIN posts ON posts.id = found.post_id
ORDER BY found.created_at DESC, found.post_id DESC LIMIT 200"""

# from one name to the next: DISTINCT would read all roll-ups
WATCH_NAMES = """WITH RECURSIVE names AS (
  SELECT min(watch) AS watch FROM rollups
  UNION ALL
  SELECT (SELECT min(watch) FROM rollups WHERE watch > names.watch) FROM names WHERE names.watch IS NOT NULL
)
SELECT watch FROM names WHERE watch IS NOT NULL ORDER BY watch"""


def names_of(column: str) -> str:
    """The values that a column of the counts has: out of the days, of which there are few."""
    return f"SELECT DISTINCT {column} FROM rollups WHERE watch = ANY({WATCHES}) AND step = 86400 ORDER BY {column}"


def _plain(text: str) -> str:
    """An expression whose text Grafana, which draws annotations as HTML, shows as it is."""
    return f"replace(replace(replace({text}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')"


SPIKES = f"""SELECT started_at AS time, coalesce(resolved_at, greatest(now(), started_at)) AS timeend,
  {_plain("signal || ': ' || explanation")} AS text, 'spike,' || signal || ',' || state AS tags
FROM spikes WHERE watch = ANY({WATCHES}) AND started_at < $__timeTo()
  AND (resolved_at IS NULL OR resolved_at >= $__timeFrom())
ORDER BY started_at DESC LIMIT 200"""

GAPS = f"""SELECT started_at AS time, coalesce(ended_at, greatest(now(), started_at)) AS timeend,
  {_plain("'Gap: ' || source || ': ' || reason")} AS text, 'gap,' || source AS tags
FROM gaps WHERE watch = ANY({WATCHES}) AND filled_at IS NULL AND started_at < $__timeTo()
  AND (ended_at IS NULL OR ended_at > $__timeFrom())
ORDER BY started_at LIMIT 500"""


def timeline(watches: Sequence[Watch]) -> str | None:
    """The events of the deals: they stand in watch files and in no table, so they are written into the query."""
    rows = [
        f"  ({literal(watch.name)}, {literal(one.at.isoformat())}::timestamptz, {literal(one.text)})"
        for watch in sorted(watches, key=lambda watch: watch.name)
        for one in sorted(watch.timeline, key=lambda one: one.at)
    ]
    if not rows:
        return None
    values = ",\n".join(rows)
    return f"""SELECT at AS time, {_plain("event")} AS text, 'timeline' AS tags
FROM (VALUES
{values}
) AS events(watch, at, event) WHERE watch = ANY({WATCHES}) AND $__timeFilter(at) ORDER BY at"""


def literal(text: str) -> str:
    """A text as SQL, with nothing left in it that Grafana would take for a variable or a macro."""
    quoted = text.replace("'", "''").replace("$", "'||chr(36)||'").replace("[[", "['||chr(91)||'")
    return f"('{quoted}')" if "chr(" in quoted else f"'{quoted}'"
