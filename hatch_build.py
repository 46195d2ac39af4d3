"""Fetches what the page uses of others, which is in no commit, when the package is built or installed."""

import hashlib
import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatch_npm_vendor import vendor_package
from hatch_npm_vendor.plugin import DEFAULT_REGISTRY
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PATIENCE_SECONDS = 60


class CustomBuildHook(BuildHookInterface[Any]):
    """Puts the files of `[tool.hatch.build.hooks.custom]` in their place, each as its hash says.

    What lies there already and is right is not fetched again, so a build from the sdist needs no network.
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Fetch what is missing, before hatchling collects the files."""
        folder = Path(self.root, self.config["folder"])
        files = {folder / file["to"]: file for file in self.config["files"]}
        if all(path.is_file() and _hash(path.read_bytes()) == file["sha256"] for path, file in files.items()):
            return
        package, wanted = self.config["package"], self.config["version"]
        with tempfile.TemporaryDirectory() as temporary:
            unpacked = Path(temporary, "package")
            _fetch(unpacked, package, wanted, self.config["integrity"])
            folder.mkdir(exist_ok=True)
            for path, file in files.items():
                content = (unpacked / file["from"]).read_bytes() + file.get("append", "").encode()
                if _hash(content) != file["sha256"]:
                    raise SystemExit(
                        f"{path.name} of {package} {wanted} has the sha256 {_hash(content)}: see pyproject.toml"
                    )
                path.write_bytes(content)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _fetch(folder: Path, package: str, version: str, integrity: str) -> None:
    registry = _registry()
    socket.setdefaulttimeout(PATIENCE_SECONDS)  # the library sets none, and this process does nothing else
    try:
        vendor_package(folder, package, version, integrity, registry=registry)
    except (OSError, ValueError, RuntimeError) as error:
        raise SystemExit(
            f"{package} {version}, which the page draws its charts with, cannot be fetched from {registry}: {error}. "
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
