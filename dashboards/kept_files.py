"""The files of the page; one that is asked for by its fingerprint never changes, so that browsers keep it."""

import os
import re
from pathlib import Path
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

SAME = (200, 304)
PIECE = re.compile(r"dist/[\w-]+-[A-Z0-9]{8}\.js")
FOR_EVER = "private, max-age=31536000, immutable"


class KeptFiles(StaticFiles):
    """Files of a folder; those named by their content (`?v=`, or as pieces of a bundle are) may be kept for a year.

    All others are asked for again (ETag). What the build has packed is sent as it lies there: smaller, and sooner.
    """

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with a file, and say how long it may be kept."""
        response = await super().get_response(path, scope)
        named = PIECE.fullmatch(path) or "v" in parse_qs(scope["query_string"].decode("latin-1"))
        if response.status_code in SAME and named:
            response.headers["cache-control"] = FOR_EVER
        return response

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """A file, or what lies packed beside it, if the reader can unpack it."""
        packed = Path(f"{full_path}.gz")
        if not packed.is_file():
            return super().file_response(full_path, stat_result, scope, status_code)
        if "gzip" in Headers(scope=scope).get("accept-encoding", ""):
            response = super().file_response(packed, packed.stat(), scope, status_code)
            response.headers["content-encoding"] = "gzip"
        else:
            response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["vary"] = "Accept-Encoding"
        return response
