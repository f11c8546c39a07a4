"""A settlement record in the national field names, read, checked for its identities, and told apart by its codes (医保结算记录)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

TOLERANCE = Decimal("0.01")
MONEY = (
    "medfee_sumamt", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt", "act_pay_dedc", "hifp_pay",
    "pool_prop_selfpay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "maf_pay", "hosp_part_amt", "oth_pay", "fund_pay_sumamt",
    "psn_part_amt", "acct_pay", "psn_cash_pay", "acct_mulaid_pay",
)  # fmt: skip
"""Columns of money (and one share) that are kept; sex, nation, age and the account's balance are dropped on receipt."""
INPATIENT = frozenset({"21", "22", "23", "24", "25", "26", "28", "52"})
OUTPATIENT = frozenset({"11", "12", "13", "14", "15", "27", "41", "51", "81"})
EMPLOYEE = "310"
"""The employees' basic insurance (insutype)."""
INSURANCES = frozenset({"310", "320", "330", "340", "390", "510"})
"""Kinds of insurance that are known; any other is parked as well."""
PERSONS = frozenset({"1101", "1201"})
"""Kinds of persons that are known: in service, retired. Any other is reckoned all the same, by the plan that covers the day."""


class BadRecord(ValueError):
    """A record that cannot be read; the reason in Chinese and English, naming the field."""


@dataclass(frozen=True)
class Record:
    """One settlement or its reversal. ``key`` names it; ``amounts`` are yuan by national name, only those that were there."""

    setl_id: str
    fixmedins_code: str
    mdtrt_id: str
    certno: str
    med_type: str
    insutype: str
    psn_type: str
    on: date
    days: int
    amounts: Mapping[str, Decimal]
    is_reversal: bool
    is_valid: bool
    orig_setl_id: str

    @property
    def key(self) -> tuple[str, str]:
        return self.fixmedins_code, self.setl_id

    def breaches(self) -> list[str]:
        """Identities that do not hold within a fen; those whose parts are missing are not looked at."""
        return [words for words, whole, parts in IDENTITIES if self._breaks(whole, parts)]

    def _breaks(self, whole: str, parts: tuple[str, ...]) -> bool:
        known = self.amounts
        if whole not in known or any(part not in known for part in parts if part not in OPTIONAL):
            return False
        return abs(known[whole] - sum((known.get(part, Decimal(0)) for part in parts), Decimal(0))) > TOLERANCE


OPTIONAL = ("hosp_part_amt", "acct_mulaid_pay")
IDENTITIES = (
    ("总费用不等于基金支付、个人负担、医院负担之和", "medfee_sumamt", ("fund_pay_sumamt", "psn_part_amt", "hosp_part_amt")),
    ("个人负担不等于账户支付、现金支付之和", "psn_part_amt", ("acct_pay", "psn_cash_pay", "acct_mulaid_pay")),
    ("总费用不等于自费、超限价、先行自付、政策范围内之和", "medfee_sumamt", ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")),
)  # fmt: skip


def record_of(said: Mapping[str, Any]) -> Record:
    """The record of a document in national names. Raises BadRecord where a needed field is missing or no number, no day."""
    for name in ("setl_id", "certno", "setl_time"):
        if not str(said.get(name) or "").strip():
            raise BadRecord(f"结算记录缺少 {name} missing field {name}")
    return Record(
        setl_id=_text(said, "setl_id"), fixmedins_code=_text(said, "fixmedins_code"), mdtrt_id=_text(said, "mdtrt_id"),
        certno=_text(said, "certno").upper(), med_type=_text(said, "med_type"), insutype=_text(said, "insutype"), psn_type=_text(said, "psn_type"),
        on=_day(said, "setl_time"), days=_days(said), amounts={name: _money(said, name) for name in MONEY if said.get(name) not in (None, "")},
        is_reversal=_text(said, "refd_setl_flag") == "1", is_valid=_text(said, "vali_flag") in ("", "1"), orig_setl_id=_text(said, "orig_setl_id"),
    )  # fmt: skip


def _text(said: Mapping[str, Any], name: str) -> str:
    return str(said.get(name) if said.get(name) is not None else "").strip()


def _money(said: Mapping[str, Any], name: str) -> Decimal:
    try:
        amount = Decimal(str(said[name]))
    except InvalidOperation:
        raise BadRecord(f"{name} 不是数字 is not a number: {said[name]}") from None
    if not amount.is_finite() or abs(amount) >= Decimal(10) ** 14:
        raise BadRecord(f"{name} 不是数字 is not a number: {said[name]}")
    return abs(amount) if _text(said, "refd_setl_flag") == "1" else amount


def _day(said: Mapping[str, Any], name: str) -> date:
    text = _text(said, name).replace("/", "-")
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        raise BadRecord(f"{name} 不是日期 is not a day: {text}") from None


def _days(said: Mapping[str, Any]) -> int:
    """Days in hospital: from admission to discharge, one where both are the same day, none where they are not said."""
    if not _text(said, "begntime") or not _text(said, "endtime"):
        return 0
    return max(1, (_day(said, "endtime") - _day(said, "begntime")).days)
