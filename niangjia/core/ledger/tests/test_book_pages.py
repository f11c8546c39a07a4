"""Budgets, commitments, the bank and the auditor's questions in the browser: each by its page, the auditor reads only, strangers find nothing."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse

from niangjia.base.chinese import mask_name
from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.ledger import actions
from niangjia.core.ledger.actions import Line, Payment
from niangjia.core.ledger.enums import Source
from niangjia.core.ledger.layouts import BACK
from niangjia.core.ledger.models import Account, BankLine, Budget, Commitment, Entry, Fund
from niangjia.core.ledger.queries.flags import FLAGS
from tests.world import World

pytestmark = pytest.mark.django_db
OPENED = date(2023, 1, 1)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def fund(world: World) -> Fund:
    return actions.open_fund(code="JF", title="工会经费", org=world.district, source=Source.FEES, by=SYSTEM, on=OPENED)


def account(code: str) -> Account:
    return Account.objects.get(code=code)


def client_of(world: World, role: str, org: Any = None) -> Client:
    client = Client()
    client.force_login(world.officer(org or world.district, role=role))
    return client


def url(name: str, *values: Any) -> str:
    return reverse(f"ledger:{name}", args=values)


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_a_budget_is_entered_by_one_and_approved_by_another_and_shows_how_it_is_used(world: World, fund: Fund) -> None:
    maker, leader = client_of(world, "accountant"), client_of(world, "district_leader")
    facts = {f"account_{account('501').pk}": "1,000", f"account_{account('502').pk}": "", "resolution": "第1次会议", "note": ""}
    assert maker.post(url("change-budget", fund.code, 2023), facts).status_code == 302
    waiting = page(maker, url("budget", fund.code))
    assert "等着审定" in waiting and url("decide-budget", fund.code, 2023, "approve") not in waiting
    refused = maker.post(url("decide-budget", fund.code, 2023, "approve"))
    assert refused.status_code == 422 and "编制人以外的人" in refused.content.decode()
    assert url("decide-budget", fund.code, 2023, "approve") in page(leader, url("budget", fund.code))
    assert leader.post(url("decide-budget", fund.code, 2023, "approve")).status_code == 302
    once = {"debit": account("501").pk, "credit": account("102").pk, "text": "买球", "on": "20231106"}
    assert maker.post(url("new-entry", fund.code), once | {"amount": "400", "once": "a"}).status_code == 302
    over = maker.post(url("new-entry", fund.code), once | {"amount": "600.01", "once": "b"})
    assert over.status_code == 422 and "超出 0.01 元" in over.content.decode()
    shown = page(leader, url("budget", fund.code))
    assert "40.0%" in shown and "600.00" in shown and "第1次会议" in shown
    assert "执行率 40.0%" in page(leader, url("fund", fund.code))


def test_a_version_goes_back_with_a_reason_and_the_change_is_shown_line_by_line(world: World, fund: Fund) -> None:
    maker, leader = client_of(world, "accountant"), client_of(world, "district_leader")
    actions.add_earmark(fund, code="YD", title="运动会", by=SYSTEM, on=OPENED)
    facts = {
        f"account_{account('501').pk}": "1000", "of_0": account("501").pk, "mark_0": fund_mark(fund), "sum_0": "250", "resolution": "第1次会议",
    }  # fmt: skip
    half = maker.post(url("change-budget", fund.code, 2023), facts | {"sum_0": ""})
    assert half.status_code == 422 and "要一起写" in half.content.decode()
    maker.post(url("change-budget", fund.code, 2023), facts)
    assert "职工活动支出·运动会" in page(leader, url("budget", fund.code))
    short = leader.post(url("decide-budget", fund.code, 2023, "refuse"), {"reason": "不"})
    assert short.status_code == 422
    leader.post(url("decide-budget", fund.code, 2023, "refuse"), {"reason": "金额请再核一遍"})
    assert "金额请再核一遍" in page(maker, url("budget", fund.code))
    with elevated("test"):
        assert Budget.objects.get().state == "refused"


def fund_mark(fund: Fund) -> int:
    with elevated("test"):
        return fund.earmarks.get().pk


@pytest.fixture
def budgeted(world: World, fund: Fund) -> Fund:
    maker, leader = client_of(world, "accountant"), client_of(world, "district_leader")
    maker.post(url("change-budget", fund.code, 2023), {f"account_{account('501').pk}": "1000", "resolution": "第1次会议"})
    leader.post(url("decide-budget", fund.code, 2023, "approve"))
    return fund


def test_a_commitment_is_made_used_and_released_by_its_pages(world: World, budgeted: Fund) -> None:
    maker = client_of(world, "accountant")
    facts = {"account": account("501").pk, "amount": "800", "text": "场地合同", "on": "20231101"}
    made = maker.post(url("commit", budgeted.code), facts, follow=True).content.decode()
    assert "预算给它留着" in made
    over = maker.post(url("commit", budgeted.code), facts | {"amount": "200.01"})
    assert over.status_code == 422 and "还可用 200.00 元" in over.content.decode()
    with elevated("test"):
        held = Commitment.objects.get()
    entry = {
        "debit": account("501").pk, "credit": account("102").pk, "text": "付场地费", "on": "20231106", "amount": "500", "once": "a",
        "commitment": held.pk,
    }  # fmt: skip
    assert maker.post(url("new-entry", budgeted.code), entry).status_code == 302
    shown = page(maker, url("commitment", held.code))
    assert "付场地费" in shown and "300.00" in shown
    assert "场地合同" in page(maker, url("commitments", budgeted.code))
    with elevated("test"):
        assert held.code in page(maker, url("entry", Entry.objects.get().code))
    maker.post(url("release", held.code), {"reason": "合同做完了", "on": "20231130"})
    assert "已释放" in page(maker, url("commitment", held.code))
    assert maker.get(url("release", held.code)).status_code == 404


def test_a_fund_without_budgets_has_no_page_of_them(world: World) -> None:
    free = actions.open_fund(code="HZ", title="互助金", org=world.district, source=Source.AID, by=SYSTEM, on=OPENED, is_budgeted=False)
    client = client_of(world, "accountant")
    for name in ("budget", "commitments", "commit"):
        assert client.get(url(name, free.code)).status_code == 404
    assert url("budget", free.code) not in page(client, url("fund", free.code))


@pytest.fixture
def pool(world: World) -> Fund:
    """A pool from which one payment went out by a batch, and one receipt."""
    made = actions.open_fund(code="HZ", title="互助金", org=world.district, source=Source.AID, by=SYSTEM, on=OPENED, is_budgeted=False)
    bank, owed = account("102"), account("225")
    actions.post(
        made, lines=[Line(bank, Decimal(900)), Line(owed, Decimal(-900))], key="in", text="收互助费", by=SYSTEM, on=date(2023, 11, 1)
    )
    maker, checker, leader = (client_of(world, role) for role in ("accountant", "cashier_checker", "district_leader"))
    payment = Payment(
        "claim", "何静川", "6217000000001234", Decimal("500.00"), owed, person_id=world.person.pk, about=f"person:{world.person.pk}"
    )
    batch = actions.make_batch(made, title="医疗互助给付", payments=[payment], by=SYSTEM, resolution="第5次主席办公会")
    for client, verb, facts in (
        (maker, "freeze", {}),
        (checker, "check", {"count": 1, "total": "500"}),
        (leader, "approve", {}),
        (maker, "send", {}),
    ):
        assert client.post(url("do-batch", batch.code, verb), facts).status_code == 302
    answer = "\n".join([",".join(BACK), f"{batch.code},1,500.00,成功,,20231108", f"{batch.code},合计,500.00,,,"])
    maker.post(url("do-batch", batch.code, "return"), {"file": SimpleUploadedFile("r.csv", answer.encode())})
    return made


FILE = "交易日期,收入,支出,余额,对方户名,摘要\n20231101,900.00,,900.00,某公司,缴互助费\n20231108,,500.00,400.00,何静川,互助金\n20231120,,12.00,388.00,,账户管理费\n"


def took(client: Client, fund: Fund, text: str = FILE, **facts: Any) -> Any:
    return client.post(url("take-statement", fund.code), {"file": SimpleUploadedFile("f.csv", text.encode()), **facts}, follow=True)


def test_a_line_of_the_bank_opens_down_to_the_person_and_what_it_was_for_and_back(world: World, pool: Fund) -> None:
    maker, auditor = client_of(world, "accountant"), client_of(world, "auditor")
    assert "收了 3 笔新的流水，自动勾对 2 组" in took(maker, pool).content.decode()
    assert "以前收过，没有变化" in took(maker, pool).content.decode()
    with elevated("test"):
        line = BankLine.objects.get(amount=Decimal("-500.00"))
        entry = Entry.objects.get(key__startswith="pay ")
    shown = page(auditor, url("bank-line", line.code))
    for words in (
        "医疗互助给付",
        "第5次主席办公会",
        mask_name("何静川"),
        url("entry", entry.code),
        reverse("people:detail", args=[world.person.code]),
    ):
        assert words in shown
    assert "何静川" not in shown
    assert url("bank-line", line.code) in page(auditor, url("entry", entry.code))
    assert url("unmatch", line.code) not in shown and auditor.get(url("unmatch", line.code)).status_code == 403
    assert "账户管理费" in page(auditor, url("bank-lines", pool.code)) and "没有勾对" in page(
        auditor, url("bank-lines", pool.code) + "?state=open"
    )
    assert auditor.post(url("take-statement", pool.code)).status_code == 403


def test_matching_by_hand_and_taking_it_back(world: World, pool: Fund) -> None:
    maker = client_of(world, "accountant")
    took(maker, pool)
    with elevated("test"):
        fee, paid = BankLine.objects.get(amount=Decimal("-12.00")), BankLine.objects.get(amount=Decimal("-500.00"))
        entry = Entry.objects.get(key__startswith="pay ")
    assert "两边各选" in maker.post(url("match", pool.code), {"line": fee.code}, follow=True).content.decode()
    maker.post(url("unmatch", paid.code))
    assert "没有勾对" in page(maker, url("bank-line", paid.code))
    wrong = maker.post(url("match", pool.code), {"line": [fee.code, paid.code], "entry": entry.code}, follow=True).content.decode()
    assert "差 12.00 元" in wrong
    assert "已勾对" in maker.post(url("match", pool.code), {"line": paid.code, "entry": entry.code}, follow=True).content.decode()
    assert "自动勾对了 0 组" in maker.post(url("match", pool.code), follow=True).content.decode()


def test_the_reconciliation_is_shown_printed_and_exported(world: World, pool: Fund) -> None:
    took(client_of(world, "accountant"), pool)
    auditor = client_of(world, "auditor")
    shown = page(auditor, url("reconciliation", pool.code))
    assert "调节后两边相等" in shown and "388.00" in shown and "账户管理费" in shown
    sheet = b"".join(auditor.get(url("reconciliation", pool.code) + "?format=csv").streaming_content).decode("utf-8-sig")
    assert "银行已付、单位未付,2023-11-20,账户管理费,-12.00" in sheet and "差额" in sheet
    assert "还没有收" in page(auditor, url("reconciliation", pool.code) + "?on=20230105")


@pytest.mark.parametrize(
    ("text", "facts", "said"),
    [
        ("交易日期,交易金额\n20231101,5.00\n", {}, "没有余额列"),
        ("交易日期,交易金额\n20231101,5.00\n", {"opening": "0", "closing": "6"}, "差 1.00 元"),
        ("甲,乙\n1,2\n", {}, "没有找到表头"),
        ("\x00\x01\x02\x03" * 50, {}, ""),
    ],
)
def test_a_file_that_is_no_good_is_refused_beside_the_field(world: World, pool: Fund, text: str, facts: dict[str, str], said: str) -> None:
    answer = took(client_of(world, "accountant"), pool, text, **facts)
    assert answer.status_code == 422 and said in answer.content.decode()


def test_vouchers_and_balances_leave_as_files(world: World, pool: Fund) -> None:
    auditor = client_of(world, "auditor")
    sheet = b"".join(auditor.get(url("fund", pool.code) + "?format=csv").streaming_content).decode("utf-8-sig")
    assert "102,银行存款,资产,0.00,900.00,500.00,400.00" in sheet
    sheet = b"".join(auditor.get(url("entries", pool.code) + "?format=csv").streaming_content).decode("utf-8-sig")
    assert "收互助费,900.00" in sheet and "医疗互助给付,500.00" in sheet
    assert "900.00" in page(auditor, url("entries", pool.code))


def flagged(client: Client, key: str) -> str:
    return page(client, url("flag", key))


@override_settings(RESOLUTION_ABOVE=Decimal(1000), AUDIT_NEAR=Decimal("0.8"))
def test_each_question_of_the_auditor_finds_what_its_rule_says(world: World, pool: Fund) -> None:
    auditor, owed, bank = client_of(world, "auditor"), account("225"), account("102")
    assert flagged(auditor, "repeated").count("没有查到") == 1
    pay(world, pool, "again", "500.00")
    assert flagged(auditor, "repeated").count("医疗互助给付") == 2
    assert "没有查到" in flagged(auditor, "split")
    for number in range(2):
        pay(world, pool, f"large {number}", "900.00")
    assert flagged(auditor, "split").count("900.00") == 2
    with override_settings(RESOLUTION_ABOVE=Decimal(900)):
        assert "没有查到" in flagged(auditor, "undecided"), "the resolution was named"
    assert "没有人" in flagged(auditor, "by-others"), "the system made the first one"
    wrong = actions.post(
        pool, lines=[Line(bank, Decimal(7)), Line(owed, Decimal(-7))], key="w", text="收退款", by=SYSTEM, on=date(2023, 11, 4)
    )
    assert "收退款" in flagged(auditor, "rest-days"), "a Saturday"
    actions.reverse(wrong, by=SYSTEM, reason="记错了金额", on=date(2023, 11, 6))
    assert "没有查到" in flagged(auditor, "posted-again")
    actions.post(pool, lines=[Line(bank, Decimal(7)), Line(owed, Decimal(-7))], key="x", text="收退款", by=SYSTEM, on=date(2023, 11, 7))
    assert "收退款" in flagged(auditor, "posted-again")
    took(client_of(world, "accountant"), pool, start="20231101", end="20231120")
    assert "收退款" not in flagged(auditor, "only-bank")
    with override_settings(AUDIT_OPEN_DAYS=5):
        assert "账户管理费" in flagged(auditor, "only-bank") and "收退款" in flagged(auditor, "only-books")


def pay(world: World, fund: Fund, key: str, amount: str) -> None:
    maker, checker, leader = (client_of(world, role) for role in ("accountant", "cashier_checker", "district_leader"))
    payment = Payment(key, "何静川", "6217000000001234", Decimal(amount), account("225"), person_id=world.person.pk)
    batch = actions.make_batch(fund, title="医疗互助给付", payments=[payment], by=SYSTEM, resolution="第6次主席办公会")
    for client, verb, facts in (
        (maker, "freeze", {}),
        (checker, "check", {"count": 1, "total": amount}),
        (leader, "approve", {}),
        (maker, "send", {}),
    ):
        assert client.post(url("do-batch", batch.code, verb), facts).status_code == 302
    answer = "\n".join([",".join(BACK), f"{batch.code},1,{amount},成功,,20231109", f"{batch.code},合计,{amount},,,"])
    maker.post(url("do-batch", batch.code, "return"), {"file": SimpleUploadedFile("r.csv", answer.encode())})


def test_the_questions_are_the_auditor_s_and_within_reach(world: World, pool: Fund) -> None:
    auditor = client_of(world, "auditor")
    shown = page(auditor, url("audit"))
    assert all(flag.title in shown and flag.words() in shown for flag in FLAGS)
    assert auditor.get(url("flag", "nothing")).status_code == 404
    assert client_of(world, "accountant").get(url("audit")).status_code == 403
    with override_settings(AUDIT_DAYS=400):
        pay(world, pool, "again", "500.00")
        assert "没有查到" in flagged(client_of(world, "auditor", world.elsewhere), "repeated")
        assert "没有查到" not in flagged(auditor, "repeated")


def test_a_stranger_finds_no_budget_commitment_or_line_of_the_bank(world: World, budgeted: Fund, pool: Fund) -> None:
    took(client_of(world, "accountant"), pool)
    stranger = client_of(world, "accountant", world.elsewhere)
    with elevated("test"):
        line = BankLine.objects.first()
    assert line
    for address in (
        url("budget", budgeted.code), url("commitments", budgeted.code), url("bank", pool.code), url("bank-lines", pool.code),
        url("reconciliation", pool.code), url("bank-line", line.code), url("entries", pool.code), url("take-statement", pool.code),
    ):  # fmt: skip
        assert stranger.get(address).status_code == 404, address
    assert stranger.post(url("match", pool.code)).status_code == 404
