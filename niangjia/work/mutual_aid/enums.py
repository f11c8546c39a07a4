"""Code tables of mutual aid."""

from django.db import models
from django.utils.translation import gettext_noop as _


class Mode(models.TextChoices):
    """How a plan pays (给付方式)."""

    ONE_STOP = "one_stop", "出院时一站式结算"
    AFTERWARDS = "afterwards", "医保结算后自动给付"
    CLAIM = "claim", "本人申请"


class Via(models.TextChoices):
    """How somebody was enrolled (参保途径)."""

    UNIT = "unit", "单位参保"
    PHONE = "phone", "本人手机参保"
    COMMUNITY = "community", "社区办理"
    HISTORY = "history", "历年导入"


class EnrolmentState(models.TextChoices):
    """How an enrolment stands (参保状态)."""

    ENTERED = "entered", _("已录入，待缴费")
    EFFECTIVE = "effective", _("已生效")
    REFUNDED = "refunded", _("已退费")
    DROPPED = "dropped", _("已撤回")


class BillState(models.TextChoices):
    """How a unit's bill stands (账单状态)."""

    OPEN = "open", "待缴"
    PAID = "paid", "已缴"
    CANCELLED = "cancelled", "已作废"


class SettlementState(models.TextChoices):
    """How a settlement stands (结算状态)."""

    RECEIVED = "received", _("已收到")
    UNMATCHED = "unmatched", _("对不上人")
    PARKED = "parked", _("代码不认识，挂起")
    OUT_OF_SCOPE = "out_of_scope", _("不在范围")
    NOT_COVERED = "not_covered", _("不在保障期")
    REVIEW = "manual_review", _("人工核对")
    HELD = "held", _("等本人同意")
    APPROVED = "auto_approved", _("已核定")
    REFUSED = "refused", _("核定不付")
    PAID = "paid", _("已付")
    ELSEWHERE = "paid_elsewhere", _("已由一站式结算付")
    CANCELLED = "cancelled", _("已冲正")
    CLAWBACK = "clawback_open", _("待收回")
    OFFSET = "offset_next", _("已从重新结算抵回")
    REPAID = "repaid", _("已退回")
    WRITTEN_OFF = "written_off", _("已核销")


COUNTED = (SettlementState.APPROVED, SettlementState.REVIEW, SettlementState.HELD, SettlementState.PAID, SettlementState.ELSEWHERE)
"""States in which a settlement fills bands, caps and the first stay's sum of its policy year."""


class Sort(models.TextChoices):
    """What is claimed by hand (申请什么)."""

    STAY = "stay", _("住院")
    LUMP = "lump", _("重病、女职工安康")


class Kinship(models.TextChoices):
    """What somebody who claims for another is to them (代办人与本人的关系)."""

    SPOUSE = "spouse", _("夫妻")
    PARENT = "parent", _("父母")
    CHILD = "child", _("子女")
    SIBLING = "sibling", _("兄弟姐妹")
    OTHER = "other", _("其他亲属")


class AppealReason(models.TextChoices):
    """Why somebody objects (申诉理由)."""

    COVERED = "covered", _("我参加了，说我没参加")
    IN_SCOPE = "in_scope", _("这次住院该算进去")
    AMOUNT = "amount", _("金额算得不对")
    MINE = "mine", _("这笔是我的，没对上")
    NOT_OWED = "not_owed", _("这笔钱我不该退")
    OTHER = "other", _("别的")


class Forwarded(models.TextChoices):
    """Whom an appeal was handed on to (转给谁)."""

    POOL = "pool", "资金池所在的工会"
    INSURANCE = "insurance", "医保经办机构"


class LookKind(models.TextChoices):
    """Why a second person looks (为什么复核)."""

    ABOVE = "above", "金额大"
    LUMP = "lump", "一次性给付"
    SAMPLE = "sample", "抽查"


class LookState(models.TextChoices):
    """What a second look came to (复核结果)."""

    OPEN = "open", "待复核"
    PASSED = "passed", "同意付"
    STOPPED = "stopped", "先不付"
