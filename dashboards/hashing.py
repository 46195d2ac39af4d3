"""What is kept of passwords and tokens, and whether one that is brought is the right one."""

import hashlib
import hmac
import secrets
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode

LEAST_PASSWORD = 10  # characters of one that is made by `uproar user add`
MOST_PASSWORD = 1024  # bytes; longer ones are wrong without being hashed
SCRYPT, TOKEN = "scrypt", "sha256"
N, R, P = 2**14, 8, 5  # 16 MiB, about 0.2 s (OWASP Password Storage Cheat Sheet, scrypt)
COSTS = [2**power for power in range(10, 17)]
MOST_ROUNDS = 16
MOST_MEMORY = 2**27


def prepared(password: str) -> bytes:
    """A password as bytes: the same, however a keyboard composes its letters."""
    return unicodedata.normalize("NFC", password).encode(errors="surrogatepass")


def hash_password(password: str) -> str:
    """What is kept of a password: scrypt with a salt of its own."""
    salt = secrets.token_bytes(16)
    return f"{SCRYPT}${N}${R}${P}${_text(salt)}${_text(_scrypt(prepared(password), salt, N, R, P))}"


def hash_token(token: str) -> str:
    """What is kept of a token: it is 256 random bits, so that one round is enough."""
    return f"{TOKEN}${hashlib.sha256(token.encode(errors='surrogatepass')).hexdigest()}"


def is_token(kept: str) -> bool:
    """Whether it was kept of a token."""
    kind, _, digest = kept.partition("$")
    return kind == TOKEN and len(digest) == hashlib.sha256().digest_size * 2


def is_password(kept: str) -> bool:
    """Whether it was kept of a password."""
    return _parts(kept) is not None


def matches(password: str, kept: str | None) -> bool:
    """Whether it is the password of which this was kept; takes as long if nothing was (None)."""
    given = prepared(password)
    if len(given) > MOST_PASSWORD:
        return False
    parts = _parts(kept or "")
    n, r, p, salt, right = parts or (N, R, P, bytes(16), bytes(32))
    same = hmac.compare_digest(_scrypt(given, salt, n, r, p), right)
    return same and parts is not None


def _scrypt(password: bytes, salt: bytes, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(password, salt=salt, n=n, r=r, p=p, maxmem=MOST_MEMORY, dklen=32)


def _parts(kept: str) -> tuple[int, int, int, bytes, bytes] | None:
    try:
        kind, n, r, p, salt, right = kept.split("$")
        cost, blocks, rounds = int(n), int(r), int(p)
        bits = urlsafe_b64decode(salt), urlsafe_b64decode(right)
    except ValueError:
        return None
    fits = cost in COSTS and 1 <= blocks <= R and 1 <= rounds <= MOST_ROUNDS
    return (cost, blocks, rounds, *bits) if kind == SCRYPT and fits else None


def _text(value: bytes) -> str:
    return urlsafe_b64encode(value).decode()
