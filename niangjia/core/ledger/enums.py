"""Code tables of the ledger."""

from django.db import models


class Source(models.TextChoices):
    """Where the money of a fund comes from (资金来源)."""

    FEES = "fees", "工会经费"
    MUTUAL_AID = "mutual_aid", "医疗互助资金"
    AID = "aid", "帮扶资金"
    GRANT = "grant", "财政补助"
    DONATION = "donation", "捐赠"
    HELD = "held", "代管资金"


class Nature(models.TextChoices):
    """What an account of the chart is (科目类别)."""

    ASSET = "asset", "资产"
    LIABILITY = "liability", "负债"
    NET = "net", "净资产"
    INCOME = "income", "收入"
    EXPENSE = "expense", "支出"


DEBIT_NATURES = (Nature.ASSET, Nature.EXPENSE)
"""Accounts whose balance stands on the debit side (借方)."""


class BatchState(models.TextChoices):
    """How far a payment batch has come (付款批次状态)."""

    DRAFT = "draft", "编制中"
    FROZEN = "frozen", "待复核"
    CHECKED = "checked", "待批准"
    APPROVED = "approved", "待出银行文件"
    SENT = "sent", "已送银行"
    SETTLED = "settled", "已回盘"
    DROPPED = "dropped", "已作废"


class LineState(models.TextChoices):
    """How a line of a payment batch stands."""

    WAITING = "waiting", "待付"
    PAID = "paid", "已付"
    FAILED = "failed", "没付出去"


class BudgetState(models.TextChoices):
    """How a version of a budget stands."""

    ENTERED = "entered", "待审定"
    APPROVED = "approved", "已审定"
    REFUSED = "refused", "已退回"


class CommitmentState(models.TextChoices):
    """How money promised stands."""

    OPEN = "open", "已签未付"
    SPENT = "spent", "已用完"
    RELEASED = "released", "已释放"


class Matched(models.TextChoices):
    """How lines of the bank and legs of the books were found to be the same money."""

    BATCH = "batch", "按付款批次"
    SINGLE = "single", "按金额和日期"
    HAND = "hand", "手工"
