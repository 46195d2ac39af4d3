"""How many events a second of Bluesky's firehose are sifted, on one core, beside the most there ever were.

Run it by `make bench`. Made-up posts of about 120 characters in several languages, one in a hundred mentions the deal;
measured is all that is done to a frame: reading it, matching, and making a post of it if it matches.
"""

import json
import random
import statistics
import time
from datetime import UTC, datetime

from collector.sources.bluesky.sieve import Sieve
from collector.sources.bluesky.wires import Wire
from uproar.mentions import Mentions
from uproar.watch import Watch

BUSIEST = 1_700  # events a second: the most that Bluesky is known to have had
ROUNDS = 9
EVENTS = 20_000
START = datetime(2026, 3, 4, 12, tzinfo=UTC)
WORDS = {
    "en": "the a one of my we they today care new really think about people again never doctor left week good why",
    "pt": "que não você muito hoje gente está também porque coração amanhã pessoal então já é ninguém saúde dia bom",
    "fr": "je ne sais pas très déjà été où ça même médecin après tout c'est l'hôpital quelqu'un jamais encore là",
    "de": "ich nicht über für schön heute wieder größte müssen können straße auch nur immer noch ärztin gehört zu",
    "ja": "今日 は とても 寒い ので 家 で 本 を 読んで いました また 明日 ね ありがとう ございます 写真 です",
}
SHARES = {"en": 55, "pt": 15, "fr": 8, "de": 7, "ja": 15}
WITH_TAG, REPLIES, WITH_LINK = 0.1, 0.4, 0.25
MATCHING = ("Leaving Harbour Clinics today", "adieu #HarbourClinics", "so @harbourclinics is sold, then")


def main() -> None:
    """Print events a second for each wire and number of terms, and how they compare to the busiest second."""
    print(f"{ROUNDS} rounds of {EVENTS:,} events, one core; median, and the ratio to {BUSIEST:,} events a second")
    for wire in ("v1", "v2"):
        frames = make_frames(wire)
        print(f"\nwire {wire}: {statistics.mean(map(len, frames)):.0f} bytes an event")
        for terms in (1, 200):
            watch = make_watch(terms)
            speeds = sorted(measure(frames, watch, wire) for _ in range(ROUNDS + 1))[1:]
            middle = statistics.median(speeds)
            print(
                f"{terms:4} terms {middle:9,.0f} events/s {middle / BUSIEST:6.1f} x the busiest"
                f" ({speeds[0] / BUSIEST:.1f}-{speeds[-1] / BUSIEST:.1f})"
            )


def measure(frames: list[bytes], watch: Watch, wire: Wire) -> float:
    """Events a second."""
    mentions, now = Mentions(watch), datetime.now(UTC)
    started, found = time.process_time(), 0
    for start in range(0, len(frames), 500):
        sieve = Sieve(watch, mentions, wire, now=now)
        for frame in frames[start : start + 500]:
            sieve.take(frame)
        found += len(sieve.posts)
    took = time.process_time() - started
    assert EVENTS / 200 < found < EVENTS / 50, found  # noqa: S101 - a filter that finds nothing is a fast one
    return len(frames) / took


def make_watch(terms: int) -> Watch:
    """A watch with one name, or with many."""
    syllables = ("ar", "bel", "cor", "dan", "el", "fin", "gal", "hor")
    chance = random.Random(7)  # noqa: S311 - a made-up text
    made = {" ".join("".join(chance.choices(syllables, k=3)).title() for _ in range(2)) for _ in range(2 * terms)}
    return Watch.model_validate(
        {
            "name": "harbour",
            "title": "Gullwing buys Harbour Clinics",
            "starts": datetime(2026, 3, 1, tzinfo=UTC),
            "services": [{"name": "Harbour Clinics"}],
            "matching": {"terms": sorted(made)[: terms - 1]},
        }
    )


def make_frames(wire: Wire) -> list[bytes]:
    """Frames as the servers write them: posts above all, and what else comes with them."""
    chance = random.Random(1)  # noqa: S311 - a made-up text
    return [_frame(number, chance, wire) for number in range(EVENTS)]


def _frame(number: int, chance: random.Random, wire: Wire) -> bytes:
    did = "did:plc:" + "".join(chance.choices("abcdefghijklmnopqrstuvwxyz234567", k=24))
    micros = int(START.timestamp()) * 1_000_000 + number * 600
    kind = chance.choices(("create", "delete", "identity"), (93, 5, 2))[0]
    if kind == "identity":
        body = {"identity": {"did": did, "handle": f"user{number}.example", "seq": number}}
    else:
        commit = {"rev": "3lbhtytnn2k2f", "operation": kind, "collection": "app.bsky.feed.post", "rkey": f"3lb{number}"}
        more = {"record": _record(number, chance), "cid": "bafyrei" + "d" * 52} if kind == "create" else {}
        body = {"commit": {**commit, **more}}
    name = "identity" if kind == "identity" else "commit"
    if wire == "v1":
        data = {"did": did, "time_us": micros, "kind": name, **body}
    else:
        when = f"{datetime.fromtimestamp(micros // 1_000_000, UTC):%Y-%m-%dT%H:%M:%S}.{micros % 1_000_000:06}Z"
        kind_of = f"network.bsky.jetstream.subscribeEvents#{name}"
        inner = body.get("commit", body)
        data = {"$type": "message", "payload": {"$type": kind_of, "seq": number + 1, "did": did, "time": when, **inner}}
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def _record(number: int, chance: random.Random) -> dict[str, object]:
    lang = chance.choices(list(SHARES), list(SHARES.values()))[0]
    text = ""
    wanted = chance.randint(30, 210)
    while len(text) < wanted:
        text += chance.choice(WORDS[lang].split()) + chance.choice((" ",) * 9 + (", ", "\n", "! "))
    if chance.random() < WITH_TAG:
        text += " #" + "".join(word.title() for word in chance.sample(WORDS["en"].split(), 2))
    if number % 100 == 0:
        text = f"{text} {chance.choice(MATCHING)}"
    record: dict[str, object] = {
        "$type": "app.bsky.feed.post",
        "createdAt": "2026-03-04T12:00:00.123Z",
        "langs": [lang],
    }
    if chance.random() < REPLIES:
        at = {
            "cid": "bafyrei" + "c" * 52,
            "uri": "at://did:plc:zec6cslvgc3hhdatrhk6pq5p/app.bsky.feed.post/3lbhujvds4c2b",
        }
        record["reply"] = {"parent": at, "root": at}
    if chance.random() < WITH_LINK:
        shown = {"uri": f"https://news.example/{number}", "title": "A headline of some words", "description": text[:90]}
        record["embed"] = {"$type": "app.bsky.embed.external", "external": shown}
        record["facets"] = [
            {"features": [{"$type": "app.bsky.richtext.facet#link", "uri": shown["uri"]}], "index": {"byteEnd": 9}}
        ]
    return {**record, "text": text}


if __name__ == "__main__":
    main()
