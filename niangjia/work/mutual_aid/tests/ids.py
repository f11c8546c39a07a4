"""For each argument of this app's addresses a function (world) -> value."""

from datetime import date
from typing import Any

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.ledger.actions import open_fund
from niangjia.core.ledger.models import Fund
from niangjia.core.people.tests.factories import id_number
from niangjia.work.mutual_aid import actions
from niangjia.work.mutual_aid.actions.looking import ask_for_look
from niangjia.work.mutual_aid.models import Bill, Claim, Plan, Settlement
from niangjia.work.mutual_aid.plan.catalogue import SHIPPED
from niangjia.work.mutual_aid.tests.factories import enrol as enrol_row
from niangjia.work.mutual_aid.tests.factories import file_of, make_plan, stay
from tests.house import word

ON = date(2023, 6, 5)


def plan_in(world: Any) -> Plan:
    """The plan of in-service workers in 2023, with the books that hold its premiums."""
    with elevated("test: a plan"):
        found = Plan.objects.filter(code="P1", policy_year="2023").first()
        if found:
            return found
        fund = Fund.objects.filter(code="HZ").first() or open_fund(
            code="HZ", title="代收医疗互助费", org=world.district, source="held", by=SYSTEM, on=date(2023, 1, 1)
        )
        window, period = (date(2023, 5, 27), date(2023, 6, 30)), (date(2023, 5, 1), date(2024, 4, 30))
        return actions.open_plan(code="P1", policy_year="2023", window=window, period=period, collects=fund, by=SYSTEM)


def bill_in(world: Any) -> Bill:
    """The open bill of the world's union, with its person on it."""
    with elevated("test: a bill"):
        found = Bill.objects.first()
        if found:
            return found
        plan = plan_in(world)
        actions.enrol(world.person, plan=plan, org=world.union, by=SYSTEM, on=ON)
        return actions.bill_unit(plan, org=world.union, insured=1, by=SYSTEM, on=ON)


def code(world: Any) -> str:
    """The union that enrols."""
    plan_in(world)
    return str(world.union.code)


def bill(world: Any) -> str:
    return bill_in(world).code


def member(world: Any) -> str:
    """Somebody who is on that bill."""
    bill_in(world)
    return str(world.person.code)


def settlement_in(world: Any) -> Settlement:
    """A settlement that waits for a person, of nobody known."""
    with elevated("test: a settlement"):
        plan_in(world)
        if not Settlement.objects.exists():
            actions.take_settlements(data=file_of(stay(id_number())), by=SYSTEM, on=date(2023, 12, 18))
        return Settlement.objects.earliest("pk")


def settlement(world: Any) -> str:
    return settlement_in(world).code


def intake(world: Any) -> str:
    return settlement_in(world).batch


def claim_in(world: Any) -> str:
    """A claim by hand for an illness of the world's member."""
    with elevated("test: a claim"):
        found = Claim.objects.select_related("case").first()
        if found:
            return found.case.code
        policy = enrol_row(world.person, make_plan(SHIPPED["P3"]))
        said = actions.Diagnosed(policy, "恶性肿瘤", date(2023, 9, 1))
        return actions.claim_lump(world.person, found=said, by=SYSTEM, on=date(2023, 12, 18)).code


def draw_in(world: Any) -> str:
    """A published drawing."""
    with elevated("test: a drawing"):
        plan_in(world)
        return actions.publish_draw(Fund.objects.get(code="HZ"), by=SYSTEM).code


def look_in(world: Any) -> int:
    """A second look that nobody took yet."""
    one = settlement_in(world)
    with elevated("test: a look"):
        return ask_for_look(one, kind="above", on=date(2023, 12, 18)).pk


class plan(word):  # noqa: N801 (reads as a function where it is used)
    """A plan of a year: the same for everybody, so nothing to be kept from a stranger."""

    def __call__(self, world: Any) -> str | int:
        plan_in(world)
        return super().__call__(world)


IDS = {
    "claim": claim_in,
    "draw": draw_in,
    "look": look_in,
    "part": word("what"),
    "settlement": settlement,
    "intake": intake,
    "verb": word("approve"),
    "code": code,
    "bill": bill,
    "member": member,
    "plan": plan("P1-2023"),
}
