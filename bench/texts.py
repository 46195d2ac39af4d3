"""Posts for measurements: the sentences in workers/training, one or two in a post, some of them passed on."""

import csv
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

TRAINING = Path(__file__).parent.parent / "workers" / "training"
FILES = ("intent.en", "intent.en", "intent.fr", "sentiment.en", "sentiment.fr")  # two in three are English
TWO, PASSED_ON = 0.6, 0.15
PLATFORMS = ("x", "x", "bluesky", "mastodon", "reddit")


def sentences(name: str) -> list[str]:
    """The texts of one training file."""
    lines = (TRAINING / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader((line for line in lines if line[0] != "#"), delimiter="\t", quoting=csv.QUOTE_NONE)
    return [row["text"] for row in rows]


def make_posts(number: int, *, seed: int) -> Iterator[dict[str, object]]:
    """So many posts of the last six hours; the same for the same number and seed, but for their time."""
    chance = random.Random(seed)  # noqa: S311 - made-up posts
    known = {name: sentences(name) for name in set(FILES)}
    start = datetime.now(UTC) - timedelta(hours=6)
    written: list[tuple[str, str, str]] = []
    for one in range(number):
        author = f"author{chance.randrange(10 * number)}"
        if written and chance.random() < PASSED_ON:
            first, lang, words = written[-chance.randint(1, min(len(written), 200))]
            text = f"RT @{first}: {words}"
        else:
            name = chance.choice(FILES)
            lang, text = name[-2:], " ".join(chance.sample(known[name], 2 if chance.random() < TWO else 1))
            written.append((author, lang, text))
        at = start + timedelta(hours=6) * one / number
        yield {
            "id": f"{seed}-{one}", "text": text, "lang": lang, "created_at": at.isoformat(timespec="seconds"),
            "author": author, "source": chance.choice(PLATFORMS),
        }  # fmt: skip
