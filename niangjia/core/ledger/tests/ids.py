"""For each argument of this app's addresses a function (world) -> value."""

from datetime import date
from decimal import Decimal
from typing import Any

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.ledger import actions
from niangjia.core.ledger.models import Account, Entry, Fund, PaymentBatch
from tests.house import word


def _fund(world: Any) -> Fund:
    """The fund of the world's town, with one entry and one batch."""
    with elevated("test: a fund"):
        found = Fund.objects.filter(code="TY").first()
        if found:
            return found
        made = actions.open_fund(code="TY", title="工会经费", org=world.here, source="fees", by=SYSTEM, on=date(2023, 1, 1))
        owed, bank = Account.objects.get(code="225"), Account.objects.get(code="102")
        lines = [actions.Line(bank, Decimal("5.00")), actions.Line(owed, Decimal("-5.00"))]
        actions.post(made, lines=lines, key="one", text="收款", by=SYSTEM, on=date(2023, 5, 4))
        payment = actions.Payment("debt", "何静川", "6217000000000001", Decimal("5.00"), owed)
        actions.make_batch(made, title="付款", payments=[payment], by=SYSTEM, on=date(2023, 5, 5))
        return made


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


IDS = {"code": code, "voucher": voucher, "payment": payment, "number": word("102"), "verb": word("freeze")}
