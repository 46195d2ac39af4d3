"""Which language a post is written in."""

import re

import eldc

UNKNOWN = "und"
MAX_CHARS = 2_000  # enough for any detector
SURE_LETTERS = 40  # from here on the detector's best guess beats a platform's claim even where it calls itself unsure

_NOISE = re.compile(r"https?://\S{1,2000}|www\.\S{1,2000}|[@]\w{1,80}|[#\x00]")
_CODE = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]{1,8}){0,3}", re.IGNORECASE)

eldc.init()  # once a process: it only builds a table in memory


def detect(text: str, claim: str | None = None) -> str:
    """The ISO 639-1 code of a post's language, or `und`.

    `claim` is what the platform says ("fr", "en-GB"); it decides only where the detector is unreliable, and for
    texts without letters.
    """
    hint = _read_claim(claim) if claim else ""
    plain = text[:MAX_CHARS]
    if "@" in plain or "#" in plain or "://" in plain or "www." in plain or "\0" in plain:
        plain = _NOISE.sub(" ", plain)
    try:
        guess: str = eldc.detect(plain)
    except UnicodeEncodeError:  # half a character: platforms cut texts anywhere
        plain = plain.encode("utf-8", "replace").decode()
        guess = eldc.detect(plain)
    if not hint or guess == hint:
        return guess  # `und` for texts without letters
    letters = sum(map(str.isalpha, plain))
    if letters and (eldc.detect_details(plain).reliable or (guess != UNKNOWN and letters >= SURE_LETTERS)):
        return guess
    return hint


def _read_claim(claim: str | None) -> str:
    """The language in a platform's claim; platforms write `und`, `qme` or `zxx` when they do not know."""
    match = _CODE.fullmatch(claim.strip()) if claim else None
    code = match[1].lower() if match else ""
    return "" if code in {UNKNOWN, "zxx", "mul", "art"} or code.startswith("q") else code
