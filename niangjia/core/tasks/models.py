"""One to-do table for the whole house: approvals, failures, deadlines write to it."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from niangjia.core.tasks.enums import Kind


class Task(models.Model):
    """Something that waits for somebody (待办): whoever holds ``permission`` over ``org``, or one named account."""

    scope_path = "org__lft"
    personal: ClassVar[set[str]] = set()

    kind = models.CharField("种类", max_length=30, choices=Kind.choices)
    title = models.CharField("事项", max_length=120)
    org = models.ForeignKey("orgs.Organisation", models.PROTECT, related_name="+", verbose_name="组织")
    subject = models.CharField("对象", max_length=60)
    url = models.CharField("办理页面", max_length=200)
    details = models.JSONField("细节", default=dict, blank=True)
    permission = models.CharField("谁能办", max_length=40)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="指定办理人"
    )
    not_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="回避")
    due_on = models.DateField("期限", null=True, blank=True)
    opened_at = models.DateTimeField("提出时间", auto_now_add=True)
    opened_by = models.CharField("提出人", max_length=60)
    done_on = models.DateField("办结日期", null=True, blank=True)
    outcome = models.CharField("结果", max_length=60, blank=True)
    done_by = models.CharField("办结人", max_length=60, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "subject"],
                condition=models.Q(done_on__isnull=True),
                name="tasks_task_one_open",
                violation_error_message="这件事已经有一条未办的待办",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["org", "due_on"], name="tasks_task_open", condition=models.Q(done_on__isnull=True))]

    def __str__(self) -> str:
        return self.title
