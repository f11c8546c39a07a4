"""Budgets entered by one person and approved by another, and money promised out of them (预算、承诺)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from niangjia.base.calendar import now, today
from niangjia.base.chinese import clean_text
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.ledger.actions.limits import check_free, hold_budget, waiting_of
from niangjia.core.ledger.enums import BudgetState, CommitmentState, Nature
from niangjia.core.ledger.models import Account, Budget, BudgetLine, Commitment, Earmark, Fund
from niangjia.core.ledger.queries.budgets import budget_waiting, use_of_budget, used_of
from niangjia.core.ledger.rules import check_amounts, check_posting_day, check_reason, refuse
from niangjia.core.orgs.actions.codes import take_codes
from niangjia.core.tasks.actions import finish_task, open_task
from niangjia.core.tasks.enums import Kind as TaskKind
from niangjia.core.trail.actions import record

APPROVE = "ledger.approve"


@dataclass(frozen=True)
class Planned:
    """A line of a budget to be entered; amount in yuan."""

    account: Account
    amount: Decimal
    earmark: Earmark | None = None


@transaction.atomic
def enter_budget(fund: Fund, *, year: int, lines: Sequence[Planned], resolution: str, by: Actor, note: str = "") -> Budget:
    """The next version of a year's budget, whole; it waits for a second person. The version before holds until then."""
    require(by, "ledger.manage", fund.org)
    _check_lines(fund, year, lines)
    resolved = clean_text(resolution)[:80]
    if not resolved:
        refuse("预算要写明由哪次会议决定。", "resolution")
    if by.user_id is None:
        refuse("预算要由一个人编制。")
    with elevated("enter_budget: the right over the fund was checked"):
        hold_budget(fund, year)
        if waiting := budget_waiting(fund, year):
            refuse(f"{waiting}还等着审定。先审定或退回，再编新的。")
        last = Budget.objects.filter(fund=fund, year=year).aggregate(last=Max("version"))["last"] or 0
        budget = Budget.objects.create(
            fund=fund, year=year, version=last + 1, resolution=resolved, note=clean_text(note)[:120], entered_by_id=by.user_id, entered_at=now()
        )  # fmt: skip
        BudgetLine.objects.bulk_create(
            BudgetLine(budget=budget, account=one.account, earmark=one.earmark, amount=one.amount) for one in lines
        )
        total = sum((one.amount for one in lines), Decimal(0))
        record("ledger.enter_budget", subject=budget.subject, by=by, org=fund.org_id, year=year, version=budget.version, total=total)
        open_task(
            kind=TaskKind.APPROVE_BUDGET, title=f"{fund.title}{budget}：{total:,.2f} 元", org=fund.org, subject=budget.subject,
            url=reverse("ledger:budget", args=[fund.code]) + f"?year={year}", permission=APPROVE, by=by, not_by=by.user_id,
        )  # fmt: skip
    return budget


def _check_lines(fund: Fund, year: int, lines: Sequence[Planned]) -> None:
    if not fund.is_budgeted:
        refuse("这本账的支出不编预算。")
    if not fund.opened_on.year <= year <= today().year + 1:
        refuse(f"{year}年不在能编预算的年度里。", "year")
    if not lines:
        refuse("一项预算也没有写。")
    cells = {(one.account.pk, one.earmark.pk if one.earmark else None) for one in lines}
    if len(cells) < len(lines):
        refuse("同一个科目、同一个专项写了两次。")
    for one in lines:
        if one.account.nature != Nature.EXPENSE or (one.earmark and one.earmark.fund_id != fund.pk):
            refuse(f"“{one.account.title}”不是支出科目，或者专项不是这本账的。")
        if one.amount:
            check_amounts([one.amount, -one.amount])
        if one.amount < 0:
            refuse(f"“{one.account.title}”的预算不能小于 0。")


@transaction.atomic
def approve_budget(budget: Budget, *, by: Actor) -> Budget:
    """A second person lets the version hold; it may not be below what was spent and promised already."""
    with _waiting(budget, by) as held:
        if by.user_id is None or by.user_id == held.entered_by_id:
            refuse("审定要由编制人以外的人办。")
        _check_covers(held)
        held.approved_by_id, held.approved_at, held.state = by.user_id, now(), BudgetState.APPROVED
        held.save(update_fields=["approved_by", "approved_at", "state"])
        finish_task(kind=TaskKind.APPROVE_BUDGET, subject=held.subject, outcome="审定", by=by)
        record("ledger.approve_budget", subject=held.subject, by=by, org=held.fund.org_id, year=held.year, version=held.version)
    return held


def _check_covers(budget: Budget) -> None:
    for use in use_of_budget(budget.fund, budget.year, budget):
        if use.free < 0:
            refuse(
                f"“{use.title}”已经支出 {use.spent:,.2f} 元、承诺 {use.committed:,.2f} 元，新的预算只有 {use.amount:,.2f} 元，"
                "不能低于已经用掉的。请退回重编。"
            )


@transaction.atomic
def refuse_budget(budget: Budget, *, by: Actor, reason: str) -> Budget:
    """The version does not come to hold; a new one may be entered. Whoever entered it may take it back this way."""
    why = check_reason(reason)
    with _waiting(budget, by) as held:
        held.refused_because, held.state = why, BudgetState.REFUSED
        held.save(update_fields=["refused_because", "state"])
        finish_task(kind=TaskKind.APPROVE_BUDGET, subject=held.subject, outcome="退回", by=by)
        record("ledger.refuse_budget", subject=held.subject, by=by, org=held.fund.org_id, reason=why, version=held.version)
    return held


@contextmanager
def _waiting(budget: Budget, by: Actor) -> Iterator[Budget]:
    with elevated("budgets: the right over the fund is checked first"):
        held = Budget.objects.select_related("fund__org").select_for_update(of=("self",)).get(pk=budget.pk)
        require(by, APPROVE if held.entered_by_id != by.user_id else "ledger.manage", held.fund.org)
        hold_budget(held.fund, held.year)
        if held.state != BudgetState.ENTERED:
            refuse(f"{held}现在是“{held.get_state_display()}”，不能这样办。")
        yield held


@transaction.atomic
def make_commitment(
    fund: Fund, *, account: Account, amount: Decimal, text: str, by: Actor, on: date | None = None, earmark: Earmark | None = None, about: str = "",
) -> Commitment:  # fmt: skip
    """Keep money of the year's budget free for what was signed; refused beyond what is free, with the numbers."""
    require(by, "ledger.post", fund.org)
    on, said = on or today(), clean_text(text)[:120]
    check_amounts([amount, -amount])
    if not fund.is_budgeted:
        refuse("这本账的支出不编预算，不用登记承诺。")
    if account.nature != Nature.EXPENSE or (earmark and earmark.fund_id != fund.pk):
        refuse("承诺要登记在支出科目上，专项要是这本账的。", "account")
    if amount < 0 or not said:
        refuse("写明承诺的金额和事由。", "text")
    check_posting_day(fund.opened_on, fund.closed_on, None, on)
    with elevated("make_commitment: the right over the fund was checked"):
        hold_budget(fund, on.year)
        check_free(fund, on.year, {(account, earmark): amount})
        commitment = Commitment.objects.create(
            code=f"CN-{settings.DIVISION}-{on.year}-{take_codes('promises', on.year):05d}", fund=fund, account=account, earmark=earmark,
            amount=amount, text=said, about=about, on=on, by=by.actor_key, made_at=now(),
        )  # fmt: skip
        record("ledger.commit", subject=commitment.subject, by=by, org=fund.org_id, on=on, code=commitment.code, amount=amount)
    return commitment


@transaction.atomic
def release(commitment: Commitment, *, by: Actor, reason: str, on: date | None = None) -> Commitment:
    """What is left of a commitment is free again; what was spent of it stays."""
    on, why = on or today(), check_reason(reason)
    with elevated("release: the fund decides about the right"):
        held = Commitment.objects.select_related("fund__org").get(pk=commitment.pk)
        require(by, "ledger.post", held.fund.org)
        hold_budget(held.fund, held.on.year)
        held = Commitment.objects.select_related("fund__org").select_for_update(of=("self",)).get(pk=commitment.pk)
        if held.state != CommitmentState.OPEN:
            refuse(f"{held.code} 现在是“{held.get_state_display()}”，没有能释放的。")
        if waiting := waiting_of(held):
            refuse(f"{held.code} 有 {waiting:,.2f} 元在付款批次里，等银行回盘以后再释放。")
        left = held.amount - used_of(held)
        held.state, held.reason, held.released_on = CommitmentState.RELEASED, why, on
        held.save(update_fields=["state", "reason", "released_on"])
        record("ledger.release", subject=held.subject, by=by, org=held.fund.org_id, on=on, reason=why, amount=left)
    return held
