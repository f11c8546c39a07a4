"""What a plan grants, as dated data: bands, allowances by the day, sums once, caps, waiting and continuity (互助计划规则)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Any

from niangjia.work.mutual_aid.plan.expression import (
    NOTHING,
    ONE,
    Amount,
    Expression,
    Facts,
    Field,
    Floor,
    Least,
    Quotient,
    Rounded,
    Sum,
    When,
)

PER_STAY, PER_YEAR = "per_stay", "per_year"
CASH, CASH_PLUS_ACCOUNT = "cash", "cash_plus_account"
BURDEN = "burden"
"""The step that the bands divide: what the person bore."""


@dataclass(frozen=True)
class Step:
    """One line of the reckoning: its name, its words, and the arithmetic. ``shown`` lines stand on the explanation sheet."""

    name: str
    title: str
    amount: Expression
    shown: bool = True


@dataclass(frozen=True)
class Band:
    """A part of the burden and what share of it is borne: up to a sum (None: all above the last), at a rate.

    ``first_rate`` holds in the first year or after a break instead, where the plan has one.
    """

    up_to: Decimal | None
    rate: Decimal
    first_rate: Decimal | None = None


@dataclass(frozen=True)
class Daily:
    """An allowance by the day: so much a day, after the first days, at most so many days a year."""

    amount: Decimal
    free_days: int = 0
    most_days: int | None = None


@dataclass(frozen=True)
class Lump:
    """A sum for each share, for named diseases: once in a policy, or (``once_per`` disease) once for each of them."""

    amount: Decimal
    diseases: tuple[str, ...]
    once_per: str = "policy"


@dataclass(frozen=True)
class Waiting:
    """From when a policy covers: days after it begins; late ones differ by whether they follow an earlier one without a gap."""

    days: int = 0
    late_first: int = 0
    late_continuous: int = 0


@dataclass(frozen=True)
class Rule:
    """A plan's rule in one edition. ``source`` says where it was read; amounts are yuan, rates shares of one.

    ``band_basis``: whether the bands start anew at each stay, or are used up over the policy year. ``cap_basis``: what the person paid
    that the burden may not exceed. ``unit_share`` is the share of a unit's staff that must take part (all, up to ``all_below`` persons).
    Whom it takes: ``person_types``, ``sex`` (GB/T 2261.1, None: all), ages in whole years. Who follows an earlier policy without a gap and
    comes late, but within ``grace_days`` after the begin, is taken back to the begin.
    """

    code: str
    title: str
    edition: str
    source: str
    fee: Decimal
    years: int = 1
    shares: int = 1
    bands: tuple[Band, ...] = ()
    first_stay: Decimal = Decimal(0)
    daily: Daily | None = None
    lump: Lump | None = None
    cap_stay: Decimal | None = None
    cap_year: Decimal | None = None
    waiting: Waiting = field(default_factory=Waiting)
    band_basis: str = PER_STAY
    cap_basis: str = CASH
    person_types: tuple[str, ...] = ()
    unit_share: Decimal | None = None
    all_below: int = 0
    sex: int | None = None
    youngest: int | None = None
    oldest: int | None = None
    grace_days: int = 0

    def steps(self) -> Iterator[Step]:
        """The reckoning of one stay, line by line. The last is ``benefit``.

        It reads the columns of the settlement, and what went before in the policy year: ``used`` (burden that filled bands),
        ``days_used``, ``granted``, ``had_first`` (1 where the first stay's sum was given), ``is_first`` (1 in a first year or after a
        break), ``days`` of the stay.
        """
        parts = []
        if self.bands:
            yield from _burden(self.cap_basis)
            for step in self._of_bands():
                yield step
                parts += [step.name] if step.shown else []
        if self.first_stay:
            yield Step("first_stay", f"本保障年度第一次住院的起付线补助 {self.first_stay:f} 元", self._first_stay())
            parts.append("first_stay")
        if self.daily:
            yield Step("counted_days", "计入天数", self._counted_days(), shown=False)
            yield Step("allowance", f"住院津贴，每天 {self.daily.amount:f} 元", Rounded((Field("counted_days"), Amount(self.daily.amount))))
            parts.append("allowance")
        yield Step("reckoned", "合计", Sum(tuple(Field(part) for part in parts)) if parts else NOTHING, shown=False)
        yield Step("benefit", "互助金", self._capped())

    def reckon(self, facts: Facts) -> dict[str, Decimal]:
        """Every step's amount by its name, from the facts of one stay."""
        known = dict(facts)
        for step in self.steps():
            known[step.name] = step.amount.value(known)
        return known

    def _of_bands(self) -> Iterator[Step]:
        below = NOTHING if self.band_basis == PER_STAY else Field("used")
        lower = Decimal(0)
        taken: tuple[Expression, ...] = ()
        for number, band in enumerate(self.bands, 1):
            rest = Sum((Field(BURDEN),), taken)
            room = (
                rest
                if band.up_to is None
                else Least((rest, Floor(Sum((Amount(band.up_to - lower),), (Floor(Sum((below,), (Amount(lower),))),)))))
            )
            yield Step(f"part{number}", self._band_words(lower, band), room, shown=False)
            rate = (
                Amount(band.rate)
                if band.first_rate is None
                else When(Field("is_first"), Decimal(0), Amount(band.first_rate), Amount(band.rate))
            )
            yield Step(f"band{number}", self._band_words(lower, band), Rounded((Field(f"part{number}"), rate)))
            taken = (*taken, Field(f"part{number}"))
            lower = band.up_to if band.up_to is not None else lower

    @staticmethod
    def _band_words(lower: Decimal, band: Band) -> str:
        reach = f"{lower:f} 元以上" if band.up_to is None else f"{band.up_to:f} 元以内" if not lower else f"{lower:f}—{band.up_to:f} 元"
        rate = (
            f"{_percent(band.rate)}%" if band.first_rate is None else f"{_percent(band.rate)}%（首次或中断后 {_percent(band.first_rate)}%）"
        )
        return f"自己负担 {reach}的部分，补 {rate}"

    def _first_stay(self) -> Expression:
        """Once a policy year, where the stay's deductible was paid."""
        given = When(Field("had_first"), Decimal(0), NOTHING, Amount(self.first_stay))
        return When(Field("act_pay_dedc"), Decimal(0), given, NOTHING)

    def _counted_days(self) -> Expression:
        daily = self.daily or Daily(Decimal(0))
        counted = Floor(Sum((Field("days"),), (Amount(Decimal(daily.free_days)),)))
        if daily.most_days is None:
            return counted
        return Least((counted, Floor(Sum((Amount(Decimal(daily.most_days)),), (Field("days_used"),)))))

    def _capped(self) -> Expression:
        limits: tuple[Expression, ...] = (Field("reckoned"),)
        if self.cap_stay is not None:
            limits = (*limits, Amount(self.cap_stay))
        if self.cap_year is not None:
            limits = (*limits, Floor(Sum((Amount(self.cap_year),), (Field("granted"),))))
        return Least(limits) if len(limits) > 1 else limits[0]

    def needed(self, insured: int) -> int:
        """How many of a unit's insured staff must take part: the share rounded up, all of a small unit, none without such a rule."""
        if self.unit_share is None:
            return 0
        if insured <= self.all_below:
            return insured
        return int((self.unit_share * insured).to_integral_value(ROUND_CEILING))

    def covers_from(self, begins: date, *, late: bool, continuous: bool) -> date:
        """The first day on which a policy pays."""
        waits = (self.waiting.late_continuous if continuous else self.waiting.late_first) if late else 0
        return begins + timedelta(days=max(self.waiting.days, waits))


def _percent(rate: Decimal) -> str:
    text = f"{rate * 100:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _burden(cap_basis: str) -> Iterator[Step]:
    """What the person bore of the costs within the scheme (个人负担), inferred from the pooled fund's share, at most what was paid."""
    share = Field("pool_prop_selfpay")
    by_share = Floor(Sum((Quotient((Field("hifp_pay"), Sum((ONE,), (share,))), share),), (Field("cvlserv_pay"),)))
    by_rest = Floor(Sum((Field("inscp_scp_amt"),), tuple(map(Field, ("act_pay_dedc", "hifp_pay", "hifob_pay", "cvlserv_pay", "maf_pay")))))
    yield Step("inferred", "按统筹基金支付推算的个人负担", When(share, Decimal(0), by_share, by_rest, below=Decimal(1)))
    paid = Field("psn_cash_pay") if cap_basis == CASH else Sum((Field("psn_cash_pay"), Field("acct_pay")))
    yield Step("paid", "这次住院自己付的钱" + ("" if cap_basis == CASH else "（含个人账户）"), paid)
    yield Step(BURDEN, "计入的个人负担（不超过自己付的钱）", Floor(Least((Field("inferred"), Field("paid")))))


def as_sql(rule: Rule, source: str, key: str) -> str:
    """A SELECT of ``key`` and every step over the rows of ``source``; OFFSET keeps each reckoned once."""
    joins = (
        f"CROSS JOIN LATERAL (SELECT {', '.join(f'{text} AS {name}' for name, text in level.items())} OFFSET 0) AS level_{number}"
        for number, level in enumerate(_levels([*rule.steps()]))
    )
    names = ", ".join(step.name for step in rule.steps())
    return f"SELECT {key}, {names} FROM ({source}) AS stay {' '.join(joins)}"


def _levels(steps: Sequence[Step]) -> list[dict[str, str]]:
    """The steps as SQL by name, in levels: each asks only for results of the levels before its own."""
    levels: list[dict[str, str]] = []
    for step in steps:
        text = step.amount.sql()
        asked = [number for number, level in enumerate(levels, start=1) if any(Field(name).sql() in text for name in level)]
        place = max(asked, default=0)
        if place == len(levels):
            levels.append({})
        levels[place][step.name] = text
    return levels


def told(rule: Rule, facts: Facts) -> list[str]:
    """The reckoning in words, one sentence a line, from the very steps that reckoned it."""
    known = rule.reckon(facts)
    return [f"{step.title}：{known[step.name]:,.2f} 元。" for step in rule.steps() if step.shown]


def rule_of(document: Mapping[str, Any]) -> Rule:
    """A rule from its document (what a plan keeps); the opposite of `document_of`. Raises KeyError or ValueError."""
    said = dict(document)
    for name in ("fee", "first_stay", "cap_stay", "cap_year", "unit_share"):
        if said.get(name) is not None:
            said[name] = Decimal(str(said[name]))
    said["bands"] = tuple(
        Band(*(None if value is None else Decimal(str(value)) for value in (band.get("up_to"), band["rate"], band.get("first_rate"))))  # type: ignore[arg-type]
        for band in said.get("bands", ())
    )
    if daily := said.get("daily"):
        said["daily"] = Daily(Decimal(str(daily["amount"])), daily.get("free_days", 0), daily.get("most_days"))
    if lump := said.get("lump"):
        said["lump"] = Lump(Decimal(str(lump["amount"])), tuple(lump["diseases"]), lump.get("once_per", "policy"))
    said["waiting"] = Waiting(**said.get("waiting", {}))
    said["person_types"] = tuple(said.get("person_types", ()))
    return Rule(**said)


def document_of(rule: Rule) -> dict[str, Any]:
    """The rule as JSON keeps it: amounts as text."""
    from dataclasses import asdict

    return {name: _plain(value) for name, value in asdict(rule).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, (list, tuple)) else value
