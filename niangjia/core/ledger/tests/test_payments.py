"""Three persons pay: the lines are fast, the total is checked, a bank's return settles each once, and nothing is paid twice."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import override_settings

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM, Actor, under
from niangjia.core.access.queries import grants_in_force
from niangjia.core.access.rules import Refused
from niangjia.core.files.queries import open_file
from niangjia.core.ledger import actions
from niangjia.core.ledger.actions import Line, Payment
from niangjia.core.ledger.enums import BatchState, LineState, Source
from niangjia.core.ledger.layouts import BACK, HouseCsv, Order, PipeText
from niangjia.core.ledger.models import Account, Fund, PaymentBatch, PaymentLine
from niangjia.core.ledger.queries import balance, checks
from niangjia.core.notices.models import Notice
from niangjia.core.tasks.models import Task
from tests.world import World

pytestmark = pytest.mark.django_db
DAY = date(2023, 11, 6)
AMOUNTS = (Decimal("1200.50"), Decimal("300.00"), Decimal("86.40"))


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def fund(world: World) -> Fund:
    made = actions.open_fund(
        code="HZ", title="医疗互助金", org=world.district, source=Source.MUTUAL_AID, by=SYSTEM, on=date(2023, 1, 1), is_budgeted=False
    )
    owing = [Line(account("231"), sum(AMOUNTS, Decimal(0))), Line(account("225"), -sum(AMOUNTS, Decimal(0)))]
    actions.post(made, lines=owing, key="owing", text="给付", by=SYSTEM, on=DAY)
    return made


def account(code: str) -> Account:
    return Account.objects.get(code=code)


def acting(world: World, role: str) -> Actor:
    with elevated("test: a post"):
        return under(grants_in_force(world.officer(world.district, role=role)).get())


@pytest.fixture
def maker(world: World) -> Actor:
    return acting(world, "accountant")


@pytest.fixture
def checker(world: World) -> Actor:
    return acting(world, "cashier_checker")


@pytest.fixture
def leader(world: World) -> Actor:
    return acting(world, "district_leader")


def payments(world: World, **facts: Any) -> list[Payment]:
    return [
        Payment(f"claim {number}", "何静川", f"62170000000000{number:02d}", amount, account("225"), person_id=world.person.pk, **facts)
        for number, amount in enumerate(AMOUNTS, 1)
    ]


@pytest.fixture
def batch(fund: Fund, world: World, maker: Actor) -> PaymentBatch:
    return actions.make_batch(fund, title="医疗互助金", payments=payments(world), by=maker, on=DAY)


def sent(batch: PaymentBatch, maker: Actor, checker: Actor, leader: Actor) -> PaymentBatch:
    actions.freeze(batch, by=maker)
    actions.check_batch(batch, total=sum(AMOUNTS, Decimal(0)), count=3, by=checker)
    actions.approve(batch, by=leader)
    return actions.send_to_bank(batch, by=maker)


def returned(batch: PaymentBatch, *answers: tuple[int, str, str, str], total: str | None = None, code: str = "") -> bytes:
    rows = [f"{code or batch.code},{number},{amount},{result},{fault},20231108" for number, amount, result, fault in answers]
    summed = total or str(sum((Decimal(amount) for _, amount, _, _ in answers), Decimal(0)))
    return "\n".join([",".join(BACK), *rows, f"{code or batch.code},合计,{summed},,,"]).encode()


ALL_BUT_ONE = ((1, "1200.50", "成功", ""), (2, "300.00", "失败", "账号户名不符"), (3, "86.40", "成功", ""))


def states(batch: PaymentBatch) -> list[str]:
    with elevated("test"):
        return list(batch.lines.order_by("number").values_list("state", flat=True))


def test_money_goes_out_by_three_persons_and_comes_back_settled(
    batch: PaymentBatch, fund: Fund, world: World, maker: Actor, checker: Actor, leader: Actor
) -> None:
    sent(batch, maker, checker, leader)
    actions.read_return(batch, data=returned(batch, *ALL_BUT_ONE), by=maker)
    with elevated("test"):
        batch.refresh_from_db()
        assert batch.state == BatchState.SETTLED
        assert balance(fund, account("102"), date(2023, 12, 18)) == Decimal("-1286.90")
        assert balance(fund, account("225"), date(2023, 12, 18)) == Decimal("-300.00"), "what failed is still owed"
        assert [notice.text for notice in Notice.objects.filter(person=world.person).order_by("pk")] == [
            "医疗互助金：1200.50 元已经付到你的银行卡。",
            "医疗互助金：300.00 元没有付成，银行说“账号户名不符”。钱给你留着，工会会联系你核对银行卡，你不用重新申请。",
            "医疗互助金：86.40 元已经付到你的银行卡。",
        ]  # fmt: skip
        assert Task.objects.get(kind="ledger.mend", done_on=None).title == f"{batch.code} 有 1 笔没付出去，共 300.00 元"
        assert all(check.ok for check in checks())
    assert states(batch) == ["paid", "failed", "paid"]


def test_the_same_return_twice_changes_nothing(batch: PaymentBatch, maker: Actor, checker: Actor, leader: Actor, fund: Fund) -> None:
    sent(batch, maker, checker, leader)
    for _ in range(2):
        actions.read_return(batch, data=returned(batch, *ALL_BUT_ONE), by=maker)
    with elevated("test"):
        assert balance(fund, account("102"), date(2023, 12, 18)) == Decimal("-1286.90")
    other = ((1, "1200.50", "失败", "退票"), *ALL_BUT_ONE[1:])
    with pytest.raises(ValidationError, match="以前回过盘，结果不一样"):
        actions.read_return(batch, data=returned(batch, *other), by=maker)


def test_what_failed_goes_into_another_batch_and_what_was_paid_does_not(
    batch: PaymentBatch, fund: Fund, world: World, maker: Actor, checker: Actor, leader: Actor
) -> None:
    sent(batch, maker, checker, leader)
    actions.read_return(batch, data=returned(batch, *ALL_BUT_ONE), by=maker)
    again = payments(world)
    with pytest.raises(ValidationError, match="已经在批次"):
        actions.make_batch(fund, title="重付", payments=again, by=maker)
    assert actions.make_batch(fund, title="重付", payments=[again[1]], by=maker).code != batch.code


@pytest.mark.parametrize(
    ("answers", "options", "said"),
    [
        (ALL_BUT_ONE, {"code": "FK-330212-2023-99999"}, "不是 .* 的"),
        (ALL_BUT_ONE, {"total": "1.00"}, "“合计”和逐笔相加不一致"),
        (ALL_BUT_ONE[:2], {}, "对不上：第 3 笔"),
        (((1, "1200.51", "成功", ""), *ALL_BUT_ONE[1:]), {}, "对不上：第 1 笔"),
        ((*ALL_BUT_ONE, ALL_BUT_ONE[0]), {}, "出现了两次"),
        (((1, "1200.50", "好像成了", ""), *ALL_BUT_ONE[1:]), {}, "结果只认"),
        (((1, "壹仟", "成功", ""), *ALL_BUT_ONE[1:]), {"total": "1"}, "不是数字"),
    ],
)
def test_a_return_that_does_not_agree_is_refused_whole(
    batch: PaymentBatch, maker: Actor, checker: Actor, leader: Actor, answers: Any, options: Any, said: str
) -> None:
    sent(batch, maker, checker, leader)
    with pytest.raises(ValidationError, match=said):
        actions.read_return(batch, data=returned(batch, *answers, **options), by=maker)
    assert states(batch) == ["waiting"] * 3


@pytest.mark.parametrize(("data", "said"), [(b"\xff\xfe\x00x", "读不了"), (b"a,b\n1,2", "要有这些列"), (b"", "要有这些列")])
def test_what_is_no_return_file_is_said(batch: PaymentBatch, maker: Actor, checker: Actor, leader: Actor, data: bytes, said: str) -> None:
    sent(batch, maker, checker, leader)
    with pytest.raises(ValidationError, match=said):
        actions.read_return(batch, data=data, by=maker)


def test_half_a_return_file_is_refused(batch: PaymentBatch, maker: Actor, checker: Actor, leader: Actor) -> None:
    sent(batch, maker, checker, leader)
    whole = returned(batch, *ALL_BUT_ONE)
    with pytest.raises(ValidationError, match="没有“合计”行"):
        actions.read_return(batch, data=whole[: whole.rindex(b"\n")], by=maker)


def test_a_return_broken_off_goes_on(batch: PaymentBatch, maker: Actor, checker: Actor, leader: Actor, monkeypatch: Any) -> None:
    sent(batch, maker, checker, leader)
    monkeypatch.setattr(actions.paying, "CHUNK", 1)
    monkeypatch.setattr(actions.paying, "_finish", _breaks)
    with pytest.raises(KeyboardInterrupt):
        actions.read_return(batch, data=returned(batch, *ALL_BUT_ONE), by=maker)
    monkeypatch.undo()
    actions.read_return(batch, data=returned(batch, *ALL_BUT_ONE), by=maker)
    assert states(batch) == ["paid", "failed", "paid"]


def _breaks(*_: Any) -> None:
    raise KeyboardInterrupt


def test_each_stands_apart_from_the_others(batch: PaymentBatch, world: World, maker: Actor, checker: Actor, leader: Actor) -> None:
    actions.freeze(batch, by=maker)
    total = sum(AMOUNTS, Decimal(0))
    with pytest.raises(Refused):
        actions.check_batch(batch, total=total, count=3, by=maker)
    with pytest.raises(ValidationError, match="和锁定的不一样"):
        actions.check_batch(batch, total=total + 1, count=3, by=checker)
    actions.check_batch(batch, total=total, count=3, by=checker)
    for by in (maker, checker):
        with pytest.raises(Refused):
            actions.approve(batch, by=by)
    with elevated("test"), pytest.raises(IntegrityError, match="approved_by_a_third"), transaction.atomic():
        PaymentBatch.objects.filter(pk=batch.pk).update(approved_by=maker.user_id)
    actions.approve(batch, by=leader)


def test_the_system_itself_approves_nothing(batch: PaymentBatch, maker: Actor) -> None:
    actions.freeze(batch, by=maker)
    with pytest.raises(ValidationError, match="编制人以外的人"):
        actions.check_batch(batch, total=sum(AMOUNTS, Decimal(0)), count=3, by=SYSTEM)


@override_settings(RESOLUTION_ABOVE=Decimal(1000))
def test_a_large_batch_names_its_resolution(batch: PaymentBatch, maker: Actor, checker: Actor, leader: Actor) -> None:
    actions.freeze(batch, by=maker)
    actions.check_batch(batch, total=sum(AMOUNTS, Decimal(0)), count=3, by=checker)
    with pytest.raises(ValidationError, match="会议决议"):
        actions.approve(batch, by=leader)
    actions.approve(batch, by=leader, resolution="2023年第12次主席办公会")


@pytest.mark.parametrize(
    "change",
    [lambda batch: batch.lines.filter(number=1).update(amount=9), lambda batch: batch.lines.filter(number=1).delete(),
     lambda batch: PaymentBatch.objects.filter(pk=batch.pk).update(total=9),
     lambda batch: PaymentBatch.objects.filter(pk=batch.pk).update(state="sent")],
)  # fmt: skip
def test_what_is_frozen_is_fast_in_the_database_itself(batch: PaymentBatch, maker: Actor, change: Any) -> None:
    actions.freeze(batch, by=maker)
    with elevated("test"), pytest.raises(IntegrityError), transaction.atomic():
        change(batch)


def test_a_batch_is_dropped_with_a_reason_and_its_debts_are_free_again(batch: PaymentBatch, fund: Fund, world: World, maker: Actor) -> None:
    actions.freeze(batch, by=maker)
    actions.drop_batch(batch, by=maker, reason="账号抄错了几个")
    with elevated("test"):
        assert not Task.objects.filter(done_on=None).exists()
    actions.make_batch(fund, title="重编", payments=payments(world), by=maker)
    with pytest.raises(ValidationError, match="已作废"):
        actions.freeze(batch, by=maker)


def test_the_bank_s_file_holds_every_line_and_the_total_and_no_formula(
    batch: PaymentBatch, maker: Actor, checker: Actor, leader: Actor
) -> None:
    held = sent(batch, maker, checker, leader)
    with elevated("test"):
        text = open_file(held.bank_file).read().decode("utf-8-sig").splitlines()
    assert text[1] == f"{batch.code},1,何静川,6217000000000001,,1200.50,医疗互助金"
    assert text[-1] == f"{batch.code},合计,3,,,1586.90,"
    written = HouseCsv().write("B", [Order(1, "=cmd()", "622", "", Decimal("1.00"), "x")], Decimal("1.00")).decode("utf-8-sig")
    assert "'=cmd()" in written


def test_another_bank_s_layout_is_another_class(batch: PaymentBatch, maker: Actor, checker: Actor, leader: Actor) -> None:
    with override_settings(BANK_LAYOUT="niangjia.core.ledger.layouts.PipeText"):
        held = sent(batch, maker, checker, leader)
        with elevated("test"):
            assert "何静川|6217000000000001" in open_file(held.bank_file).read().decode("gbk")
        data = returned(batch, *ALL_BUT_ONE).decode().replace(",", "|").encode(PipeText.encoding)
        actions.read_return(batch, data=data, by=maker)
    assert states(batch) == ["paid", "failed", "paid"]


def test_the_account_numbers_lie_sealed(batch: PaymentBatch) -> None:
    with elevated("test"):
        line = PaymentLine.objects.filter(batch=batch, state=LineState.WAITING).first()
    assert line and b"6217" not in bytes(line.number_sealed) and line.account_number.startswith("6217")
