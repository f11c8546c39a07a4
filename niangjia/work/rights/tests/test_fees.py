"""A lawyer's fee lies in the ledger about its case: posted when approved, paid once by batch, told to the lawyer."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM, Actor, under
from niangjia.core.access.queries import grants_in_force
from niangjia.core.access.rules import Refused
from niangjia.core.cases.models import Case
from niangjia.core.ledger import actions as ledger
from niangjia.core.ledger.enums import Source
from niangjia.core.ledger.layouts import BACK
from niangjia.core.ledger.models import Account, Entry, Fund, PaymentBatch, PaymentLine
from niangjia.core.ledger.queries import balance, checks
from niangjia.core.notices.models import Notice
from niangjia.work.rights import actions
from niangjia.work.rights.enums import AidForm
from niangjia.work.rights.models import Fee, Helper
from niangjia.work.rights.tests.helpers import new_aid, new_lawyer, rates, walk
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeing_all")]

GRANT = {"reason": "请求支付劳动报酬，符合条件", "means": "本人填写了经济状况说明。"}
DUE = date(2023, 12, 10)
FEE = Decimal("1200.00")


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def fund(world: World) -> Fund:
    made = ledger.open_fund(
        code="WQ", title="维权专项", org=world.district, source=Source.FEES, by=SYSTEM, on=date(2023, 1, 1), is_budgeted=False
    )
    for form in AidForm:
        actions.set_fee_rate(form=form, amount=FEE, valid_from=date(2023, 2, 1), source="示意", by=SYSTEM, fund=made)
    return made


def acting(world: World, role: str) -> Actor:
    return under(grants_in_force(world.officer(world.district, role=role)).get())


def approved(world: World, helper: Helper, on: str = "12-04") -> Case:
    """A matter whose fee was approved."""
    return walk(
        new_aid(world), ("grant", "11-15", GRANT), ("assign", "11-16", {"helper": helper}), ("accept", "11-17", {"scope": "一般"}),
        ("finish", "11-20", {"result": "won"}), ("report", "11-21", {}), ("review", "11-22", {"grade": 4}), ("fees", "11-23", {}),
        ("approve", on, {}),
    )  # fmt: skip


def client_of(world: World, role: str) -> Client:
    client = Client()
    client.force_login(world.officer(world.district, role))
    return client


def sent(world: World, batch: PaymentBatch, maker: Actor) -> PaymentBatch:
    """The batch with the bank."""
    frozen = ledger.freeze(batch, by=maker)
    ledger.check_batch(frozen, total=frozen.total, count=frozen.count, by=acting(world, "cashier_checker"))
    ledger.approve(frozen, by=acting(world, "district_leader"))
    return ledger.send_to_bank(frozen, by=maker)


def returned(batch: PaymentBatch, result: str, fault: str = "") -> bytes:
    """The bank's answer for its only line."""
    answer = f"{batch.code},1,{batch.total:.2f},{result},{fault},20231212"
    return "\n".join([",".join(BACK), answer, f"{batch.code},合计,{batch.total:.2f},,,"]).encode()


def balance_of(fund: Fund, code: str) -> Decimal:
    return balance(fund, Account.objects.get(code=code))


def test_approving_a_fee_posts_it_as_owed_about_its_case(world: World, fund: Fund) -> None:
    case = approved(world, new_lawyer(world))
    fee = Fee.objects.get()
    assert fee.entry is not None
    assert (fee.entry.about, fee.entry.on, fee.fund) == (case.subject, date(2023, 12, 4), fund)
    assert (balance_of(fund, "502"), balance_of(fund, "225")) == (FEE, -FEE)
    assert all(check.ok for check in checks())


def test_a_rate_without_books_posts_nothing(world: World) -> None:
    rates()
    approved(world, new_lawyer(world))
    fee = Fee.objects.get()
    assert fee.approved_on
    assert fee.entry is None
    assert not Entry.objects.exists()


def test_a_closed_month_refuses_the_approval_and_nothing_is_half_done(world: World, fund: Fund) -> None:
    ledger.close_period(fund, up_to=date(2023, 11, 30), by=SYSTEM)
    with pytest.raises(ValidationError, match="账已结到"):
        approved(world, new_lawyer(world), on="11-24")
    assert Fee.objects.get().approved_on is None


def test_fees_are_paid_once_to_the_firm_and_the_lawyer_is_told(world: World, fund: Fund) -> None:
    lawyer = new_lawyer(world, account=True, bank="示例银行鄞州支行", account_number="33150198000000001")
    case = approved(world, lawyer)
    maker = acting(world, "accountant")
    batch = actions.make_fee_payments(fund, by=maker, on=DUE).batch
    assert batch is not None
    line = PaymentLine.objects.get(batch=batch)
    assert (line.payee, line.account_number, line.amount, line.about) == (lawyer.firm, "33150198000000001", FEE, case.subject)
    assert actions.make_fee_payments(fund, by=maker, on=DUE).batch is None
    gone = sent(world, batch, maker)
    for _ in range(2):
        ledger.read_return(gone, data=returned(gone, "成功"), by=maker)
    fee = Fee.objects.get()
    assert (fee.paid_on, fee.standing) == (date(2023, 12, 12), "2023-12-12 付")
    assert (balance_of(fund, "225"), balance_of(fund, "102")) == (Decimal(0), -FEE)
    assert Notice.objects.filter(user=lawyer.account, title="援助补贴到账了").count() == 1


def test_a_fee_the_bank_sent_back_goes_into_the_next_batch(world: World, fund: Fund) -> None:
    approved(world, new_lawyer(world, account_number="33150198000000001"))
    maker = acting(world, "accountant")
    first = actions.make_fee_payments(fund, by=maker, on=DUE).batch
    assert first is not None
    gone = sent(world, first, maker)
    ledger.read_return(gone, data=returned(gone, "失败", "账号户名不符"), by=maker)
    fee = Fee.objects.get()
    assert (fee.paid_on, fee.paying, fee.standing) == (None, "", "待付")
    assert actions.make_fee_payments(fund, by=maker, on=DUE).batch is not None


def test_fees_wait_for_their_month_and_for_an_account(world: World, fund: Fund) -> None:
    approved(world, new_lawyer(world))
    maker = acting(world, "accountant")
    assert actions.make_fee_payments(fund, by=maker, on=date(2023, 11, 30)) == actions.MadeFees(None, [])
    assert [fee.amount for fee in actions.make_fee_payments(fund, by=maker, on=DUE).without_account] == [FEE]


def test_only_who_makes_payments_pays_fees(world: World, fund: Fund) -> None:
    approved(world, new_lawyer(world, account_number="33150198000000001"))
    with pytest.raises(Refused):
        actions.make_fee_payments(fund, by=acting(world, "lawyer"), on=DUE)


def test_the_account_number_is_sealed_and_kept_when_the_form_leaves_it_empty(world: World) -> None:
    lawyer = new_lawyer(world, account_number="33150198000000001")
    changed = actions.change_helper(lawyer, by=SYSTEM, bank="示例银行", account_number="")
    assert (changed.account_number, changed.bank) == ("33150198000000001", "示例银行")
    assert b"33150198" not in bytes(changed.account_number_sealed)


def test_the_accountant_makes_the_batch_on_the_page(world: World, fund: Fund) -> None:
    lawyer = new_lawyer(world, account_number="33150198000000001")
    case = approved(world, lawyer)
    client = client_of(world, "accountant")
    asked = client.get("/desk/aid/fees/pay").content.decode()
    assert "编制援助补贴付款" in asked
    made = client.post("/desk/aid/fees/pay", {"fund": fund.pk}, follow=True).content.decode()
    with elevated("test"):
        batch = PaymentBatch.objects.get()
    assert batch.code in made
    clerk = client_of(world, "service_centre")
    listed = clerk.get("/desk/aid/fees/?stand=owed").content.decode()
    assert case.code in listed
    assert batch.code in listed
