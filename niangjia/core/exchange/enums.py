"""Code tables of the exchange with partner bodies."""

from django.db import models


class Transport(models.TextChoices):
    """How messages travel (往来方式). All three have the same standing."""

    API = "api", "接口"
    FILE = "file", "文件"
    PAPER = "paper", "公函"


class Direction(models.TextChoices):
    """Which way a message goes (方向)."""

    OUT = "out", "发出"
    IN = "in", "收到"


class State(models.TextChoices):
    """How a message stands: the first five of those we send, the others of those we receive (状态)."""

    QUEUED = "queued", "待发"
    SENT = "sent", "已发，等回执"
    ACKNOWLEDGED = "acked", "对方已收"
    REJECTED = "rejected", "对方不收"
    DEAD = "dead", "停发"
    PARKED = "parked", "等前一件"
    APPLIED = "applied", "已办入"
    REFUSED = "refused", "未办入"


OUTGOING = (State.QUEUED, State.SENT, State.ACKNOWLEDGED, State.REJECTED, State.DEAD)
INCOMING = (State.PARKED, State.APPLIED, State.REFUSED)
TO_LOOK_AT = (State.DEAD, State.REJECTED, State.REFUSED, State.PARKED)
"""States that want an officer: it did not arrive, was not taken, or waits for something."""


class Way(models.TextChoices):
    """What was tried with a message (一次往来)."""

    SEND = "send", "发送"
    RECEIVE = "receive", "接收"
    APPLY = "apply", "办入"
    RESEND = "resend", "重新排队"
    STOP = "stop", "停发"
    POST = "post", "寄出"
    RECEIPT = "receipt", "登记回执"
