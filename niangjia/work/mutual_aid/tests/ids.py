"""For each argument of this app's addresses a function (world) -> value."""

from datetime import date
from decimal import Decimal
from typing import Any

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.ledger.actions import open_fund
from niangjia.core.ledger.models import Fund
from niangjia.core.orgs.actions import add_partner
from niangjia.core.orgs.enums import PartnerKind
from niangjia.core.orgs.models import PartnerBody
from niangjia.core.people.tests.factories import id_number
from niangjia.work.mutual_aid import actions
from niangjia.work.mutual_aid.actions.looking import ask_for_look
from niangjia.work.mutual_aid.models import Bill, Claim, Clearing, Enrolment, KnownCode, Plan, Settlement, Simulation
from niangjia.work.mutual_aid.plan.catalogue import SHIPPED
from niangjia.work.mutual_aid.simulation_forms import ASSUMED
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


def run(world: Any) -> str:
    """A simulation that nobody runs yet."""
    with elevated("test: a simulation"):
        found = Simulation.objects.first()
        asked = plan_in(world)
        made = found or actions.simulate(asked, rule=asked.declared, assumed=ASSUMED, title="不改", by=SYSTEM, queue=False)
        return made.code


def claim_in(world: Any) -> str:
    """A claim by hand for an illness of the world's member."""
    with elevated("test: a claim"):
        found = Claim.objects.select_related("case").first()
        if found:
            return found.case.code
        plan = Plan.objects.filter(code="P3", policy_year="2023").first() or make_plan(SHIPPED["P3"])
        policy = Enrolment.objects.filter(person=world.person, plan=plan).first() or enrol_row(world.person, plan)
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


def bureau_in(world: Any) -> PartnerBody:
    """The health-insurance bureau."""
    with elevated("test: a bureau"):
        found = PartnerBody.objects.filter(kind=PartnerKind.HEALTH_INSURANCE).first()
        return found or add_partner(name="望湖区医疗保障局", kind=PartnerKind.HEALTH_INSURANCE, answering_org=world.district, by=SYSTEM)


def clearing_in(world: Any) -> Clearing:
    """A month of one-stop payments with a difference nobody decided."""
    with elevated("test: a clearing"):
        if found := Clearing.objects.first():
            return found
        bureau_in(world)
        plan = make_plan(SHIPPED["P2"], mode="one_stop")
        row = stay(id_number(), "QS1", psn_type="1201", mutual_aid_pay="100.00")
        actions.take_settlements(data=file_of(row), by=SYSTEM, on=date(2023, 12, 18), plan=plan)
        return actions.compare_clearing(Clearing.objects.get(), said_count=1, said_amount=Decimal("100.00"), by=SYSTEM)


def clearing(world: Any) -> str:
    return clearing_in(world).code


def day(world: Any) -> str:
    """A day of which the bureau says more than came."""
    with elevated("test: a day"):
        return actions.state_day(bureau_in(world), day=date(2023, 9, 1), said={"count": 2}, by=SYSTEM).code


def known_code(world: Any) -> str:
    """A code of the bureau's own that waits for the second person."""
    with elevated("test: a code"):
        bureau_in(world)
        found = KnownCode.objects.first()
        return (found or actions.enter_code(field="med_type", code="9901", means="21", source="医保编码表", by=SYSTEM)).code


def body(world: Any) -> str:
    return bureau_in(world).code


class plan(word):  # noqa: N801 (reads as a function where it is used)
    """A plan of a year: the same for everybody, so nothing to be kept from a stranger."""

    def __call__(self, world: Any) -> str | int:
        plan_in(world)
        return super().__call__(world)


IDS = {
    "clearing": clearing,
    "day": day,
    "body": body,
    "do-code:code": known_code,
    "field": word("med_type"),
    "number": word(1),
    "do-clearing:verb": word("compare"),
    "do-code:verb": word("confirm"),
    "run": run,
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
