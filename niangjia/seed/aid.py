"""Legal aid of the demo district: as many matters granted as the public total says, each out of a dispute told before."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.cases import actions as cases
from niangjia.core.law.queries import calendar
from niangjia.core.ledger.actions import Line, post
from niangjia.core.ledger.queries import account_by, fund_by
from niangjia.seed.chance import Chance
from niangjia.seed.helpers import FUND
from niangjia.seed.paying import accountant, pay
from niangjia.seed.progress import Bar
from niangjia.seed.totals import DEMO_DAY, TERM_BEGAN, Totals
from niangjia.work.rights import actions
from niangjia.work.rights.aiding import aids_so_far, dispute_by_id, disputes_for_aid
from niangjia.work.rights.enums import AidForm, AidResult

GRANTED, REFUSED, REFERRED = "granted", "refused", "referred"
BESIDE = {REFUSED: 0.07, REFERRED: 0.05}
"""How many of each beside one that was granted."""
MEANS = "本人填写了经济状况说明：月收入低于本区最低工资标准的两倍，没有其他财产。"
YEARLY, PAY_DAY = 160_000, (12, 11)
"""Made up: what comes into the books of legal aid a year, in yuan, and the day on which firms are paid."""
WHERE = "收到后向区总工会申诉，也可以另向区司法局所属的法律援助中心申请"
WORK = ("会见当事人，核对证据", "写申请书、证据目录", "和单位沟通", "参加开庭", "参加调解")


@dataclass(frozen=True)
class Plan:
    """One matter to be told: out of which dispute (by id), from when to when that lasted, how it is decided."""

    dispute: int
    opened_on: date
    closed_on: date | None
    way: str


def plan(chance: Chance, totals: Totals) -> list[Plan]:
    """As many granted as the public total says; the disputes are those told before, taken by chance. Call it elevated."""
    granted = totals.figure("rights.legal_aid_cases")
    ways = [GRANTED] * granted + [way for way, share in BESIDE.items() for _ in range(max(1, round(granted * share)))]
    found = [row for row in disputes_for_aid() if row[1] >= TERM_BEGAN]
    going_on = [row for row in found if row[2] is None][: max(3, len(ways) // 10)]
    ended = [row for row in found if row[2] is not None]
    taken = chance.sample(ended, min(max(0, len(ways) - len(going_on)), len(ended))) + going_on[: len(ways)]
    chance.shuffle(ways)
    if len(taken) < len(ways):  # the smallest districts have fewer disputes than matters beside those granted
        ways = [GRANTED] * min(granted, len(taken)) + [REFUSED] * (len(taken) - min(granted, len(taken)))
    ways.sort(key=lambda way: way == GRANTED)  # those that still go on come last, and are granted
    return sorted((Plan(*row, way) for row, way in zip(taken, ways, strict=True)), key=lambda one: (one.opened_on, one.dispute))


def tell(*, seed: int, scale: float) -> int:
    """Tell the matters that are not told yet, one transaction each: a broken-off telling goes on where it stopped. Returns how many."""
    with elevated("seed: legal aid of the demo district"):
        plans = plan(Chance(seed + 59), Totals(scale))
        done, days = aids_so_far(), calendar()
    with Bar("法律援助 legal aid", len(plans)) as bar:
        bar.add(done)
        for number, one in enumerate(plans):
            if number >= done:
                with elevated("seed: legal aid of the demo district"), transaction.atomic():
                    _tell_one(one, Chance(seed * 100_019 + number), days)
                bar.add()
    _pay_lawyers(scale)
    return max(0, len(plans) - done)


def _pay_lawyers(scale: float) -> None:
    """Money comes into the books each year and goes out to the firms on PAY_DAY; done once, it is not done again."""
    with elevated("seed: fees of the demo district"):
        fund, bank, granted = fund_by(FUND), account_by("102"), account_by("403")
    if fund is None:  # a district whose roster was entered before its fees had books
        return
    grant = Decimal(Totals(scale).at_scale(YEARLY))
    for year in range(TERM_BEGAN.year + 1, DEMO_DAY.year + 1):
        with elevated("seed: fees of the demo district"), transaction.atomic():
            lines = [Line(bank, grant), Line(granted, -grant)]
            post(fund, lines=lines, key=f"grant {year}", text="法律援助专项补助（演示）", by=SYSTEM, on=date(year, 1, 10))
            if batch := actions.make_fee_payments(fund, by=accountant(), on=date(year, *PAY_DAY)).batch:
                pay(batch, date(year, *PAY_DAY))


def _tell_one(one: Plan, chance: Chance, days: Any) -> None:
    applied = min(one.opened_on + timedelta(days=chance.randint(1, 4)), one.closed_on or DEMO_DAY)
    if one.closed_on is None:
        applied = max(applied, DEMO_DAY - timedelta(days=chance.randint(4, 9)))
    forms = [AidForm.ARBITRATION] if chance.random() < 0.6 else [AidForm.MEDIATION]
    case = actions.apply_for_aid(matter=dispute_by_id(one.dispute), by=SYSTEM, on=applied, forms=forms, means=MEANS)
    for step, on, facts in _steps(one, chance, applied, days):
        if on > DEMO_DAY:
            break
        if step == "assign":
            facts = {"helper": _whose_turn(case, on, at_work=one.closed_on is None)}
        cases.advance(case, step, by=SYSTEM, on=on, **facts)


def _whose_turn(case: Any, on: date, *, at_work: bool) -> Any:
    """The first of those proposed; matters that still go on lie with the lawyers who can sign in to the demo."""
    found = [proposal.helper for proposal in actions.proposals(case, on=on) if not proposal.against and not proposal.full]
    return next((helper for helper in found if at_work and helper.account_id), found[0])


def _steps(one: Plan, chance: Chance, applied: date, days: Any) -> Iterator[tuple[str, date, dict[str, Any]]]:
    """The steps of one way with their days; those after the demo's day are not taken."""
    decided = min(
        applied + timedelta(days=2 if one.closed_on is None else chance.choices((2, 4, 6, 7, 9), (30, 40, 20, 8, 2))[0]),
        max(applied, DEMO_DAY),
    )
    if one.way == REFUSED:
        yield "refuse", decided, {"reason": "经核查不属于援助范围", "where": WHERE}
        return
    if one.way == REFERRED:
        yield "refer", decided, {"body": "鄞州区法律援助中心", "reason": "本人同时符合国家法律援助条件，选择由法律援助中心办理"}
        yield "state_answer", decided + timedelta(days=5), {"taken": True, "number": f"鄞援〔{decided.year}〕{chance.randint(1, 900)}号"}
        return
    yield "grant", decided, {"reason": "请求支付劳动报酬等，事实清楚，符合援助条件", "means": MEANS}
    assigned = decided + timedelta(days=chance.randint(0, 3))
    yield "assign", assigned, {}
    if one.closed_on is None and one.dispute % 3 == 1:
        return
    accepted = days.add_workdays(assigned, chance.randint(1, 2))
    yield "accept", accepted, {"scope": "一般代理：代为申请、陈述、举证、调解"}
    day = accepted
    for _ in range(chance.randint(2, 4)):
        if one.closed_on is None and one.dispute % 3 == 0:
            return
        day += timedelta(days=chance.randint(1, 6))
        yield "log", day, {"hours": Decimal(chance.randint(2, 12)) / 2, "what": chance.choice(WORK)}
    if one.closed_on is None:
        return
    ended = max(day, one.closed_on)
    yield (
        "finish",
        ended,
        {"result": chance.choices((AidResult.WON, AidResult.PARTLY, AidResult.SETTLED, AidResult.LOST), (25, 35, 36, 4))[0]},
    )
    reported = ended + timedelta(days=chance.randint(2, 12))
    yield "report", reported, {}
    reviewed = reported + timedelta(days=chance.randint(3, 20))
    yield "review", reviewed, {"grade": chance.choices((5, 4, 3), (60, 34, 6))[0]}
    yield "fees", reviewed + timedelta(days=2), {}
    yield "approve", (reviewed.replace(day=1) + timedelta(days=32)).replace(day=10), {}
