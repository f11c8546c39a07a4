"""Entries balance or are refused, are posted once, taken back in red, and never into a closed period; balances are those of the legs."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, ProgrammingError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from niangjia.base.calendar import today
from niangjia.base.scope import elevated, scoped
from niangjia.core.access.actor import SYSTEM, Actor, under
from niangjia.core.access.queries import grants_in_force
from niangjia.core.access.rules import Refused
from niangjia.core.ledger import actions
from niangjia.core.ledger.actions import Line, Posting
from niangjia.core.ledger.enums import Source
from niangjia.core.ledger.models import Account, Entry, Fund, Leg, Tally, VoucherNumber
from niangjia.core.ledger.queries import balance, balances, cash_of, checks
from tests.world import World

pytestmark = pytest.mark.django_db
OPENED = date(2023, 1, 1)
DAY = date(2023, 11, 6)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def fund(world: World) -> Fund:
    return actions.open_fund(code="JF", title="工会经费", org=world.district, source=Source.FEES, by=SYSTEM, on=OPENED, is_budgeted=False)


def account(code: str) -> Account:
    return Account.objects.get(code=code)


def lines(amount: str, debit: str = "501", credit: str = "102", **facts: Any) -> list[Line]:
    money = Decimal(amount)
    return [Line(account(debit), money, **facts), Line(account(credit), -money)]


def post(fund: Fund, amount: str = "860.00", key: str = "k1", **facts: Any) -> Entry:
    said = {"lines": lines(amount), "text": "职工运动会", "by": SYSTEM, "on": DAY} | facts
    return actions.post(fund, key=key, **said)


def end_of(fund: Fund, code: str, on: date = DAY) -> Decimal:
    with elevated("test"):
        return balance(fund, account(code), on)


def test_an_entry_is_posted_and_stands_in_the_balances_of_its_day(fund: Fund) -> None:
    post(fund)
    assert (end_of(fund, "501"), end_of(fund, "102")) == (Decimal("860.00"), Decimal("-860.00"))
    assert end_of(fund, "501", DAY - timedelta(days=1)) == 0
    assert end_of(fund, "501", date(2023, 12, 18)) == Decimal("860.00")


@pytest.mark.parametrize(
    ("amounts", "said"),
    [((["1.00", "-0.99"]), "借贷不平，差 0.01 元"), (["1.00"], "一借一贷"), (["0.001", "-0.001"], "到分为止"), (["0", "0"], "不能是 0"),
     (["NaN", "-1"], "到分为止")],
)  # fmt: skip
def test_what_does_not_balance_is_refused_in_words(fund: Fund, amounts: list[str], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        post(fund, lines=[Line(account("501"), Decimal(amount)) for amount in amounts])


def raw(query: str, **values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(query, values)


RAW_ENTRY = """INSERT INTO ledger_entry (fund_id, "on", key, text, about, reason, by, made_at, transaction)
    VALUES (%(fund)s, %(on)s, 'raw', '', '', '', 'x', now(), 0) RETURNING id"""
RAW_LEG = """INSERT INTO ledger_leg (entry_id, fund_id, "on", account_id, amount)
    SELECT max(id), %(fund)s, %(on)s, (SELECT id FROM ledger_account WHERE code = '102'), 5 FROM ledger_entry WHERE fund_id = %(fund)s"""


def test_whoever_writes_past_the_verbs_is_refused_by_the_database_at_the_commit(fund: Fund) -> None:
    values = {"fund": fund.pk, "on": DAY}
    with pytest.raises(IntegrityError, match="借贷不平"), transaction.atomic(), elevated("test"):
        raw(RAW_ENTRY, **values)
        raw(RAW_LEG, **values)
        raw("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_posting_after_constraints_were_made_immediate_balances_too(fund: Fund) -> None:
    with transaction.atomic(), elevated("test"):
        raw("SET CONSTRAINTS ALL IMMEDIATE")
        post(fund)
    assert end_of(fund, "501") == Decimal("860.00")


@pytest.mark.parametrize("table", ["ledger_entry", "ledger_leg", "ledger_closing"])
def test_what_is_posted_is_never_changed(fund: Fund, table: str) -> None:
    post(fund)
    for query in (f"DELETE FROM {table}", f"UPDATE {table} SET id = id"):
        with pytest.raises(ProgrammingError, match="只许追加"), transaction.atomic():
            raw(query)


def test_the_same_key_posts_once(fund: Fund) -> None:
    first = post(fund)
    assert post(fund, "999.00") == first
    assert end_of(fund, "501") == Decimal("860.00")


def test_an_entry_is_taken_back_in_red_once_with_a_reason(fund: Fund) -> None:
    entry = post(fund)
    with pytest.raises(ValidationError, match="至少4个字"):
        actions.reverse(entry, by=SYSTEM, reason="错", on=DAY)
    with pytest.raises(ValidationError, match="不能早于"):
        actions.reverse(entry, by=SYSTEM, reason="记错了科目", on=DAY - timedelta(days=1))
    red = actions.reverse(entry, by=SYSTEM, reason="记错了科目", on=DAY)
    assert end_of(fund, "501") == 0
    with elevated("test"):
        assert sorted(leg.amount for leg in red.legs.all()) == [Decimal("-860.00"), Decimal("860.00")]
    with pytest.raises(ValidationError, match="已经冲销过"):
        actions.reverse(entry, by=SYSTEM, reason="再冲一次看看", on=DAY)
    with pytest.raises(ValidationError, match="红字凭证"):
        actions.reverse(red, by=SYSTEM, reason="把红字再冲掉", on=DAY)


def test_a_closed_month_takes_nothing_more_and_its_entries_have_numbers_without_a_gap(fund: Fund) -> None:
    for number, day in enumerate((date(2023, 10, 9), date(2023, 10, 3), date(2023, 11, 1)), 1):
        post(fund, key=f"k{number}", on=day)
    actions.close_period(fund, up_to=date(2023, 10, 31), by=SYSTEM)
    with pytest.raises(ValidationError, match="账已结到2023年10月31日"):
        post(fund, key="late", on=date(2023, 10, 31))
    with pytest.raises(IntegrityError, match="账已结"), transaction.atomic(), elevated("test"):
        raw(RAW_ENTRY, fund=fund.pk, on=date(2023, 10, 20))
    post(fund, key="next", on=date(2023, 11, 1))
    with elevated("test"):
        assert list(VoucherNumber.objects.order_by("number").values_list("entry__key", "number")) == [("k2", 1), ("k1", 2)]
    with pytest.raises(ValidationError, match="已经结到"):
        actions.close_period(fund, up_to=date(2023, 10, 31), by=SYSTEM)
    actions.close_period(fund, up_to=date(2023, 11, 30), by=SYSTEM)
    with elevated("test"):
        november = VoucherNumber.objects.filter(month=11).order_by("number")
        assert [(one.entry.key, one.number) for one in november] == [("k3", 1), ("next", 2)]


@pytest.mark.parametrize(("up_to", "said"), [(date(2023, 10, 30), "月末"), (date(2024, 2, 29), "没有过完")])
def test_a_month_is_closed_whole_and_only_when_it_is_over(fund: Fund, up_to: date, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        actions.close_period(fund, up_to=up_to, by=SYSTEM)


@pytest.mark.parametrize("on", [date(2022, 12, 31), date(2030, 1, 1)])
def test_a_day_outside_the_books_is_refused(fund: Fund, on: date) -> None:
    with pytest.raises(ValidationError, match=r"没有到|不在这本账"):
        post(fund, on=on)


def test_many_are_posted_at_once_and_only_those_that_are_new(fund: Fund, world: World) -> None:
    postings = [Posting(f"p{number}", "补助", lines("10.00", person_id=world.person.pk), "batch:1") for number in range(50)]
    assert actions.post_many(fund, postings=postings[:30], by=SYSTEM, on=DAY) == 30
    assert actions.post_many(fund, postings=postings, by=SYSTEM, on=DAY) == 20
    assert end_of(fund, "501") == Decimal("500.00")
    with elevated("test"):
        assert Leg.objects.filter(person=world.person).count() == 50
    with pytest.raises(ValidationError, match="同一个唯一标识"):
        actions.post_many(fund, postings=[postings[0], postings[0]], by=SYSTEM, on=DAY)


def test_one_that_does_not_balance_among_many_stops_them_all(fund: Fund) -> None:
    bad = Posting("bad", "差一分", [Line(account("501"), Decimal("1.00")), Line(account("102"), Decimal("-0.99"))])
    with pytest.raises(ValidationError, match="借贷不平"):
        actions.post_many(fund, postings=[Posting("good", "好的", lines("1.00")), bad], by=SYSTEM, on=DAY)
    with elevated("test"):
        assert not Entry.objects.exists()


def test_what_funds_have_in_the_bank_is_asked_for_all_at_once(fund: Fund, world: World, django_assert_num_queries: Any) -> None:
    post(fund, "860.00")
    actions.reverse(post(fund, "5.00", key="k2"), by=SYSTEM, reason="记错了科目", on=DAY)
    other = actions.open_fund(code="QT", title="帮扶", org=world.district, source=Source.AID, by=SYSTEM, on=OPENED)
    with elevated("test"), django_assert_num_queries(2):
        assert cash_of([fund, other]) == {fund.pk: Decimal("-860.00")}


def test_an_earmark_is_counted_by_itself(fund: Fund) -> None:
    mark = actions.add_earmark(fund, code="YD", title="运动会", by=SYSTEM, on=OPENED)
    post(fund, lines=lines("5.00", earmark=mark))
    post(fund, "7.00", key="k2")
    with elevated("test"):
        assert balance(fund, account("501"), DAY, mark) == Decimal("5.00")


def test_only_who_may_posts_and_a_stranger_sees_no_books(fund: Fund, world: World) -> None:
    post(fund)
    for role, org in (("town_officer", world.here), ("auditor", world.district), ("cashier_checker", world.district)):
        with pytest.raises(Refused):
            post(fund, key="x", by=_acting(world, role, org))
    with scoped(_acting(world, "accountant", world.elsewhere).scope):
        assert not Fund.objects.exists() and not Entry.objects.exists() and not Leg.objects.exists() and not Tally.objects.exists()
    post(fund, key="y", by=_acting(world, "accountant", world.district))


def _acting(world: World, role: str, org: Any) -> Actor:
    with elevated("test: a post"):
        return under(grants_in_force(world.officer(org, role=role)).get())


def test_the_checks_find_a_tally_that_was_tampered_with(fund: Fund) -> None:
    post(fund)
    with elevated("test"):
        assert all(check.ok for check in checks())
        Tally.objects.filter(account__code="501").update(debit=1)
        assert [check.name for check in checks() if not check.ok] == ["ledger.tally"]


DAYS = st.dates(min_value=OPENED, max_value=date(2023, 12, 18))
POSTED = st.lists(st.tuples(DAYS, st.integers(1, 10**9), st.sampled_from(["501", "502", "225"])), min_size=1, max_size=12)


@settings(max_examples=25, deadline=None)
@given(posted=POSTED, start=DAYS, days=st.integers(0, 400))
def test_balances_of_any_period_are_the_sums_of_the_legs(posted: list[tuple[date, int, str]], start: date, days: int) -> None:
    end = min(start + timedelta(days=days), today())
    with transaction.atomic(), elevated("test"):
        fund = actions.open_fund(code="T", title="试", org=World().district, source=Source.AID, by=SYSTEM, on=OPENED, is_budgeted=False)
        for number, (day, fen, code) in enumerate(posted):
            actions.post(fund, lines=lines(f"{Decimal(fen) / 100}", debit=code), key=str(number), text="x", by=SYSTEM, on=day)
        for one in balances(fund, start, end):
            legs = list(Leg.objects.filter(fund=fund, account=one.account).values_list("on", "amount"))
            assert one.before == sum((amount for day, amount in legs if day < start), Decimal(0))
            inside = [amount for day, amount in legs if start <= day <= end]
            assert one.debit == sum((amount for amount in inside if amount > 0), Decimal(0))
            assert one.credit == -sum((amount for amount in inside if amount < 0), Decimal(0))
            assert balance(fund, one.account, end) == one.end
        transaction.set_rollback(True)
