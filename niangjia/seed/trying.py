"""Two simulations in the demo district: a higher rate, and a lower one with a lower fee."""

from dataclasses import replace
from decimal import Decimal

from niangjia.base.scope import elevated
from niangjia.seed.paying import actor
from niangjia.work.mutual_aid import actions, queries
from niangjia.work.mutual_aid.plan.rule import Rule

PLAN = "P1-2023"
GROWTH = {"enrolments": Decimal(3), "costs": Decimal(5)}


def tell() -> int:
    """Run them once. Returns how many were run."""
    with elevated("seed: simulations of the demo district"):
        plan = queries.plan_by(PLAN)
        if plan is None or queries.simulations().exists():
            return 0
        rule = plan.declared
        asked = {
            "第一段提到 85%": _first_band(rule, Decimal("0.85")),
            "第一段降到 70%，收费 50 元": replace(_first_band(rule, Decimal("0.7")), fee=Decimal(50)),
        }
        runs = [
            actions.simulate(plan, rule=changed, assumed=GROWTH, title=title, by=actor("fuwu"), queue=False)
            for title, changed in asked.items()
        ]
    for run in runs:
        actions.work_on(code=run.code)
    return len(runs)


def _first_band(rule: Rule, rate: Decimal) -> Rule:
    first, *others = rule.bands
    return replace(rule, bands=(replace(first, rate=rate), *others))
