"""What a rule would grant for a few made-up stays of one person, one after another in a policy year (例子试算)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from niangjia.work.mutual_aid.plan.rule import BURDEN, Rule, told

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Sample:
    """One made-up stay: costs within the scheme, its deductible, what the pooled fund paid, cash and account of the person in yuan; days."""

    inscp_scp_amt: Decimal
    act_pay_dedc: Decimal
    hifp_pay: Decimal
    psn_cash_pay: Decimal
    acct_pay: Decimal = NOTHING
    days: int = 0

    def facts(self) -> dict[str, Decimal]:
        names = ("inscp_scp_amt", "act_pay_dedc", "hifp_pay", "psn_cash_pay", "acct_pay")
        return {name: getattr(self, name) for name in names} | {"days": Decimal(self.days)}


@dataclass(frozen=True)
class Granted:
    """What one stay comes to, in yuan, and the sentences that say how."""

    benefit: Decimal
    steps: list[str]


def year_of(rule: Rule, samples: Sequence[Sample], *, is_first: bool = False) -> list[Granted]:
    """Each stay in its order; ``is_first``: the person's first year, or the first after a break."""
    used = granted = days = NOTHING
    had_first, made = False, []
    for sample in samples:
        before = {"used": used, "granted": granted, "days_used": days, "had_first": Decimal(had_first), "is_first": Decimal(is_first)}
        facts = sample.facts() | before
        known = rule.reckon(facts)
        made.append(Granted(known["benefit"], told(rule, facts)))
        used, granted, days = used + known.get(BURDEN, NOTHING), granted + known["benefit"], days + sample.days
        had_first = had_first or known.get("first_stay", NOTHING) > 0
    return made


SAMPLES = (
    Sample(Decimal(8000), Decimal(600), Decimal(6290), Decimal(1710), days=6),
    Sample(Decimal(30000), Decimal(600), Decimal(24990), Decimal(5010), days=14),
    Sample(Decimal(90000), Decimal(600), Decimal(75990), Decimal(14010), days=32),
)
"""A light, a middling and a heavy stay to begin with; made up, each can be changed."""
