"""Messages in WeChat and DingTalk, by the documented interfaces of an official account and of an organisation's own app."""

import time
from typing import Any, ClassVar

from django.conf import settings

from niangjia.core.notices.gateways import Message, NotTaken, Receipt, post_json

SHORTEST = 300
"""Seconds before its end after which an access token is fetched anew."""
WECHAT_THING = 20
"""Characters that a field of the kind «thing» of a WeChat template takes."""


class Tokens:
    """Access tokens of this process, by application."""

    kept: ClassVar[dict[str, tuple[str, float]]] = {}

    @classmethod
    def of(cls, application: str, url: str, body: dict[str, Any], name: str) -> str:
        """The token in force, fetched where there is none. Raises NotTaken."""
        token, until = cls.kept.get(application, ("", 0.0))
        if time.monotonic() < until:
            return token
        said = post_json(url, body)
        token = str(said.get(name, ""))
        if not token:
            raise NotTaken(f"{said.get('errcode', said.get('code', ''))}")
        seconds = int(said.get("expires_in", said.get("expireIn", 7200)))
        cls.kept[application] = (token, time.monotonic() + seconds - SHORTEST)
        return token

    @classmethod
    def forget(cls, application: str) -> None:
        cls.kept.pop(application, None)


class WeChat:
    """A template message of the federation's official account (微信模板消息); the address is the reader's openid there.

    Settings: NIANGJIA_WECHAT_ID, NIANGJIA_WECHAT_SECRET, NIANGJIA_WECHAT_TEMPLATE, and the template's two fields for title and text.
    """

    refuses_doubles = False

    def send(self, address: str, message: Message) -> Receipt:
        base, application = settings.WECHAT_URL, settings.WECHAT_ID
        asked = {"grant_type": "client_credential", "appid": application, "secret": settings.WECHAT_SECRET}
        title, text = settings.WECHAT_FIELDS
        body = {
            "touser": address, "template_id": settings.WECHAT_TEMPLATE, "url": message.url, "client_msg_id": message.key,
            "data": {title: {"value": message.title[:WECHAT_THING]}, text: {"value": message.text[:WECHAT_THING]}},
        }  # fmt: skip
        try:
            token = Tokens.of(f"wechat {application}", f"{base}/cgi-bin/stable_token", asked, "access_token")
            said = post_json(f"{base}/cgi-bin/message/template/send?access_token={token}", body)
        except NotTaken as fault:
            return Receipt(accepted=False, fault=f"微信没有接收：{fault}")
        return _receipt(said, "微信", "msgid", f"wechat {application}")


class DingTalk:
    """A work notice of the organisation's own app (钉钉工作通知); the address is the reader's user id there.

    Settings: NIANGJIA_DINGTALK_ID, NIANGJIA_DINGTALK_SECRET, NIANGJIA_DINGTALK_AGENT.
    """

    refuses_doubles = False

    def send(self, address: str, message: Message) -> Receipt:
        application = settings.DINGTALK_ID
        asked = {"appKey": application, "appSecret": settings.DINGTALK_SECRET}
        body = {
            "agent_id": settings.DINGTALK_AGENT, "userid_list": address,
            "msg": {"msgtype": "text", "text": {"content": f"{message.whole}\n〔{message.key}〕"}},
        }  # fmt: skip
        try:
            token = Tokens.of(f"dingtalk {application}", f"{settings.DINGTALK_URL}/v1.0/oauth2/accessToken", asked, "accessToken")
            said = post_json(f"{settings.DINGTALK_OLD_URL}/topapi/message/corpconversation/asyncsend_v2?access_token={token}", body)
        except NotTaken as fault:
            return Receipt(accepted=False, fault=f"钉钉没有接收：{fault}")
        return _receipt(said, "钉钉", "task_id", f"dingtalk {application}")


def _receipt(said: dict[str, Any], who: str, number: str, application: str) -> Receipt:
    """Both answer 200 also where they refuse: an errcode that is not 0. A refused token is not used again."""
    if said.get("errcode", 0) == 0:
        return Receipt(accepted=True, number=str(said.get(number, "")))
    Tokens.forget(application)
    return Receipt(accepted=False, fault=f"{who}没有接收：{said['errcode']}")
