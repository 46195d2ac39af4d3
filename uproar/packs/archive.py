"""The file that a pack is: a ZIP, the same bytes for the same content, with a list of checksums at its end."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable
from typing import IO, Any

MANIFEST = "MANIFEST"
FILES = (
    "README.md", "query.json", "watch.json", "posts.jsonl", "corrections.jsonl", "versions.json", "buckets.csv",
    "concerns.csv", "counts.json", "gaps.jsonl", "sources.jsonl", "alerts.jsonl",
)  # fmt: skip
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest moment that a ZIP can tell


class Archive:
    """A pack that is being written; it is whole once `close` was called."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(file, "w", compression=zipfile.ZIP_DEFLATED, compresslevel=6)
        self._sums: list[str] = []

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write one file, piece by piece."""
        digest = hashlib.sha256()
        with self._zip.open(_entry(name), "w", force_zip64=True) as file:
            for piece in pieces:
                digest.update(piece)
                file.write(piece)
        self._sums.append(f"{digest.hexdigest()}  {name}\n")

    def put_json(self, name: str, value: Any) -> None:
        """Write one file of JSON."""
        self.put(name, [(json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode(errors="backslashreplace")])

    def close(self) -> None:
        """Write the checksums, as `sha256sum -c MANIFEST` reads them, and end the file."""
        with self._zip.open(_entry(MANIFEST), "w") as file:
            file.write("".join(self._sums).encode())
        self._zip.close()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3  # Unix, wherever it is made
    entry.external_attr = 0o644 << 16
    return entry


def listed(pack: zipfile.ZipFile) -> dict[str, str]:
    """The checksums that a pack names, by file; what is no line of a checksum is left to be missed."""
    with pack.open(MANIFEST) as file:
        lines = io.TextIOWrapper(file, encoding="utf-8", errors="replace").read(1_000_000).splitlines()
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def sha256_of(pack: zipfile.ZipFile, name: str) -> str:
    """The checksum of a file in a pack."""
    with pack.open(name) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type] # it reads into buffers
