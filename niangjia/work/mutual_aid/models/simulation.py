"""What another rule would have granted for a plan's real settlements, and the next year's fund: saved runs."""

from typing import Any, ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from niangjia.work.mutual_aid.enums import SimulationState


class Simulation(models.Model):
    """One run of the simulator (试算). ``rule`` is the changed rule, ``assumed`` the growth in percent that the next year is told with.

    ``result`` holds sums alone, groups of fewer than five persons already left out: nothing of single persons is ever kept here.
    """

    scope_path = "org__lft"
    personal: ClassVar[set[str]] = set()

    code = models.CharField("试算编号", max_length=30, unique=True)
    plan = models.ForeignKey("mutual_aid.Plan", models.PROTECT, related_name="simulations")
    org = models.ForeignKey("orgs.Organisation", models.PROTECT, related_name="+", verbose_name="哪家工会算的")
    title = models.CharField("名称", max_length=40)
    rule = models.JSONField("改后的规则", encoder=DjangoJSONEncoder)
    assumed = models.JSONField("假定", encoder=DjangoJSONEncoder)
    state = models.CharField("状态", max_length=8, choices=SimulationState.choices, default=SimulationState.QUEUED)
    done = models.PositiveSmallIntegerField("算完几步", default=0)
    total = models.PositiveSmallIntegerField("共几步", default=0)
    message = models.CharField("说明", max_length=200, blank=True)
    result = models.JSONField("结果", encoder=DjangoJSONEncoder, null=True)
    seconds = models.DecimalField("用时（秒）", max_digits=8, decimal_places=2, null=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="谁算的")
    made_at = models.DateTimeField("什么时候")

    @property
    def subject(self) -> str:
        """How the trail names this record."""
        return f"simulation:{self.pk}"

    @property
    def told(self) -> dict[str, Any]:
        """The result; empty before there is one."""
        return self.result or {}

    @property
    def is_running(self) -> bool:
        return self.state in (SimulationState.QUEUED, SimulationState.RUNNING)
