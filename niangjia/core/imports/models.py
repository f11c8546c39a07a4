"""A batch is one file on its way into the register; its rows are staged with identity numbers and phones already sealed."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from niangjia.core.imports.enums import Decision, State


class Batch(models.Model):
    """One file handed in for import (导入批次), from receipt to undo."""

    scope_path = "org__lft"
    personal: ClassVar[set[str]] = set()

    code = models.CharField("批次编号", max_length=40, unique=True)
    sheet = models.CharField("表", max_length=30)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+", verbose_name="文件")
    org = models.ForeignKey("orgs.Organisation", models.PROTECT, related_name="+", verbose_name="组织")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.RECEIVED)
    message = models.TextField("说明", blank=True)

    rows = models.PositiveIntegerField("行数", default=0)
    new = models.PositiveIntegerField("新增", default=0)
    same = models.PositiveIntegerField("相同", default=0)
    changed = models.PositiveIntegerField("变更", default=0)
    duplicates = models.PositiveIntegerField("重复", default=0)
    refused = models.PositiveIntegerField("退回", default=0)
    done = models.PositiveIntegerField("已处理行", default=0)
    total = models.PositiveIntegerField("要处理行", default=0)
    left_alone = models.PositiveIntegerField("撤销时保留", default=0)

    worksheets = models.JSONField("各张表的表头与取舍", default=list)
    mapping = models.JSONField("人工指定的列", default=dict)
    answers = models.JSONField("人工认定的工会", default=dict)
    doubts = models.JSONField("找不到的工会", default=list)

    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="提交人")
    grant = models.ForeignKey("access.Grant", models.PROTECT, null=True, related_name="+", verbose_name="提交岗位")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="批准人")
    received_at = models.DateTimeField("收到时间", auto_now_add=True)
    progress_at = models.DateTimeField("最近进展", null=True)
    checked_at = models.DateTimeField("检查完成", null=True)
    approved_at = models.DateTimeField("批准时间", null=True)
    applied_at = models.DateTimeField("应用完成", null=True)
    applied_on = models.DateField("业务日", null=True)
    undo_until = models.DateField("可撤销至", null=True)
    undone_at = models.DateTimeField("撤销完成", null=True)
    forgotten_on = models.DateField("暂存内容删除日", null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["org", "-received_at"], name="imports_batch_org"),
            models.Index(fields=["sheet", "file"], name="imports_batch_file"),
        ]

    def __str__(self) -> str:
        return self.code


class BatchRow(models.Model):
    """One row of a file, cleaned: what it says, what is to be done with it, and why.

    ``facts`` are the target's columns by name; sealed and indexed values are text as PostgreSQL writes bytea (``\\x…``). ``changes``
    is ``{column: [before, after]}``. Facts and changes are forgotten when the undo window has passed.
    """

    scope_path = "batch__org__lft"
    personal: ClassVar[set[str]] = {"key", "facts", "changes"}

    pk = models.CompositePrimaryKey("batch_id", "number")
    batch = models.ForeignKey(Batch, models.CASCADE, related_name="staged", db_index=False)
    number = models.PositiveIntegerField("序号")
    worksheet = models.PositiveSmallIntegerField("第几张表")
    row = models.PositiveIntegerField("行")
    decision = models.PositiveSmallIntegerField("处置", choices=Decision.choices)
    target = models.BigIntegerField("登记里的对象", null=True)
    key = models.BinaryField("证件索引", null=True)
    facts = models.JSONField("内容", null=True)
    changes = models.JSONField("变更", null=True)
    problems = models.JSONField("问题", null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["batch", "decision", "number"],
                name="imports_batchrow_to_look_at",
                condition=models.Q(decision__in=[Decision.CHANGED, Decision.DOUBLE, Decision.REFUSED]),
            ),
        ]
