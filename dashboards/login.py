"""Logging in and out: a form that needs no script, and a cookie that no script can read."""

import re
import time
from urllib.parse import parse_qs

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from dashboards.credentials import Access, TooManyError, address_of
from dashboards.door import cookie_of
from dashboards.own_site import from_here, kind_of_body, limited
from dashboards.pages import render_login
from uproar.log import get_logger
from uproar.settings import settings

FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 10
# a path of ours: what follows the first stroke is no second one, which would name another host
OWN_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]{0,2000}")

log = get_logger(__name__)
router = APIRouter(include_in_schema=False)


@router.get("/login")
def show_login(request: Request) -> Response:
    """The form; or on to the page, for who is logged in."""
    access, wanted = _access(request), own_path(request.query_params.get("next", ""))
    if access.open or access.by_cookie(request.cookies.get(access.cookie, "")):
        return RedirectResponse(wanted, 303)
    # Whoever followed a link from elsewhere did not send their cookie (SameSite=Strict): ask once more, from here
    again = request.headers.get("sec-fetch-site") == "cross-site"
    return _form(request, wanted, again=again)


@router.post("/login")
async def log_in(request: Request) -> Response:
    """Give a session to who knows a password."""
    access = _access(request)
    fields = await _fields(request)
    wanted = own_path(fields.get("next", ""))
    name, password = fields.get("name", "").strip(), fields.get("password", "")
    try:
        account = await access.by_password(name, password, address_of(request))
    except TooManyError as error:
        later = _form(request, wanted, name=name, problem="wait", seconds=error.seconds, status=429)
        later.headers["retry-after"] = str(error.seconds)
        return later
    if account is None:
        return _form(request, wanted, name=name, problem="wrong", status=403)
    answer = RedirectResponse(wanted, 303)
    session = access.sessions.begin(account, now=time.time())
    log.info("logged_in", name=account.name, address=address_of(request))
    answer.headers["set-cookie"] = cookie_of(access, session)
    answer.headers["cache-control"] = "no-store"
    return answer


@router.post("/logout")
async def log_out(request: Request) -> Response:
    """End the session, here and wherever else its cookie has got to."""
    access = _access(request)
    await _fields(request)
    known = access.by_cookie(request.cookies.get(access.cookie, ""))
    if known is not None and known.session is not None:
        access.sessions.end(known.session, now=time.time())
    answer = RedirectResponse("/login", 303)
    answer.headers["set-cookie"] = cookie_of(access, None)
    answer.headers["cache-control"] = "no-store"
    return answer


def own_path(wanted: str) -> str:
    """Where to go after logging in: never to another host."""
    return wanted if OWN_PATH.fullmatch(wanted) else "/"


def _access(request: Request) -> Access:
    access: Access = request.app.state.access
    return access


async def _fields(request: Request) -> dict[str, str]:
    """The fields of a form of ours.

    Raises:
        HTTPException: 403 for a page of another site, 415 for what is no form, 413, or 422 for what cannot be read.
    """
    if not from_here(request.headers, public_url=settings().public_url):
        raise HTTPException(403, "This came from another site. Use the dashboard's own page.")
    if kind_of_body(request.headers) != FORM:
        raise HTTPException(415, f"Send a form, with the header Content-Type: {FORM}.")
    body = await Request(request.scope, limited(request.receive)).body()
    try:
        found = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError:
        raise HTTPException(422, "This is no form with a name and a password.") from None
    return {name: values[-1] for name, values in found.items()}


def _form(
    request: Request,
    wanted: str,
    *,
    name: str = "",
    problem: str = "",
    seconds: int = 0,
    again: bool = False,
    status: int = 200,
) -> HTMLResponse:
    told = {"wanted": wanted, "name": name[:64], "problem": problem, "seconds": seconds, "again": again}
    answer = render_login(request, told)
    answer.status_code = status
    answer.headers["cache-control"] = "no-store"
    return answer
