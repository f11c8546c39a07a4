"""A rider's hospital stay becomes money with an explanation; the fund opens down to the line; the cancelled stay is asked back."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from playwright.sync_api import expect

from niangjia.base.chinese import id_check_digit
from niangjia.core.access.actor import SYSTEM
from niangjia.core.ledger.actions import open_fund
from niangjia.core.ledger.enums import Source
from niangjia.core.ledger.layouts import BACK
from niangjia.core.ledger.models import Fund, PaymentBatch
from niangjia.core.orgs.models import Organisation
from niangjia.core.people.actions import admit, give_account, register_person
from niangjia.work.mutual_aid.plan.catalogue import SHIPPED
from niangjia.work.mutual_aid.tests.factories import back, enrol, file_of, make_plan, stay
from tests.walks.browsing import PHONE, Reader, Readers
from tests.walks.site import Site
from tests.walks.test_worker import _riders

OWN_PHONE, FUND = "14000000078", "ZBHZ"
STEM = "33021219900307901"
"""An identity number that the demo has given to nobody, without its check digit."""
FUND_TITLE = "走查医疗互助金"


def test_a_stay_becomes_money_with_an_explanation_and_is_asked_back_when_it_is_cancelled(
    site: Site, readers: Readers, tmp_path: Path
) -> None:
    number = _a_covered_rider(site)
    centre, accountant = readers.staff("fuwu"), readers.staff("kuaiji")
    _take_in(centre, tmp_path / "stays.csv", file_of(stay(number, "W1", fixmedins_name="望湖医院")))
    centre.sees("已核定")
    code = _paid_by_three(site, readers, accountant, tmp_path)
    rider = readers.worker(OWN_PHONE, PHONE)
    rider.open("/m/mutual-aid/")
    rider.sees("望湖医院")
    rider.sees("互助金 1,000.00 元")
    rider.page.get_by_text("怎么算出来的").first.click()
    rider.sees("自己负担 3000 元以内的部分，补 80%：800.00 元。")
    assert rider.grave_findings() == [] and rider.overflow() == []
    accountant.open(f"/desk/ledger/{FUND}/")
    accountant.sees("-1,000.00")
    accountant.open(f"/desk/ledger/payments/{code}/")
    accountant.page.get_by_role("link", name="看凭证").first.click()
    accountant.sees("医疗互助给付")
    _take_in(centre, tmp_path / "back.csv", file_of(back(number, "W1", fixmedins_name="望湖医院")))
    centre.open("/desk/mutual-aid/clawbacks/")
    centre.page.get_by_role("link", name="ZH-").first.click()
    centre.page.get_by_role("main").get_by_role("link", name="告知本人", exact=True).first.click()
    centre.press("告知本人")
    centre.sees("待退回")
    rider.open("/m/mutual-aid/")
    rider.follow("请把多给的钱退回来")
    rider.sees("要退多少，怎么来的")
    rider.sees("1,000.00")
    assert rider.grave_findings() == [] and rider.overflow() == []
    assert rider.faults == centre.faults == accountant.faults == []


def _a_covered_rider(site: Site) -> str:
    """A rider with a policy of a plan whose pool lies here; returns the identity number."""
    with site.inside():
        union, number = Organisation.objects.get(code=_riders()), STEM + id_check_digit(STEM)
        district = Organisation.objects.get(parent=None)
        fund = open_fund(code=FUND, title=FUND_TITLE, org=district, source=Source.MUTUAL_AID, by=SYSTEM, on=date(2023, 1, 1))
        rider = register_person(
            name="热依扎·买买提", home_org=union, phone=OWN_PHONE, id_number=number, bank_account="6217000000000078", by=SYSTEM,
            on=date(2023, 3, 1),
        )  # fmt: skip
        admit(rider, union=union, by=SYSTEM, on=date(2023, 3, 2))
        give_account(person=rider, by=SYSTEM)
        enrol(rider, make_plan(replace(SHIPPED["P1"], code="P9"), pool=fund))
        return number


def _take_in(centre: Reader, file: Path, data: bytes) -> None:
    """A file of the insurance with its number of rows as control total."""
    file.write_bytes(data)
    centre.open("/desk/mutual-aid/intakes/new")
    centre.page.locator("input[name=file]").set_input_files(file)
    centre.page.locator("input[name=count]").fill("1")
    centre.press("收下")


def _paid_by_three(site: Site, readers: Readers, accountant: Reader, tmp_path: Path) -> str:
    """Made, checked and approved by three persons; the bank answers. Returns the batch's code."""
    accountant.open("/desk/mutual-aid/settlements/pay")
    accountant.page.locator("select[name=fund]").select_option(label=_label(site))
    accountant.press("编制")
    code = accountant.path.rstrip("/").split("/")[-1]
    batch = f"/desk/ledger/payments/{code}"
    accountant.open(f"{batch}/freeze")
    accountant.press("锁定，送复核")
    checker, leader = readers.staff("fuhe"), readers.staff("zhuxi")
    checker.open(f"{batch}/check")
    checker.page.locator("input[name=count]").fill("1")
    checker.page.locator("input[name=total]").fill("1000.00")
    checker.press("复核")
    leader.open(f"{batch}/approve")
    leader.press("批准")
    accountant.open(f"{batch}/send")
    accountant.press("出银行文件")
    back_file = tmp_path / "return.csv"
    back_file.write_text("\n".join([",".join(BACK), f"{code},1,1000.00,成功,,20231218", f"{code},合计,1000.00,,,"]))
    accountant.open(f"{batch}/return")
    accountant.page.locator("input[type=file]").set_input_files(back_file)
    accountant.press("上传回盘")
    expect(accountant.page.get_by_role("main")).to_contain_text("付")
    return code


def _label(site: Site) -> str:
    with site.inside():
        assert not PaymentBatch.objects.filter(fund__code=FUND).exists()
        return str(Fund.objects.get(code=FUND))
