"""Claims by hand, appeals and claw-backs of the demo district: a few dozen, with one open of each for its worker."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from niangjia.base.scope import elevated
from niangjia.core.access import queries as access
from niangjia.core.access.actor import SYSTEM, Actor, under
from niangjia.core.access.actor import worker as at_the_phone
from niangjia.core.cases.actions import advance
from niangjia.core.people import actions as people
from niangjia.seed.accounts import WORKER_PHONE
from niangjia.seed.chance import Chance
from niangjia.seed.progress import Bar
from niangjia.seed.totals import DEMO_DAY, Totals
from niangjia.work.mutual_aid import actions, queries

CLAIMS, LUMPS = 24, 4
"""Claims by hand told of at full scale, and sums for illnesses."""
HOSPITALS = ("杭州示例医院", "上海示例医院", "安吉示例中医院")
PICTURE = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64
LETTER = "鄞工互〔2023〕演示{number}号"


def tell(*, seed: int, scale: float) -> int:
    """Tell of them in one transaction; told once they are not told again. Returns how many cases there are."""
    with transaction.atomic(), elevated("seed: claims of the demo district"), Bar("互助申请 claims", 3) as bar:
        if queries.claims_so_far():
            return 0
        plan = queries.plan_by("P1-2023")
        wanted = max(6, Totals(scale).at_scale(CLAIMS))
        known = queries.insured(plan, wanted, first_phone=WORKER_PHONE) if plan else []
        officers = [_actor("fuwu"), _actor("fuwu2")]
        told = _claims(Chance(seed + 91), known, officers)
        bar.add()
        told += _lumps(officers, max(2, Totals(scale).at_scale(LUMPS)))
        bar.add()
        told += _objections(known[0], officers) if known else 0
        bar.add()
    return told


def _claims(chance: Chance, known: list[Any], officers: list[Actor]) -> int:
    """Stays of June elsewhere: the worker's own lacks a paper, of the others most are granted and some refused."""
    for number, person in enumerate(known):
        if not person.bank_account:
            person = people.change_details(person, bank_account=f"6217{person.pk:012d}", by=SYSTEM)
        left = date(2023, 6, 10) + timedelta(days=chance.randint(0, 15))
        total = Decimal(chance.randint(6_000, 24_000))
        fund = (total * Decimal("0.62")).quantize(Decimal("0.01"))
        stay = actions.Stay(chance.choice(HOSPITALS), left - timedelta(days=chance.randint(3, 9)), left, total, fund, total - fund)
        on = DEMO_DAY - timedelta(days=6 if number < 3 else 20 + number)
        asking = actions.Asking(files={"发票": [ContentFile(PICTURE, name="发票.png")]})
        case = actions.claim_stay(person, stay=stay, by=SYSTEM, asking=asking, on=on)
        if number == 0:
            advance(case, "ask_more", by=officers[0], on=on + timedelta(days=2), missing="费用清单少了第二页，请补拍")
        elif number % 7 == 6:
            advance(case, "refuse", by=officers[0], on=on + timedelta(days=5), reason="发票抬头不是本人，请医院重开以后再来")
        elif number > 2:
            _grant(case, officers[0], on + timedelta(days=5), fund)
    return len(known)


def _grant(case: Any, by: Actor, on: date, fund: Decimal) -> None:
    share = Decimal("0.85")
    advance(case, "grant", by=by, on=on, reason="发票、清单核对无误", act_pay_dedc=Decimal(600), hifp_pay=fund, pool_prop_selfpay=share)


def _lumps(officers: list[Actor], wanted: int) -> int:
    """Sums for illnesses out of the city's pool: handed on, one answered."""
    plan, told = queries.plan_by("P3-2023"), 0
    for number, person in enumerate(queries.insured(plan, wanted) if plan else []):
        policy = queries.policy_of(person, plan.slug) if plan else None
        if policy is None or plan is None or plan.declared.lump is None:
            continue
        found = actions.Diagnosed(policy, plan.declared.lump.diseases[number % 3], date(2023, 10, 16))
        case = actions.claim_lump(person, found=found, by=SYSTEM, on=date(2023, 11, 6))
        told += 1
        if number:
            advance(case, "forward", by=officers[0], on=date(2023, 11, 13), number=LETTER.format(number=number))
        if number == 1:
            advance(
                case, "pool_answer", by=officers[0], on=date(2023, 12, 8), granted=True, amount=Decimal(10_000),
                number="甬互〔2023〕演示1号", reason="材料齐全，按规则给付",
            )  # fmt: skip
    return told


def _objections(worker: Any, officers: list[Actor]) -> int:
    """The worker objects to the sum of the first stay; what is owed back of the second is told to them."""
    settled = queries.settlements_of(worker)
    paid, owed = [one for one in settled if one.state == "paid"], queries.clawback_cases()
    if paid:
        said = actions.Objection("amount", "清单里有一项自费药，医院说改过了，想请工会再算一次。", settlement=paid[0])
        actions.appeal(worker, objection=said, by=_self(worker), on=DEMO_DAY - timedelta(days=3))
    for case in owed:
        advance(case, "notify", by=officers[0], on=DEMO_DAY - timedelta(days=2))
    return len(paid[:1]) + len(owed)


def _self(worker: Any) -> Actor:
    """The worker at their own telephone."""
    return at_the_phone(people.give_account(person=worker, by=SYSTEM), worker.pk)


def _actor(username: str) -> Actor:
    return under(access.grants_in_force(access.accounts(SYSTEM).get(username=username))[0])
