"""A rule in plain words, sentence by sentence, as somebody who takes part wants to read it."""

from collections.abc import Iterator
from decimal import Decimal

from niangjia.work.mutual_aid.plan.catalogue import IN_SERVICE, RETIRED
from niangjia.work.mutual_aid.plan.rule import CASH, PER_YEAR, Rule

KINDS = {IN_SERVICE: "在职职工", RETIRED: "退休人员"}
SEXES = {1: "男", 2: "女"}


def in_words(rule: Rule) -> list[tuple[str, str]]:
    """(heading, sentence) of everything a rule says, in the order one asks."""
    said = [("谁能参加", _who(rule)), ("交多少", _fee(rule)), ("给多少", "；".join(_grants(rule)) + "。")]
    if limits := list(_limits(rule)):
        said.append(("最多给多少", "；".join(limits) + "。"))
    said.append(("什么时候起作数", _waiting(rule)))
    if rule.unit_share is not None:
        small = f"，{rule.all_below} 人以下的单位全部参加" if rule.all_below else ""
        said.append(("单位参加的比例", f"参加职工医保的人中至少 {_percent(rule.unit_share)} 参加{small}。"))
    return said


def _who(rule: Rule) -> str:
    kinds = "、".join(KINDS.get(kind, kind) for kind in rule.person_types) or "职工"
    sex = f"，限{SEXES[rule.sex]}性" if rule.sex else ""
    ages = f"，{rule.youngest or 0}—{rule.oldest} 岁" if rule.oldest else f"，满 {rule.youngest} 岁" if rule.youngest else ""
    return f"{kinds}{sex}{ages}。"


def _fee(rule: Rule) -> str:
    years = "一年" if rule.years == 1 else f"{rule.years} 年"
    shares = "每人一份" if rule.shares == 1 else f"每人最多 {rule.shares} 份"
    return f"每份 {_yuan(rule.fee)}，管{years}，{shares}。"


def _grants(rule: Rule) -> Iterator[str]:
    lower = Decimal(0)
    for band in rule.bands:
        reach = (
            f"{_yuan(lower)}以上"
            if band.up_to is None
            else f"{_yuan(band.up_to)}以内"
            if not lower
            else f"{_yuan(lower)}到{_yuan(band.up_to)}"
        )
        first = f"（第一次参加或中断过的 {_percent(band.first_rate)}）" if band.first_rate is not None else ""
        yield f"住院自己负担的部分，{reach}的补 {_percent(band.rate)}{first}"
        lower = band.up_to or lower
    if rule.bands:
        basis = "一个保障年度合起来算" if rule.band_basis == PER_YEAR else "每次住院单独算"
        paid = "自己付的现金" if rule.cap_basis == CASH else "自己付的现金和个人账户"
        yield f"档次{basis}，自己负担的不超过那次住院{paid}"
    if rule.first_stay:
        yield f"一年里第一次住院付了起付线的，另补 {_yuan(rule.first_stay)}"
    if rule.daily:
        free = f"，头 {rule.daily.free_days} 天不计" if rule.daily.free_days else ""
        yield f"住院每天补 {_yuan(rule.daily.amount)}{free}"
    if rule.lump:
        yield f"确诊{'、'.join(rule.lump.diseases)}的，每份一次给 {_yuan(rule.lump.amount)}"


def _limits(rule: Rule) -> Iterator[str]:
    if rule.cap_stay is not None:
        yield f"一次住院最多 {_yuan(rule.cap_stay)}"
    if rule.cap_year is not None:
        yield f"一个保障年度最多 {_yuan(rule.cap_year)}"
    if rule.daily and rule.daily.most_days is not None:
        yield f"一年最多计 {rule.daily.most_days} 天"


def _waiting(rule: Rule) -> str:
    waits = rule.waiting
    usual = f"从生效日起等 {waits.days} 天" if waits.days else "窗口期内参加的，从保障期第一天起"
    late = f"；窗口期过了才参加、以前没有连续参加的，等 {waits.late_first} 天" if waits.late_first else ""
    return f"{usual}{late}。"


def _yuan(amount: Decimal) -> str:
    text = f"{amount:,.2f}".removesuffix(".00")
    return f"{text} 元"


def _percent(rate: Decimal) -> str:
    text = f"{rate * 100:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + "%"
