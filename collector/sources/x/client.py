"""Asks X: tweepy knows its endpoints, and everything that may go wrong on the way is bounded here."""

import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Literal

import requests
import tweepy
import urllib3

from collector.source import SourceGoneError
from collector.sources.x.answers import NotSentError, UnansweredError
from uproar.outgoing import USER_AGENT, Answer, OutgoingError, TooLargeError

CONNECT = 5.0  # seconds
WAIT = 20.0
TOTAL = 40.0  # for a body that drips
SILENCE = 22.0  # on a stream; X sends at least an empty line every 20 s, and it may be late
LARGEST = 20_000_000  # bytes
REFUSAL = 65_536  # bytes of the body of a refusal
FIELDS = (
    "author_id", "created_at", "edit_history_tweet_ids", "entities", "lang", "note_tweet", "referenced_tweets",
)  # fmt: skip
EXPANSIONS = ("referenced_tweets.id",)  # no users: they would be charged, and all that we need is their id
RULES = "/2/tweets/search/stream/rules"
STREAM = "/2/tweets/search/stream"
WINDOW = 65_536  # bytes of a stream that may wait for this process; what waits has been sent, and is charged


class Client(tweepy.Client):  # type: ignore[misc] # tweepy ships no types
    """tweepy's client with a base address, a timeout and a limit on everything, and no waiting of its own.

    Every method gives the answer whatever its status; the caller decides what it means.

    Raises (all methods):
        SourceGoneError: there is no token.
        UnansweredError: the request was sent, and no whole answer came.
        NotSentError: it was not sent.
        TooLargeError: the answer is larger than allowed; it may have been charged.
    """

    def __init__(
        self,
        token: str | None,
        base: str,
        *,
        spelling: Literal["tweet", "post"] = "tweet",
        wait: float = WAIT,
    ) -> None:
        super().__init__(bearer_token=token, return_type=requests.Response, wait_on_rate_limit=False)
        self._base = base
        self._spelling = spelling
        self._wait = wait
        self.session.trust_env = False  # no .netrc in the place of the token
        self.session.headers.update({"Connection": "close"})
        self.session.mount(base + STREAM, _Narrow())

    def search(
        self,
        query: str,
        *,
        max_results: int,
        since_id: str | None = None,
        until_id: str | None = None,
        start_time: datetime | None = None,
        end_time: datetime | None = None,
        next_token: str | None = None,
    ) -> Answer:
        """GET /2/tweets/search/recent: one page, the newest posts first."""
        answer: Answer = self.search_recent_tweets(
            query,
            max_results=max_results,
            since_id=since_id,
            until_id=until_id,
            start_time=start_time,
            end_time=end_time,
            next_token=next_token,
            tweet_fields=list(FIELDS),
            expansions=list(EXPANSIONS),
        )
        return answer

    def counts(
        self,
        query: str,
        *,
        since_id: str | None = None,
        until_id: str | None = None,
        start_time: datetime | None = None,
        end_time: datetime | None = None,
    ) -> Answer:
        """GET /2/tweets/counts/recent: how many posts match, an hour each; no post comes and none is charged."""
        answer: Answer = self.get_recent_tweets_count(
            query,
            granularity="hour",
            since_id=since_id,
            until_id=until_id,
            start_time=start_time,
            end_time=end_time,
        )
        return answer

    def lookup(self, ids: Sequence[str]) -> Answer:
        """GET /2/tweets: posts by their ids, at most a hundred; those that are gone stand among the errors."""
        answer: Answer = self.get_tweets(list(ids))
        return answer

    def rules(self) -> Answer:
        """GET the rules of the stream: ours and everybody else's who uses this token."""
        return self.request("GET", RULES)

    def change_rules(self, change: dict[str, Any]) -> Answer:
        """POST what to add to the rules, or to delete."""
        return self.request("POST", RULES, json=change)

    def request(
        self,
        method: str,
        route: str,
        params: dict[str, Any] | None = None,
        json: Any = None,
        user_auth: bool = False,  # noqa: ARG002, FBT001, FBT002 - the signature is tweepy's
    ) -> Answer:
        """Send one request to our base address; what tweepy's own methods end in."""
        deadline = time.monotonic() + TOTAL
        with _explained(), self._send(method, route, params, json=json) as response:
            body = bytearray()
            while part := response.raw.read1(65_536, decode_content=True):
                body += part
                if len(body) > LARGEST:
                    raise TooLargeError(f"the answer is larger than {LARGEST:,} bytes")
                if time.monotonic() > deadline:
                    raise UnansweredError(f"the answer was not complete after {TOTAL:g} s")
            return answer_of(response, bytes(body))

    def open_stream(self) -> requests.Response | Answer:
        """GET /2/tweets/search/stream: the open response, to be closed by the caller, or a refusal, read."""
        parameters = {"tweet.fields": ",".join(FIELDS), "expansions": ",".join(EXPANSIONS)}
        with _explained():
            response = self._send("GET", STREAM, parameters, wait=SILENCE, encoding="identity")
            if response.status_code == 200:  # noqa: PLR2004 - HTTP
                return response
            with response:
                return answer_of(response, response.raw.read(REFUSAL, decode_content=True))

    def _send(
        self,
        method: str,
        route: str,
        params: dict[str, Any] | None,
        *,
        json: Any = None,
        wait: float = 0.0,
        encoding: str = "gzip",
    ) -> requests.Response:
        if not self.bearer_token:
            raise SourceGoneError("UPROAR_X_BEARER_TOKEN is not set: X is asked only with a token of your own app")
        # A connection that is kept breaks unseen between two calls, and a call that breaks costs. Some servers leave it
        # open though asked not to; so whatever is idle is closed. The stream's own is not idle.
        self.session.close()
        response: requests.Response = self.session.request(
            method,
            self._base + route,
            params=spelled(params or {}, self._spelling),
            json=json,
            headers={
                "Authorization": f"Bearer {self.bearer_token}",
                "User-Agent": USER_AGENT,
                "Accept-Encoding": encoding,
            },
            timeout=(CONNECT, wait or self._wait),
            allow_redirects=False,
            stream=True,
        )
        return response


class _Narrow(requests.adapters.HTTPAdapter):
    """Connections whose window is narrow, so that little waits unread when this process is held up."""

    def init_poolmanager(self, *arguments: Any, **keys: Any) -> None:
        narrow = (socket.SOL_SOCKET, socket.SO_RCVBUF, WINDOW)
        super().init_poolmanager(*arguments, socket_options=[narrow], **keys)


def spelled(params: dict[str, Any], spelling: Literal["tweet", "post"]) -> dict[str, Any]:
    """The parameters as they are called since the rename of 2026, or as before."""
    if spelling == "tweet":
        return params
    renamed = {"tweet.fields", "expansions"}
    return {
        name.replace("tweet", "post"): value.replace("tweet", "post") if name in renamed else value
        for name, value in params.items()
    }


def answer_of(response: requests.Response, body: bytes) -> Answer:
    """The answer in the form that the other sources know."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status_code, headers, body, response.url)


@contextmanager
def _explained() -> Iterator[None]:
    """Turn what requests raises into our errors; never with its text, which may hold the headers and so the token."""
    try:
        yield
    except (OutgoingError, SourceGoneError):
        raise
    except requests.Timeout as error:
        if isinstance(error, requests.ConnectTimeout):
            raise NotSentError("X cannot be reached: no connection in time") from None
        raise UnansweredError("X did not answer in time") from None
    except (requests.exceptions.SSLError, requests.exceptions.ProxyError, ValueError) as error:
        raise NotSentError(f"X cannot be reached: {type(error).__name__}") from None
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
        if _never_connected(error):
            raise NotSentError("X cannot be reached: no connection") from None
        raise UnansweredError(f"X broke off: {type(error).__name__}") from None


def _never_connected(error: Exception) -> bool:
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return isinstance(reason, urllib3.exceptions.NewConnectionError)
