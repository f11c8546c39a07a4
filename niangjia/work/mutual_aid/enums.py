"""Code tables of mutual aid."""

from django.db import models
from django.utils.translation import gettext_noop as _


class Mode(models.TextChoices):
    """How a plan pays (给付方式)."""

    ONE_STOP = "one_stop", "出院时一站式结算"
    AFTERWARDS = "afterwards", "医保结算后自动给付"
    CLAIM = "claim", "本人申请"


class PlanState(models.TextChoices):
    """How a plan, or another version of its rule, stands (计划状态)."""

    DRAFT = "draft", "草稿"
    PUBLISHED = "published", "已发布"


class SimulationState(models.TextChoices):
    """How a simulation stands (试算状态)."""

    QUEUED = "queued", "排队"
    RUNNING = "running", "正在算"
    DONE = "done", "算好了"
    STOPPED = "stopped", "已停下"
    FAILED = "failed", "没有算成"


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


class CodeField(models.TextChoices):
    """Items of a settlement that are codes (代码项)."""

    MED = "med_type", "医疗类别"
    INSURANCE = "insutype", "险种类型"
    PERSON = "psn_type", "人员类别"


class DifferenceKind(models.TextChoices):
    """Where a day differs from what the bureau says (日对账差异)."""

    TOTAL = "total", "合计不同"
    ONLY_THERE = "only_there", "只有医保有"
    ONLY_HERE = "only_here", "只有我方有"
    DIFFERENT = "different", "金额不同"


class DayDecision(models.TextChoices):
    """What a person decides about such a difference."""

    GO_ON = "go_on", "查明无误，照付"
    HOLD = "hold", "先不付，等医保更正"


class ClearingState(models.TextChoices):
    """How far a month's clearing is (清算单状态)."""

    DRAFT = "draft", "收清单"
    DIFFERENCES = "differences", "核对差异"
    AGREED = "agreed", "双方一致"
    TRANSFERRED = "transferred", "已划款"


class LineKind(models.TextChoices):
    """How a line of a clearing stands against our own rule (清算差异)."""

    UNCHECKED = "unchecked", "未核对"
    SAME = "same", "一致"
    OTHER = "other", "金额不同"
    UNKNOWN = "unknown", "对不上人"
    NOT_COVERED = "not_covered", "不在保障"
    PARKED = "parked", "代码不认识"
    REVIEW = "review", "要人工核对"
    DOUBLE = "double", "已由本级付过"
    REVERSED = "reversed", "医保已冲正"
    UNREAD = "unread", "这一行没收下"


class LineDecision(models.TextChoices):
    """What a person decides about a difference of a clearing."""

    ACCEPT = "accept", "认可医保的数"
    CORRECT = "correct", "医保下月更正"
    CLAWBACK = "clawback", "认可，向本人收回"


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
