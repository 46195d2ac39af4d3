"""Makes what is in no commit when the package is built or installed: the charts' library, a bundle a page."""

import hashlib
import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatch_npm_vendor import vendor_package
from hatch_npm_vendor.plugin import DEFAULT_REGISTRY
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from zopfli.gzip import compress

sys.path.insert(0, str(Path(__file__).parent))  # builds are isolated: the package is not installed
from dashboards import bundles

PATIENCE_SECONDS = 60
OPTIONS = (
    "--bundle", "--minify", "--format=esm", "--target=es2022", "--legal-comments=inline", "--charset=utf8",
    "--log-level=warning", "--entry-names=[name]",
)  # fmt: skip


class CustomBuildHook(BuildHookInterface[Any]):
    """Puts the files of `[tool.hatch.build.hooks.custom]` in their place, each as its hash says, and makes bundles.

    What lies there already and is right is not made again, so a build from the sdist needs no network.
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Make what is missing, before hatchling collects the files."""
        _vendor(Path(self.root, self.config["folder"]), self.config)
        if not bundles.in_force():
            _bundle(self.config["bundler"])


def _vendor(folder: Path, wanted: dict[str, Any]) -> None:
    files = {folder / file["to"]: file for file in wanted["files"]}
    if all(path.is_file() and _hash(path.read_bytes()) == file["sha256"] for path, file in files.items()):
        return
    package, version = wanted["package"], wanted["version"]
    with tempfile.TemporaryDirectory() as temporary:
        unpacked = Path(temporary, "package")
        _fetch(unpacked, package, version, wanted["integrity"])
        folder.mkdir(exist_ok=True)
        for path, file in files.items():
            content = (unpacked / file["from"]).read_bytes() + file.get("append", "").encode()
            if _hash(content) != file["sha256"]:
                raise SystemExit(
                    f"{path.name} of {package} {version} has the sha256 {_hash(content)}: see pyproject.toml"
                )
            path.write_bytes(content)


def _bundle(bundler: dict[str, Any]) -> None:
    """What each page needs in a few files; without them a page is some forty requests."""
    system = f"{sys.platform} {platform.machine().lower()}"
    if system not in bundler["platforms"]:
        return  # the server then serves the sources as they are
    one = bundler["platforms"][system]
    with tempfile.TemporaryDirectory() as temporary:
        unpacked = Path(temporary, "package")
        _fetch(unpacked, one["package"], bundler["version"], one["integrity"])
        program = unpacked / one["program"]
        program.chmod(0o755)
        stamp = bundles.stamp()
        shutil.rmtree(stamp.parent, ignore_errors=True)
        for entry in bundles.entries():
            _script(program, entry, Path(temporary, entry.stem), stamp.parent)
        for page in bundles.STYLES:
            _style(program, page, Path(temporary, f"{page}.css"), stamp.parent)
        shutil.copy(bundles.WEB / bundles.CHARTS, stamp.parent / bundles.charts())
        for path in sorted(stamp.parent.iterdir()):
            path.with_name(f"{path.name}.gz").write_bytes(compress(path.read_bytes()))
        stamp.write_text(bundles.fingerprint())


def _script(program: Path, entry: Path, draft: Path, into: Path) -> None:
    """The script of one page: what it needs at once in one file, and what it may need later in another.

    What both need esbuild puts into a third; a second run joins that and the page. The charts' library stays as it
    came: esbuild would write it anew, and longer; and the next page finds it where this one left it.
    """
    of, charts = bundles.fingerprint(), f"--external:*{bundles.CHARTS}"
    shared = f"{bundles.piece(entry.stem, bundles.SHARED, of)}.js"
    names = f"--chunk-names={bundles.piece(entry.stem, '[name]', of)}"
    _esbuild(program, entry, f"--outdir={draft}", "--splitting", names, charts)
    joined = draft / "joined.js"
    joined.write_text(f'export * from "./{shared}";\nimport "./{entry.name}";\n')
    later = bundles.piece(entry.stem, "later", of)
    _esbuild(program, joined, f"--outfile={into / shared}", charts, f"--external:./{later}.js")
    shutil.copy(draft / f"{later}.js", into)
    (into / shared).write_text((into / shared).read_text().replace(f"./{bundles.CHARTS}", f"./{bundles.charts()}"))


def _style(program: Path, page: str, draft: Path, into: Path) -> None:
    draft.write_text("".join(f'@import "{(bundles.WEB / name).as_posix()}";\n' for name in bundles.STYLES[page]))
    _esbuild(program, draft, f"--outdir={into}")


def _esbuild(program: Path, entry: Path, *options: str) -> None:
    if subprocess.run([program, entry, *OPTIONS, *options], check=False).returncode != 0:  # noqa: S603 - our own words
        raise SystemExit("The scripts of the page cannot be bundled: esbuild says above why.")


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _fetch(folder: Path, package: str, version: str, integrity: str) -> None:
    registry = _registry()
    socket.setdefaulttimeout(PATIENCE_SECONDS)  # the library sets none, and this process does nothing else
    try:
        vendor_package(folder, package, version, integrity, registry=registry)
    except (OSError, ValueError, RuntimeError) as error:
        raise SystemExit(
            f"{package} {version}, which the page is made with, cannot be fetched from {registry}: {error}. "
            "Check the network and run the same command again; if you use a mirror of the npm registry, "
            "name it in npm_config_registry."
        ) from error


def _registry() -> str:
    """The npm registry that this machine uses: what npm would ask, or its usual one where there is no npm."""
    if named := {name.lower(): value for name, value in os.environ.items()}.get("npm_config_registry"):
        return named
    if npm := shutil.which("npm"):
        asks = [npm, "config", "get", "registry"]
        answer = subprocess.run(asks, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
        if answer.returncode == 0 and answer.stdout.strip():
            return answer.stdout.strip()
    return str(DEFAULT_REGISTRY)
