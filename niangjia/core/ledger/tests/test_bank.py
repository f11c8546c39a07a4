"""What the bank says: read as banks write it, taken in once, matched with the books beyond doubt or by hand, reconciled to the fen."""

import io
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from niangjia.base.scope import elevated, scoped
from niangjia.base.unpacking import UnreadableFile
from niangjia.core.access.actor import SYSTEM, Actor, under
from niangjia.core.access.queries import grants_in_force
from niangjia.core.access.rules import Refused
from niangjia.core.ledger import actions
from niangjia.core.ledger.actions import Line, Moved, Taken
from niangjia.core.ledger.enums import Matched, Source
from niangjia.core.ledger.matching import Item, pairs
from niangjia.core.ledger.models import Account, BankLine, BankMatch, BankStatement, Entry, Fund
from niangjia.core.ledger.queries import bank_balance, checks, open_legs, open_lines, reconcile
from niangjia.core.ledger.tests.test_payments import ALL_BUT_ONE, payments, returned
from niangjia.core.ledger.views.statement_file import read_statement
from tests.world import World

pytestmark = pytest.mark.django_db
OPENED = date(2023, 1, 1)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def fund(world: World) -> Fund:
    made = {"source": Source.MUTUAL_AID, "by": SYSTEM, "on": OPENED, "is_budgeted": False}
    return actions.open_fund(code="HZ", title="医疗互助金", org=world.district, **made)


def acting(world: World, role: str, org: Any = None) -> Actor:
    with elevated("test: a post"):
        return under(grants_in_force(world.officer(org or world.district, role=role)).get())


def book(fund: Fund, amount: str, on: date, key: str = "") -> Entry:
    """Money in (above zero) or out of the bank."""
    bank, other = Account.objects.get(code="102"), Account.objects.get(code="225")
    money = Decimal(amount)
    return actions.post(
        fund, lines=[Line(bank, money), Line(other, -money)], key=key or f"{on} {amount}", text=f"往来 {amount}", by=SYSTEM, on=on
    )


def moved(*rows: tuple[date, str] | tuple[date, str, str]) -> list[Moved]:
    return [Moved(number, row[0], Decimal(row[1]), "何静川", row[2] if len(row) > 2 else "往来") for number, row in enumerate(rows, 2)]


def take(fund: Fund, lines: list[Moved], opening: str = "0.00", data: bytes | None = None, **facts: Any) -> Taken:
    closing = facts.pop("closing", None) or str(Decimal(opening) + sum((line.amount for line in lines), Decimal(0)))
    said = {"lines": lines, "opening": Decimal(opening), "closing": Decimal(closing), "name": "流水.csv", "by": SYSTEM} | facts
    return actions.take_statement(fund, data=data or repr((lines, opening)).encode(), **said)


D1, D2, D3 = date(2023, 11, 1), date(2023, 11, 2), date(2023, 11, 30)


def test_a_statement_is_taken_in_matched_by_itself_and_reconciled_to_the_fen(fund: Fund) -> None:
    book(fund, "500.00", D1)
    book(fund, "-120.00", D2)
    book(fund, "-30.00", D3)
    taken = take(fund, moved((D1, "500.00"), (D2 + timedelta(days=2), "-120.00"), (D3, "-9.00", "手续费")))
    assert (taken.fresh, taken.matched, taken.again) == (3, 2, False)
    with elevated("test"):
        both = reconcile(fund, D3)
        assert both is not None
        assert (both.book, both.bank) == (Decimal("350.00"), Decimal("371.00"))
        assert (both.bank_out.sum, both.book_out.sum, both.bank_in.sum, both.book_in.sum) == (Decimal("-9.00"), Decimal("-30.00"), 0, 0)
        assert (both.book_adjusted, both.bank_adjusted, both.difference) == (Decimal("341.00"), Decimal("341.00"), 0)
        assert all(check.ok for check in checks())


def test_what_is_matched_with_a_later_day_was_on_its_way_before(fund: Fund) -> None:
    book(fund, "500.00", D1)
    book(fund, "-120.00", D2)
    take(fund, moved((D1, "500.00"), (D2 + timedelta(days=2), "-120.00")))
    with elevated("test"):
        both = reconcile(fund, D2)
        assert both and both.book_out.sum == Decimal("-120.00") and both.bank == Decimal("500.00") and not both.difference
        later = reconcile(fund, D2 + timedelta(days=2))
        assert later and not later.book_out.rows and later.bank == Decimal("380.00")
        assert reconcile(fund, OPENED) is None


def test_balances_that_differ_from_the_start_are_said(fund: Fund) -> None:
    book(fund, "70.00", OPENED)
    book(fund, "500.00", D1)
    take(fund, moved((D1, "500.00")), opening="100.00")
    with elevated("test"):
        both = reconcile(fund, D1)
        assert both and both.difference == Decimal("-30.00")


def test_the_same_file_and_the_same_line_are_taken_once(fund: Fund) -> None:
    first = moved((D1, "500.00"), (D1, "500.00"))
    assert take(fund, first, data=b"a").fresh == 2
    again = take(fund, first, data=b"a")
    assert again.again and again.fresh == 0
    longer = take(fund, [*first, *moved((D2, "-5.00"))], data=b"b")
    assert longer.fresh == 1
    with elevated("test"):
        assert BankLine.objects.count() == 3 and bank_balance(fund, D2) == Decimal("995.00")


@pytest.mark.parametrize(
    ("lines", "facts", "said"),
    [
        ([], {}, "一笔也没有"),
        (moved((D1, "5.00")), {"closing": "6.00"}, r"差 1\.00 元"),
        (moved((D1, "0.001")), {}, "到分为止"),
        (moved((date(2030, 1, 1), "5.00")), {}, "还没有到"),
        (moved((D2, "5.00")), {"start": D3, "end": D3}, "不在这份流水的期间里"),
    ],
)  # fmt: skip
def test_a_statement_that_does_not_add_up_is_refused_whole(fund: Fund, lines: list[Moved], facts: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        take(fund, lines, **facts)
    with elevated("test"):
        assert not BankStatement.objects.exists() and not BankLine.objects.exists()


def test_a_statement_after_a_gap_or_of_another_account_is_refused_with_the_difference(fund: Fund) -> None:
    take(fund, moved((D1, "500.00")))
    with pytest.raises(ValidationError, match=r"应有 495\.00 元，这一份写的是 490\.00 元，差 5\.00 元"), transaction.atomic():
        take(fund, moved((D3, "-5.00")), opening="495.00")
    with pytest.raises(ValidationError, match="不能再收更早的"), transaction.atomic():
        take(fund, moved((OPENED, "1.00")))
    assert take(fund, moved((D3, "-5.00")), opening="500.00").fresh == 1


def test_a_batch_that_the_bank_took_in_one_sum_is_matched_with_all_its_payments(fund: Fund, world: World) -> None:
    maker, checker, leader = (acting(world, role) for role in ("accountant", "cashier_checker", "district_leader"))
    book(fund, "2000.00", D1)
    batch = actions.make_batch(fund, title="医疗互助金", payments=payments(world), by=maker, on=D1)
    actions.freeze(batch, by=maker)
    actions.check_batch(batch, total=Decimal("1586.90"), count=3, by=checker)
    actions.approve(batch, by=leader)
    actions.send_to_bank(batch, by=maker)
    actions.read_return(batch, data=returned(batch, *ALL_BUT_ONE), by=maker)
    taken = take(fund, moved((D1, "2000.00"), (date(2023, 11, 8), "-1286.90", f"代发 {batch.code}")))
    assert taken.matched == 2
    with elevated("test"):
        match = BankMatch.objects.get(how=Matched.BATCH)
        assert match.legs.count() == 2 and not open_lines(fund) and not open_legs(fund)


def test_what_is_doubtful_is_left_to_a_person_who_may_take_it_back(fund: Fund, world: World) -> None:
    first, second = book(fund, "60.00", D1, "a"), book(fund, "60.00", D2, "b")
    take(fund, moved((D2 + timedelta(days=1), "60.00"), (D2 + timedelta(days=1), "59.00", "别的")), start=D1)
    with elevated("test"):
        line, other = open_lines(fund).order_by("pk")
        assert open_legs(fund).count() == 2
    accountant = acting(world, "accountant")
    with pytest.raises(ValidationError, match=r"差 1\.00 元"):
        actions.match_by_hand(fund, lines=[other.code], entries=[first.code], by=accountant)
    with pytest.raises(ValidationError, match="至少一笔"):
        actions.match_by_hand(fund, lines=[line.code], entries=[], by=accountant)
    match = actions.match_by_hand(fund, lines=[line.code], entries=[second.code], by=accountant)
    with pytest.raises(ValidationError, match="已经勾对"):
        actions.match_by_hand(fund, lines=[line.code], entries=[first.code], by=accountant)
    actions.unmatch(match, by=accountant)
    with pytest.raises(ValidationError, match="已经撤销"):
        actions.unmatch(match, by=accountant)
    with elevated("test"):
        assert open_lines(fund).count() == 2 and open_legs(fund).count() == 2 and all(check.ok for check in checks())


def test_an_entry_posted_afterwards_is_matched_when_asked_again(fund: Fund) -> None:
    take(fund, moved((D1, "500.00")))
    book(fund, "500.00", D1)
    assert actions.match_fund(fund, by=SYSTEM) == 1
    assert actions.match_fund(fund, by=SYSTEM) == 0


def test_the_database_holds_a_match_equal_and_what_the_bank_said_fast(fund: Fund) -> None:
    book(fund, "500.00", D1)
    take(fund, moved((D1, "500.00"), (D2, "7.00")))
    with elevated("test"):
        done, open_ = BankLine.objects.order_by("pk")
        for change in ({"amount": 1}, {"on": D3}, {"remark": "x"}):
            with pytest.raises(IntegrityError, match="不能改"), transaction.atomic():
                BankLine.objects.filter(pk=done.pk).update(**change)
        with pytest.raises(IntegrityError, match="不相等"), transaction.atomic():
            BankLine.objects.filter(pk=done.pk).update(match=None)
            _now()
        with pytest.raises(IntegrityError, match="不相等"), transaction.atomic():
            BankLine.objects.filter(pk=open_.pk).update(match=BankMatch.objects.create(fund=fund, how="hand", by="x", at=done.match.at))  # type: ignore[union-attr]
            _now()


def _now() -> None:
    """Ask of the database what it would ask at the commit."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_strangers_see_no_line_and_only_who_posts_takes_in_and_matches(fund: Fund, world: World) -> None:
    take(fund, moved((D1, "500.00")))
    stranger = acting(world, "accountant", world.elsewhere)
    with scoped(stranger.scope):
        assert not BankLine.objects.exists() and not BankStatement.objects.exists() and not BankMatch.objects.exists()
    for by in (stranger, acting(world, "auditor"), acting(world, "cashier_checker")):
        with pytest.raises(Refused):
            take(fund, moved((D2, "1.00")), opening="500.00", by=by)
        with pytest.raises(Refused):
            actions.match_fund(fund, by=by)
    with elevated("test"):
        line = BankLine.objects.get()
        assert "何静川".encode() not in bytes(line.counterparty_sealed) and line.counterparty == "何静川"


TWO_COLUMNS = "某银行活期账户明细,,,,\n交易日期,借方发生额,贷方发生额,余额,对方户名,摘要\n2023-11-02,120.00,,380.00,何静川,互助金\n2023/11/1,,500.00,500.00,某公司,缴费\n合计,120.00,500.00,,,\n"
SIGNED = "记账日期,交易金额,摘要\n20231101,500.00,收\n20231102,-120.00,付\n"
MARKED = "交易日期,借贷标志,发生额,用途,流水号\n2023-11-01,贷,500.00,收,A1\n2023-11-02,借,120.00,付,A2\n"


@pytest.mark.parametrize(("text", "opening"), [(TWO_COLUMNS, Decimal("0.00")), (SIGNED, None), (MARKED, None)])
def test_statements_are_read_as_banks_write_them(text: str, opening: Decimal | None) -> None:
    read = read_statement(text.encode("gb18030"))
    assert [(line.on, line.amount) for line in read.lines] == [(D1, Decimal("500.00")), (D2, Decimal("-120.00"))]
    assert read.opening == opening and (read.closing == Decimal("380.00") if opening is not None else read.closing is None)


def test_a_workbook_is_read_too() -> None:
    book, file = Workbook(), io.BytesIO()
    sheet: Any = book.active
    for row in (("交易日期", "收入", "支出", "余额"), (D1, 500, None, 500), (D2, None, 120, 380)):
        sheet.append(row)
    book.save(file)
    assert [line.amount for line in read_statement(file.getvalue()).lines] == [Decimal("500.00"), Decimal("-120.00")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("甲,乙\n1,2\n", "没有找到表头"),
        ("交易日期,交易金额\n", "没有一笔流水"),
        ("交易日期,交易金额\n昨天,5.00\n", "第 2 行看不懂日期"),
        ("交易日期,交易金额\n20231101,五元\n", "第 2 行看不懂金额"),
        ("交易日期,交易金额\n20231101,1.005\n", "到分为止"),
        ("交易日期,交易金额\n20231101,\n", "没有金额"),
        ("交易日期,收入,支出\n20231101,5,5\n", "看不出是收是付"),
        ("交易日期,交易金额,借贷标志\n20231101,5,中\n", "借贷标志"),
        ("交易日期,交易金额,余额\n20231101,5,5\n20231102,5,11\n", "第 3 行的余额和上一行接不上"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_with_the_row(text: str, said: str) -> None:
    with pytest.raises(UnreadableFile, match=said):
        read_statement(text.encode())


ITEMS = st.lists(st.tuples(st.integers(0, 12), st.sampled_from([100, 250, -100, -360])), max_size=14)


def items(rows: list[tuple[int, int]]) -> list[Item]:
    return [Item(number, D1 + timedelta(days=day), Decimal(fen) / 100) for number, (day, fen) in enumerate(rows)]


@settings(max_examples=200, deadline=None)
@given(lines=ITEMS, legs=ITEMS, days=st.integers(0, 4))
def test_pairs_are_one_to_one_of_one_amount_near_in_time_and_leave_only_what_is_doubtful(
    lines: list[tuple[int, int]], legs: list[tuple[int, int]], days: int
) -> None:
    ours, theirs = items(legs), items(lines)
    found = pairs(theirs, ours, days=days)
    assert max(Counter(line for line, _ in found).values(), default=1) == max(Counter(leg for _, leg in found).values(), default=1) == 1
    assert all(theirs[line].amount == ours[leg].amount and abs((theirs[line].on - ours[leg].on).days) <= days for line, leg in found)
    rest_lines = [one for one in theirs if one.id not in {line for line, _ in found}]
    rest_legs = [one for one in ours if one.id not in {leg for _, leg in found}]
    for line in rest_lines:
        near = [leg for leg in rest_legs if leg.amount == line.amount and abs((leg.on - line.on).days) <= days]
        others = [one for one in rest_lines for leg in near[:1] if one.amount == leg.amount and abs((leg.on - one.on).days) <= days]
        assert not (len(near) == 1 and len(others) == 1), "a single counterpart was left"


@settings(max_examples=15, deadline=None)
@given(booked=ITEMS, told=ITEMS, upto=st.integers(0, 12))
def test_the_two_balances_always_agree_once_what_is_on_its_way_is_reckoned(
    booked: list[tuple[int, int]], told: list[tuple[int, int]], upto: int
) -> None:
    with transaction.atomic(), elevated("test"):
        fund = actions.open_fund(
            code="T", title="试", org=World().district, source=Source.AID, by=SYSTEM, on=OPENED, is_budgeted=False
        )  # fmt: skip
        for one in items(booked):
            book(fund, str(one.amount), one.on, str(one.id))
        if told:
            take(
                fund, moved(*((one.on, str(one.amount), str(one.id)) for one in items(sorted(told)))), start=D1, end=D1 + timedelta(days=12)
            )
            both = reconcile(fund, D1 + timedelta(days=upto))
            assert both is not None and both.difference == 0
            assert all(check.ok for check in checks())
        transaction.set_rollback(True)
