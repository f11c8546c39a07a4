"""Entered history beside counted rows, values frozen for a report, and summary rows of the biggest table."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

MONTH, YEAR = "m", "y"
"""Sizes of a summary row's period."""


def whole(value: Decimal | int | None) -> Decimal | int | None:
    """A number without the places it does not need."""
    return int(value) if value is not None and value == int(value) else value


class EnteredValue(models.Model):
    """A value known from a document, not from rows (录入历史数 ▲): it counts once a second person has signed it.

    ``period_from`` is null for a state or a rank as of ``period_to``.
    """

    scope_path = "org__lft"
    personal: ClassVar[set[str]] = set()

    code = models.CharField("编号", max_length=30, unique=True)
    figure = models.CharField("指标", max_length=60)
    org = models.ForeignKey("orgs.Organisation", models.PROTECT, related_name="+", verbose_name="组织")
    value = models.DecimalField("数值", max_digits=18, decimal_places=4)
    period_from = models.DateField("期间起", null=True, blank=True)
    period_to = models.DateField("期间止（截至日）")
    document_title = models.CharField("依据文件", max_length=120)
    document_number = models.CharField("文号", max_length=60, blank=True)
    page = models.CharField("页码", max_length=20, blank=True)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="附件")
    entered_by = models.CharField("录入", max_length=60)
    entered_at = models.DateTimeField("录入时间", auto_now_add=True)
    signed_by = models.CharField("签核", max_length=60, blank=True)
    signed_at = models.DateTimeField("签核时间", null=True, blank=True)
    voided_on = models.DateField("作废日期", null=True, blank=True)
    void_reason = models.CharField("作废理由", max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["figure", "org", "period_from", "period_to"],
                condition=Q(voided_on__isnull=True),
                nulls_distinct=False,
                name="figures_enteredvalue_once",
                violation_error_message="这项指标这个组织这段时间已经录入过；要改，请先作废原来的",
            ),
            models.CheckConstraint(
                condition=Q(period_from__isnull=True) | Q(period_from__lte=F("period_to")),
                name="figures_enteredvalue_forward",
                violation_error_message="期间的起不能晚于止",
            ),
            models.CheckConstraint(
                condition=Q(signed_by="") | ~Q(signed_by=F("entered_by")),
                name="figures_enteredvalue_two_persons",
                violation_error_message="录入的人不能自己签核，请另一位同事签核",
            ),
        ]

    @property
    def number(self) -> Decimal | int | None:
        return whole(self.value)

    @property
    def is_signed(self) -> bool:
        return self.signed_at is not None


class ChangeOver(models.Model):
    """From which day a figure is counted from rows (切换日); earlier days are answered by entered values."""

    unscoped_because = "one day a figure, the same for everybody"
    personal: ClassVar[set[str]] = set()

    figure = models.CharField("指标", max_length=60, unique=True)
    counted_from = models.DateField("逐条计数起")
    reason = models.CharField("依据", max_length=200)


class FrozenFigure(models.Model):
    """A figure as it was reported (冻结上报): value, definition, time, and the ids of the rows counted (sorted differences, deflated)."""

    scope_path = "org__lft"
    personal: ClassVar[set[str]] = set()

    code = models.CharField("编号", max_length=30, unique=True)
    figure = models.CharField("指标", max_length=60)
    org = models.ForeignKey("orgs.Organisation", models.PROTECT, related_name="+", verbose_name="组织")
    period_from = models.DateField("期间起", null=True)
    period_to = models.DateField("期间止（截至日）")
    value = models.DecimalField("数值", max_digits=18, decimal_places=4, null=True)
    is_entered = models.BooleanField("录入数", default=False)
    title = models.CharField("名称", max_length=60)
    unit = models.CharField("单位", max_length=10)
    definition = models.TextField("定义")
    version = models.CharField("定义版本", max_length=20)
    purpose = models.CharField("报送", max_length=120)
    ids = models.BinaryField()
    digest = models.BinaryField()
    frozen_by = models.CharField("冻结", max_length=60)
    frozen_at = models.DateTimeField("冻结时间", auto_now_add=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["figure", "-frozen_at"], name="figures_frozenfigure_of")]

    @property
    def number(self) -> Decimal | int | None:
        return whole(self.value)


class MembershipTally(models.Model):
    """Memberships begun less memberships ended, by union and month and again by year (会员变动汇总).

    Appended to by a trigger in the transaction of every write, so that writers never wait for one another; ``actions.compact`` adds
    the rows of one cell together, ``verify`` recounts all. ``at`` is the first day of the month or year, ``last_day`` the latest counted in. Standing and form are named as in Membership, so one condition fits both tables.
    """

    scope_path = "union__lft"
    personal: ClassVar[set[str]] = set()

    union = models.ForeignKey("orgs.Organisation", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    size = models.CharField(max_length=1, choices=[(MONTH, "月"), (YEAR, "年")])
    at = models.DateField()
    last_day = models.DateField()
    standing = models.CharField(max_length=8)
    is_new_form = models.BooleanField()
    change = models.IntegerField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["size", "at"], include=["union", "standing", "is_new_form", "change"], name="figures_tally_cells")
        ]
