"""Code tables of notices."""

from django.db import models


class Kind(models.TextChoices):
    """What a notice is about (消息种类)."""

    SIGN_IN_CODE = "sign_in_code", "登录验证码"
    LOOK = "look", "资料被查看"
    MEMBERSHIP = "membership", "会籍"
    MESSAGE = "message", "通知"


class Channel(models.TextChoices):
    """How it reaches the person."""

    APP = "app", "平台内"
    SMS = "sms", "短信"


class State(models.TextChoices):
    """How far it has come."""

    QUEUED = "queued", "等待发送"
    SENT = "sent", "已发出"
    FAILED = "failed", "没发出去"
