"""For each argument of this app's addresses a function (world) -> value."""

from datetime import date
from decimal import Decimal
from typing import Any

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM, Actor, under
from niangjia.core.access.queries import grants_in_force
from niangjia.core.ledger import actions
from niangjia.core.ledger.models import Account, BankLine, Commitment, Entry, Fund, PaymentBatch
from tests.house import word


def _fund(world: Any) -> Fund:
    """The fund of the world's town, with one entry and one batch."""
    with elevated("test: a fund"):
        found = Fund.objects.filter(code="TY").first()
        if found:
            return found
        made = actions.open_fund(code="TY", title="工会经费", org=world.here, source="fees", by=SYSTEM, on=date(2023, 1, 1))
        owed, bank, expense = (Account.objects.get(code=code) for code in ("225", "102", "501"))
        lines = [actions.Line(bank, Decimal("5.00")), actions.Line(owed, Decimal("-5.00"))]
        actions.post(made, lines=lines, key="one", text="收款", by=SYSTEM, on=date(2023, 5, 4))
        payment = actions.Payment("debt", "何静川", "6217000000000001", Decimal("5.00"), owed)
        with_people = _two(world)
        budget = actions.enter_budget(
            made, year=2023, lines=[actions.Planned(expense, Decimal("9.00"))], resolution="会议", by=with_people[0]
        )
        actions.approve_budget(budget, by=with_people[1])
        actions.make_commitment(made, account=expense, amount=Decimal("3.00"), text="合同", by=SYSTEM, on=date(2023, 5, 4))
        moved = actions.Moved(2, date(2023, 5, 4), Decimal("5.00"), "某公司", "收款")
        actions.take_statement(made, lines=[moved], opening=Decimal(0), closing=Decimal("5.00"), data=b"statement", name="a.csv", by=SYSTEM)
        actions.make_batch(made, title="付款", payments=[payment], by=SYSTEM, on=date(2023, 5, 5))
        return made


def _two(world: Any) -> list[Actor]:
    """Two persons with posts over the town."""
    officers = (world.officer(world.here, role=role) for role in ("accountant", "district_leader"))
    return [under(grants_in_force(officer).get()) for officer in officers]


def code(world: Any) -> str:
    return _fund(world).code


def voucher(world: Any) -> str:
    """The entry of the fund."""
    with elevated("test: codes"):
        return Entry.objects.get(fund=_fund(world)).code


def payment(world: Any) -> str:
    """The payment batch of the fund."""
    with elevated("test: codes"):
        return PaymentBatch.objects.get(fund=_fund(world)).code


def commitment(world: Any) -> str:
    """The commitment of the fund."""
    with elevated("test: codes"):
        return Commitment.objects.get(fund=_fund(world)).code


def line(world: Any) -> str:
    """The bank's line of the fund."""
    with elevated("test: codes"):
        return BankLine.objects.get(fund=_fund(world)).code


IDS = {
    "commitment": commitment,
    "line": line,
    "year": word(2023),
    "flag": word("repeated"),
    "decide-budget:verb": word("approve"),
    "code": code,
    "voucher": voucher,
    "payment": payment,
    "number": word("102"),
    "verb": word("freeze"),
}
