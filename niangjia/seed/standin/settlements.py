"""Made-up settlements of the health insurance stand-in: stays whose sums agree, as the national platform answers them, in messages that fit."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

KIND = "mutual_aid.settlements"
AT_ONCE = 100
"""Settlements in one message, so that it stays below the largest body."""
HOSPITALS = (("H33021290001", "鄞州演示第一医院"), ("H33021290002", "鄞州演示中医院"))
SHARE, DEDUCTIBLE, OWN, FIRST = Decimal("0.85"), Decimal(600), Decimal(300), Decimal(200)


def messages(persons: Sequence[str], *, first: int, on: date, take_back: Sequence[dict[str, str]] = ()) -> Iterator[dict[str, Any]]:
    """Facts of messages: a stay for each identity number, and the revocation of each earlier settlement (its hospital and number)."""
    items = [_stay(number, first + place, on) for place, number in enumerate(persons)] + [_revoked(one) for one in take_back]
    for place in range(0, len(items), AT_ONCE):
        part = items[place : place + AT_ONCE]
        yield {"control": _control(part), "settlements": part}


def _stay(certno: str, number: int, on: date) -> dict[str, Any]:
    dice = Random(number)  # noqa: S311 (made-up sums)
    (code, name), days = dice.choice(HOSPITALS), dice.randint(2, 14)
    pooled = Decimal(dice.randint(20, 300) * 100)
    fund, total = pooled * SHARE, pooled + DEDUCTIBLE + OWN + FIRST
    sums = {
        "medfee_sumamt": total, "fulamt_ownpay_amt": OWN, "preselfpay_amt": FIRST, "inscp_scp_amt": pooled + DEDUCTIBLE, "act_pay_dedc": DEDUCTIBLE,
        "hifp_pay": fund, "fund_pay_sumamt": fund, "psn_part_amt": total - fund, "acct_pay": Decimal(0), "psn_cash_pay": total - fund,
    }  # fmt: skip
    info = {
        "setl_id": f"YB{on:%Y%m%d}{number:06d}", "mdtrt_id": f"JZ{on:%Y%m%d}{number:06d}", "certno": certno, "insutype": "310", "psn_type": "1101",
        "med_type": "21", "setl_time": f"{on} 10:20:00", "pool_prop_selfpay": str(SHARE), "vali_flag": "1",
    }  # fmt: skip
    return {
        "infno": "2304", "fixmedins_code": code, "fixmedins_name": name, "begntime": str(on - timedelta(days)), "endtime": str(on),
        "setlinfo": info | {word: f"{amount:.2f}" for word, amount in sums.items()},
        "setldetail": [{"fund_pay_type": "310100", "fund_payamt": f"{fund:.2f}"}],
    }  # fmt: skip


def _revoked(one: dict[str, str]) -> dict[str, Any]:
    return {"infno": "2305", "fixmedins_code": one["fixmedins_code"], "setlinfo": {"setl_id": one["setl_id"]}}


def _control(items: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Control totals over every item."""
    found = {"medfee": "medfee_sumamt", "fund": "fund_pay_sumamt", "cash": "psn_cash_pay"}
    sums = {name: sum((Decimal(one["setlinfo"].get(field, "0")) for one in items), Decimal(0)) for name, field in found.items()}
    return {"count": len(items)} | {name: f"{amount:.2f}" for name, amount in sums.items()}
