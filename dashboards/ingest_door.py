"""Who may push, and how much: what is refused before a body is looked at."""

import asyncio
import hmac
from typing import Annotated

from fastapi import Header, HTTPException, Request
from starlette.requests import ClientDisconnect

from uproar.settings import settings

MOST_BYTES = 5_000_000
BODY_SECONDS = 60.0


def require_token(authorization: Annotated[str, Header()] = "") -> None:
    """Refuse who does not bring the token; the dashboard's password does not open this door, nor the other way round.

    Raises:
        HTTPException: 403 if this installation has no token, 401 without the right one.
    """
    token = settings().ingest_token
    if token is None or not token.get_secret_value():
        raise HTTPException(403, "Nothing can be pushed here: set UPROAR_INGEST_TOKEN and start the dashboard anew.")
    scheme, _, given = authorization.partition(" ")
    right = hmac.compare_digest(given.strip().encode(), token.get_secret_value().encode())
    if scheme.lower() != "bearer" or not right:
        detail = "The token is missing or wrong: send the header Authorization: Bearer and UPROAR_INGEST_TOKEN."
        raise HTTPException(401, detail, {"www-authenticate": 'Bearer realm="Uproar"'})


async def limited_body(request: Request) -> bytes:
    """The body, if it comes in time and is not too long.

    Raises:
        HTTPException: 413, 415 for a compressed one, 408, or 400 if it breaks off.
    """
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise HTTPException(415, "Send the body as it is, without Content-Encoding.")
    body = bytearray()
    announced = request.headers.get("content-length", "")
    size = int(announced) if announced.isdecimal() and len(announced) < 20 else 0  # noqa: PLR2004 - no number is longer
    try:
        async with asyncio.timeout(BODY_SECONDS):
            stream = request.stream()
            while (size := max(size, len(body))) <= MOST_BYTES:
                part = await anext(stream, None)
                if part is None:
                    return bytes(body)
                body += part
    except TimeoutError:
        raise HTTPException(408, f"The body was not complete after {BODY_SECONDS:g} s.") from None
    except ClientDisconnect:
        raise HTTPException(400, "The body broke off.") from None
    raise HTTPException(413, f"The body is longer than {MOST_BYTES:,} bytes: send it in parts.")
