"""The rule reckoned in SQL equals the rule reckoned in Python, to the fen, for any plan and any stay; and survives being kept."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from niangjia.work.mutual_aid.plan.catalogue import SHIPPED
from niangjia.work.mutual_aid.plan.rule import (
    CASH,
    CASH_PLUS_ACCOUNT,
    PER_STAY,
    PER_YEAR,
    Band,
    Daily,
    Rule,
    Waiting,
    as_sql,
    document_of,
    rule_of,
)

MONEY = st.decimals(min_value=0, max_value=Decimal("9999999.99"), places=2)
RATE = st.decimals(min_value=0, max_value=1, places=6)
COLUMNS = (
    "inscp_scp_amt", "act_pay_dedc", "hifp_pay", "cvlserv_pay", "hifob_pay", "maf_pay", "acct_pay", "psn_cash_pay", "used", "granted",
)  # fmt: skip


@st.composite
def rules(draw: Any) -> Rule:
    tops = sorted(draw(st.sets(MONEY.filter(bool), max_size=2)))
    bands = [Band(top, draw(RATE), draw(st.none() | RATE)) for top in [*tops, None]] if draw(st.booleans()) else []
    daily = Daily(draw(MONEY), draw(st.integers(0, 5)), draw(st.none() | st.integers(0, 200))) if draw(st.booleans()) else None
    return Rule(
        code="X", title="试", edition="2023", source="试", fee=Decimal(60), bands=tuple(bands), first_stay=draw(MONEY), daily=daily,
        cap_stay=draw(st.none() | MONEY), cap_year=draw(st.none() | MONEY), band_basis=draw(st.sampled_from([PER_STAY, PER_YEAR])),
        cap_basis=draw(st.sampled_from([CASH, CASH_PLUS_ACCOUNT])),
    )  # fmt: skip


@st.composite
def stays(draw: Any) -> dict[str, Decimal | None]:
    facts: dict[str, Decimal | None] = {name: draw(st.none() | MONEY) for name in COLUMNS}
    facts["pool_prop_selfpay"] = draw(st.none() | st.decimals(min_value=0, max_value=1, places=4))
    for name, most in (("days", 400), ("days_used", 400), ("had_first", 1), ("is_first", 1)):
        facts[name] = Decimal(draw(st.integers(0, most)))
    return facts


def in_sql(rule: Rule, facts: list[dict[str, Any]]) -> list[dict[str, Decimal]]:
    names = list(facts[0])
    rows = " UNION ALL ".join(
        "SELECT " + ", ".join(f"%s::numeric AS {name}" for name in names) + f", {n} AS row" for n, _ in enumerate(facts)
    )
    with connection.cursor() as cursor:
        cursor.execute(as_sql(rule, rows, "row") + " ORDER BY row", [fact[name] for fact in facts for name in names])
        columns = [column.name for column in cursor.description or ()]
        return [dict(zip(columns[1:], row[1:], strict=True)) for row in cursor.fetchall()]


@pytest.mark.django_db
@settings(max_examples=150, deadline=None)
@given(rule=rules(), facts=st.lists(stays(), min_size=1, max_size=3))
def test_sql_and_python_agree_on_every_step(rule: Rule, facts: list[dict[str, Any]]) -> None:
    for found, fact in zip(in_sql(rule, facts), facts, strict=True):
        reckoned = rule.reckon(fact)
        assert {name: Decimal(amount) for name, amount in found.items()} == {name: reckoned[name] for name in found}


@given(rule=rules())
def test_a_rule_survives_being_kept(rule: Rule) -> None:
    assert rule_of(document_of(rule)) == rule


@pytest.mark.parametrize("rule", SHIPPED.values(), ids=SHIPPED)
def test_the_shipped_plans_survive_too(rule: Rule) -> None:
    assert rule_of(document_of(rule)) == rule
    assert rule.source and rule.edition == "2023"


@given(facts=stays(), more=MONEY)
def test_who_bore_more_is_never_granted_less(facts: dict[str, Any], more: Decimal) -> None:
    rule = SHIPPED["P1"]
    facts = facts | {
        "pool_prop_selfpay": Decimal(0),
        "psn_cash_pay": Decimal(10) ** 9,
        "inscp_scp_amt": facts["inscp_scp_amt"] or Decimal(0),
    }
    richer = facts | {"inscp_scp_amt": facts["inscp_scp_amt"] + more}
    assert rule.reckon(richer)["benefit"] >= rule.reckon(facts)["benefit"]


def test_waiting_is_the_longer_of_the_two() -> None:
    from dataclasses import replace
    from datetime import date

    rule = replace(SHIPPED["P2"], waiting=Waiting(days=30, late_first=60))
    begins = date(2023, 5, 1)
    assert rule.covers_from(begins, late=False, continuous=False) == date(2023, 5, 31)
    assert rule.covers_from(begins, late=True, continuous=False) == date(2023, 6, 30)
    assert rule.covers_from(begins, late=True, continuous=True) == date(2023, 5, 31)
