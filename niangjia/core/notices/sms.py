"""Short messages: what a gateway must do, the demo's that sends nothing, and one for gateways that speak HTTP."""

import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import Protocol
from urllib.error import URLError
from urllib.request import Request, urlopen

from django.conf import settings
from django.utils.module_loading import import_string

SECONDS = 10


@dataclass(frozen=True)
class Receipt:
    """What the gateway answered: its own number for the message, or why it took none."""

    accepted: bool
    number: str = ""
    fault: str = ""


class SmsAdapter(Protocol):
    """A gateway. ``key`` is the same for every attempt at one message, so that a gateway can refuse to send it twice."""

    def send(self, phone: str, text: str, key: str = "") -> Receipt: ...


class OutboxOnly:
    """Sends nothing: the message stays on the outbox page."""

    def send(self, phone: str, text: str, key: str = "") -> Receipt:
        return Receipt(accepted=True, number="outbox")


class HttpGateway:
    """A gateway that takes signed JSON by POST, at NIANGJIA_SMS_URL with NIANGJIA_SMS_KEY and NIANGJIA_SMS_SECRET.

    The signature is HMAC-SHA-256 over time, key of the message and body; an answer of 2xx with ``{"id": …}`` is a receipt. Gateways
    of the three carriers and of cloud houses differ in names only: derive a class and say them in ``body`` and ``headers``.
    """

    def send(self, phone: str, text: str, key: str = "") -> Receipt:
        body = json.dumps(self.body(phone, text, key), ensure_ascii=False).encode()
        request = Request(settings.SMS_URL, body, self.headers(body, key), method="POST")  # noqa: S310 - the address comes from the settings
        try:
            with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
                said = json.loads(answer.read(65536) or b"{}")
        except (URLError, TimeoutError, ValueError, OSError) as error:
            return Receipt(accepted=False, fault=f"短信网关没有接收：{getattr(error, 'code', '') or type(error).__name__}")
        return Receipt(accepted=True, number=str(said.get("id", "")) if isinstance(said, dict) else "")

    def body(self, phone: str, text: str, key: str) -> dict[str, str]:
        return {"phone": phone, "text": text, "key": key, "sign": settings.SMS_SIGN}

    def headers(self, body: bytes, key: str) -> dict[str, str]:
        moment = str(int(time.time()))
        signature = hmac.new(settings.SMS_SECRET.encode(), f"{moment}\n{key}\n".encode() + body, hashlib.sha256).hexdigest()
        return {
            "Content-Type": "application/json; charset=utf-8",
            "X-Key": settings.SMS_KEY,
            "X-Time": moment,
            "X-Signature": signature,
        }


def gateway() -> SmsAdapter:
    """The gateway of the settings."""
    return import_string(settings.SMS_ADAPTER)()
