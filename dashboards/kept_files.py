"""The files of the page; one that is asked for by its fingerprint never changes, so that browsers keep it."""

from urllib.parse import parse_qs

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

SAME = (200, 304)
FOR_EVER = "private, max-age=31536000, immutable"


class KeptFiles(StaticFiles):
    """Files of a folder; those with `?v=` may be kept for a year, all others are asked for again (ETag)."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with a file, and say how long it may be kept."""
        response = await super().get_response(path, scope)
        if response.status_code in SAME and "v" in parse_qs(scope["query_string"].decode("latin-1")):
            response.headers["cache-control"] = FOR_EVER
        return response
