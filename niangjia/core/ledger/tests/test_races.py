"""Two at the same time, each on a connection of its own: the budget is not overspent, a statement is taken in once."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.ledger import actions
from niangjia.core.ledger.actions import Moved, Planned
from niangjia.core.ledger.enums import Source
from niangjia.core.ledger.models import BankLine, BankStatement
from niangjia.core.ledger.queries import checks, use_of_budget
from niangjia.core.ledger.tests.test_budgets import OPENED, account, acting, planned, promise, spend
from tests.world import World


def in_threads(*acts: Callable[[], Any]) -> list[Exception | None]:
    """Do things at the same time, each on its own connection; what each raised."""
    start, raised = Barrier(len(acts)), dict.fromkeys(range(len(acts)), None)

    def run(number: int, act: Callable[[], Any]) -> None:
        start.wait()
        try:
            act()
        except (ValidationError, IntegrityError) as error:
            raised[number] = error  # type: ignore[assignment]
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return list(raised.values())


def test_two_officers_at_once_do_not_overspend_together(own_database: str) -> None:
    world = World()
    with transaction.atomic(), elevated("test"):
        fund = actions.open_fund(code="JF", title="工会经费", org=world.district, source=Source.FEES, by=SYSTEM, on=OPENED)
        maker, leader = acting(world, "accountant"), acting(world, "district_leader")
        planned(fund, maker, leader, Planned(account("501"), Decimal("1000.00")))
    raised = in_threads(
        *(lambda n=n: spend(fund, "300.00", f"k{n}") for n in range(3)), *(lambda: promise(fund, "300.00") for _ in range(3))
    )
    assert sum(error is None for error in raised) == 3
    assert all("超出预算" in str(error) for error in raised if error)
    with transaction.atomic(), elevated("test"):
        use = use_of_budget(fund, 2023)[0]
        assert use.free == Decimal("100.00") and all(check.ok for check in checks())


def test_a_budget_is_not_lowered_below_what_is_spent_in_the_same_moment(own_database: str) -> None:
    world = World()
    with transaction.atomic(), elevated("test"):
        fund = actions.open_fund(code="JF", title="工会经费", org=world.district, source=Source.FEES, by=SYSTEM, on=OPENED)
        maker, leader = acting(world, "accountant"), acting(world, "district_leader")
        planned(fund, maker, leader, Planned(account("501"), Decimal("1000.00")))
        less = actions.enter_budget(fund, year=2023, lines=[Planned(account("501"), Decimal("100.00"))], resolution="调减", by=maker)
    raised = in_threads(lambda: spend(fund, "500.00"), lambda: actions.approve_budget(less, by=leader))
    assert sum(error is None for error in raised) == 1
    with transaction.atomic(), elevated("test"):
        assert all(use.free >= 0 for use in use_of_budget(fund, 2023))


def test_one_statement_sent_twice_at_once_is_taken_in_once(own_database: str) -> None:
    with transaction.atomic(), elevated("test"):
        fund = actions.open_fund(
            code="HZ", title="互助金", org=World().district, source=Source.AID, by=SYSTEM, on=OPENED, is_budgeted=False
        )
    lines = [Moved(number, date(2023, 11, 1), Decimal("5.00")) for number in range(2, 12)]

    def take() -> None:
        actions.take_statement(fund, lines=lines, opening=Decimal(0), closing=Decimal("50.00"), data=b"x", name="x.csv", by=SYSTEM)

    assert in_threads(take, take, take) == [None, None, None]
    with transaction.atomic(), elevated("test"):
        assert (BankStatement.objects.count(), BankLine.objects.count()) == (1, 10)
