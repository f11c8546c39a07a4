"""One-stop payments of the demo district: what hospitals deducted for the retired, cleared month by month with the health insurance."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.exchange.queries import body_named
from niangjia.core.orgs import queries as orgs
from niangjia.core.orgs.actions import add_partner
from niangjia.core.orgs.enums import PartnerKind
from niangjia.seed.chance import Chance
from niangjia.seed.paying import actor
from niangjia.seed.progress import Bar
from niangjia.seed.settlements import HEADINGS, stay
from niangjia.seed.standin.roles import ROLES
from niangjia.seed.totals import Totals
from niangjia.work.mutual_aid import actions, queries
from niangjia.work.mutual_aid.plan.record import MONEY

BUREAU = ROLES["insurance"].name
MONTHS = (date(2023, 8, 31), date(2023, 9, 28), date(2023, 10, 31), date(2023, 11, 30))
"""Days of the lists, one a month; the last month's differences are not decided."""
PLAN, EARLIER, OTHER_PLAN = "P2-2023", "P2-2022", "P1-2023"
ODD_CODE = "2109"
STAYS = 320
"""Stays of the retired told of at full scale."""
TOO_MUCH = Decimal("50.00")


def tell(*, seed: int, scale: float) -> int:
    """Tell of the lists that are not told yet, a month a transaction. Returns how many stays there are."""
    with elevated("seed: one-stop payments of the demo district"):
        plan, elsewhere = queries.plan_by(PLAN), queries.plan_by(OTHER_PLAN)
        assert plan is not None
        assert elsewhere is not None
        known = queries.insured(plan, max(8, Totals(scale).at_scale(STAYS)))
        astray, done = queries.insured(elsewhere, 40)[-1:], len(queries.clearings_of(plan))
    told, share = 0, -(-len(known) // len(MONTHS))
    with Bar("一站式清算 one-stop", len(MONTHS)) as bar:
        for number, on in enumerate(MONTHS):
            persons = known[number * share : (number + 1) * share]
            if number >= done and persons:
                _tell_one(plan, Chance(seed * 101 + number), persons, astray, on, is_last=on == MONTHS[-1])
                told += len(persons)
            bar.add()
    return told


@transaction.atomic
def _tell_one(plan: Any, chance: Chance, persons: list[Any], astray: list[Any], on: date, *, is_last: bool) -> None:
    with elevated("seed: one-stop payments of the demo district"):
        bureau = _bureau()
        rows = [_deducted(plan, person, stay(chance, person, f"Q{on:%m}-{at}", on)) for at, person in enumerate(persons)]
        if is_last:
            rows[0]["mutual_aid_pay"] = str(Decimal(rows[0]["mutual_aid_pay"]) + TOO_MUCH)
            rows += [_deducted(plan, person, stay(chance, person, f"Q{on:%m}-x", on)) for person in astray]
        came = on + timedelta(days=3)
        taken = {"by": SYSTEM, "on": came, "body": bureau}
        actions.take_settlements(
            data=_file(rows, "mutual_aid_pay"), name=f"一站式清单{on:%Y%m}.csv", said={"count": len(rows)}, plan=plan, **taken
        )
        if on == MONTHS[-2]:  # the same stay once more, under another number in an ordinary file: it is not paid again
            again = rows[-1] | {"setl_id": f"{rows[-1]['setl_id']}-2"}
            actions.take_settlements(data=_file([again]), name="医保结算补传.csv", said={"count": 1}, **taken)
        if is_last:
            _park(stay(chance, astray[0], f"Q{on:%m}-p", on), taken)
        _clear(queries.clearings_of(plan)[-1], rows, came + timedelta(days=4), bureau, is_last=is_last)


def _park(row: dict[str, str], taken: dict[str, Any]) -> None:
    """A stay with a code of the bureau's own, whose meaning one person entered and nobody confirmed yet."""
    odd = row | {"med_type": ODD_CODE}
    actions.take_settlements(data=_file([odd]), name="医保结算补传（自编代码）.csv", said={"count": 1}, **taken)
    actions.enter_code(
        field="med_type", code=ODD_CODE, means="21", source="医保局 2023 年编码说明（演示）", by=actor("fuwu"), on=taken["on"]
    )


def _bureau() -> Any:
    root = orgs.root()
    assert root is not None
    known = body_named(BUREAU, PartnerKind.HEALTH_INSURANCE)
    return known or add_partner(name=BUREAU, kind=PartnerKind.HEALTH_INSURANCE, answering_org=root, by=SYSTEM, on=MONTHS[0])


def _deducted(plan: Any, person: Any, row: dict[str, str]) -> dict[str, str]:
    """The stay of a retired person with what the hospital deducted: the benefit of the plan's rule for a first stay of the year."""
    is_first = queries.policy_of(person, EARLIER) is None
    facts = {name: Decimal(row[name]) for name in MONEY if row.get(name)} | {"is_first": Decimal(is_first)}
    benefit = plan.declared.reckon(facts)["benefit"]
    return row | {"psn_type": "1201", "mutual_aid_pay": f"{benefit:.2f}"}


def _file(rows: list[dict[str, str]], *more: str) -> bytes:
    names = (*HEADINGS, *more)
    return "\n".join([",".join(names), *(",".join(row[name] for name in names) for row in rows)]).encode()


def _clear(clearing: Any, rows: list[dict[str, str]], on: date, bureau: Any, *, is_last: bool) -> None:
    """Compared with the bureau's sheet, agreed by a second person, and transferred; the last month waits for its decisions."""
    first, second = actor("fuwu"), actor("fuwu2")
    amount = sum((Decimal(row["mutual_aid_pay"]) for row in rows), Decimal(0))
    statement = f"演示清算{clearing.month:%Y%m}"
    compared = actions.compare_clearing(clearing, said_count=len(rows), said_amount=amount, statement=statement, by=first, on=on)
    if is_last:
        day = date.fromisoformat(rows[0]["setl_time"][:10])
        actions.state_day(bureau, day=day, said={"count": len(rows)}, by=first, on=on)
        return
    agreed = actions.agree_clearing(compared, by=second, on=on + timedelta(days=1))
    actions.transfer_clearing(agreed, reference=f"演示拨付{clearing.month:%Y%m}", by=first, on=on + timedelta(days=6))
