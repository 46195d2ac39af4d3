"""A database full of made-up reactions for measurements, made in a few minutes: every row by the database itself."""

import math
import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

VERSION = "0004"  # of the tables that are filled: the next migration sums them up, as in an old installation
WATCH = "harbour"
DAYS = 30
SOURCES = ("x", "bluesky", "mastodon", "reddit", "hackernews", "press")
LANGS = ("en", "fr", "es")
CONCERNS = (
    "privacy", "price", "care", "monopoly", "labour", "trust", "surveillance", "ads", "data", "access",
    "ethics", "closing",
)  # fmt: skip
STAGES = (
    "cancelled",
    "cancelling",
    "conditional",
    "considering",
    "seeking",
    "urging",
    "reported",
    "staying",
    "joining",
)
NUMBERS = (
    "posts", "voices", "negative", "neutral", "positive", "stance_against", "stance_for", "cancel",
    *(f"stage_{stage}" for stage in STAGES),
)  # fmt: skip


def per_minute(posts: int, *, start: int) -> Iterator[tuple[int, int]]:
    """So many posts over `DAYS` days: days and nights, and a burst of some hours now and then."""
    chance = random.Random(7)  # noqa: S311 - made-up posts
    bursts = [(chance.uniform(0, DAYS), chance.uniform(3, 12)) for _ in range(8)]
    shape = []
    for minute in range(DAYS * 1_440):
        day = minute / 1_440
        level = 1.2 + math.sin(day * 2 * math.pi)
        level += sum(height * math.exp(-(day - at) * 8) for at, height in bursts if day >= at)
        shape.append(level * chance.uniform(0.7, 1.3))
    scale = posts / sum(shape)
    owed = 0.0
    for minute, level in enumerate(shape):
        owed += level * scale
        whole, owed = int(owed), owed - int(owed)
        if whole:
            yield start + minute * 60, whole


def fill(connection: Connection, *, posts: int, end: datetime) -> None:
    """Put so many posts, their reactions and buckets into empty tables, the newest at `end`; migrating sums up."""
    start = int((end - timedelta(days=DAYS)).timestamp()) // 60 * 60
    rows = [{"minute": minute, "n": n} for minute, n in per_minute(posts, start=start)]
    most = max(row["n"] for row in rows)
    connection.execute(text("CREATE TEMPORARY TABLE minutes (minute BIGINT, n INTEGER)"))
    connection.execute(text("INSERT INTO minutes VALUES (:minute, :n)"), rows)
    connection.execute(text("CREATE TEMPORARY TABLE numbers (k INTEGER)"))
    connection.execute(text("INSERT INTO numbers VALUES (:k)"), [{"k": k} for k in range(most)])
    sqlite = connection.dialect.name == "sqlite"
    moment = "strftime('%Y-%m-%d %H:%M:%S.000000', {}, 'unixepoch')" if sqlite else "to_timestamp({})"
    chance = ", ".join(
        f"(id * {prime} / 7 % 1000003 + id * {prime}) % 1000 AS r{place}" for place, prime in enumerate(PRIMES)
    )
    connection.execute(text(f"CREATE TEMPORARY TABLE drawn AS SELECT *, {chance} FROM ({NUMBERED}) AS n"))
    for statement in STATEMENTS:
        connection.execute(
            text(statement.replace("{at}", moment.format("s")).replace("{json}", "" if sqlite else "::jsonb"))
        )
    connection.execute(text("DROP TABLE drawn"))


PRIMES = (7919, 104_729, 15_485_863, 32_452_843, 49_979_687, 67_867_967, 86_028_121)
NUMBERED = """
SELECT ROW_NUMBER() OVER (ORDER BY minute, k) AS id, minute, minute + k * 60 / n AS s
FROM minutes JOIN numbers ON k < n
"""


def _pick(drawn: str, names: tuple[str, ...], limits: tuple[int, ...], rest: str) -> str:
    whens = " ".join(f"WHEN {drawn} < {limit} THEN '{name}'" for name, limit in zip(names, limits, strict=True))
    return f"CASE {whens} ELSE '{rest}' END"


SOURCE = _pick("r0", SOURCES[:-1], (450, 700, 830, 920, 980), SOURCES[-1])
LANG = _pick("r1", LANGS[:-1], (800, 950), LANGS[-1])
SENTIMENT = _pick("r2", ("negative", "neutral"), (420, 800), "positive")
STAGE = _pick("r3", STAGES, (12, 30, 38, 60, 66, 90, 110, 130, 136), "none")
STANCE = _pick("r4", ("against", "for"), (150, 190), "none")
CONCERN = _pick("r5", CONCERNS, (60, 110, 150, 185, 215, 240, 262, 282, 300, 315, 328, 330), "")
VOICE = "r6 < 700"
CANCEL = "r3 < 66"
STATEMENTS = [
    f"""
    INSERT INTO posts (id, watch, source, platform, native_id, author_hash, text, url, repost, matched,
                       created_at, collected_at)
    SELECT id, '{WATCH}', {SOURCE}, {SOURCE}, CAST(id AS VARCHAR), CAST(id % 99991 AS VARCHAR),
           'They bought my clinic and I am not sure what I will do with my plan now, post ' || id,
           'https://example.org/' || id, false, 'direct', {{at}}, {{at}}
    FROM drawn ORDER BY drawn.id
    """,
    f"""
    INSERT INTO reactions (post_id, watch, source, created_at, lang, sentiment, compound, cancel, stage, score,
                           evidence, stance, concerns, voice, speaker, model_version, reacted_at)
    SELECT id, '{WATCH}', {SOURCE}, {{at}}, {LANG}, {SENTIMENT}, 0.1, {CANCEL}, {STAGE},
           CASE WHEN {CANCEL} THEN 0.5 + (r3 % 20) / 41.0 ELSE 0 END,
           '[]'{{json}}, {STANCE}, (CASE WHEN r5 < 330 THEN '["' || {CONCERN} || '"]' ELSE '[]' END){{json}},
           {VOICE}, 'other', 'bench', {{at}}
    FROM drawn ORDER BY drawn.id
    """,
]


def _counted(what: str) -> str:
    return f"SUM(CASE WHEN {what} THEN 1 ELSE 0 END)"


COUNTS = (
    "COUNT(*)", _counted(VOICE), *(_counted(f"{SENTIMENT} = '{one}'") for one in ("negative", "neutral", "positive")),
    _counted("r4 < 150"), _counted("r4 >= 150 AND r4 < 190"), _counted(f"{CANCEL} AND {VOICE}"),
    *(_counted(f"{STAGE} = '{stage}' AND {VOICE}") for stage in STAGES),
)  # fmt: skip
STATEMENTS += [
    f"""
    INSERT INTO buckets (watch, minute, source, lang, {", ".join(NUMBERS)})
    SELECT '{WATCH}', minute, {SOURCE}, {LANG}, {", ".join(COUNTS)} FROM drawn GROUP BY minute, {SOURCE}, {LANG}
    """,
    f"""
    INSERT INTO concern_buckets (watch, minute, source, lang, concern, posts, cancel)
    SELECT '{WATCH}', minute, {SOURCE}, {LANG}, {CONCERN}, COUNT(*), {_counted(f"{CANCEL} AND {VOICE}")}
    FROM drawn WHERE r5 < 330 GROUP BY minute, {SOURCE}, {LANG}, {CONCERN}
    """,
]
