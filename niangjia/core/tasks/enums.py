"""Kinds of to-dos."""

from django.db import models
from django.utils.translation import gettext_noop as _


class Kind(models.TextChoices):
    """What has to be done (待办种类)."""

    APPROVE_BATCH = "imports.approve", "批准导入"
    MEND_BATCH = "imports.mend", "导入没有完成"
    AGREE_TERM = "cases.agree_term", "审定改期限"
    UNRECEIVED = "rights.unreceived", "联合办理没有签收"
    MEETING_FOLLOW = "rights.follow_up", "联席会议定下的后续"
    CHECK_PAYMENTS = "ledger.check", "复核付款批次"
    APPROVE_PAYMENTS = "ledger.approve", "批准付款批次"
    APPROVE_BUDGET = "ledger.approve_budget", "审定预算"
    MEND_PAYMENTS = "ledger.mend", "有款没付出去"
    CORRECT_PERSON = "people.correct", "本人请求更正资料"


CORRECTED, NOT_CORRECTED, PERSON_GONE = _("你说的资料改好了"), _("你说的资料没有改"), _("档案已注销或并入另一份")
"""How a report of wrong data ended; the first two are told to the person in these words."""
