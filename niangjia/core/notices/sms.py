"""Short messages by gateways that speak HTTP."""

import hashlib
import hmac
import json
import time

from django.conf import settings

from niangjia.core.notices.gateways import Message, NotTaken, Receipt, post_json


class HttpGateway:
    """A gateway that takes signed JSON by POST, at NIANGJIA_SMS_URL with NIANGJIA_SMS_KEY and NIANGJIA_SMS_SECRET.

    The signature is HMAC-SHA-256 over time, key of the message and body; an answer of 2xx with ``{"id": …}`` is a receipt. Gateways
    of the three carriers and of cloud houses differ in names only: derive a class and say them in ``body`` and ``headers``.
    """

    refuses_doubles = True

    def send(self, address: str, message: Message) -> Receipt:
        body = json.dumps(self.body(address, message), ensure_ascii=False).encode()
        try:
            said = post_json(settings.SMS_URL, body, self.headers(body, message.key))
        except NotTaken as fault:
            return Receipt(accepted=False, fault=f"短信网关没有接收：{fault}")
        return Receipt(accepted=True, number=str(said.get("id", "")))

    def body(self, phone: str, message: Message) -> dict[str, str]:
        return {"phone": phone, "text": message.text, "key": message.key, "sign": settings.SMS_SIGN}

    def headers(self, body: bytes, key: str) -> dict[str, str]:
        moment = str(int(time.time()))
        signature = hmac.new(settings.SMS_SECRET.encode(), f"{moment}\n{key}\n".encode() + body, hashlib.sha256).hexdigest()
        return {"X-Key": settings.SMS_KEY, "X-Time": moment, "X-Signature": signature}
