"""Code tables of notices."""

from django.db import models


class Kind(models.TextChoices):
    """What a notice is about (消息种类)."""

    SIGN_IN_CODE = "sign_in_code", "登录验证码"
    LOOK = "look", "资料被查看"
    MEMBERSHIP = "membership", "会籍"
    MESSAGE = "message", "通知"
    CASE = "case", "办事进展"
    DEADLINE = "deadline", "期限提醒"


class Channel(models.TextChoices):
    """How it reaches its receiver."""

    APP = "app", "平台内"
    SMS = "sms", "短信"
    EMAIL = "email", "邮件"
    WECHAT = "wechat", "微信"
    DINGTALK = "dingtalk", "钉钉"


class State(models.TextChoices):
    """How far it has come. Of a message that was being handed over when the machine stopped nobody knows whether it left."""

    QUEUED = "queued", "等待发送"
    SENDING = "sending", "正在发送"
    SENT = "sent", "已发出"
    FAILED = "failed", "没发出去"
    UNSURE = "unsure", "可能已发出"


REFUSABLE = (Kind.MEMBERSHIP, Kind.MESSAGE, Kind.CASE, Kind.DEADLINE)
"""Kinds that a receiver may choose not to get outside the platform (the box in the platform always has them)."""
