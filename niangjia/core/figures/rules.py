"""Whether a value may be entered, signed or taken back."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError

from niangjia.base.calendar import chinese_date, today
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import Refused
from niangjia.core.figures.figure import AnyFigure, Change, Label, Share, all_figures
from niangjia.core.figures.models import EnteredValue


def known(code: str) -> AnyFigure:
    """The figure of this code; refuses a code nobody declared."""
    found = {figure.code: figure for figure in all_figures()}.get(code)
    if found is None:
        raise ValidationError({"figure": f"没有“{code}”这项指标。指标代码见“数据与报表”。"})
    return found


def check_entry(figure: AnyFigure, value: Decimal, period_from: date | None, period_to: date) -> None:
    """A computed figure is not entered; a period's figure wants its beginning; nothing lies in the future."""
    if isinstance(figure, Share | Change | Label):
        raise ValidationError({"figure": f"“{figure.title}”由别的指标算出，不用录入。"})
    if value < 0:
        raise ValidationError({"value": "数值不能小于零。"})
    if period_to > today():
        raise ValidationError({"period_to": f"截至日{chinese_date(period_to)}还没到。"})
    if (figure.timing == "period") != (period_from is not None):
        what = "写明期间从哪天起" if period_from is None else "只写截至哪天，不写起"
        raise ValidationError({"period_from": f"“{figure.title}”要{what}。"})


def check_sign(entered: EnteredValue, by: Actor) -> None:
    """A second person signs, once, what is still in force."""
    if entered.voided_on:
        raise ValidationError("这一条已经作废，不能签核。")
    if entered.is_signed:
        raise ValidationError("这一条已经签核过。")
    if entered.entered_by == by.actor_key:
        raise Refused("录入的人不能自己签核，请另一位有录入权限的同事签核。")


def check_void(entered: EnteredValue, reason: str) -> None:
    """Voiding wants a reason and happens once."""
    if entered.voided_on:
        raise ValidationError("这一条已经作废过。")
    if not reason.strip():
        raise ValidationError({"reason": "请写明作废理由。"})
