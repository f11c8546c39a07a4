"""Kinds of to-dos."""

from django.db import models


class Kind(models.TextChoices):
    """What has to be done (待办种类)."""

    APPROVE_BATCH = "imports.approve", "批准导入"
    MEND_BATCH = "imports.mend", "导入没有完成"
    CORRECT_PERSON = "people.correct", "本人请求更正资料"
