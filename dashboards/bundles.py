"""The scripts and styles of a page in a few files, and whether they are in force."""

import hashlib
import re
from functools import lru_cache
from pathlib import Path

WEB = Path(__file__).parent / "web"
STYLES = (
    "app.css", "panel.css", "alerts.css", "sources.css", "compare.css", "quality.css", "setup.css",
)  # in this order  # fmt: skip


def entries(web: Path = WEB) -> list[Path]:
    """The scripts of the pages: each becomes a bundle in `dist`, beside the styles in one file."""
    return sorted(web.glob("pages/*.js"))


def parts(page: str, web: Path = WEB) -> list[str]:
    """What the bundle of a page imports at once: the browser may ask for it before it has read the bundle."""
    bundle = web / "dist" / f"{page}.js"
    return _parts(bundle, bundle.stat().st_mtime_ns)


@lru_cache(maxsize=32)
def _parts(bundle: Path, _changed: int) -> list[str]:
    return [f"dist/{name}" for name in dict.fromkeys(re.findall(r'(?:from|import)"\./([\w.-]+)"', bundle.read_text()))]


def fingerprint(web: Path = WEB) -> str:
    """What tells one state of all sources from the next."""
    digest = hashlib.sha256()
    for path in _sources(web):
        digest.update(f"{path.relative_to(web).as_posix()} {path.stat().st_size}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def stamp(web: Path = WEB) -> Path:
    """Where the build notes of which sources the bundles are made."""
    return web / "dist" / "sources.sha256"


def in_force(web: Path = WEB) -> bool:
    """Whether there are bundles, made of the sources as they are: while somebody edits these, they are served."""
    return _in_force(web, tuple(path.stat().st_mtime_ns for path in _sources(web)))


@lru_cache(maxsize=1)
def _in_force(web: Path, _changed: tuple[int, ...]) -> bool:
    return stamp(web).is_file() and stamp(web).read_text() == fingerprint(web)


def _sources(web: Path) -> list[Path]:
    found = (path for suffix in ("js", "css") for path in web.rglob(f"*.{suffix}"))
    return sorted(path for path in found if path.relative_to(web).parts[0] != "dist")
