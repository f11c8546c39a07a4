"""Months of one-stop payments, days compared, codes and headings in the browser: the good path, the stranger, each refusal."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.ledger import actions as ledger
from niangjia.core.ledger.enums import Source
from niangjia.core.orgs.actions import add_partner
from niangjia.core.orgs.enums import PartnerKind
from niangjia.core.orgs.models import PartnerBody
from niangjia.core.people.tests.factories import id_number
from niangjia.work.mutual_aid import actions
from niangjia.work.mutual_aid.models import Clearing, DayTotal, KnownCode, Layout, Settlement
from niangjia.work.mutual_aid.tests.factories import enrol, file_of, make_plan, stay
from niangjia.work.mutual_aid.tests.test_pages import client_of
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def bureau(world: World) -> PartnerBody:
    return add_partner(name="望湖区医疗保障局", kind=PartnerKind.HEALTH_INSURANCE, answering_org=world.district, by=SYSTEM)


@pytest.fixture
def certno(world: World, bureau: PartnerBody) -> str:
    """Somebody whose hospital deducts mutual aid at discharge; the pool is the district's own."""
    with elevated("test: a plan and a person"):
        fund = ledger.open_fund(code="HZ", title="医疗互助金", org=world.district, source=Source.MUTUAL_AID, by=SYSTEM)
        person = world.new_person(id_number=id_number(), bank_account="6217000000000001")
        enrol(person, make_plan(pool=fund, mode="one_stop"))
    return str(person.id_number)


@pytest.fixture
def month(bureau: PartnerBody, certno: str) -> Clearing:
    """A list of two stays, of which one was deducted too much."""
    rows = [stay(certno, "YB-1", mutual_aid_pay="1000.00"), stay(certno, "YB-2", mutual_aid_pay="2500.00", hifp_pay="3000")]
    with elevated("test: a list"):
        from niangjia.work.mutual_aid.queries import plan_by

        actions.take_settlements(data=file_of(*rows), plan=plan_by("P1-2023"), body=bureau, by=SYSTEM)
        return Clearing.objects.get()


def address(name: str, *args: Any) -> str:
    return reverse(f"mutual_aid:{name}", args=args)


def read(client: Client, name: str, *args: Any) -> str:
    answer = client.get(address(name, *args))
    assert answer.status_code == 200, name
    return answer.content.decode()


def send(client: Client, where: str, **said: Any) -> str:
    """What the page after it says."""
    return client.post(where, {"sure": "1"} | said, follow=True).content.decode()


def test_a_month_goes_from_its_list_to_the_transfer_by_two_persons_and_the_books_say_so(world: World, month: Clearing) -> None:
    first, second = client_of(world, "service_centre", "district"), client_of(world, "service_centre", "district")
    accountant = client_of(world, "accountant", "district")
    assert month.code in read(first, "clearings") and "2,500.00" in read(first, "clearing", month.code)
    half = send(first, address("do-clearing", month.code, "compare"), said_count="1", said_amount="1000.00")
    assert "清单" in half and "2" in half and _state(month) == "draft", "half a list is not compared"
    send(first, address("do-clearing", month.code, "compare"), said_count="2", said_amount="3500.00", statement="清 9")
    assert "1 处没定" in read(first, "clearing", month.code)
    assert "定一下" in read(first, "clearing", month.code) and "定一下" not in read(accountant, "clearing", month.code), (
        "who may not is not asked"
    )
    assert "差异" in send(second, address("do-clearing", month.code, "agree"))
    send(first, address("decide-line", month.code, 2), decision="accept", reason="医保按新标准扣的")
    assert "两个人" in send(first, address("do-clearing", month.code, "agree"))
    send(second, address("do-clearing", month.code, "agree"))
    assert accountant.get(address("do-clearing", month.code, "transfer")).status_code == 200
    told = send(accountant, address("do-clearing", month.code, "transfer"), reference="回单 1 号")
    assert "已划款" in told and "凭证" in told and _state(month) == "transferred"
    assert "办不了" in send(accountant, address("do-clearing", month.code, "transfer"), reference="回单 1 号")


def _state(month: Clearing) -> str:
    with elevated("test: where it stands"):
        return Clearing.objects.get(pk=month.pk).state


def test_a_town_officer_sees_no_clearing_and_nobody_a_step_or_a_line_that_is_not_there(world: World, month: Clearing) -> None:
    town, centre = client_of(world, "town_officer"), client_of(world, "service_centre", "district")
    for name, *args in (
        ("clearings",),
        ("clearing", month.code),
        ("do-clearing", month.code, "compare"),
        ("days",),
        ("codes",),
        ("layouts",),
    ):
        assert town.get(address(name, *args)).status_code == 403, name
    assert centre.get(address("do-clearing", month.code, "burn")).status_code == 404
    assert [centre.get(address("decide-line", month.code, number)).status_code for number in (0, 3)] == [404, 404]


def test_the_lines_of_a_month_are_filtered_searched_and_exported(world: World, month: Clearing) -> None:
    centre = client_of(world, "service_centre", "district")
    send(centre, address("do-clearing", month.code, "compare"), said_count="2", said_amount="3500.00")
    where = address("clearing", month.code)
    assert "YB-2" in (open_ := centre.get(where, {"kind": "open"}).content.decode()) and "YB-1" not in open_
    assert "YB-1" in (found := centre.get(where, {"q": "YB-1"}).content.decode()) and "YB-2" not in found
    assert centre.get(where, {"export": "xlsx"}).status_code == 200


def test_a_day_that_differs_is_decided_with_a_reason_before_anything_of_it_is_paid(world: World, bureau: PartnerBody, certno: str) -> None:
    centre = client_of(world, "service_centre", "district")
    with elevated("test: a file"):
        actions.take_settlements(data=file_of(stay(certno, "YB-1")), body=bureau, by=SYSTEM)
    told = send(centre, address("state-day"), body=bureau.pk, day="2023-09-01", count="2")
    assert "已登记" in told and "合计" in told
    with elevated("test: the day"):
        day = DayTotal.objects.get()
    assert "缺" in send(centre, address("decide-day", day.code, 1), decision="hold", reason="缺") and _open(day) == 1, "a reason has words"
    send(centre, address("decide-day", day.code, 1), decision="hold", reason="医保电话核实，少传一笔")
    assert _open(day) == 0
    assert centre.get(address("decide-day", day.code, 2)).status_code == 404
    lines = SimpleUploadedFile("明细.csv", file_of(stay(certno, "YB-1"), stay(certno, "YB-9")))
    assert "1 天" in send(centre, address("state-days"), body=bureau.pk, file=lines)
    assert "YB-9" in read(centre, "day", day.code)


def _open(day: DayTotal) -> int:
    with elevated("test: what is open"):
        return DayTotal.objects.get(pk=day.pk).differences.filter(gone_on=None, decision="").count()


def test_an_unknown_code_is_given_its_meaning_by_two_persons_and_the_parked_stay_is_reckoned(
    world: World, bureau: PartnerBody, certno: str
) -> None:
    first, second = client_of(world, "service_centre", "district"), client_of(world, "service_centre", "district")
    with elevated("test: a parked stay"):
        actions.take_settlements(data=file_of(stay(certno, "YB-1", med_type="2109")), body=bureau, by=SYSTEM)
    assert "登记医疗类别" in read(first, "codes")
    assert "不是认得的" in send(first, address("enter-code"), field="med_type", code="2109", means="77", source="编码表 2023")
    send(first, address("enter-code"), field="med_type", code="2109", means="21", source="编码表 2023")
    assert "等第二个人核对" in read(first, "codes")
    assert "两个人" in send(first, address("do-code", "med_type", "2109", "confirm"))
    send(second, address("do-code", "med_type", "2109", "confirm"))
    with elevated("test: what became of it"):
        assert Settlement.objects.get().state == "auto_approved"
    assert "不能撤回" in send(second, address("do-code", "med_type", "2109", "withdraw"))
    assert first.get(address("do-code", "blood", "2109", "confirm")).status_code == 404


def test_what_each_parked_stay_waits_for_is_said_without_asking_for_each(
    world: World, bureau: PartnerBody, certno: str, django_assert_max_num_queries: Any
) -> None:
    centre = client_of(world, "service_centre", "district")
    with elevated("test: parked stays"):
        odd = [stay(certno, f"YB-{at}", med_type=f"9{at:03d}") for at in range(12)]
        actions.take_settlements(
            data=file_of(*odd, stay(certno, "YB-n", med_type=""), stay(certno, "YB-i", insutype="399")), body=bureau, by=SYSTEM
        )
    with django_assert_max_num_queries(25):
        page = read(centre, "codes")
    assert page.count("登记医疗类别") == 12 and page.count("登记险种类型") == 1 and "没有代码，请医保补送" in page


def test_a_code_nobody_confirmed_may_be_taken_back(world: World, bureau: PartnerBody) -> None:
    centre = client_of(world, "service_centre", "district")
    send(centre, address("enter-code"), field="insutype", code="399", means="", source="编码表 2023")
    assert "不在互助范围" in read(centre, "codes")
    send(centre, address("do-code", "insutype", "399", "withdraw"))
    assert not KnownCode.objects.exists()


def test_a_bureaus_own_headings_are_read_chosen_once_and_remembered(world: World, bureau: PartnerBody) -> None:
    centre = client_of(world, "service_centre", "district")
    file = SimpleUploadedFile("医保.csv", "单据号,医院,身份证,日期\n1,2,3,4\n".encode())
    assert "单据号" in send(centre, address("read-headings", bureau.code), file=file)
    meant = {"单据号": "setl_id", "医院": "fixmedins_name", "身份证": "certno", "日期": "setl_time"}
    with elevated("test: the order in which they are asked"):
        asked = list(Layout.objects.get().headings)
    send(
        centre, address("choose-headings", bureau.code), in_fen="on", **{f"h{place}": meant[heading] for place, heading in enumerate(asked)}
    )
    with elevated("test: what was remembered"):
        layout = Layout.objects.get()
    assert (layout.headings["单据号"], layout.in_fen) == ("setl_id", True)
    assert bureau.name in read(centre, "layouts")
