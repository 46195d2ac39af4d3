"""What evidence packs and backups are: a ZIP, the same bytes for the same content, with checksums at its end."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable
from typing import IO, Any, Self

MANIFEST = "MANIFEST"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest moment that a ZIP can tell


class Archive:
    """One that is being written; it is whole when its block has ended without an error."""

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

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        """Write the checksums, as `sha256sum -c MANIFEST` reads them, and end the file."""
        with self._zip:
            if error is None:
                with self._zip.open(_entry(MANIFEST), "w") as file:
                    file.write("".join(self._sums).encode())


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3  # Unix, wherever it is made
    entry.external_attr = 0o644 << 16
    return entry


def listed(archive: zipfile.ZipFile) -> dict[str, str]:
    """The checksums that an archive names, by file; what is no line of a checksum is left to be missed."""
    with archive.open(MANIFEST) as file:
        lines = io.TextIOWrapper(file, encoding="utf-8", errors="replace").read(1_000_000).splitlines()
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def sha256_of(archive: zipfile.ZipFile, name: str) -> str:
    """The checksum of a file in an archive."""
    with archive.open(name) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type] # it reads into buffers
