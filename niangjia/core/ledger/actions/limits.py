"""What an expense may use: the budget of its year, or what a commitment keeps for it. Checked before the database does, in words."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, NoReturn

from django.db import connection

from niangjia.base.locks import hold
from niangjia.core.ledger.enums import CommitmentState, LineState, Nature
from niangjia.core.ledger.models import Account, Commitment, Earmark, Entry, Fund, PaymentLine
from niangjia.core.ledger.queries.balances import NOTHING
from niangjia.core.ledger.queries.budgets import Use, budget_lines_of, use_of_budget, used_of
from niangjia.core.ledger.rules import refuse

if TYPE_CHECKING:
    from niangjia.core.ledger.actions.posting import Posting

PAYS = "pay "
"""How the key of an entry begins that pays a line of a batch; the line's id follows."""
Cell = tuple[Account, Earmark | None]


def hold_budget(fund: Fund, year: int) -> None:
    """Nobody else spends, promises or changes this fund's budget of the year until the transaction ends."""
    hold(f"ledger.budget {fund.pk} {year}")


def check_within(fund: Fund, postings: Sequence["Posting"], on: date) -> None:
    """Raise ValidationError where the postings that are new would spend more than the budget or their commitments leave."""
    spending = [one for one in postings if one.commitment or any(line.account.nature == Nature.EXPENSE for line in one.lines)]
    if not spending or not (fund.is_budgeted or any(one.commitment for one in spending)):
        return
    hold_budget(fund, on.year)
    known = set(Entry.objects.filter(fund=fund, key__in=[one.key for one in spending]).values_list("key", flat=True))
    fresh = [one for one in spending if one.key not in known]
    _check_named([one for one in fresh if one.commitment], fund, on)
    wanted: dict[Cell, Decimal] = defaultdict(lambda: NOTHING)
    for line in (line for one in fresh if not one.commitment for line in one.lines if line.account.nature == Nature.EXPENSE):
        wanted[line.account, line.earmark] += line.amount
    check_free(fund, on.year, wanted)


def check_free(fund: Fund, year: int, wanted: Mapping[Cell, Decimal]) -> None:
    """Raise ValidationError with the numbers where a budget line has less left than is wanted, in yuan; call it with the budget held."""
    cells = {(account.pk, earmark.pk if earmark else None): amount for (account, earmark), amount in wanted.items() if fund.is_budgeted}
    if not any(amount > 0 for amount in cells.values()):
        return
    lines = budget_lines_of(fund, year, cells)
    uses = {use.line: use for use in use_of_budget(fund, year) if use.line}
    sums: dict[int | None, Decimal] = defaultdict(lambda: NOTHING)
    for cell, amount in cells.items():
        sums[lines[cell]] += amount
    for account, earmark in wanted:
        line = lines[account.pk, earmark.pk if earmark else None]
        if line is None and wanted[account, earmark] > 0:
            refuse(f"“{account.title}”没有{year}年的预算，不能支出。请先编预算，经会议决定、第二个人审定。")
        if line is not None and sums[line] > 0 and sums[line] > uses[line].free:
            _refuse_beyond(uses[line], year, sums[line])


def _refuse_beyond(use: Use, year: int, wanted: Decimal) -> NoReturn:
    refuse(
        f"超出预算：“{use.title}”{year}年预算 {use.amount:,.2f} 元，已支出 {use.spent:,.2f} 元，已承诺 {use.committed:,.2f} 元，"
        f"还可用 {use.free:,.2f} 元；这里要 {wanted:,.2f} 元，超出 {wanted - use.free:,.2f} 元。要先调整预算。",
        "amount",
    )


def _check_named(postings: Sequence["Posting"], fund: Fund, on: date) -> None:
    """Each posting fits its commitment: fund, year, account and earmark; all together take no more than is left of it."""
    taken: dict[Commitment, Decimal] = defaultdict(lambda: NOTHING)
    for posting in postings:
        commitment = posting.commitment
        assert commitment is not None
        if commitment.fund_id != fund.pk or commitment.on.year != on.year:
            refuse(f"{commitment.code} 占的是别的账、别的年度的预算，不能用在这里。跨年没用完的先释放，再在新年度登记。", "commitment")
        for line in posting.lines:
            if line.account.nature == Nature.EXPENSE:
                if line.account.pk != commitment.account_id or (line.earmark.pk if line.earmark else None) != commitment.earmark_id:
                    refuse(f"{commitment.code} 是给“{commitment.account.title}”承诺的，科目和专项要和它一样。", "commitment")
                taken[commitment] += line.amount
    keys = {posting.key for posting in postings}
    for commitment, amount in taken.items():
        check_commitment(commitment, amount, paying=keys)


def check_commitment(commitment: Commitment, amount: Decimal, *, paying: Collection[str] = ()) -> None:
    """Raise ValidationError unless so much is left of a commitment, payments under way set aside; ``paying`` are entries' keys that pay them."""
    now = Commitment.objects.select_for_update().get(pk=commitment.pk)
    if now.state != CommitmentState.OPEN:
        refuse(f"{now.code} 现在是“{now.get_state_display()}”，不能再用。", "commitment")
    left = now.amount - used_of(now) - waiting_of(now, paying)
    if amount > left:
        refuse(f"{now.code} 承诺 {now.amount:,.2f} 元，还剩 {left:,.2f} 元，这里要 {amount:,.2f} 元。多出来的要另外登记承诺。", "amount")


def waiting_of(commitment: Commitment, paying: Collection[str] = ()) -> Decimal:
    """What payments under way will take of a commitment, but those that ``paying`` names."""
    lines = PaymentLine.objects.filter(commitment=commitment, state=LineState.WAITING).values_list("pk", "amount")
    return sum((amount for pk, amount in lines if f"{PAYS}{pk}" not in paying), NOTHING)


def renew_commitments(commitments: Collection[int]) -> None:
    """What is used up is spent, what was taken back in red is open again; what was released stays so."""
    if commitments:
        with connection.cursor() as cursor:
            cursor.execute(_RENEW, {"ids": list(commitments)})


_RENEW = f"""UPDATE ledger_commitment AS one SET state = said.state FROM (
    SELECT id, CASE WHEN ledger_commitment_used(id) >= amount THEN '{CommitmentState.SPENT}' ELSE '{CommitmentState.OPEN}' END AS state
    FROM ledger_commitment WHERE id = ANY(%(ids)s) AND state <> '{CommitmentState.RELEASED}'
) AS said WHERE said.id = one.id AND said.state <> one.state"""
