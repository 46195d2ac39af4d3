"""The same message for people in a chat or by e-mail: its text, and apprise, which brings it there.

apprise (BSD-2-Clause) speaks to Slack, Teams, Discord, mail servers and the rest. It runs in a process of its own: it
has no end of waiting that we could set for all of them, and a process can be ended. Its URL, which holds passwords,
goes in by standard input, and what it says is freed of every part of that URL.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

MOST_TEXT = 1_500  # characters; Discord takes 2,000 with the title
MOST_POSTS = 3
MOST_EXCERPT = 200
SHORTEST_SECRET = 4
# Nothing that a stranger wrote may call people by name, be a link, or be formatted: neither here nor there.
HARMLESS = str.maketrans({"@": "@\u200b", "<": "(", ">": ")", "[": "(", "]": ")", "`": "'", "*": "", "_": " "})


def send(url: str, body: str, *, seconds: float) -> str | None:
    """Bring the message with that body to where an Apprise URL leads; None, or why it did not get there."""
    message = json.loads(body)
    severity = message["commonLabels"]["severity"]
    kind = "failure" if severity == "critical" else "warning"
    asked = {
        "url": url,
        "title": title_of(message),
        "body": text_of(message),
        "type": "success" if message["status"] == "resolved" else kind,
    }
    return _ask_apprise(asked, seconds=seconds)


def check(url: str, *, seconds: float) -> str | None:
    """Why apprise cannot make anything of a URL; None if it can. Nothing is sent."""
    return _ask_apprise({"url": url}, seconds=seconds)


def _ask_apprise(asked: Mapping[str, str], *, seconds: float) -> str | None:
    command = [sys.executable, "-m", "workers.alerting.apprise_process"]
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            command, input=json.dumps(asked), capture_output=True, text=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return f"apprise had not finished after {seconds:g} s"
    if done.returncode == 0:
        return None
    last = done.stderr.strip().rpartition("\n")[2]  # of a traceback, as when apprise is not installed
    said = without_secrets(" ".join((done.stdout or last).split()), asked["url"])[:500]
    return f"apprise: {said or f'ended with status {done.returncode}'}"


def without_secrets(text: str, url: str) -> str:
    """A text without any part of a URL that could be a secret, as it is written there or as it is meant."""
    _, _, rest = url.partition("://")
    written = re.split(r"[/:@?&=,+#\s]+", rest or url)
    for part in sorted({*written, *map(unquote, written)}, key=len, reverse=True):
        if len(part) >= SHORTEST_SECRET:
            text = text.replace(part, "…")
    return text


def title_of(message: Mapping[str, Any]) -> str:
    """What it is about, in a line."""
    return " ".join(message["commonAnnotations"]["summary"].split())


def text_of(message: Mapping[str, Any]) -> str:
    """A message as a person reads it: what happened, why, some posts that show it, and where to see more."""
    ours, notes = message["uproar"], message["commonAnnotations"]
    lines = [harmless(notes["description"]), *_why(ours)]  # it may quote what a source answered
    left = MOST_TEXT - sum(len(line) + 1 for line in lines)
    for line in _posts(ours):
        left -= len(line) + 1
        if left >= 0:
            lines.append(line)
    return "\n".join([*lines, notes["dashboard"]])


def _why(ours: Mapping[str, Any]) -> Iterator[str]:
    if (voices := ours.get("voices")) is not None:
        yield f"Voices: {voices}, echoes: {ours.get('echoes', 0)}"
    for key, word in (("concerns", "Concerns"), ("sources", "Sources"), ("languages", "Languages")):
        names = [name for one in _listed(ours.get(key)) if (name := _named(one))]
        if names:
            yield f"{word}: {', '.join(names[:5])}"
    if gaps := _listed(ours.get("gaps")):
        yield f"Not everything could be read: {len(gaps)} gaps in this window"


def _posts(ours: Mapping[str, Any]) -> Iterator[str]:
    for one in _listed(ours.get("posts"))[:MOST_POSTS]:
        if isinstance(one, dict) and (text := one.get("text") or one.get("excerpt")):
            yield f"“{harmless(str(text))[:MOST_EXCERPT]}”"


def _listed(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [{"name": name, "count": count} for name, count in value.items()]
    return value if isinstance(value, list) else []


def _named(one: Any) -> str:
    """A concern, source or language with its number, if it has one; the language is what a platform says."""
    if not isinstance(one, dict):
        return harmless(str(one))
    name = harmless(next((str(one[key]) for key in ("label", "name", "concern", "source", "lang") if one.get(key)), ""))
    count = one.get("count")
    return f"{name} {count}" if name and isinstance(count, int) else name


def harmless(text: str) -> str:
    """A text from outside in one line, in which a chat finds no name to call, no link and no format."""
    return re.sub(r"\s+", " ", text).translate(HARMLESS).replace("://", ":\u200b//")
