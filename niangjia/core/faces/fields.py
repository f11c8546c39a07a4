"""Form fields that take what people really type: spaces, full-width digits, any usual way of writing a date."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from niangjia.base.calendar import chinese_date, parse_date
from niangjia.base.chinese import check_id_number, check_phone, clean_text

CENT = Decimal("0.01")
LARGEST = Decimal("99999999999999.99")


class DayField(forms.CharField):
    """A day, typed in any usual way or picked; cleans to a date or None."""

    kind = "date"

    def prepare_value(self, value: Any) -> Any:
        return chinese_date(value) if isinstance(value, date) else value

    def clean(self, value: Any) -> date | None:
        text = super().clean(value)
        if not text:
            return None
        day = parse_date(text)
        if day is None:
            raise ValidationError(_("看不懂这个日期。写成 2023年12月5日 或 20231205"))
        return day


class MoneyField(forms.CharField):
    """An amount in yuan with at most two decimals, above zero unless ``zero`` is allowed; cleans to a Decimal or None."""

    kind = "money"

    def __init__(self, *, zero: bool = False, **options: Any) -> None:
        self.zero = zero
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return f"{value:,.2f}" if isinstance(value, Decimal) else value

    def clean(self, value: Any) -> Decimal | None:
        text = clean_text(super().clean(value)).replace(",", "").replace(" ", "").removesuffix("元")
        if not text:
            return None
        try:
            amount = Decimal(text)
        except InvalidOperation:
            raise ValidationError(_("金额只写数字，例如 22600.00")) from None
        if not amount.is_finite() or amount > LARGEST:
            raise ValidationError(_("金额太大了，看看是不是多写了几位"))
        if amount != amount.quantize(CENT):
            raise ValidationError(_("金额到分为止，小数点后最多两位"))
        if amount < 0 or (amount == 0 and not self.zero):
            raise ValidationError(_("金额要大于 0"))
        return amount


class ManyFilesInput(forms.ClearableFileInput):
    """A file input in which several may be chosen."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; cleans to a list, empty where none was chosen. ``accept`` is what the picker offers."""

    kind = "files"

    def __init__(self, *, accept: str = "", **options: Any) -> None:
        super().__init__(**options, widget=ManyFilesInput(attrs={"accept": accept} if accept else {}))

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, (list, tuple)) else [data]
        found = [super(FilesField, self).clean(file, initial) for file in files if file]
        if self.required and not found:
            raise ValidationError(_("请选文件"))
        return found


class CheckedField(forms.CharField):
    """A text that ``check`` turns into (value, reason): the reason is shown where there is no value."""

    check: Callable[[str], tuple[str | None, str]]

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        found, reason = type(self).check(text)
        if found is None:
            raise ValidationError(reason)
        return found


def _id_number(text: str) -> tuple[str | None, str]:
    found = check_id_number(text)
    return (found.value, "") if found.valid else (None, found.reason)


def _bank_card(text: str) -> tuple[str | None, str]:
    digits = "".join(clean_text(text).split()).replace("-", "")
    if digits.isascii() and digits.isdigit() and 12 <= len(digits) <= 25:
        return digits, ""
    return None, _("银行卡号是 12 到 25 位数字，看看有没有抄漏")


class IdNumberField(CheckedField):
    """A resident ID number; cleans to 18 characters."""

    kind = "id"
    check = staticmethod(_id_number)


class PhoneField(CheckedField):
    """A mobile number; cleans to 11 digits."""

    kind = "phone"
    check = staticmethod(check_phone)


class BankField(CheckedField):
    """A bank card or account number; cleans to its digits."""

    kind = "bank"
    check = staticmethod(_bank_card)


def show_refusal(form: forms.Form, refusal: ValidationError) -> None:
    """What a verb refused, beside the field it concerns; a refusal about a field that the form does not ask for stands on top."""
    if not hasattr(refusal, "error_dict"):
        form.add_error(None, refusal)
        return
    for field, errors in refusal.error_dict.items():
        form.add_error(field if field in form.fields else None, errors)
