"""The pages: one template and one script each, in the language that the reader asks for."""

import hashlib
import json
import re
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dashboards import bundles, questions
from dashboards.accounts import Role
from dashboards.bundles import WEB
from dashboards.door import known_of
from dashboards.kept_files import FOR_EVER
from dashboards.words import LANGUAGES, POSTED, Words, later_words, preferred, rules, script_words, word
from uproar.errors import UproarError
from uproar.watch import Watch

PAGES = {
    "overview": "/", "alerts": "/alerts", "sources": "/sources", "quality": "/quality", "compare": "/compare",
    "setup": "/setup",
}  # fmt: skip
USUAL = "latest-24h"  # the range of a page that is asked for none
THEMES = ("auto", "light", "dark")
ICON = "data:image/svg+xml," + quote((WEB / "icon.svg").read_text().strip(), safe=" ='/:")

INDENT = re.compile(r"\n\s+")

router = APIRouter(include_in_schema=False)
templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def asset(name: str) -> str:
    """The address of a file in `web`, which changes with its content: it may be kept for ever."""
    return f"/web/{name}?v={fingerprint(name, (WEB / name).stat().st_mtime_ns)}"


@cache
def fingerprint(name: str, _changed: int) -> str:
    """What tells one version of a file from the next."""
    return hashlib.sha256((WEB / name).read_bytes()).hexdigest()[:12]


def render(page: str, request: Request) -> HTMLResponse:
    """One page, ready for its script, without what its reader may not do."""
    known = known_of(request)
    bundled = bundles.in_force()
    role = known.account.role if known is not None else Role.ADMIN
    return _answer(
        page,
        request,
        pages=PAGES,
        themes=THEMES,
        kiosk="kiosk" in request.query_params,
        panel=request.query_params.get("panel", ""),
        watch=_shown(request.query_params.get("watch")),
        scripts=[f"/web/{name}" for name in bundles.files(page)] if bundled else [asset(f"pages/{page}.js")],
        known=known,
        may_change=role >= Role.ANALYST,
        given=_given(request, page, {"role": role.word, "name": known.account.name if known is not None else None}),
    )


def render_login(request: Request, told: dict[str, Any]) -> HTMLResponse:
    """The form to log in with, which has no script."""
    return _answer("login", request, **told)


def _answer(page: str, request: Request, **told: Any) -> HTMLResponse:
    lang = _lang(request)
    theme = request.query_params.get("theme") or request.cookies.get("theme")
    text = templates.get_template(f"{page}.html").render(
        page=page,
        lang=lang,
        languages=LANGUAGES,
        theme=theme if theme in THEMES else "auto",
        t=partial(word, lang),
        asset=asset,
        icon_image=ICON,
        styles=_styles(page),
        **told,
    )
    text = INDENT.sub("\n", text)
    return HTMLResponse(text, headers={"content-language": lang, "vary": "Accept-Language, Cookie"})


def _styles(page: str) -> list[str]:
    return [asset(name) for name in ([f"dist/{page}.css"] if bundles.in_force() else bundles.STYLES[page])]


def _lang(request: Request) -> str:
    return preferred(
        [request.query_params.get("ui"), request.cookies.get("ui")], request.headers.get("accept-language", "")
    )


def _given(request: Request, page: str, reader: dict[str, str | None]) -> str:
    """What the scripts are told, as JSON that cannot end the element it stands in."""
    lang = _lang(request)
    told: dict[str, Any] = {
        "lang": lang,
        "reader": reader,
        "words": script_words(lang, page, request.query_params.get("from", USUAL)),
    }
    if page in POSTED:
        told |= {"rules": rules(lang)}
    told["concerns"] = _concerns(lang)
    told["later"] = {"words": f"/words/{lang}?v={_digest(later_words(lang))}", "style": _styles("later")[0]}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


@router.get("/words/{lang}")
def get_later_words(lang: str) -> JSONResponse:
    """What scripts of any page say once somebody opens something; its address has its fingerprint."""
    if lang not in LANGUAGES:
        raise HTTPException(404, f"There are no words in {lang!r}.")
    return JSONResponse(later_words(lang), headers={"cache-control": FOR_EVER})


def _digest(told: Words) -> str:
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12]


def _known() -> list[Watch]:
    try:
        return questions.watches()
    except UproarError:
        return []  # the page tells what the API says of the file


def _shown(named: str | None) -> Watch | None:
    """The watch that the page will probably show: what stands there from the start moves nothing later."""
    known = _known()
    asked = [watch for watch in known if watch.name == named] or [watch for watch in known if watch.enabled] or known
    return asked[0] if asked else None


def _concerns(lang: str) -> dict[str, dict[str, str]]:
    """What each watch calls its concerns in this language, where the watch file says it."""
    labels = {
        watch.name: {concern.name: concern.label[lang] for concern in watch.concerns if lang in concern.label}
        for watch in _known()
    }
    return {name: found for name, found in labels.items() if found}


def _add(page: str, path: str) -> None:
    def show(request: Request) -> HTMLResponse:
        return render(page, request)

    router.add_api_route(path, show, name=page, response_class=HTMLResponse)


for _page, _path in PAGES.items():
    _add(_page, _path)
