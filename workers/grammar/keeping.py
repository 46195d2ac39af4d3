"""Keeps a language with its rules compiled, beside Python's byte code, and makes it anew when its sources change."""

import hashlib
import pickle
import tempfile
import zlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path

from workers.grammar.compiling import ENGINE
from workers.grammar.language import Language

_HEAD = 36  # bytes of a stamp and a sum


def place(home: Path) -> Path:
    """Where the language of a directory of data files is kept: with the byte code of what lies there."""
    return Path(cache_from_source(str(home / "language.py"))).with_suffix(".kept")


def kept(home: Path) -> Language | None:
    """The language of a directory as it was kept, if nothing has changed since."""
    try:
        content = place(home).read_bytes()
    except OSError:
        return None
    head, body = content[:_HEAD], memoryview(content)[_HEAD:]
    if head != _stamp(home) + _sum(body):  # or what was written never reached the disk
        return None
    language: Language = pickle.loads(body)  # noqa: S301 - from beside our own byte code
    return language


def keep(home: Path, make: Callable[[], Language]) -> Language:
    """Make the language of a directory and keep it, all of its rules compiled.

    Raises:
        OSError: nothing can be written there; nothing was made then.
    """
    target, stamp = place(home), _stamp(home)
    target.parent.mkdir(parents=True, exist_ok=True)
    # the file comes before the work, which may be for nothing
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=target.name, delete=False) as file:
        try:
            language = make()
            content = pickle.dumps(language, pickle.HIGHEST_PROTOCOL)
            file.writelines((stamp, _sum(content), content))
            file.close()
            Path(file.name).chmod(0o644)  # whoever may read the program may read this
            Path(file.name).replace(target)
        except BaseException:
            with suppress(OSError):
                Path(file.name).unlink()
            raise
    return language


def _stamp(home: Path) -> bytes:
    """What a kept language depends on: its data files, what reads them, and the engine that rules are compiled for."""
    digest = hashlib.sha256(ENGINE.encode())
    for path in (*_files(home, ".toml"), *_files(Path(__file__).parent, ".py")):
        content = path.read_bytes()
        digest.update(f"\n{path.name} {len(content)}\n".encode())
        digest.update(content)
    return digest.digest()


def _sum(content: bytes | memoryview) -> bytes:
    return zlib.crc32(content).to_bytes(4, "big")


def _files(folder: Path, ending: str) -> Iterable[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix == ending)
