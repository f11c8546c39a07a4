"""The term's labour disputes of the demo district: planned by chance with a seed, told by the line's own verbs, one transaction a case."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.cases import actions as cases
from niangjia.core.papers.actions import issue
from niangjia.core.people import queries as people
from niangjia.seed.chance import Chance, shares
from niangjia.seed.progress import Bar
from niangjia.seed.totals import DEMO_DAY, TERM_BEGAN, Totals
from niangjia.work.rights import actions
from niangjia.work.rights.enums import Channel, Kind, Outcome
from niangjia.work.rights.queries import answering_org, received_so_far

AGREED, ORAL, DROPPED, AWARDED, WITHDRAWN, REFERRED, OPEN, LATE = (
    "agreed",
    "oral",
    "dropped",
    "awarded",
    "withdrawn",
    "referred",
    "open",
    "late",
)
FAILED_TO_TALKED = {DROPPED: 0.12, AWARDED: 0.16, WITHDRAWN: 0.05, REFERRED: 0.04, OPEN: 0.02, LATE: 0.004}
"""How many of each beside one that was talked out."""
ORAL_SHARE = 0.3
MONEY_OVER = Decimal(4600)
"""Above the public total, which is printed as «2239万余元»."""
KINDS = {Kind.WAGES: 46, Kind.OVERTIME: 12, Kind.SEVERANCE: 16, Kind.UNLAWFUL: 6, Kind.INJURY: 9, Kind.DOUBLE_WAGE: 5, Kind.INSURANCE: 6}
CHANNELS = {
    Channel.WINDOW: 40, Channel.HOTLINE: 18, Channel.CITY_HOTLINE: 12, Channel.CENTRE: 10, Channel.COURT: 6, Channel.ARBITRATION: 6,
    Channel.ARREARS: 5, Channel.TALK: 3,
}  # fmt: skip
LAST_RESULT = DEMO_DAY - timedelta(days=25)
PROOFS = ("银行回单，本人电话确认", "当面付清，双方签收条", "公司转账截图，本人确认")
WITH_PAPERS = DEMO_DAY - timedelta(days=365)
"""Disputes received before were on paper of old; those of the last year have theirs here."""
PAPERS = {"accept": "rights-acceptance", "agree": "rights-agreement", "fail": "rights-ending"}
"""What is issued at a step."""
BODY = "鄞州区劳动人事争议仲裁委员会"


@dataclass(frozen=True)
class Plan:
    """One dispute to be told: how it goes, when it came, what about, how much was obtained."""

    way: str
    opened_on: date
    kind: Kind
    channel: Channel
    amount: Decimal = Decimal(0)


def plan(chance: Chance, totals: Totals) -> list[Plan]:
    """Every dispute of the term in the order of its coming; those talked out and the money come to the public totals."""
    talked = totals.figure("rights.mediated_disputes")
    ways = [ORAL if chance.random() < ORAL_SHARE else AGREED for _ in range(talked)]
    for way, share in FAILED_TO_TALKED.items():
        ways += [way] * max(1, round(talked * share))
    plans = [_planned(chance, way) for way in ways]
    bringing = [number for number, one in enumerate(plans) if one.way in (AGREED, ORAL, AWARDED)]
    fen = int((Decimal(totals.figure("rights.recovered_money")) + MONEY_OVER * Decimal(str(totals.scale))) * 100)
    for number, part in zip(bringing, shares(fen, [chance.lognormvariate(0, 0.7) for _ in bringing]), strict=True):
        plans[number] = replace(plans[number], amount=Decimal(part) / 100)
    return sorted(plans, key=lambda one: one.opened_on)


def _planned(chance: Chance, way: str) -> Plan:
    kind = chance.choices(list(KINDS), list(KINDS.values()))[0]
    channel = chance.choices(list(CHANNELS), list(CHANNELS.values()))[0]
    if way == OPEN:
        first, last = DEMO_DAY - timedelta(days=12), DEMO_DAY - timedelta(days=1)
    elif way == LATE:
        first, last = DEMO_DAY - timedelta(days=40), DEMO_DAY - timedelta(days=22)
    else:
        first, last = TERM_BEGAN, LAST_RESULT - timedelta(days=70 if way == AWARDED else 0)
    return Plan(way, chance.workday(first, last), kind, channel)


def tell(*, seed: int, scale: float) -> int:
    """Tell the disputes that are not told yet, one transaction each: a broken-off telling goes on where it stopped. Returns how many."""
    chance = Chance(seed + 31)
    plans = plan(chance, Totals(scale))
    with elevated("seed: disputes of the demo district"):
        done, members = received_so_far(), _members()
    with Bar("劳动争议 disputes", len(plans)) as bar:
        bar.add(done)
        for number, one in enumerate(plans):
            draws = Chance(seed * 100_003 + number)
            if number >= done:
                with elevated("seed: disputes of the demo district"), transaction.atomic():
                    _tell_one(one, draws, members)
                bar.add()
    cases.lapse_overdue(by=SYSTEM)
    cases.remind(by=SYSTEM)
    return len(plans) - done


def _members() -> list[tuple[date, int]]:
    """Members of the demo's day by the day they joined, with their membership."""
    return list(people.members_on(DEMO_DAY).order_by("joined_on", "id").values_list("joined_on", "id"))


def _tell_one(one: Plan, chance: Chance, members: list[tuple[date, int]]) -> None:
    earlier = bisect_right(members, (one.opened_on - timedelta(days=30), 0))
    membership = people.members_on(DEMO_DAY).select_related("person__employer", "person__home_org")
    person = membership.get(pk=members[chance.randrange(max(earlier, 1))][1]).person
    left_on = one.opened_on - timedelta(days=chance.randint(3, 200)) if chance.random() < 0.6 else None
    claimed = (one.amount or Decimal(chance.randint(3000, 30000))) * Decimal(str(round(chance.uniform(1.0, 1.5), 2)))
    case = actions.ask(
        applicants=[person], kinds=[one.kind], org=answering_org(person), by=SYSTEM, channel=one.channel, on=one.opened_on,
        employer=person.employer, respondent="" if person.employer else person.home_org.name,
        claims=[actions.Asked(one.kind, one.kind.label, claimed.quantize(Decimal("0.01")))],
        facts=actions.Facts(left_on=left_on, known_on=left_on or one.opened_on - timedelta(days=5)),
    )  # fmt: skip
    for step, on, facts in _steps(one, chance, case.org.short_name):
        cases.advance(case, step, by=SYSTEM, on=on, **facts)
        if step in PAPERS and one.opened_on > WITH_PAPERS:
            issue(case, kind=PAPERS[step], by=SYSTEM, on=on)


def _steps(one: Plan, chance: Chance, town: str) -> Iterator[tuple[str, date, dict[str, Any]]]:
    """The steps of one way with their days; none lies after the demo's day."""
    accepted = min(one.opened_on + timedelta(days=chance.randint(0, 2)), DEMO_DAY)
    if one.way == REFERRED:
        yield "refer", accepted, {"to": "劳动保障监察大队", "why": "涉嫌违法用工，由监察查处"}
        yield (
            "taken_over",
            accepted + timedelta(days=chance.randint(1, 6)),
            {"number": f"鄞劳监受〔{accepted.year}〕{chance.randint(1, 900)}号"},
        )
        return
    if one.way == OPEN and chance.random() < 0.3:
        return
    yield "accept", accepted, {"mediated_by": f"{town}劳动争议调解室"}
    if one.way in (OPEN, LATE):
        return
    if one.way == WITHDRAWN:
        yield "withdraw", accepted + timedelta(days=chance.randint(1, 9)), {}
        return
    met = accepted + timedelta(days=chance.randint(2, 12))
    if one.way == ORAL:
        yield "oral", met, {"amount": one.amount, "proof_note": PROOFS[chance.randrange(len(PROOFS))]}
    elif one.way == AGREED:
        yield "plan", accepted + timedelta(days=1), {"meets_on": met, "place": f"{town}调解室"}
        yield "record", met, {"both_came": True, "minutes": "双方到会，核对数额，当场谈妥。"}
        yield from _agreed(one, met, chance)
    else:
        yield "fail", met, {"outcome": Outcome.FAILED, "why": "用人单位不同意"}
        yield from _after_failure(one, met, chance)


def _agreed(one: Plan, met: date, chance: Chance) -> Iterator[tuple[str, date, dict[str, Any]]]:
    first = (one.amount / 2).quantize(Decimal("0.01")) if one.amount > 20_000 and chance.random() < 0.4 else one.amount
    due = [(met + timedelta(days=7), first)] + ([(met + timedelta(days=37), one.amount - first)] if first != one.amount else [])
    yield "agree", met, {"amount": one.amount, "plan": due}
    paid = [(day, amount) for day, amount in due if day <= DEMO_DAY]
    for day, amount in paid:
        yield "receive", day, {"amount": amount, "proof_note": PROOFS[chance.randrange(len(PROOFS))]}
    if len(paid) == len(due):
        yield "complete", paid[-1][0], {}


def _after_failure(one: Plan, met: date, chance: Chance) -> Iterator[tuple[str, date, dict[str, Any]]]:
    if one.way == DROPPED:
        yield "drop", met + timedelta(days=chance.randint(1, 20)), {}
        return
    filed = met + timedelta(days=chance.randint(1, 5))
    taken, year = filed + timedelta(days=chance.randint(1, 5)), filed.year
    yield "arbitrate", filed, {"body_name": BODY}
    yield "arb_accept", taken, {"number": f"甬鄞劳人仲案〔{year}〕{chance.randint(1, 1900)}号", "simplified": False}
    served = taken + timedelta(days=chance.randint(20, 42))
    decision = {"decided_on": served - timedelta(days=2), "served_on": served, "result": "支持部分请求", "amount": one.amount}
    yield "award", served, decision | {"is_final": one.amount < 20_000}
    paid = served + timedelta(days=20)
    if paid <= DEMO_DAY:
        yield "perform", paid, {}
        yield "receive", paid, {"amount": one.amount, "proof_note": PROOFS[0]}
        yield "complete", paid, {}
