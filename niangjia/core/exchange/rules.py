"""What may be registered, sent and taken in; refusals in Chinese for officers, in both languages for partners."""

import re
from dataclasses import dataclass
from typing import NoReturn
from urllib.parse import urlsplit

from django.conf import settings

from niangjia.base.scope import EVERYTHING
from niangjia.base.signing import read_public_key
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.cases.models import Case
from niangjia.core.cases.queries import flow_of
from niangjia.core.cases.rules import refuse, require_reach
from niangjia.core.exchange.kinds import Incoming
from niangjia.core.exchange.models import Message, Partner
from niangjia.core.exchange.wire import Reason

KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{7,79}")
KEY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{2,59}")
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class NotTaken(Exception):
    """A message is not applied, and why; it stays on record with the reason."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(zh)
        self.reason = Reason(code=code, zh=zh, en=en)


class KeyReused(Exception):
    """The idempotency key belongs to a message with another body."""


@dataclass(frozen=True)
class Standing:
    """Whether a message is applied now (``now``) or kept until the one before it came."""

    now: bool


def acting_as(partner: Partner, permissions: tuple[str, ...] = ()) -> Actor:
    """The actor that a partner is for one message: no account, no post, the permissions of its kind only.

    The scope is open because a sealed case is served too; which case it may touch is decided by `take_in`, not by the scope.
    """
    return Actor(f"partner:{partner.code}", partner.name, "往来单位", permissions=frozenset(permissions), scope=EVERYTHING)


def require_message(by: Actor, message: Message, permission: str) -> None:
    """Raise Refused unless the actor has the permission where the message belongs: its case, else its organisation. Call it elevated."""
    if message.case:
        require_reach(by, message.case, permission)
    else:
        require(by, permission, message.org)


def check_endpoint(url: str) -> None:
    """An address of https; of http only on this machine, where a stand-in partner runs."""
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme == "http" and parts.hostname in LOOPBACK and (settings.DEMO or settings.DEBUG):
        return
    refuse("接口地址要以 https:// 开头。", "endpoint")


def check_key(key_id: str, public: str) -> str:
    """A key's name, and the key itself as it is kept. Raises ValidationError."""
    if not KEY_ID.fullmatch(key_id):
        refuse("密钥名用字母、数字、横线，3 到 60 个字符，例如 court-2023。", "key_id")
    try:
        return read_public_key(public)
    except Exception:
        refuse("看不懂这把公钥：要 Ed25519 公钥，32 字节的 base64，或 PEM。", "public")


def standing_of(kind: Incoming, case: Case) -> Standing:
    """Whether a message of this kind has its turn in the case. Raises NotTaken where it never will."""
    if case.merged_into_id or case.closed_on:
        raise NotTaken("closed", f"案件 {case.code} 已经办结或并案。", f"Case {case.code} is closed.")
    if case.state in kind.states:
        return Standing(now=True)
    if case.state in kind.waits_in:
        return Standing(now=False)
    now = flow_of(case).state(case.state).title
    raise NotTaken(
        "wrong_order", f"案件现在是“{now}”，不能办入“{kind.title}”。", f"The case is in state {case.state}: {kind.kind} has no place there."
    )


def never(code: str, zh: str, en: str) -> NoReturn:
    """Raise NotTaken."""
    raise NotTaken(code, zh, en)
