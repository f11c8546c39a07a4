"""A district that holds the pool, a covered member, and the officers who work on claims. Call it elevated."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from niangjia.core.access.actor import SYSTEM, Actor, under, worker
from niangjia.core.access.queries import grants_in_force
from niangjia.core.cases.actions import advance
from niangjia.core.cases.models import Case
from niangjia.core.ledger import actions as ledger
from niangjia.core.ledger.enums import Source
from niangjia.core.ledger.layouts import BACK
from niangjia.core.ledger.models import Fund, PaymentBatch
from niangjia.core.people.actions import give_account
from niangjia.core.people.models import Person
from niangjia.core.people.tests.factories import id_number
from niangjia.work.mutual_aid import actions
from niangjia.work.mutual_aid.models import Settlement
from niangjia.work.mutual_aid.tests.factories import enrol, file_of, make_plan
from tests.world import World

STAY = actions.Stay("外地医院", date(2023, 9, 1), date(2023, 9, 8), Decimal(9000), Decimal(6000), Decimal(2500))
AMOUNTS = {"act_pay_dedc": Decimal(600), "hifp_pay": Decimal(1000), "pool_prop_selfpay": Decimal("0.5")}
"""With these the rule infers a burden of 1,000 yuan: 800 and, at the first stay, 200."""


class Ground(World):
    """The district with its pool."""

    def __init__(self) -> None:
        self.fund: Fund = ledger.open_fund(
            code="HZ", title="医疗互助金", org=self.district, source=Source.MUTUAL_AID, by=SYSTEM, on=date(2023, 1, 1)
        )
        self.plan = make_plan(pool=self.fund)
        self.actors: dict[str, Actor] = {}

    def covered(self, **facts: Any) -> Person:
        """A member with a policy, a number and an account."""
        policy = {"consent_on": facts.pop("consent_on")} if "consent_on" in facts else {}
        made = self.new_person(**({"id_number": id_number(), "bank_account": "6217000000000001"} | facts))
        enrol(made, self.plan, **policy)
        return made

    def acting(self, role: str = "service_centre", number: int = 1) -> Actor:
        """An officer of the district in a role; another ``number`` is another person."""
        key = f"{role} {number}"
        if key not in self.actors:
            self.actors[key] = under(grants_in_force(self.officer(self.district, role=role)).get())
        return self.actors[key]

    def phone(self, person: Person) -> Actor:
        """The person at their own telephone."""
        return worker(give_account(person=person, by=SYSTEM), person.pk)

    def claimed(self, person: Person, stay: actions.Stay = STAY, **facts: Any) -> Case:
        return actions.claim_stay(person, stay=stay, by=self.phone(person), on=date(2023, 12, 18), **facts)

    def granted(self, case: Case, *, by: Actor | None = None, **amounts: Any) -> Settlement:
        advance(case, "grant", by=by or self.acting(), reason="发票、清单都在", **(AMOUNTS | amounts))
        return Settlement.objects.get(claim__case=case)

    def take(self, *rows: dict[str, str]) -> None:
        actions.take_settlements(data=file_of(*rows), by=SYSTEM, said={"count": len(rows)})

    def sent(self) -> PaymentBatch:
        """A batch of everything that may be paid, at the bank."""
        made = actions.make_payments(self.fund, by=self.acting("accountant"))
        assert made.batch
        frozen = ledger.freeze(made.batch, by=self.acting("accountant"))
        ledger.check_batch(frozen, total=frozen.total, count=frozen.count, by=self.acting("cashier_checker"))
        with override_settings(RESOLUTION_ABOVE=Decimal(10**9)):
            ledger.approve(frozen, by=self.acting("district_leader"))
        return ledger.send_to_bank(frozen, by=self.acting("accountant"))

    def paid(self) -> None:
        """Everything that may be paid is paid."""
        self.returned(self.sent())

    def returned(self, batch: PaymentBatch) -> None:
        """The bank's return: everything was paid."""
        rows = [f"{batch.code},{line.number},{line.amount},成功,,20231218" for line in batch.lines.order_by("number")]
        data = "\n".join([",".join(BACK), *rows, f"{batch.code},合计,{batch.total},,,"]).encode()
        ledger.read_return(batch, data=data, by=self.acting("accountant"))


def photo(name: str = "发票.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"\x89PNG\r\n\x1a\n" + b"\x00" * 64)
