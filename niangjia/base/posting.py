"""Handing a message over by HTTP: one signed request, one signed answer, no redirects."""

from dataclasses import dataclass, field
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from niangjia.base import signing

SECONDS = 10
MOST = 64 * 1024
"""Bytes of an answer that are read."""
KEPT = ("content-digest", "idempotency-key", "signature", "signature-input")
"""Headers that a signature covers or is."""


@dataclass(frozen=True)
class Reply:
    """What came back: status 0 where nothing did, then ``fault`` says why."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    fault: str = ""


class _Straight(HTTPRedirectHandler):
    """An answer leads nowhere else."""

    def redirect_request(self, *arguments: Any, **more: Any) -> None:
        return None


_opener = build_opener(_Straight, ProxyHandler({}))


def post(request: signing.Request) -> Reply:
    """Send a signed request; whatever happens is told, never raised."""
    asked = Request(request.url, request.body, request.headers, method="POST")  # noqa: S310 - the caller checked the address
    try:
        with _opener.open(asked, timeout=SECONDS) as answer:
            return Reply(answer.status, answer.read(MOST), dict(answer.headers.items()))
    except HTTPError as answer:
        with answer:
            return Reply(answer.code, answer.read(MOST), dict(answer.headers.items()))
    except (URLError, TimeoutError, OSError, ValueError) as error:
        return Reply(0, fault=f"连不上对方：{type(getattr(error, 'reason', error)).__name__}")


def kept(headers: dict[str, str]) -> dict[str, str]:
    """The headers worth keeping to check a signature again."""
    return {name.lower(): value for name, value in headers.items() if name.lower() in KEPT}
