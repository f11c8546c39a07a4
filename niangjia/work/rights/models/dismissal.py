"""An employer tells the union before it ends a contract, and the union answers (劳动合同法第四十三条)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from niangjia.base.sealing import unseal
from niangjia.work.rights.enums import DismissGround, Handled, UnionSays

DISMISSED, STATED, OPINION = "rights_dismissal.worker", "rights_dismissal.stated", "rights_dismissal.opinion"
"""Associated data of the sealed columns."""


class Dismissal(models.Model):
    """The line's facts of an employer's notice (解除通知): whom, why, when, what the union said and what the employer did."""

    scope_path = "case__scope"
    behind = "case"
    personal: ClassVar[set[str]] = {"worker_sealed", "stated_sealed", "opinion_sealed"}
    sealed_as: ClassVar[dict[str, str]] = {"worker_sealed": DISMISSED, "stated_sealed": STATED, "opinion_sealed": OPINION}

    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="dismissal")
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="职工")
    worker_sealed = models.BinaryField("没有登记的职工姓名", null=True, blank=True)
    ground = models.CharField("解除理由", max_length=5, choices=DismissGround.choices)
    stated_sealed = models.BinaryField("单位怎么说", null=True, blank=True)
    planned_on = models.DateField("拟解除日期")
    headcount = models.PositiveIntegerField("涉及人数", default=1)
    heard_worker = models.BooleanField("听过本人意见", null=True, blank=True)
    says = models.CharField("工会意见", max_length=8, choices=UnionSays.choices, blank=True)
    breaks = models.CharField("违反哪一条", max_length=200, blank=True)
    opinion_sealed = models.BinaryField("意见全文", null=True, blank=True)
    answered_on = models.DateField("答复日期", null=True, blank=True)
    handled = models.CharField("单位处理结果", max_length=10, choices=Handled.choices, blank=True)
    handled_on = models.DateField("书面告知工会之日", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(worker_sealed__isnull=False),
                name="rights_dismissal_somebody",
                violation_error_message="请写明是哪位职工",
            ),
            models.CheckConstraint(
                condition=~Q(says__in=["object", "correct"]) | ~Q(breaks=""),
                name="rights_dismissal_objection_has_law",
                violation_error_message="有异议、要求纠正的，写明违反哪一条",
            ),
            models.CheckConstraint(
                condition=Q(handled_on__isnull=True) | Q(handled_on__gte=F("answered_on")), name="rights_dismissal_handled_after_answer"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["answered_on"], name="rights_dismissal_answered"),
            models.Index(fields=["person"], name="rights_dismissal_person"),
        ]

    @property
    def worker(self) -> str:
        """The name to show."""
        return self.person.name if self.person else unseal(bytes(self.worker_sealed or b""), DISMISSED)

    @property
    def stated(self) -> str:
        return unseal(bytes(self.stated_sealed), STATED) if self.stated_sealed else ""

    @property
    def opinion(self) -> str:
        return unseal(bytes(self.opinion_sealed), OPINION) if self.opinion_sealed else ""
