"""What the ledger refuses before the database does, in words."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NoReturn

from django.core.exceptions import ValidationError

from niangjia.base.calendar import chinese_date, today

CENT = Decimal("0.01")
LARGEST = Decimal("99999999999999.99")
SHORTEST_REASON = 4


def refuse(text: str, field: str | None = None) -> NoReturn:
    """Raise a refusal that a form shows beside ``field``, or on top."""
    raise ValidationError({field: text} if field else text)


def check_amounts(amounts: Sequence[Decimal]) -> None:
    """At least two legs, each of whole fen and not nothing, together nothing."""
    if len(amounts) < 2:
        refuse("一张凭证至少要有一借一贷。")
    for amount in amounts:
        if not amount.is_finite() or not amount or amount != amount.quantize(CENT) or abs(amount) > LARGEST:
            refuse(f"分录金额“{amount}”不对：要到分为止，不能是 0。")
    total = sum(amounts, Decimal(0))
    if total:
        refuse(f"借贷不平，差 {abs(total)} 元。")


def check_posting_day(opened_on: date, closed_on: date | None, closed_up_to: date | None, on: date) -> None:
    """Not in the future, not outside the life of the fund, not in a closed period."""
    if on > today():
        refuse(f"{chinese_date(on)}还没有到，不能记账。", "on")
    if on < opened_on or (closed_on and on > closed_on):
        refuse(f"{chinese_date(on)}不在这本账的期间里。", "on")
    if closed_up_to and on <= closed_up_to:
        refuse(
            f"账已结到{chinese_date(closed_up_to)}，不能再记{chinese_date(on)}的账。请记在结账以后的日子，摘要写明原来是哪天的事。", "on"
        )


def check_reason(reason: str) -> str:
    """A reason somebody can understand later."""
    text = reason.strip()
    if len(text) < SHORTEST_REASON:
        refuse(f"请写明理由，至少{SHORTEST_REASON}个字。", "reason")
    return text[:120]
