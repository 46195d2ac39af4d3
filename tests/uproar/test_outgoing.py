import socket
from collections.abc import Iterator
from typing import Any

import pytest

from tests.web_server import Reply, WebServer
from uproar import __version__
from uproar.outgoing import (
    Limits,
    OutgoingError,
    RefusedAddressError,
    is_public,
    request,
    require_allowed,
)

PUBLIC = "93.184.216.34"
HERE = Limits(allow_private=True)


@pytest.fixture
def web() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


class Names:
    """Stands where the network begins: what each name leads to, and every look-up that was made.

    A public address leads to the test's server; it is asked for when the connection is made.
    """

    def __init__(self, port: int) -> None:
        self.known: dict[str, list[list[str]]] = {PUBLIC: [["127.0.0.1"]]}
        self.asked: list[str] = []
        self._port = port

    def leads_to(self, name: str, *answers: str | list[str]) -> None:
        """The answers to one look-up after the other; the last one stays."""
        self.known[name] = [[answer] if isinstance(answer, str) else answer for answer in answers]

    def __call__(self, host: str, _port: Any, *_rest: Any, **_more: Any) -> list[Any]:  # noqa: D102 - getaddrinfo
        self.asked.append(host)
        if host not in self.known:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        waiting = self.known[host]
        answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        kinds = [socket.AF_INET6 if ":" in address else socket.AF_INET for address in answer]
        return [
            (kind, socket.SOCK_STREAM, 6, "", (address, self._port))
            for kind, address in zip(kinds, answer, strict=True)
        ]


@pytest.fixture
def names(web: WebServer, monkeypatch: pytest.MonkeyPatch) -> Names:
    found = Names(web.port)
    monkeypatch.setattr(socket, "getaddrinfo", found)
    return found


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8", PUBLIC, "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450:4001::1",
        "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1",
    ],
)  # fmt: skip
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104 - refused, not listened on
        "0.1.2.3", "10.0.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1",
        "172.31.255.255", "192.168.1.1", "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1",
        "100.64.0.1", "100.127.255.255", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::7f00:1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "ff0e::1",
        "2001:db8::1", "2001::1", "100::1", "4000::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
        "::ffff:224.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::",
        "2002:a9fe:a9fe::1", "2002:e000:1::1",
    ],
)  # fmt: skip
def test_addresses_of_this_machine_its_network_and_nobody_are_not_public(address: str) -> None:
    assert not is_public(address)


def test_an_answer_comes_with_status_headers_and_body(web: WebServer) -> None:
    url = web.says("/a", Reply(201, b"made", {"X-Kind": "test"}))
    answer = request("POST", url, limits=HERE, headers={"X-Asked": "1"}, body=b"sent")
    assert (answer.status, answer.headers["x-kind"], answer.body, answer.url) == (201, "test", b"made", url)
    (asked,) = web.asked
    assert (asked.method, asked.headers["x-asked"], asked.body) == ("POST", "1", b"sent")
    assert asked.headers["user-agent"] == f"uproar/{__version__}"
    assert asked.headers["host"] == f"127.0.0.1:{web.port}"


@pytest.mark.parametrize(
    "url",
    ["ftp://x.example/", "file:///etc/passwd", "javascript:1", "//x.example", "http://", "https:///path", "", "http://[::1",
     "http://x.example:99999/", "http://\u2100.example/\u2100", "http://" + "é" * 70 + ".example/"],
)  # fmt: skip
@pytest.mark.parametrize("allow_private", [True, False])
def test_what_is_no_web_address_is_refused(url: str, allow_private: bool) -> None:  # noqa: FBT001
    with pytest.raises(RefusedAddressError):
        request("GET", url, limits=Limits(allow_private=allow_private))


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost", "0x7f.1", "2130706433", "169.254.169.254"])
def test_a_private_address_is_refused_however_it_is_written(host: str) -> None:
    with pytest.raises(RefusedAddressError, match="no public address"):
        request("GET", f"http://{host}/", limits=Limits())
    with pytest.raises(RefusedAddressError):
        require_allowed(f"http://{host}/", allow_private=False)
    require_allowed(f"http://{host}/", allow_private=True)


def test_a_name_that_leads_to_a_private_address_is_refused(names: Names, web: WebServer) -> None:
    names.leads_to("inside.example", [PUBLIC, "10.0.0.1"])
    with pytest.raises(RefusedAddressError, match=r"inside\.example leads to 10\.0\.0\.1"):
        request("GET", "http://inside.example/", limits=Limits())
    assert web.asked == []


def test_a_name_that_is_not_there_may_be_there_later(names: Names) -> None:
    with pytest.raises(OutgoingError, match=r"none\.example cannot be found") as caught:
        request("GET", "http://none.example/", limits=Limits())
    assert not isinstance(caught.value, RefusedAddressError)


def test_the_address_that_was_checked_is_the_one_that_is_used(names: Names, web: WebServer) -> None:
    web.says("/a", Reply(body=b"hello"))
    names.leads_to("news.example", PUBLIC, "127.0.0.1")
    answer = request("GET", "http://news.example/a?b=1", limits=Limits())
    assert (answer.body, answer.url) == (b"hello", "http://news.example/a?b=1")
    assert names.asked == ["news.example", PUBLIC]  # the name once; then only what it led to
    assert web.asked[0].headers["host"] == "news.example"


def test_the_port_of_an_address_is_kept(names: Names, web: WebServer) -> None:
    web.says("/a", Reply())
    names.leads_to("news.example", PUBLIC)
    request("GET", f"http://news.example:{web.port}/a", limits=Limits())
    assert web.asked[0].headers["host"] == f"news.example:{web.port}"


def test_a_name_outside_ascii_is_asked_for_in_its_ascii_form(names: Names, web: WebServer) -> None:
    web.says("/a", Reply())
    names.leads_to("xn--caf-dma.example", PUBLIC)
    request("GET", "http://café.example/a", limits=Limits())
    assert web.asked[0].headers["host"] == "xn--caf-dma.example"


def test_a_login_in_an_address_is_sent_and_hides_no_host(names: Names, web: WebServer) -> None:
    web.says("/a", Reply())
    names.leads_to("news.example", PUBLIC)
    names.leads_to("127.0.0.1", "127.0.0.1")
    request("GET", "http://ana:secret@news.example/a", limits=Limits())
    assert web.asked[0].headers["authorization"].startswith("Basic ")
    assert web.asked[0].headers["host"] == "news.example"
    for url in ("http://news.example@127.0.0.1/", "http://news.example:80@127.0.0.1/", "http://8.8.8.8\\@127.0.0.1/"):
        with pytest.raises(RefusedAddressError):
            request("GET", url, limits=Limits())
    assert len(web.asked) == 1


def test_redirects_are_followed_to_where_they_end(web: WebServer) -> None:
    web.says("/a", Reply(301, headers={"location": "b?x=1"}))
    web.says("/b", Reply(302, headers={"location": f"{web.url}/c"}))
    web.says("/c", Reply(body=b"there"))
    answer = request("GET", f"{web.url}/a", limits=HERE)
    assert (answer.body, answer.url) == (b"there", f"{web.url}/c")


def test_a_redirect_loop_ends(web: WebServer) -> None:
    url = web.says("/a", Reply(302, headers={"location": "/a"}))
    with pytest.raises(OutgoingError, match="more than 5 redirects"):
        request("GET", url, limits=HERE)
    assert len(web.asked) == 6


def test_a_redirect_is_an_answer_if_none_is_wanted(web: WebServer) -> None:
    url = web.says("/a", Reply(302, headers={"location": "/b"}))
    assert request("GET", url, limits=Limits(allow_private=True, redirects=0)).status == 302


@pytest.mark.parametrize("place", ["http://127.0.0.1:{port}/secret", "//127.0.0.1:{port}/secret", "http://[::1]/"])
def test_a_redirect_to_a_private_address_is_refused(names: Names, web: WebServer, place: str) -> None:
    names.leads_to("news.example", PUBLIC)
    names.leads_to("127.0.0.1", "127.0.0.1")
    names.leads_to("::1", "::1")
    web.says("/a", Reply(302, headers={"location": place.format(port=web.port)}))
    with pytest.raises(RefusedAddressError, match="no public address"):
        request("GET", "http://news.example/a", limits=Limits())
    assert [asked.path for asked in web.asked] == ["/a"]


@pytest.mark.parametrize("place", ["http://[bad", "http://x:99999/", "gopher://x.example/", "http://\x7f/"])
def test_a_redirect_to_no_address_is_a_failure(web: WebServer, place: str) -> None:
    url = web.says("/a", Reply(302, headers={"location": place}))
    with pytest.raises(OutgoingError):
        request("GET", url, limits=HERE)


def test_a_cookie_is_not_kept(web: WebServer) -> None:
    url = web.says("/a", Reply(headers={"set-cookie": "who=you; Path=/"}))
    request("GET", url, limits=HERE)
    request("GET", url, limits=HERE)
    assert "cookie" not in web.asked[1].headers
