"""Whatever comes in whatever order, in however many files: SQL for all says what Python says for one, to the fen."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from niangjia.core.access.actor import SYSTEM
from niangjia.core.ledger.actions import open_fund
from niangjia.core.ledger.enums import Source
from niangjia.core.people.tests.factories import id_number
from niangjia.work.mutual_aid.actions import paying, take_settlements
from niangjia.work.mutual_aid.enums import SettlementState
from niangjia.work.mutual_aid.models import Settlement
from niangjia.work.mutual_aid.plan.catalogue import SHIPPED
from niangjia.work.mutual_aid.plan.member import Member, Policy
from niangjia.work.mutual_aid.plan.record import record_of
from niangjia.work.mutual_aid.plan.rule import PER_YEAR, Daily, Rule
from niangjia.work.mutual_aid.tests.factories import FIRST, LAST, enrol, file_of, make_plan, stay
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeing_all")]
PAY, NEXT_FILE = "pay", "next file"
NUMBER = id_number()
BY_THE_YEAR = replace(
    SHIPPED["P1"],
    band_basis=PER_YEAR,
    cap_year=Decimal(4000),
    cap_stay=Decimal(2500),
    daily=Daily(Decimal(50), 1, 9),
    cap_basis="cash_plus_account",
)
RULES: dict[str, tuple[Rule, ...]] = {"as shipped": (SHIPPED["P1"], SHIPPED["P2"]), "by the year": (BY_THE_YEAR, SHIPPED["P2"])}


@st.composite
def stays(draw: st.DrawFn) -> dict[str, str]:
    setl_id = draw(st.sampled_from(["S1", "S2", "S3", "S4"]))
    said = stay(
        NUMBER, setl_id, draw(st.sampled_from(["100.01", "1000", "2999.99", "3000", "12000"])),
        mdtrt_id=draw(st.sampled_from([f"M-{setl_id}", "M-one", ""])), med_type=draw(st.sampled_from(["21"] * 6 + ["22", "11", "9901"])),
        setl_time=draw(st.sampled_from(["2023-05-20"] + ["2023-09-01 10:20:00"] * 4 + ["2024-05-01"])),
        pool_prop_selfpay=draw(st.sampled_from(["0.5", "0.75", "0.8333", "0"])), act_pay_dedc=draw(st.sampled_from(["600", "0", ""])),
        psn_type=draw(st.sampled_from(["1101", "1101", "1201"])), insutype=draw(st.sampled_from(["310", "310", "", "390"])),
        psn_cash_pay=draw(st.sampled_from(["99999", "1500.55"])), acct_pay=draw(st.sampled_from(["", "20.02"])),
        begntime="2023-08-01", endtime=draw(st.sampled_from(["2023-08-01", "2023-08-06", "2023-08-20"])),
        medfee_sumamt="30000", fund_pay_sumamt="10000", psn_part_amt=draw(st.sampled_from([""] * 5 + ["19999.98", "20000.01"])), inscp_scp_amt="20000",
    )  # fmt: skip
    kind = draw(st.sampled_from(["stay"] * 6 + ["back", "other back", "invalid"]))
    if kind == "back":
        return said | {"refd_setl_flag": "1"}
    if kind == "other back":
        return said | {"refd_setl_flag": "1", "setl_id": f"R-{setl_id}", "orig_setl_id": setl_id}
    return said | {"vali_flag": "0"} if kind == "invalid" else said


EVENTS = st.lists(st.one_of(stays(), stays(), stays(), st.sampled_from([PAY, NEXT_FILE])), min_size=1, max_size=12)


def in_python(events: list[Any], rules: tuple[Rule, ...]) -> dict[str, tuple[str, Decimal, Decimal]]:
    policies = [Policy(NUMBER, rules[0].code, "2023", FIRST, LAST), Policy(NUMBER, rules[1].code, "2023", FIRST, LAST, late=True)]
    member = Member(policies, {rule.code: rule for rule in rules})
    for event in events:
        if event == PAY:
            member.pay()
        elif event != NEXT_FILE:
            member.arrive(record_of(event))
    return {setl_id: (one.state, one.benefit, one.paid) for setl_id, one in member.standings.items()}


def in_sql(events: list[Any], fund: int) -> dict[str, tuple[str, Decimal, Decimal]]:
    for number, (marks, group) in enumerate(groupby(events, key=lambda event: event in (PAY, NEXT_FILE))):
        if not marks:  # a column that says nothing keeps a later file of the same rows from being the same file
            take_settlements(data=file_of(*(event | {"file": str(number)} for event in group)), by=SYSTEM)
        elif PAY in group:
            pay_all(fund)
    return {one.setl_id: (one.state, one.benefit, one.paid) for one in Settlement.objects.all()}


def pay_all(fund: int) -> None:
    """What a batch and the bank's return do, without the batch."""
    with connection.cursor() as cursor:
        cursor.execute(paying._DUE, {"fund": fund})
    approved = list(Settlement.objects.filter(state=SettlementState.APPROVED))
    paying._paid(approved, {one.pk: one.due for one in approved}, date(2023, 12, 18))


@pytest.fixture(params=RULES)
def ground(request: pytest.FixtureRequest) -> tuple[tuple[Rule, ...], int]:
    world = World()
    fund = open_fund(code="HZ", title="医疗互助金", org=world.district, source=Source.MUTUAL_AID, by=SYSTEM, on=date(2023, 1, 1))
    person = world.new_person(id_number=NUMBER)
    rules = RULES[request.param]
    enrol(person, make_plan(rules[0], pool=fund))
    enrol(person, make_plan(rules[1], pool=fund), late=True)
    return rules, fund.pk


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(events=EVENTS)
def test_sql_and_python_agree(ground: tuple[tuple[Rule, ...], int], events: list[Any]) -> None:
    rules, fund = ground
    with transaction.atomic():
        found = in_sql(events, fund)
        transaction.set_rollback(True)
    assert found == in_python(events, rules)
