"""Severance, notice pay, compensation for unlawful termination, double wage: one worksheet (经济补偿、代通知金、赔偿金、二倍工资)."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from niangjia.base.calendar import add_months, chinese_date, today
from niangjia.base.money import round_fen
from niangjia.core.law.statutes.laws import LABOUR_CONTRACT_FROM
from niangjia.core.law.workdays import BUILT_IN, Calendar
from niangjia.work.rights.calculator import sources as by
from niangjia.work.rights.calculator.double_wage import double_wage
from niangjia.work.rights.calculator.reasons import REASONS, Effect, Reason
from niangjia.work.rights.calculator.service import CODE_YEARS, months_of_pay, service
from niangjia.work.rights.calculator.sheet import BadFacts, Document, Worksheet, number, plain, to_day, yuan

AT_ENTRY, NEVER = "at_entry", "never"
ZERO = Decimal(0)
TIMES_AVERAGE = 3
MOST_PRIOR_YEARS = 60
FIRST_YEAR, LAST_YEAR = 1949, 2100


@dataclass(frozen=True)
class Facts:
    """What is known of one ending. ``contract_signed``: "at_entry", "never", a day, or None where not known."""

    reason: str
    entry_date: date
    last_day_worked: date
    merged_prior_years: Decimal = ZERO
    wages_last_12_months: tuple[Decimal, ...] = ()
    last_month_wage: Decimal | None = None
    city_average_month: Decimal | None = None
    minimum_wage: Decimal | None = None
    contract_signed: str | date | None = None
    double_wage_month_wages: tuple[Decimal, ...] = ()

    def __post_init__(self) -> None:
        if self.last_day_worked < self.entry_date:
            raise BadFacts("最后工作日早于入职日 (the last day worked is before the entry date)")
        if self.entry_date.year < FIRST_YEAR or self.last_day_worked.year > LAST_YEAR:
            raise BadFacts(f"日子要在 {FIRST_YEAR} 和 {LAST_YEAR} 年之间 (a day is out of range)")
        if self.last_day_worked < by.RULES_FROM:
            raise BadFacts("2008-09-18 劳动合同法实施条例施行以前的没有收录 (endings before that day are not known here)")

    @property
    def is_part_time(self) -> bool:
        return self.reason == "part_time_ended"


@dataclass(frozen=True)
class Result:
    """What may be claimed, in yuan; None: due, but a fact is missing. ``months`` is N."""

    facts: Facts
    months: Decimal
    base: Decimal | None
    severance: Decimal | None
    pay_in_lieu: Decimal | None
    unlawful: Decimal | None
    double_wage: Decimal | None
    sheet: Worksheet

    @property
    def total(self) -> Decimal:
        """The sum of what could be reckoned."""
        return sum((amount or ZERO for amount in (self.severance, self.pay_in_lieu, self.unlawful, self.double_wage)), ZERO)

    @property
    def after_order(self) -> tuple[Decimal, Decimal] | None:
        """The extra, from and to, where an order to pay severance stays unmet (劳动合同法第八十五条)."""
        return (round_fen(self.severance / 2), self.severance) if self.severance else None

    def as_json(self) -> dict[str, Any]:
        """What `niangjia calc severance --json` prints."""
        names = ("months", "base", "severance", "pay_in_lieu", "unlawful", "double_wage", "total")
        extra = self.after_order
        return {
            **{name: number(getattr(self, name)) for name in names},
            "reason": self.facts.reason,
            "title": REASONS[self.facts.reason].title,
            "after_order": {"from": number(extra[0]), "to": number(extra[1])} if extra else None,
            **self.sheet.as_json(),
        }


def reckon(facts: Facts, calendar: Calendar = BUILT_IN) -> Result:
    """The worksheet of one ending, by the law of its day."""
    sheet, reason = Worksheet(), REASONS[facts.reason]
    sheet.say(f"{reason.title}：{reason.why}", *reason.sources)
    if facts.reason == "art38_employer_fault" and facts.last_day_worked >= by.WAIVER_VOID.valid_from:
        sheet.say("书面放弃社保的约定无效，不影响经济补偿", by.WAIVER_VOID)
    months, base = ZERO, _average(facts)
    if reason.effect not in (Effect.NOTHING, Effect.EMPLOYED):
        months = _months(sheet, facts, reason)
        base, months = _base(sheet, facts, base, months)
    severance, unlawful = _products(sheet, reason, base, months)
    result = Result(
        facts, months, base, severance, _in_lieu(sheet, facts, reason), unlawful, _double(sheet, facts, calendar), sheet
    )  # fmt: skip
    _close(sheet, result)
    return result


def _average(facts: Facts) -> Decimal | None:
    """The average of the months given, rounded to the fen."""
    wages = facts.wages_last_12_months
    return round_fen(sum(wages, ZERO) / len(wages)) if wages else None


def _months(sheet: Worksheet, facts: Facts, reason: Reason) -> Decimal:
    """N before the cap: severance counts service since 2008-01-01, unlawful termination since the first day."""
    entry, prior = facts.entry_date, facts.merged_prior_years
    began = add_months(entry, -int(prior * 12))
    if reason.effect is not Effect.UNLAWFUL and began < LABOUR_CONTRACT_FROM:
        entry = max(entry, LABOUR_CONTRACT_FROM)
        prior = min(prior, _years_since_2008(entry))
        sheet.say("经济补偿的年限从 2008年1月1日劳动合同法施行之日起计算", by.SINCE_2008)
        sheet.miss("2008 年以前的年限按当时的规定办，这里没有收录，没有算")
    served = service(entry, facts.last_day_worked)
    months = months_of_pay(served, prior)
    merged = f"，合并原单位 {plain(prior)} 年" if prior else ""
    sheet.say(
        f"工作年限 {chinese_date(entry)}至{chinese_date(facts.last_day_worked)}，{served.words}{merged}：每满一年一个月，"
        f"六个月以上不满一年算一个月，不满六个月算半个月，N ＝ {plain(months)} 个月",
        by.MONTHS,
        *((by.INSTEAD,) if reason.effect is Effect.UNLAWFUL else ()),
    )
    if facts.merged_prior_years:
        sheet.say("合并年限的前提：不是本人原因被安排过来，并且原单位没有付过经济补偿", by.MERGED)
    return months


def _years_since_2008(entry: date) -> Decimal:
    """Whole months between the law's first day and ``entry``, in years."""
    if entry <= LABOUR_CONTRACT_FROM:
        return ZERO
    return Decimal(service(LABOUR_CONTRACT_FROM, entry - timedelta(days=1)).months) / 12


def _base(sheet: Worksheet, facts: Facts, average: Decimal | None, months: Decimal) -> tuple[Decimal | None, Decimal]:
    """The wage base under floor and cap, and the months under the cap."""
    if average is None:
        sheet.miss("最近 12 个月的工资没有给，算不出月工资基数")
        return None, months
    given, wanted = len(facts.wages_last_12_months), _months_worked(facts)
    sheet.say(f"月工资基数：最近 {given} 个月应得工资平均 {yuan(average)}（含奖金、津贴、补贴，税前）", by.BASE, by.FLOOR)
    if given < wanted:
        sheet.miss(f"应有最近 {wanted} 个月的工资，只给了 {given} 个月，按给的平均")
    if facts.minimum_wage is None:
        sheet.miss("当地最低工资没有给，没有核对下限")
    elif average < facts.minimum_wage:
        sheet.say(f"低于当地最低工资，按最低工资 {yuan(facts.minimum_wage)}", by.FLOOR)
        return facts.minimum_wage, months
    if facts.city_average_month is None:
        sheet.miss("本市上年度职工月平均工资没有给，没有核对三倍封顶")
        return average, months
    cap = round_fen(facts.city_average_month * TIMES_AVERAGE)
    if average <= cap:
        sheet.say(f"没有超过本市月平均工资的三倍 {yuan(cap)}，不封顶", by.CAP)
        return average, months
    capped = min(months, Decimal(CODE_YEARS))
    sheet.say(f"超过本市月平均工资的三倍，按三倍 {yuan(cap)}；年限最高 12 年，按 {plain(capped)} 个月", by.CAP)
    return cap, capped


def _months_worked(facts: Facts) -> int:
    """How many months' wages the average wants: twelve, or those actually worked."""
    served = service(facts.entry_date, facts.last_day_worked)
    return 12 if facts.merged_prior_years else min(12, served.months + (1 if not served.months else 0))


def _products(sheet: Worksheet, reason: Reason, base: Decimal | None, months: Decimal) -> tuple[Decimal | None, Decimal | None]:
    """Severance and, in its place, the compensation for unlawful termination."""
    if reason.effect in (Effect.NOTHING, Effect.EMPLOYED):
        return ZERO, ZERO
    if base is None:
        return (ZERO, None) if reason.effect is Effect.UNLAWFUL else (None, ZERO)
    severance = round_fen(base * months)
    if reason.effect is Effect.UNLAWFUL:
        sheet.say(
            f"赔偿金 2N ＝ {yuan(base)} × {plain(months)} × 2 ＝ {yuan(severance * 2)}，付了赔偿金不再付经济补偿", by.UNLAWFUL, by.INSTEAD
        )
        return ZERO, severance * 2
    sheet.say(f"经济补偿 N ＝ {yuan(base)} × {plain(months)} ＝ {yuan(severance)}", by.MONTHS)
    sheet.say("劳动行政部门责令限期支付，逾期不付的，加付应付金额的 50% 至 100%", by.AFTER_ORDER)
    return severance, ZERO


def _in_lieu(sheet: Worksheet, facts: Facts, reason: Reason) -> Decimal | None:
    if reason.effect is not Effect.SEVERANCE_AND_PAY:
        return ZERO
    if facts.last_month_wage is None:
        sheet.miss("上一个月的工资没有给，代通知金没有算")
        return None
    amount = round_fen(facts.last_month_wage)
    sheet.say(f"代通知金：按上一个月的工资标准 {yuan(amount)}", by.IN_LIEU)
    return amount


def _double(sheet: Worksheet, facts: Facts, calendar: Calendar) -> Decimal | None:
    signed = facts.contract_signed
    if facts.is_part_time:
        sheet.say("非全日制用工可以订立口头协议，没有二倍工资", by.contract(69, 1))
        return ZERO
    if signed == AT_ENTRY:
        return ZERO
    if signed is None:
        sheet.miss("书面劳动合同什么时候订立没有说，二倍工资没有算")
        return None
    return double_wage(
        sheet,
        entry=facts.entry_date,
        last_day=facts.last_day_worked,
        signed=signed if isinstance(signed, date) else None,
        wages=facts.double_wage_month_wages,
        calendar=calendar,
    )


def _close(sheet: Worksheet, result: Result) -> None:
    names = {"经济补偿": result.severance, "代通知金": result.pay_in_lieu, "赔偿金": result.unlawful, "二倍工资": result.double_wage}
    said = " ＋ ".join(f"{name} {yuan(amount)}" for name, amount in names.items() if amount)
    missing = "、".join(name for name, amount in names.items() if amount is None)
    sheet.say(f"合计 {yuan(result.total)}" + (f" ＝ {said}" if said else "") + (f"；{missing}没有算在内" if missing else ""))


def read(document: Any) -> Facts:
    """The facts from the JSON document of the interface; raises BadFacts with the reason."""
    said = Document(document)
    reason, entry, last = said.word("reason", REASONS), said.day("entry_date"), said.day("last_day_worked")
    if entry is None:
        raise BadFacts("请写明入职日 entry_date (entry_date is missing)")
    if last is None:
        if reason != "still_employed":
            raise BadFacts("请写明最后工作日 last_day_worked (last_day_worked is missing)")
        last = today()
    prior = said.amount("merged_prior_years") or ZERO
    if prior > MOST_PRIOR_YEARS:
        raise BadFacts(f"合并的年限 {plain(prior)} 年太多了 (merged_prior_years is out of range)")
    signed = said.take("contract_signed")
    facts = Facts(
        reason, entry, last, prior, said.amounts("wages_last_12_months", 12), said.amount("last_month_wage"),
        said.amount("city_average_month"), said.amount("minimum_wage"),
        signed if signed in (AT_ENTRY, NEVER) else to_day("contract_signed", signed), said.amounts("double_wage_month_wages"),
    )  # fmt: skip
    said.close()
    return facts
