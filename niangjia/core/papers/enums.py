"""Code tables of papers."""

from django.db import models


class PileState(models.TextChoices):
    """How far a pile is."""

    READING = "reading", "正在识别"
    DONE = "done", "已归档"
    FAILED = "failed", "没有读完"


class PageState(models.TextChoices):
    """What became of a page."""

    WAITING = "waiting", "等着识别"
    KNOWN = "known", "认出来了"
    FILED = "filed", "已归档"
    AGAIN = "again", "以前归过"
    UNKNOWN = "unknown", "没有码"
    FOREIGN = "foreign", "不归这个岗位"
    DROPPED = "dropped", "不要了"
