"""What takes messages out of the house: what a gateway must do, the one that sends nothing, and which one serves a channel."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.error import URLError
from urllib.request import Request, urlopen

from django.conf import settings
from django.utils.module_loading import import_string

from niangjia.core.notices.enums import Channel

SECONDS = 10


@dataclass(frozen=True)
class Message:
    """What goes out. ``key`` is the same for every attempt at one message; ``url`` is absolute or empty."""

    key: str
    text: str
    title: str = ""
    url: str = ""

    @property
    def whole(self) -> str:
        """Everything as one text."""
        return "\n".join(filter(None, (self.title, self.text, self.url)))


@dataclass(frozen=True)
class Receipt:
    """What the gateway answered: its own number for the message, or why it took none."""

    accepted: bool
    number: str = ""
    fault: str = ""


class Gateway(Protocol):
    """``refuses_doubles``: whether it knows a key again, so that an attempt broken off may be repeated without sending twice."""

    refuses_doubles: bool

    def send(self, address: str, message: Message) -> Receipt: ...


class OutboxOnly:
    """Sends nothing: the message stays on the outbox page."""

    refuses_doubles = True

    def send(self, address: str, message: Message) -> Receipt:
        return Receipt(accepted=True, number="outbox")


def gateway_of(channel: str) -> Gateway:
    """The gateway that the settings name for a channel."""
    return import_string(settings.NOTICE_GATEWAYS[Channel(channel).value])()


class NotTaken(Exception):
    """The other side took nothing; the text says why without naming anybody."""


def post_json(url: str, body: Mapping[str, Any] | bytes, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The JSON object that the address answers to a POST of JSON. Raises NotTaken where it is away or refuses."""
    sent = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    said = {"Content-Type": "application/json; charset=utf-8"} | dict(headers or {})
    request = Request(url, sent, said, method="POST")  # noqa: S310 - the address comes from the settings
    try:
        with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            found = json.loads(answer.read(65536) or b"{}")
    except (URLError, TimeoutError, ValueError, OSError) as error:
        raise NotTaken(str(getattr(error, "code", "") or type(error).__name__)) from None
    return found if isinstance(found, dict) else {}
