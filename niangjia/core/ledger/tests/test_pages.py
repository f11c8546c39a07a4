"""Books and payments in the browser: from a fund's balance to the person; each verb by its page; the stranger and each refusal."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from niangjia.base.chinese import mask_name
from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.ledger import actions
from niangjia.core.ledger.actions import Line, Payment
from niangjia.core.ledger.enums import Source
from niangjia.core.ledger.layouts import BACK
from niangjia.core.ledger.models import Account, Entry, Fund, PaymentBatch
from niangjia.core.trail.models import Event
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def fund(world: World) -> Fund:
    made = actions.open_fund(
        code="HZ", title="医疗互助金", org=world.district, source=Source.MUTUAL_AID, by=SYSTEM, on=date(2023, 1, 1), is_budgeted=False
    )
    lines = [Line(account("102"), Decimal("500.00")), Line(account("225"), Decimal("-500.00"), world.person.pk)]
    actions.post(made, lines=lines, key="in", text="收到互助金", by=SYSTEM, on=date(2023, 5, 4))
    return made


def account(code: str) -> Account:
    return Account.objects.get(code=code)


def client_of(world: World, role: str) -> Client:
    client = Client()
    client.force_login(world.officer(world.district, role=role))
    return client


def test_a_balance_opens_down_to_the_person(world: World, fund: Fund) -> None:
    client = client_of(world, "auditor")
    assert "医疗互助金" in client.get(reverse("ledger:funds")).content.decode()
    page = client.get(reverse("ledger:fund", args=[fund.code])).content.decode()
    assert "500.00" in page and "102 银行存款" in page
    legs = client.get(reverse("ledger:account", args=[fund.code, "225"])).content.decode()
    assert "收到互助金" in legs
    with elevated("test"):
        entry = Entry.objects.get()
    page = client.get(reverse("ledger:entry", args=[entry.code])).content.decode()
    assert (
        mask_name(world.person.name) in page
        and world.person.name not in page
        and f"/{entry.pk}/" not in reverse("ledger:entry", args=[entry.code])
    )


def test_an_auditor_only_reads(world: World, fund: Fund) -> None:
    client = client_of(world, "auditor")
    page = client.get(reverse("ledger:fund", args=[fund.code])).content.decode()
    assert reverse("ledger:new-entry", args=[fund.code]) not in page and reverse("ledger:close", args=[fund.code]) not in page
    for name in ("new-entry", "close"):
        assert client.get(reverse(f"ledger:{name}", args=[fund.code])).status_code == 403
    assert client.get(reverse("ledger:new-fund")).status_code == 403


def test_a_stranger_finds_no_fund_entry_or_batch(world: World, fund: Fund) -> None:
    stranger = Client()
    stranger.force_login(world.officer(world.elsewhere, role="accountant"))
    with elevated("test"):
        entry = Entry.objects.get()
    for address in (
        reverse("ledger:fund", args=[fund.code]),
        reverse("ledger:account", args=[fund.code, "102"]),
        reverse("ledger:entry", args=[entry.code]),
    ):
        assert stranger.get(address).status_code == 404
    assert "医疗互助金" not in stranger.get(reverse("ledger:funds")).content.decode()


def test_an_entry_is_posted_by_hand_once_however_often_it_is_sent(world: World, fund: Fund) -> None:
    client, address = client_of(world, "accountant"), reverse("ledger:new-entry", args=[fund.code])
    facts = {"debit": account("501").pk, "credit": account("102").pk, "amount": "86.40", "text": "买球", "on": "20231106", "once": "hand 1"}
    for _ in range(2):
        assert client.post(address, facts).status_code == 302
    with elevated("test"):
        assert Entry.objects.filter(text="买球").count() == 1
    refused = client.post(address, facts | {"credit": account("501").pk, "once": "hand 2"})
    assert refused.status_code == 422 and "不能是同一个科目" in refused.content.decode()


def test_a_list_groups_its_numbers_and_its_file_keeps_them_bare(world: World, fund: Fund) -> None:
    lines = [actions.Line(account("102"), Decimal("29720.50")), actions.Line(account("225"), Decimal("-29720.50"))]
    actions.post(fund, lines=lines, key="large", text="收到一大笔", by=SYSTEM)
    client, address = client_of(world, "accountant"), reverse("ledger:account", args=[fund.code, "225"])
    page = client.get(address).content.decode()
    assert "29,720.50" in page and "29720.50" not in page
    sheet = b"".join(client.get(address + "?format=csv").streaming_content).decode("utf-8-sig")
    assert "29720.50" in sheet and "29,720.50" not in sheet


def test_an_entry_is_taken_back_and_a_month_closed(world: World, fund: Fund) -> None:
    client = client_of(world, "accountant")
    with elevated("test"):
        entry = Entry.objects.get()
    page = client.post(reverse("ledger:reverse", args=[entry.code]), {"reason": "记错了账户", "on": "20230506"}, follow=True)
    assert "红字凭证" in page.content.decode()
    assert "已经冲销" in client.get(reverse("ledger:entry", args=[entry.code])).content.decode()
    client.post(reverse("ledger:close", args=[fund.code]), {"up_to": "20231130"})
    assert "已结账到 2023年11月30日" in client.get(reverse("ledger:fund", args=[fund.code])).content.decode()
    late = {"debit": account("501").pk, "credit": account("102").pk, "amount": "1", "text": "迟了", "on": "20231101"}
    refused = client.post(reverse("ledger:new-entry", args=[fund.code]), late)
    assert refused.status_code == 422 and "账已结到" in refused.content.decode()


def test_a_batch_goes_its_way_through_three_accounts(world: World, fund: Fund) -> None:
    maker, checker, leader = (client_of(world, role) for role in ("accountant", "cashier_checker", "district_leader"))
    payment = Payment("claim 1", "何静川", "6217000000001234", Decimal("500.00"), account("225"), person_id=world.person.pk)
    batch = actions.make_batch(fund, title="医疗互助金", payments=[payment], by=SYSTEM)
    assert batch.code in maker.get(reverse("ledger:batches")).content.decode()

    def do(client: Client, verb: str, **facts: object) -> int:
        return client.post(reverse("ledger:do-batch", args=[batch.code, verb]), facts).status_code

    page = maker.get(reverse("ledger:batch", args=[batch.code])).content.decode()
    assert mask_name("何静川") in page and "何静川" not in page
    assert "6217****1234" in page and "6217000000001234" not in page
    assert do(maker, "freeze") == 302
    assert do(maker, "check", count=1, total="500") == 403
    assert do(checker, "check", count=1, total="499") == 422
    assert do(checker, "check", count=1, total="500") == 302
    assert do(leader, "approve") == 302
    assert do(maker, "send") == 302
    taken = maker.post(reverse("ledger:bank-file", args=[batch.code]))
    assert b"6217000000001234" in b"".join(taken.streaming_content)
    assert checker.post(reverse("ledger:bank-file", args=[batch.code])).status_code == 403
    with elevated("test"):
        assert Event.objects.filter(verb="ledger.take_file").count() == 1
    answer = "\n".join([",".join(BACK), f"{batch.code},1,500.00,成功,,20231108", f"{batch.code},合计,500.00,,,"])
    assert do(maker, "return", file=SimpleUploadedFile("r.csv", answer.encode())) == 302
    with elevated("test"):
        assert PaymentBatch.objects.get().state == "settled"
    assert "已付" in maker.get(reverse("ledger:batch", args=[batch.code])).content.decode()
