"""A sum once for a named illness: whether a policy grants it, how much, and every step in words (一次性给付)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from niangjia.base.calendar import chinese_date
from niangjia.work.mutual_aid.plan.rule import Rule

NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Illness:
    """What is claimed under one policy: when it covers from and to, its shares, the illness and its day, and what it was granted for before."""

    covers_from: date
    covers_to: date
    shares: int
    name: str
    diagnosed_on: date
    granted_for: Collection[str] = ()


@dataclass(frozen=True)
class Granted:
    """What came of it: yuan, why nothing where it is nothing, and the steps. The illness itself is in none of these sentences."""

    amount: Decimal
    refusal: str
    steps: list[str]


def granted(rule: Rule, said: Illness) -> Granted:
    """What the plan grants for an illness; the amount is the sum of a share times the shares held. ValueError where the plan grants no such sums."""
    if rule.lump is None:
        raise ValueError(f"{rule.code} grants no sums for illnesses")
    steps, refusal = [f"{rule.title}。"], _refusal(rule, said)
    steps.append(f"保障从{chinese_date(said.covers_from)}到{chinese_date(said.covers_to)}，确诊在{chinese_date(said.diagnosed_on)}。")
    if refusal:
        return Granted(NOTHING, refusal, [*steps, refusal])
    amount = (rule.lump.amount * said.shares).quantize(Decimal("0.01"))
    steps += ["所报病种在计划的名单里，以前没有给过。", f"每份 {rule.lump.amount:,.2f} 元 × {said.shares} 份：{amount:,.2f} 元。"]
    return Granted(amount, "", steps)


def _refusal(rule: Rule, said: Illness) -> str:
    assert rule.lump is not None
    if said.name not in rule.lump.diseases:
        return "所报病种不在计划的名单里。"
    if said.diagnosed_on < said.covers_from:
        return f"确诊那天还在等待期里：{chinese_date(said.covers_from)}起才作数。"
    if said.diagnosed_on > said.covers_to:
        return "确诊那天保障已经届满。"
    if rule.lump.once_per == "policy" and said.granted_for:
        return "这份保障已经给付过一次，给付一次就结束。"
    if said.name in said.granted_for:
        return "这个病种已经给付过。"
    return ""
