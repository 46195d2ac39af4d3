"""The web application: the API, the page, the signs of life, and how failures are told."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.middleware.gzip import GZipMiddleware

from dashboards import ingest, login, pages
from dashboards.access import AllowedHosts, SecurityHeaders
from dashboards.api import router
from dashboards.bundles import WEB
from dashboards.credentials import Access
from dashboards.door import Door
from dashboards.etags import EntityTags
from dashboards.kept_files import KeptFiles
from dashboards.live import Live
from dashboards.questions import Now, Watches
from dashboards.shapes import Readiness
from dashboards.states import metrics
from dashboards.traced import Traced
from dashboards.words import preferred, translated
from uproar import condition, database, tracing
from uproar.errors import UproarError
from uproar.log import get_logger
from uproar.readiness import reasons
from uproar.settings import Settings, settings

SMALLEST_PACKED = 300  # bytes from which on gzip saves more than its own eighteen and a little time
PACKING = 5  # of 9, which makes a chart smaller by one part of fifty, and takes four times as long over it
DATABASE_DOWN = "The database cannot be reached or has no tables yet. Run `uproar doctor` to see why."

log = get_logger(__name__)


def make_app(chosen: Settings | None = None) -> FastAPI:
    """The application as these settings want it."""
    wanted = chosen or settings()
    live = Live(_look)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with live.running():
            yield

    app = FastAPI(
        title="Uproar",
        description="How the public reacts to a corporate deal: counts, posts, spikes and the state of the sources.",
        version="1",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # its page loads scripts from elsewhere
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.live = live
    app.state.access = Access(wanted)
    app.include_router(router)
    app.include_router(ingest.router)
    _add_signs_of_life(app)
    app.include_router(pages.router)
    app.include_router(login.router)
    app.mount("/web", KeptFiles(directory=WEB), name="web")
    _add_failures(app)
    app.add_middleware(EntityTags)  # within the next: a tag is of what is said, however it is packed
    app.add_middleware(GZipMiddleware, minimum_size=SMALLEST_PACKED, compresslevel=PACKING)
    app.add_middleware(Door, access=app.state.access)
    app.add_middleware(AllowedHosts, settings=wanted)
    app.add_middleware(SecurityHeaders)
    if tracing.wanted():
        app.add_middleware(Traced)
    return app


def _look() -> dict[str, str]:
    with database.reading() as session:
        return condition.state(session)


def _add_signs_of_life(app: FastAPI) -> None:
    @app.get("/health")
    def health() -> dict[str, str]:
        """Whether this process lives."""
        return {"service": "uproar", "status": "ok"}

    @app.get("/ready", responses={503: {"model": Readiness}}, response_model=Readiness)
    def ready(known: Watches, now: Now) -> JSONResponse:
        """Whether the whole service does its work; 503 with the reasons if not."""
        try:
            present = database.versions()
            with database.reading() as session:
                found = reasons(session, watches=known, versions=present, now=now)
        except SQLAlchemyError:
            found = [DATABASE_DOWN]
        return JSONResponse({"ready": not found, "reasons": found}, 503 if found else 200)

    @app.get("/metrics", response_class=PlainTextResponse)
    def get_metrics(known: Watches, now: Now) -> PlainTextResponse:
        """Figures for Prometheus."""
        with database.reading() as session:
            text = metrics(session, watches=known, now=now)
        return PlainTextResponse(text, media_type="text/plain; version=0.0.4; charset=utf-8")


def _add_failures(app: FastAPI) -> None:
    @app.exception_handler(OperationalError)
    @app.exception_handler(InterfaceError)
    @app.exception_handler(PoolTimeout)
    def database_failed(request: Request, error: SQLAlchemyError) -> JSONResponse:
        log.error("database_failed", error=type(error).__name__)
        detail, lang = translated(DATABASE_DOWN, preferred([], request.headers.get("accept-language", "")))
        return JSONResponse({"detail": detail}, 503, headers={"content-language": lang})

    @app.exception_handler(HTTPException)
    def refused(request: Request, error: HTTPException) -> JSONResponse:
        detail, lang = translated(error.detail, preferred([], request.headers.get("accept-language", "")))
        return JSONResponse({"detail": detail}, error.status_code, {**(error.headers or {}), "content-language": lang})

    @app.exception_handler(UproarError)
    def misconfigured(_request: Request, error: UproarError) -> JSONResponse:
        return JSONResponse({"detail": str(error)}, 503)

    @app.exception_handler(RequestValidationError)
    def malformed(_request: Request, error: RequestValidationError) -> JSONResponse:
        lines = [f"{problem['loc'][-1]}: {problem['msg']} (it is {_short(problem)})" for problem in error.errors()]
        # JSON may hold halves of characters, which nobody can send
        return JSONResponse({"detail": "; ".join(lines).encode(errors="backslashreplace").decode()}, 422)

    @app.exception_handler(Exception)
    def failed(_request: Request, error: Exception) -> JSONResponse:
        log.error("request_failed", error=type(error).__name__)
        return JSONResponse({"detail": "This is a mistake of ours; the log says which."}, 500)


def _short(problem: dict[str, object]) -> str:
    return repr(problem.get("input"))[:80]
