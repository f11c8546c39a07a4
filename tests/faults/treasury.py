"""What the killed processes do with money: `python -m tests.faults.treasury ready|work|race|state`; prints one JSON line."""

import json
import sys
from datetime import date
from decimal import Decimal
from typing import Any

from niangjia.config.commands.ground import start_django

PERSONS, STAYS = 90, 30
"""Persons with a policy; stays in a file, which go round among them."""
EVERY = 7
"""Every so-manieth line fails at the bank the first time, and is paid from the next batch."""
SETTLED = date(2023, 9, 1)
OFFICERS = {"maker": "accountant", "checker": "cashier_checker", "leader": "district_leader"}


def ready() -> object:
    """A pool with money, everybody covered, and three officers."""
    start_django()
    from niangjia.base.scope import elevated
    from niangjia.core.access.actions import grant, open_account
    from niangjia.core.access.actor import SYSTEM
    from niangjia.core.ledger.actions import Line, open_fund, post
    from niangjia.core.ledger.enums import Source
    from niangjia.core.ledger.models import Account
    from niangjia.core.orgs.models import Organisation
    from niangjia.core.people.actions import admit, register_person
    from niangjia.work.mutual_aid.tests.factories import enrol, make_plan

    with elevated("faults: the prepared district"):
        union, district = Organisation.objects.get(name="第一纺织厂工会"), Organisation.objects.get(parent=None)
        fund = open_fund(
            code="HZ", title="医疗互助金", org=district, source=Source.MUTUAL_AID, by=SYSTEM, on=date(2023, 1, 1), is_budgeted=False
        )
        premiums = [Line(Account.objects.get(code="102"), Decimal(900_000)), Line(Account.objects.get(code="231"), Decimal(-900_000))]
        post(fund, lines=premiums, key="premiums", text="互助费", by=SYSTEM, on=date(2023, 6, 30))
        plan = make_plan(pool=fund)
        for each in range(PERSONS):
            person = register_person(
                name="何静川",
                home_org=union,
                id_number=_number(each),
                bank_account=f"62170000000000{each:02d}",
                by=SYSTEM,
                on=date(2023, 1, 1),
            )
            admit(person, union=union, by=SYSTEM, on=date(2023, 1, 1))
            enrol(person, plan)
        for name, role in OFFICERS.items():
            grant(user=open_account(username=name, name=name, by=SYSTEM), role=role, org=district, by=SYSTEM, valid_from=date(2019, 5, 6))
    return fund.code


def _number(each: int) -> str:
    from niangjia.base.chinese import id_check_digit

    stem = f"00033019900501{each:03d}"
    return stem + id_check_digit(stem)


def file(number: int) -> bytes:
    """The stays of one file; each but the first also takes back the first stay of the file before."""
    from niangjia.work.mutual_aid.tests.factories import back, file_of, stay

    rows = [stay(_number(_person(number, at)), f"F{number}-{at}", fixmedins_name="望湖医院") for at in range(STAYS)]
    taken_back = [back(_number(_person(number - 1, 0)), f"F{number - 1}-0", fixmedins_name="望湖医院")] if number else []
    return file_of(*rows, *taken_back)


def _person(number: int, at: int) -> int:
    return (number * STAYS + at) % PERSONS


def work(files: int) -> object:
    """Take in so many files one after another, and pay after each everything that may be paid; what stands half-way goes on first."""
    start_django()
    from niangjia.core.access.actor import SYSTEM
    from niangjia.work.mutual_aid.actions import take_settlements

    print("going", flush=True)
    for number in range(files):
        taken = take_settlements(data=file(number), said={"count": STAYS + (number > 0)}, by=SYSTEM)
        if not taken.known or number == files - 1:
            _pay()
    _pay()
    return True


def _pay() -> None:
    """Every batch to its end, and new ones until nothing is due."""
    from niangjia.base.scope import elevated
    from niangjia.core.ledger.enums import BatchState
    from niangjia.core.ledger.models import Fund, PaymentBatch
    from niangjia.work.mutual_aid.actions import make_payments

    with elevated("faults: the pool"):
        fund = Fund.objects.select_related("org").get(code="HZ")
        open_ = list(PaymentBatch.objects.exclude(state__in=[BatchState.SETTLED, BatchState.DROPPED]).select_related("fund__org"))
    batch = open_[0] if open_ else make_payments(fund, by=_officer("maker"), on=date(2023, 12, 18)).batch
    while batch:
        _to_its_end(batch)
        batch = make_payments(fund, by=_officer("maker"), on=date(2023, 12, 18)).batch


def _to_its_end(batch: Any) -> None:
    from niangjia.core.ledger import actions
    from niangjia.core.ledger.enums import BatchState

    maker, checker, leader = (_officer(name) for name in OFFICERS)
    if batch.state == BatchState.DRAFT:
        batch = actions.freeze(batch, by=maker)
    if batch.state == BatchState.FROZEN:
        batch = actions.check_batch(batch, total=batch.total, count=batch.count, by=checker)
    if batch.state == BatchState.CHECKED:
        batch = actions.approve(batch, by=leader, resolution="主席办公会")
    if batch.state == BatchState.APPROVED:
        batch = actions.send_to_bank(batch, by=maker)
    actions.read_return(batch, data=_answers(batch), by=maker)


def _officer(name: str) -> Any:
    from niangjia.base.scope import elevated
    from niangjia.core.access.actor import under
    from niangjia.core.access.models import User
    from niangjia.core.access.queries import grants_in_force

    with elevated("faults: an officer"):
        return under(grants_in_force(User.objects.get(username=name)).get())


def _answers(batch: Any) -> bytes:
    """The bank's return: the same however often it is asked for."""
    from niangjia.base.scope import elevated
    from niangjia.core.ledger.layouts import BACK
    from niangjia.core.ledger.models import PaymentLine

    with elevated("faults: the bank"):
        lines = list(batch.lines.order_by("number"))
        again = set(PaymentLine.objects.filter(batch__pk__lt=batch.pk, key__in=[line.key for line in lines]).values_list("key", flat=True))
    rows = [",".join(BACK)]
    for line in lines:
        fails = line.number % EVERY == 0 and line.key not in again
        rows.append(f"{batch.code},{line.number},{line.amount},{'失败,户名不符,' if fails else '成功,,20231218'}")
    return "\n".join([*rows, f"{batch.code},合计,{sum(line.amount for line in lines)},,,"]).encode()


def race(number: int, shares: int) -> object:
    """Take in a file when told to: with the very same bytes as another process, or (``shares``) with one that holds the same stays and more."""
    start_django()
    from niangjia.core.access.actor import SYSTEM
    from niangjia.work.mutual_aid.actions import take_settlements

    data = file(number) + (b"\n" + file(number + 1).partition(b"\n")[2] if shares else b"")
    print("going", flush=True)
    sys.stdin.readline()
    outcome = take_settlements(data=data, by=SYSTEM)
    return {"known": outcome.known, "new": outcome.new}


def state() -> object:
    """What does not fit together, and how far the money has come."""
    start_django()
    from django.db import connection

    from niangjia.base.scope import elevated
    from niangjia.core.ledger.models import PaymentBatch, PaymentLine
    from niangjia.core.ledger.queries import checks as books
    from niangjia.core.trail.queries import checks
    from niangjia.work.mutual_aid.models import Intake, Settlement

    with elevated("faults: all money"), connection.cursor() as cursor:
        found = {name: _count(cursor, query) for name, query in WRONG.items()}
        states = Settlement.objects.values_list("state", flat=True)
        return {
            "wrong": {name: number for name, number in found.items() if number},
            "files": Intake.objects.count(),
            "stays": {state: sum(one == state for one in states) for state in sorted(set(states))},
            "paid": PaymentLine.objects.filter(state="paid").count(),
            "failed": PaymentLine.objects.filter(state="failed").count(),
            "open": PaymentBatch.objects.exclude(state="settled").count(),
            "broken": [check.name for check in (*checks(), *books()) if not check.ok],
        }


def _count(cursor: Any, query: str) -> int:
    cursor.execute(query)
    return int(cursor.fetchone()[0])


_PAID_LINE = "SELECT FROM ledger_paymentline line WHERE line.state = 'paid' AND line.key = 'settlement ' || one.id"
WRONG = {
    "a file of which only a part is there": f"SELECT abs((SELECT count(*) FROM mutual_aid_settlement) - {STAYS} * (SELECT count(*) FROM mutual_aid_intake))",
    "a debt paid twice": """SELECT count(*) FROM (SELECT FROM ledger_paymentline WHERE state = 'paid' GROUP BY fund_id, key HAVING count(*) > 1) AS twice""",
    "a settlement called paid that no line paid": f"""SELECT count(*) FROM mutual_aid_settlement one WHERE state IN ('paid', 'clawback_open')
        AND NOT EXISTS ({_PAID_LINE} AND line.amount = one.paid)""",
    "a line paid of which the settlement knows nothing": f"SELECT count(*) FROM mutual_aid_settlement one WHERE paid = 0 AND EXISTS ({_PAID_LINE})",
    "a settlement in a batch that has no living line for it": """SELECT count(*) FROM mutual_aid_settlement one WHERE paying <> '' AND NOT EXISTS (
        SELECT FROM ledger_paymentline line JOIN ledger_paymentbatch batch ON batch.id = line.batch_id
        WHERE batch.code = one.paying AND line.key = 'settlement ' || one.id AND line.state = 'waiting')""",
    "a line at work whose settlement is not in its batch": """SELECT count(*) FROM ledger_paymentline line JOIN ledger_paymentbatch batch ON batch.id = line.batch_id
        WHERE line.state = 'waiting' AND NOT EXISTS (SELECT FROM mutual_aid_settlement one WHERE one.paying = batch.code AND line.key = 'settlement ' || one.id)""",
    "money of the bank's account that no line paid": """SELECT (SELECT coalesce(sum(leg.amount), 0) FROM ledger_leg leg JOIN ledger_account account ON account.id = leg.account_id
        WHERE account.code = '102') - 900000 + (SELECT coalesce(sum(amount), 0) FROM ledger_paymentline WHERE state = 'paid')""",
    "a person owed who was not granted it": """SELECT count(*) FROM (SELECT leg.person_id, sum(leg.amount) AS owed FROM ledger_leg leg
            JOIN ledger_account account ON account.id = leg.account_id WHERE account.code = '225' GROUP BY leg.person_id) AS person
        WHERE -person.owed <> (SELECT coalesce(sum(one.posted), 0) FROM mutual_aid_settlement one WHERE one.person_id = person.person_id)
            - (SELECT coalesce(sum(line.amount), 0) FROM ledger_paymentline line WHERE line.state = 'paid' AND line.person_id = person.person_id)""",
    "a failed line without a reason, or a batch of them without its task": """SELECT (SELECT count(*) FROM ledger_paymentline WHERE state = 'failed' AND fault <> '户名不符')
        + abs((SELECT count(DISTINCT batch.id) FROM ledger_paymentbatch batch JOIN ledger_paymentline line ON line.batch_id = batch.id
            WHERE batch.state = 'settled' AND line.state = 'failed') - (SELECT count(*) FROM tasks_task WHERE kind = 'ledger.mend'))""",
    "a payee not told once": """SELECT abs((SELECT count(*) FROM ledger_paymentline WHERE state IN ('paid', 'failed'))
        - (SELECT count(*) FROM notices_notice WHERE channel = 'app' AND title IN ('钱到账了', '钱没有付成')))""",
}
"""What must be nothing at any moment: a count by name."""


if __name__ == "__main__":
    verb, *rest = sys.argv[1:]
    print(json.dumps({"ready": ready, "work": work, "race": race, "state": state}[verb](*map(int, rest))))
