"""For each argument of this app's addresses a function (world) -> value."""

from datetime import date
from decimal import Decimal
from typing import Any

from niangjia.core.access.actor import SYSTEM
from niangjia.core.law import actions
from niangjia.core.law.enums import RateKind
from tests.house import word


def notice(world: Any) -> str:
    days = [actions.Arranged(date(2027, 2, 5), False, "春节")]
    return actions.enter_notice(year=2027, title="放假通知", issued_on=date(2026, 11, 4), days=days, by=SYSTEM).code


def rate(world: Any) -> str:
    facts = {"kind": RateKind.MINIMUM_WAGE, "area": "浙江省", "valid_from": date(2021, 8, 1), "amount": Decimal(2280), "source": "通知"}
    return actions.enter_rate(**facts, by=SYSTEM).code


IDS = {"code": word("mediation.end"), "void_notice:code": notice, "void_rate:code": rate}
