"""States of a batch and decisions about its rows."""

from django.db import models


class State(models.TextChoices):
    """Where a batch is (批次状态)."""

    RECEIVED = "received", "已收到"
    CHECKING = "checking", "检查中"
    CHECKED = "checked", "待应用"
    WAITING = "waiting", "待批准"
    APPLYING = "applying", "应用中"
    APPLIED = "applied", "已应用"
    UNDOING = "undoing", "撤销中"
    UNDONE = "undone", "已撤销"
    REFUSED = "refused", "没有收下"
    RETURNED = "returned", "已退回"
    FAILED = "failed", "没有完成"


RUNNING = (State.RECEIVED, State.CHECKING, State.APPLYING, State.UNDOING)
"""States in which a job works on the batch; one of these for long without progress is a stalled job."""


class Decision(models.IntegerChoices):
    """What is to be done with a row (处置)."""

    NEW = 1, "新增"
    SAME = 2, "相同"
    CHANGED = 3, "变更"
    DOUBLE = 4, "重复"
    REFUSED = 5, "退回"
