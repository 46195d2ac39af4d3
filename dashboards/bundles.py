"""The scripts and styles of a page in a few files, and whether they are in force."""

import hashlib
import re
from functools import lru_cache
from pathlib import Path

WEB = Path(__file__).parent / "web"
CHARTS = "vendor/uplot.js"
SHARED = "chunk"  # esbuild's word for what a page and its later parts have in common
# in this order; a page that does without a style does not load it
STYLES = {
    "overview": ("app.css", "panel.css"),
    "alerts": ("app.css", "alerts.css"),
    "sources": ("app.css", "alerts.css", "sources.css"),
    "quality": ("app.css", "panel.css", "alerts.css", "compare.css", "quality.css"),
    "compare": ("app.css", "panel.css", "compare.css"),
    "setup": ("app.css", "setup.css"),
    "login": ("app.css", "login.css"),
    "later": ("later.css",),  # of no page: later.js brings it
}


def entries(web: Path = WEB) -> list[Path]:
    """The scripts of the pages: each becomes a bundle in `dist`, beside the styles of each."""
    return sorted(web.glob("pages/*.js"))


def piece(page: str, part: str, of: str) -> str:
    """The name of a part of a page's bundle, with what tells its sources from the next: it may be kept for ever."""
    return f"{page}-{part}-{of[:8].upper()}"


def charts(web: Path = WEB) -> str:
    """The file name of the charts' library, made in the same way."""
    return f"uplot-{hashlib.sha256((web / CHARTS).read_bytes()).hexdigest()[:8].upper()}.js"


def files(page: str, web: Path = WEB) -> list[str]:
    """The bundle of a page, and what it imports at once: the browser may ask for that before it has read the bundle."""
    return _files(web / "dist" / f"{piece(page, SHARED, stamp(web).read_text())}.js")


@lru_cache(maxsize=32)
def _files(bundle: Path) -> list[str]:
    imported = re.findall(r'(?:from|import)"\./([\w.-]+)"', bundle.read_text())
    return [f"dist/{name}" for name in dict.fromkeys([bundle.name, *imported])]


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
