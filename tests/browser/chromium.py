"""Which browser the tests run in: the one that is named, the one of package-lock.json, or one that is installed."""

import os
import platform
import shutil
import sys
import tarfile
from io import BytesIO
from pathlib import Path

import brotli
from playwright.sync_api import Browser, Playwright

PACKED = Path(sys.prefix, "node_modules", "@sparticuz", "chromium", "bin")
UNPACKED = Path(sys.prefix, "chromium")  # Linux on x86_64 only: it needs nothing of the system but a C library
INSTALLED = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ON_A_MAC = ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",)
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{folder}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{folder}/font-cache</cachedir>
</fontconfig>
"""
NONE = (
    "No browser to test the page with: `make test` brings one on Linux (x86_64); elsewhere install Chromium or Chrome, "
    "or name one in UPROAR_BROWSER."
)
ARGUMENTS = ("--no-sandbox", "--disable-background-networking", "--disable-component-update")


def launch(playwright: Playwright) -> Browser:
    """Start the browser; nobody sees it."""
    program, environment = find()
    return playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS), env={**os.environ, **environment})


def find() -> tuple[str, dict[str, str]]:
    """The browser's program, and what its environment has to say.

    Raises:
        FileNotFoundError: there is none; the message says what to do.
    """
    if named := os.environ.get("UPROAR_BROWSER"):
        if shutil.which(named) is None:
            raise FileNotFoundError(f"UPROAR_BROWSER names {named!r}, which is no program.")
        return named, {}
    if (program := UNPACKED / "chromium").exists():
        libraries = {"LD_LIBRARY_PATH": str(UNPACKED / "lib"), "FONTCONFIG_FILE": str(UNPACKED / "fonts.conf")}
        return str(program), libraries
    for name in (*INSTALLED, *ON_A_MAC):
        if path := shutil.which(name):
            return path, {}
    raise FileNotFoundError(NONE)


def unpack(packed: Path = PACKED, folder: Path = UNPACKED) -> None:
    """Unpack the browser that npm brought: program, the libraries that a bare system lacks, and a font."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name in ("al2023", "fonts", "swiftshader"):
        with tarfile.open(fileobj=BytesIO(brotli.decompress((packed / f"{name}.tar.br").read_bytes()))) as archive:
            archive.extractall(folder, filter="data")
    (folder / "fonts.conf").write_text(FONTS.format(folder=folder))
    draft = folder / "chromium.part"
    draft.write_bytes(brotli.decompress((packed / "chromium.br").read_bytes()))
    draft.chmod(0o755)
    draft.rename(folder / "chromium")


if __name__ == "__main__" and (sys.platform, platform.machine()) == ("linux", "x86_64"):
    unpack()
