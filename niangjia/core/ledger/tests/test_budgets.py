"""A budgeted fund spends within its budget: entered by one, approved by another, changed by a new version, promised and used up, raced for."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from niangjia.base.scope import elevated, scoped
from niangjia.core.access.actor import SYSTEM, Actor, under
from niangjia.core.access.queries import grants_in_force
from niangjia.core.access.rules import Refused
from niangjia.core.ledger import actions
from niangjia.core.ledger.actions import Line, Payment, Planned, Posting
from niangjia.core.ledger.enums import BudgetState, CommitmentState, Source
from niangjia.core.ledger.layouts import BACK
from niangjia.core.ledger.models import Account, Budget, BudgetLine, Commitment, Earmark, Entry, Fund
from niangjia.core.ledger.queries import Use, budget_in_force, checks, use_of_budget
from niangjia.core.tasks.models import Task
from tests.world import World

pytestmark = pytest.mark.django_db
OPENED, DAY = date(2023, 1, 1), date(2023, 11, 6)
DECIDED = "2023年第1次委员会会议"


@pytest.fixture
def world() -> World:
    return World()


def acting(world: World, role: str, org: Any = None) -> Actor:
    with elevated("test: a post"):
        return under(grants_in_force(world.officer(org or world.district, role=role)).get())


@pytest.fixture
def maker(world: World) -> Actor:
    return acting(world, "accountant")


@pytest.fixture
def leader(world: World) -> Actor:
    return acting(world, "district_leader")


@pytest.fixture
def fund(world: World) -> Fund:
    return actions.open_fund(code="JF", title="工会经费", org=world.district, source=Source.FEES, by=SYSTEM, on=OPENED)


def account(code: str) -> Account:
    return Account.objects.get(code=code)


def planned(fund: Fund, maker: Actor, leader: Actor, *lines: Planned, year: int = 2023) -> Budget:
    entered = actions.enter_budget(fund, year=year, lines=lines, resolution=DECIDED, by=maker)
    return actions.approve_budget(entered, by=leader)


@pytest.fixture
def budget(fund: Fund, maker: Actor, leader: Actor) -> Budget:
    """1,000 yuan for activities, nothing else."""
    return planned(fund, maker, leader, Planned(account("501"), Decimal("1000.00")))


def spend(fund: Fund, amount: str, key: str = "k", code: str = "501", earmark: Earmark | None = None, **facts: Any) -> Entry:
    money = Decimal(amount)
    lines = [Line(account(code), money, earmark=earmark), Line(account("102"), -money)]
    return actions.post(fund, key=key, **({"lines": lines, "text": "职工运动会", "by": SYSTEM, "on": DAY} | facts))


def promise(fund: Fund, money: str, **facts: Any) -> Commitment:
    said = {"account": account("501"), "amount": Decimal(money), "text": "运动会场地合同", "by": SYSTEM, "on": DAY} | facts
    return actions.make_commitment(fund, **said)


def used(fund: Fund, year: int = 2023) -> Use:
    with elevated("test"):
        return use_of_budget(fund, year)[0]


def test_spending_stays_within_the_budget_to_the_fen_and_is_refused_with_the_numbers(fund: Fund, budget: Budget) -> None:
    spend(fund, "600.00", "a")
    promise(fund, "150.00")
    with pytest.raises(ValidationError) as refused:
        spend(fund, "250.01", "b")
    said = refused.value.messages[0]
    for words in (
        "职工活动支出",
        "预算 1,000.00 元",
        "已支出 600.00 元",
        "已承诺 150.00 元",
        "还可用 250.00 元",
        "要 250.01 元",
        "超出 0.01 元",
    ):
        assert words in said
    spend(fund, "250.00", "b")
    assert (used(fund).spent, used(fund).committed, used(fund).free, used(fund).rate) == (
        Decimal("850.00"),
        Decimal("150.00"),
        0,
        Decimal("85.0"),
    )
    with elevated("test"):
        assert all(check.ok for check in checks())


def test_what_has_no_budget_is_not_spent_and_a_fund_without_budgets_is_free(fund: Fund, budget: Budget, world: World) -> None:
    with pytest.raises(ValidationError, match="“维权支出”没有2023年的预算"):
        spend(fund, "1.00", code="502")
    with pytest.raises(ValidationError, match=r"没有2022年的预算|不在这本账的期间"):
        spend(fund, "1.00", on=date(2022, 12, 30))
    free = actions.open_fund(
        code="HZ", title="互助金", org=world.district, source=Source.MUTUAL_AID, by=SYSTEM, on=OPENED, is_budgeted=False
    )
    assert spend(free, "99999.00", code="502")


def test_whoever_writes_past_the_verbs_is_refused_by_the_database(fund: Fund, budget: Budget, monkeypatch: Any) -> None:
    monkeypatch.setattr(actions.posting, "check_within", lambda *_: None)
    with pytest.raises(IntegrityError, match="超出预算"), transaction.atomic():
        spend(fund, "1000.01")
    with elevated("test"), pytest.raises(IntegrityError, match="超出预算"), transaction.atomic():
        Commitment.objects.create(
            code="X", fund=fund, account=account("501"), amount=Decimal("1000.01"), text="x", on=DAY, by="x", made_at="2023-01-01T00:00Z"
        )


def test_the_same_key_again_is_no_second_spending(fund: Fund, budget: Budget) -> None:
    first = spend(fund, "1000.00")
    assert spend(fund, "1000.00") == first


def test_many_at_once_are_refused_together(fund: Fund, budget: Budget) -> None:
    postings = [
        Posting(f"p{n}", "补助", [Line(account("501"), Decimal("300.00")), Line(account("102"), Decimal("-300.00"))]) for n in range(4)
    ]
    with pytest.raises(ValidationError, match=r"超出 200\.00 元"):
        actions.post_many(fund, postings=postings, by=SYSTEM, on=DAY)
    assert actions.post_many(fund, postings=postings[:3], by=SYSTEM, on=DAY) == 3


def test_what_is_taken_back_may_be_spent_again(fund: Fund, budget: Budget) -> None:
    entry = spend(fund, "1000.00")
    actions.reverse(entry, by=SYSTEM, reason="记错了科目", on=DAY)
    assert used(fund).free == 1000
    spend(fund, "1000.00", "again")


def test_one_enters_another_approves_and_the_database_holds_them_apart(fund: Fund, maker: Actor, leader: Actor, world: World) -> None:
    lines = [Planned(account("501"), Decimal("1000.00"))]
    entered = actions.enter_budget(fund, year=2023, lines=lines, resolution=DECIDED, by=maker)
    with elevated("test"):
        assert Task.objects.get(kind="ledger.approve_budget", done_on=None).title == "工会经费2023年预算第1版：1,000.00 元"
        assert budget_in_force(fund, 2023) is None
    with pytest.raises(ValidationError, match="没有2023年的预算"):
        spend(fund, "1.00")
    with pytest.raises(ValidationError, match="编制人以外的人"):
        actions.approve_budget(entered, by=maker)
    with elevated("test"), pytest.raises(IntegrityError, match="approved_by_another"), transaction.atomic():
        Budget.objects.filter(pk=entered.pk).update(approved_by=maker.user_id)
    for other in (acting(world, "district_leader", world.elsewhere), SYSTEM):
        with pytest.raises((Refused, ValidationError)):
            actions.approve_budget(entered, by=other)
    actions.approve_budget(entered, by=leader)
    with elevated("test"):
        assert not Task.objects.filter(done_on=None).exists()
    with pytest.raises(ValidationError, match="已审定"):
        actions.refuse_budget(entered, by=leader, reason="再看看行不行")


def test_a_change_is_a_new_version_and_the_old_one_stays_as_it_was(fund: Fund, budget: Budget, maker: Actor, leader: Actor) -> None:
    spend(fund, "900.00")
    less = actions.enter_budget(fund, year=2023, lines=[Planned(account("501"), Decimal("899.99"))], resolution="调减", by=maker)
    with pytest.raises(ValidationError, match="不能低于已经用掉的"):
        actions.approve_budget(less, by=leader)
    with pytest.raises(ValidationError, match="还等着审定"):
        actions.enter_budget(fund, year=2023, lines=[Planned(account("501"), Decimal("2000.00"))], resolution="调增", by=maker)
    actions.refuse_budget(less, by=leader, reason="低于已经支出的")
    planned(fund, maker, leader, Planned(account("501"), Decimal("1200.00")), Planned(account("502"), Decimal("0.00")))
    spend(fund, "300.00", "more")
    with elevated("test"):
        versions = list(
            Budget.objects.filter(fund=fund).order_by("version").values_list("version", "state", "lines__amount").order_by("version")
        )
    assert versions[:2] == [(1, BudgetState.APPROVED, Decimal("1000.00")), (2, BudgetState.REFUSED, Decimal("899.99"))]
    with elevated("test"), pytest.raises(IntegrityError, match="不能再改"), transaction.atomic():
        Budget.objects.filter(version=1).update(resolution="另一次会议")
    with elevated("test"), pytest.raises(IntegrityError, match="只能和待审定的预算一起编"), transaction.atomic():
        BudgetLine.objects.create(budget=budget, account=account("503"), amount=5)


@pytest.mark.parametrize(
    ("lines", "facts", "said"),
    [
        (list, {}, "一项预算也没有"),
        (lambda: [Planned(account("501"), Decimal(1))] * 2, {}, "写了两次"),
        (lambda: [Planned(account("102"), Decimal(1))], {}, "不是支出科目"),
        (lambda: [Planned(account("501"), Decimal("0.001"))], {}, "到分为止"),
        (lambda: [Planned(account("501"), Decimal(1))], {"resolution": " "}, "哪次会议"),
        (lambda: [Planned(account("501"), Decimal(1))], {"year": 2030}, "年度"),
        (lambda: [Planned(account("501"), Decimal(1))], {"by": SYSTEM}, "由一个人编制"),
    ],
)  # fmt: skip
def test_a_budget_that_makes_no_sense_is_refused(
    fund: Fund, maker: Actor, lines: Callable[[], list[Planned]], facts: Any, said: str
) -> None:
    with pytest.raises(ValidationError, match=said):
        actions.enter_budget(fund, **({"year": 2023, "lines": lines(), "resolution": DECIDED, "by": maker} | facts))


def test_an_earmark_has_its_own_line_and_what_has_none_counts_on_the_general_one(fund: Fund, maker: Actor, leader: Actor) -> None:
    sport, reading = (actions.add_earmark(fund, code=code, title=code, by=SYSTEM, on=OPENED) for code in ("sport", "reading"))
    planned(fund, maker, leader, Planned(account("501"), Decimal("100.00")), Planned(account("501"), Decimal("40.00"), sport))
    spend(fund, "40.00", "s", earmark=sport)
    with pytest.raises(ValidationError, match="职工活动支出·sport"):
        spend(fund, "0.01", "s2", earmark=sport)
    spend(fund, "60.00", "r", earmark=reading)
    with pytest.raises(ValidationError, match=r"还可用 40\.00 元"):
        spend(fund, "40.01", "g")


def test_a_detail_of_an_account_counts_on_the_account_above_it(fund: Fund, budget: Budget) -> None:
    detail = actions.add_account(code="50101", title="文体活动", nature="expense", source="本级规定", by=SYSTEM, parent=account("501"))
    spend(fund, "700.00", code=detail.code)
    with pytest.raises(ValidationError, match=r"还可用 300\.00 元"):
        spend(fund, "300.01", "more")


def test_a_commitment_keeps_its_money_is_used_up_and_its_rest_released(fund: Fund, budget: Budget) -> None:
    held = promise(fund, "800.00")
    with pytest.raises(ValidationError, match=r"还可用 200\.00 元"):
        promise(fund, "200.01")
    spend(fund, "500.00", "a", commitment=held)
    assert (used(fund).committed, used(fund).spent, used(fund).free) == (Decimal("300.00"), Decimal("500.00"), Decimal("200.00"))
    with pytest.raises(ValidationError, match=r"还剩 300\.00 元"):
        spend(fund, "300.01", "b", commitment=held)
    actions.release(held, by=SYSTEM, reason="合同执行完了", on=DAY)
    assert used(fund).free == Decimal("500.00")
    with pytest.raises(ValidationError, match="已释放"):
        spend(fund, "1.00", "c", commitment=held)
    with pytest.raises(ValidationError, match="没有能释放的"):
        actions.release(held, by=SYSTEM, reason="再释放一次看看")


def test_a_commitment_spent_to_the_last_fen_is_closed_and_opened_by_a_red_entry(fund: Fund, budget: Budget) -> None:
    held = promise(fund, "1000.00")
    entry = spend(fund, "1000.00", commitment=held)
    assert state_of(held) == CommitmentState.SPENT
    actions.reverse(entry, by=SYSTEM, reason="记错了日子", on=DAY)
    assert state_of(held) == CommitmentState.OPEN and used(fund).free == 0
    with elevated("test"):
        assert all(check.ok for check in checks())


def state_of(commitment: Commitment) -> str:
    with elevated("test"):
        return Commitment.objects.get(pk=commitment.pk).state


@pytest.mark.parametrize(
    ("facts", "said"),
    [({"account": "102"}, "支出科目"), ({"amount": Decimal("-5.00")}, "金额和事由"), ({"text": " "}, "金额和事由"), ({"on": date(2030, 1, 1)}, "还没有到")],
)  # fmt: skip
def test_a_commitment_that_makes_no_sense_is_refused(fund: Fund, budget: Budget, facts: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        promise(fund, "5.00", **(facts | ({"account": account(facts["account"])} if "account" in facts else {})))


def test_a_posting_fits_the_commitment_it_names(fund: Fund, maker: Actor, leader: Actor, world: World) -> None:
    planned(fund, maker, leader, Planned(account("501"), Decimal(100)), Planned(account("502"), Decimal(100)))
    held = promise(fund, "50.00")
    with pytest.raises(ValidationError, match="科目和专项要和它一样"):
        spend(fund, "5.00", code="502", commitment=held)
    other = actions.open_fund(code="QT", title="帮扶", org=world.district, source=Source.AID, by=SYSTEM, on=OPENED, is_budgeted=False)
    with pytest.raises(ValidationError, match="别的账"):
        spend(other, "5.00", commitment=held)
    with pytest.raises(ValidationError, match="不编预算"):
        promise(other, "5.00")


def test_a_payment_of_an_expense_takes_its_money_from_a_commitment_and_the_bank_s_return_finds_it(
    fund: Fund, budget: Budget, maker: Actor, leader: Actor, world: World
) -> None:
    held = promise(fund, "300.00")
    without = Payment("a", "体育馆", "6217000000000001", Decimal("300.00"), account("501"))
    with pytest.raises(ValidationError, match="先登记承诺"):
        actions.make_batch(fund, title="场地费", payments=[without], by=maker)
    pay = Payment("a", "体育馆", "6217000000000001", Decimal("300.00"), account("501"), commitment=held)
    batch = actions.make_batch(fund, title="场地费", payments=[pay], by=maker)
    with pytest.raises(ValidationError, match=r"还剩 0\.00 元"):
        spend(fund, "0.01", commitment=held)
    with pytest.raises(ValidationError, match="在付款批次里"):
        actions.release(held, by=maker, reason="不办了不办了")
    spend(fund, "700.00", "all the rest")
    actions.freeze(batch, by=maker)
    actions.check_batch(batch, total=Decimal("300.00"), count=1, by=acting(world, "cashier_checker"))
    actions.approve(batch, by=leader)
    actions.send_to_bank(batch, by=maker)
    answer = "\n".join([",".join(BACK), f"{batch.code},1,300.00,成功,,20231108", f"{batch.code},合计,300.00,,,"])
    actions.read_return(batch, data=answer.encode(), by=maker)
    assert state_of(held) == CommitmentState.SPENT and used(fund).free == 0


def test_strangers_neither_see_nor_touch_budgets_and_commitments(fund: Fund, budget: Budget, world: World) -> None:
    held, stranger = promise(fund, "5.00"), acting(world, "accountant", world.elsewhere)
    with scoped(stranger.scope):
        assert not Budget.objects.exists() and not BudgetLine.objects.exists() and not Commitment.objects.exists()
    for act in (
        lambda: actions.enter_budget(fund, year=2023, lines=[Planned(account("501"), Decimal(1))], resolution="x", by=stranger),
        lambda: promise(fund, "1.00", by=stranger),
        lambda: actions.release(held, by=stranger, reason="我来释放它"),
        lambda: promise(fund, "1.00", by=acting(world, "auditor")),
    ):
        with pytest.raises(Refused):
            act()


STEPS = st.lists(
    st.tuples(st.sampled_from(["spend", "promise", "use", "release", "reverse"]), st.integers(1, 70_000)), min_size=1, max_size=14
)


@settings(max_examples=20, deadline=None)
@given(steps=STEPS)
def test_whatever_happens_budget_equals_free_and_promised_and_spent_and_nothing_is_overdrawn(steps: list[tuple[str, int]]) -> None:
    with transaction.atomic(), elevated("test"):
        world = World()
        fund = actions.open_fund(code="T", title="试", org=world.district, source=Source.FEES, by=SYSTEM, on=OPENED)
        planned(fund, acting(world, "accountant"), acting(world, "district_leader"), Planned(account("501"), Decimal("1000.00")))
        spent, promised, held, entries = Decimal(0), Decimal(0), [], []  # type: ignore[var-annotated]
        for number, (what, fen) in enumerate(steps):
            amount, free = Decimal(fen) / 100, 1000 - spent - promised
            if what == "spend":
                if amount <= free:
                    entries.append(spend(fund, str(amount), f"{number}"))
                    spent += amount
                else:
                    with pytest.raises(ValidationError, match="超出预算"), transaction.atomic():
                        spend(fund, str(amount), f"{number}")
            elif what == "promise":
                if amount <= free:
                    held.append([promise(fund, str(amount)), amount])
                    promised += amount
                else:
                    with pytest.raises(ValidationError, match="超出预算"), transaction.atomic():
                        promise(fund, str(amount))
            elif what == "use" and held:
                part = min(amount, held[-1][1])
                spend(fund, str(part), f"{number}", commitment=held[-1][0])
                held[-1][1] -= part
                spent, promised = spent + part, promised - part
                if not held[-1][1]:
                    held.pop()
            elif what == "release" and held:
                one, rest = held.pop()
                actions.release(one, by=SYSTEM, reason="不再需要了", on=DAY)
                promised -= rest
            elif what == "reverse" and entries:
                entry = entries.pop()
                spent -= next(leg.amount for leg in entry.legs.all() if leg.amount > 0)
                actions.reverse(entry, by=SYSTEM, reason="记错了科目", on=DAY)
            use = use_of_budget(fund, 2023)[0]
            assert (use.spent, use.committed, use.free) == (spent, promised, 1000 - spent - promised)
        transaction.set_rollback(True)
