"""Local rates of the demo district: what is generally known of Zhejiang's minimum wage, marked as not yet checked."""

from datetime import date
from decimal import Decimal

from niangjia.core.access.actor import SYSTEM
from niangjia.core.law import actions
from niangjia.core.law.enums import RateKind

KNOWN = "浙江省人民政府调整最低月工资标准的通知；据一般了解录入，文号和原文待核"
MINIMUM_WAGES = {
    date(2021, 8, 1): (2280, 2070, 1840),
    date(2024, 1, 1): (2490, 2260, 2010),
}
TIERS = ("第一档", "第二档", "第三档")


def enter_rates() -> None:
    """The minimum wage by tier; average wages are left for the district to enter from their notices."""
    for valid_from, amounts in MINIMUM_WAGES.items():
        for tier, amount in zip(TIERS, amounts, strict=True):
            actions.enter_rate(
                kind=RateKind.MINIMUM_WAGE, area="浙江省", tier=tier, valid_from=valid_from, amount=Decimal(amount), source=KNOWN, by=SYSTEM
            )
