"""What lawyers are paid: reckoned by the rates, approved by a second person and posted as owed, paid by batch (援助补贴)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from niangjia.base.calendar import today
from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM, Actor
from niangjia.core.access.rules import Refused, require
from niangjia.core.cases.models import Case
from niangjia.core.cases.rules import refuse
from niangjia.core.ledger.actions import Line, Payment, make_batch, post
from niangjia.core.ledger.enums import LineState
from niangjia.core.ledger.models import Account, Fund, PaymentBatch, PaymentLine
from niangjia.core.notices.actions import tell
from niangjia.core.notices.enums import Kind as NoticeKind
from niangjia.core.trail.actions import record
from niangjia.work.rights import aiding
from niangjia.work.rights.enums import AidForm, MandateState
from niangjia.work.rights.models import Fee, LegalAid, Mandate

KEY = "aid fee "
"""How the ledger names the debt."""
SPENT, OWED = "502", "225"
"""Accounts of the chart: 维权支出, 其他应付款."""


@dataclass(frozen=True)
class MadeFees:
    """A payment batch of fees, None where nothing can be paid, and the fees of lawyers whose bank account is not known."""

    batch: PaymentBatch | None
    without_account: Sequence[Fee]


@transaction.atomic
def reckon_fees(case: Case, *, by: Actor, on: date) -> list[Fee]:
    """What is due for each stage, by the rates of the day of the decision. Raises ValidationError where a rate is missing."""
    with elevated("reckon_fees: the case may lie outside the actor's subtree"):
        aid, mandate = LegalAid.objects.get(case=case), Mandate.objects.filter(case=case, state=MandateState.ENDED).order_by("-id").first()
        if mandate is None:
            refuse("没有办结的指派，不能核算补贴。")
        made = [_due(mandate, form, aid.decided_on or on, by, on) for form in aid.forms]
        Fee.objects.bulk_create(made)
        record("rights.reckon_fees", subject=case.subject, by=by, org=case.org_id, on=on, sum=_sum(made))
    return made


def _due(mandate: Mandate, form: str, decided_on: date, by: Actor, on: date) -> Fee:
    rate = aiding.rate_for(form, decided_on)
    if rate is None:
        refuse(f"没有{decided_on.year}年“{AidForm(form).label}”的补贴标准，请先录入。")
    month = aiding.due_month(on)
    return Fee(mandate=mandate, form=form, amount=rate.amount, basis=rate.source, fund=rate.fund, month=month, reckoned_by=by.actor_key)


@transaction.atomic
def approve_fees(case: Case, *, by: Actor, on: date) -> Decimal:
    """A second person agrees to what is due, and it is posted as owed about this case; returns the sum. Never the one who reckoned it.

    Where the rate names no fund nothing is posted, and the fee is paid outside these books.
    """
    with elevated("approve_fees: the case may lie outside the actor's subtree"):
        rows = list(
            Fee.objects.select_for_update(of=("self",)).select_related("fund__org").filter(mandate__case=case, approved_on__isnull=True)
        )
        if any(fee.reckoned_by == by.actor_key for fee in rows) and by is not SYSTEM:
            raise Refused("核算和审批要两个人：请另一位有权的同事审批。")
        for fee in rows:
            fee.approved_on, fee.approved_by = on, by.actor_key
            if fee.fund and fee.amount:
                fee.entry = _post_owed(fee, fee.fund, case, on)
        Fee.objects.bulk_update(rows, ["approved_on", "approved_by", "entry"])
        record("rights.approve_fees", subject=case.subject, by=by, org=case.org_id, on=on, sum=_sum(rows))
    return _sum(rows)


def _post_owed(fee: Fee, fund: Fund, case: Case, on: date) -> Any:
    """The approval is what posts it, whoever approves: no right over the books is asked of them."""
    accounts = {account.code: account for account in Account.objects.filter(code__in=(SPENT, OWED))}
    lines = [Line(accounts[SPENT], fee.amount), Line(accounts[OWED], -fee.amount)]
    return post(
        fund, lines=lines, key=f"{KEY}{fee.pk}", text=f"法律援助补贴：{fee.get_form_display()}", by=SYSTEM, on=on, about=case.subject
    )


def owed_fees(fund: Fund, on: date) -> QuerySet[Fee]:
    """Posted, due by this day's month, and in no batch."""
    return Fee.objects.filter(fund=fund, entry__isnull=False, paid_on__isnull=True, paying="", month__lte=on)


@transaction.atomic
def make_fee_payments(fund: Fund, *, by: Actor, on: date | None = None) -> MadeFees:
    """Put what is owed to lawyers from this fund by now into one payment batch."""
    require(by, "ledger.make", fund.org)
    on = on or today()
    with elevated("make_fee_payments: the right over the fund was checked"):
        due = list(owed_fees(fund, on).select_related("mandate__helper", "mandate__case").select_for_update(of=("self",)).order_by("id"))
        payable = [fee for fee in due if fee.mandate.helper.account_number]
        without = [fee for fee in due if not fee.mandate.helper.account_number]
        if not payable:
            return MadeFees(None, without)
        owed = Account.objects.get(code=OWED)
        batch = make_batch(fund, title="法律援助补贴", payments=[_payment(fee, owed) for fee in payable], by=by, on=on)
        Fee.objects.filter(pk__in=[fee.pk for fee in payable]).update(paying=batch.code)
        record("rights.pay_fees", subject=batch.subject, by=by, org=fund.org_id, on=on, fees=len(payable), sum=_sum(payable))
    return MadeFees(batch, without)


def _payment(fee: Fee, owed: Account) -> Payment:
    helper = fee.mandate.helper
    return Payment(
        f"{KEY}{fee.pk}", helper.paid_to, helper.account_number, fee.amount, owed, bank=helper.bank, about=fee.mandate.case.subject
    )


@transaction.atomic
def after_payments(lines: Sequence[PaymentLine], *, by: Actor) -> None:
    """The bank's answer, or the end of a batch, for lines that pay fees: paid ones are paid and told, failed ones may go into another batch."""
    mine = {int(line.key.removeprefix(KEY)): line for line in lines if line.key.startswith(KEY)}
    if not mine:
        return
    require(by, "ledger.make", lines[0].fund.org)
    with elevated("after_payments: the right over the batch was checked"):
        fees = list(Fee.objects.select_for_update(of=("self",)).select_related("mandate__helper__account").filter(pk__in=mine))
        for fee in fees:
            line = mine[fee.pk]
            if line.state == LineState.PAID:
                fee.paid_on = line.paid_on
                _tell(fee, by)
            elif line.state == LineState.FAILED and fee.paying == line.batch.code:
                fee.paying = ""
        Fee.objects.bulk_update(fees, ["paid_on", "paying"])


def _tell(fee: Fee, by: Actor) -> None:
    account = fee.mandate.helper.account
    if account is not None:
        text = f"{fee.month:%Y年%-m月}“{fee.get_form_display()}”的补贴 {fee.amount} 元已经付到 {fee.mandate.helper.paid_to} 的账户。"
        tell(user=account, title="援助补贴到账了", text=text, kind=NoticeKind.MESSAGE, by=by, once=f"aid fee {fee.pk}", url="/desk/lawyer/")


def _sum(fees: Sequence[Fee]) -> Decimal:
    return sum((fee.amount for fee in fees), Decimal(0))
