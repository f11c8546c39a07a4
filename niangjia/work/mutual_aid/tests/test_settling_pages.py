"""The centre takes a file in, reads why each settlement is what it is, decides what waits for a person, and makes the payments."""

import hashlib
import json
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from niangjia.base import signing
from niangjia.base.scope import elevated
from niangjia.config.cli import main
from niangjia.core.access.actor import SYSTEM
from niangjia.core.exchange.actions.parcels import signed_part
from niangjia.core.exchange.tests.factories import bureau
from niangjia.core.ledger.actions import open_fund
from niangjia.core.ledger.enums import Source
from niangjia.core.ledger.models import Fund, PaymentBatch
from niangjia.core.orgs.enums import PartnerKind
from niangjia.core.people.models import Person
from niangjia.core.people.tests.factories import id_number
from niangjia.work.mutual_aid.actions import take_settlements
from niangjia.work.mutual_aid.jobs import nightly
from niangjia.work.mutual_aid.models import Intake, Settlement
from niangjia.work.mutual_aid.tests.factories import enrol, file_of, make_plan, stay
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def fund(world: World) -> Fund:
    with elevated("test"):
        return open_fund(code="HZ", title="医疗互助金", org=world.district, source=Source.MUTUAL_AID, by=SYSTEM, on=date(2023, 1, 1))


@pytest.fixture
def person(world: World, fund: Fund) -> Person:
    with elevated("test"):
        made = world.new_person(id_number=id_number(), bank_account="6217000000000001")
        enrol(made, make_plan(pool=fund))
        return made


@pytest.fixture
def desk(world: World, client: Client) -> Client:
    client.force_login(world.officer(world.district, role="service_centre"))
    return client


def upload(client: Client, *rows: dict[str, str], **totals: Any) -> Any:
    file = SimpleUploadedFile("结算.csv", file_of(*rows))
    return client.post(reverse("mutual_aid:take"), {"file": file, **totals})


def one() -> Settlement:
    with elevated("test"):
        return Settlement.objects.latest("pk")


def test_a_file_is_taken_in_and_its_page_says_what_came_of_it(desk: Client, person: Person) -> None:
    answer = upload(desk, stay(person.id_number), stay(person.id_number, "S2", setl_time="昨天"), count=2)
    page = desk.get(answer["Location"]).content.decode()
    assert "已核定" in page and "结算时间（setl_time）不是日期" in page and "1,000.00" in page
    sent: Any = desk.get(answer["Location"] + "?export=csv")
    with closing(sent) as file:
        assert b"".join(file.streaming_content).decode("utf-8-sig").startswith("行号,退回原因\r\n3,结算时间")


def test_refused_rows_come_back_whole_from_the_same_file_only(desk: Client, person: Person) -> None:
    rows = [stay(person.id_number), stay(person.id_number, "S2", setl_time="昨天", fixmedins_name="=1+1")]
    code = upload(desk, *rows)["Location"].rstrip("/").rpartition("/")[2]
    url = reverse("mutual_aid:marked", args=[code])
    assert desk.get(url).status_code == 200 and desk.post(url, {"file": ""}).status_code == 422
    other = desk.post(url, {"file": SimpleUploadedFile("结算.csv", file_of(*rows) + b"\n")})
    assert other.status_code == 422 and "不是收下的那个文件" in other.content.decode()
    sent: Any = desk.post(url, {"file": SimpleUploadedFile("结算.csv", file_of(*rows))})
    with closing(sent) as file:
        lines = b"".join(file.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 2 and lines[0].startswith("行号,退回原因,setl_id,") and lines[1].startswith("3,结算时间")
    assert person.id_number in lines[1] and ",=1+1" not in lines[1], "no cell computes"


def test_half_a_file_is_refused_on_the_page(desk: Client, person: Person) -> None:
    answer = upload(desk, stay(person.id_number), count=2)
    assert answer.status_code == 422 and "笔数：控制总额 2，文件里 1" in answer.content.decode()


def test_the_page_of_a_file_says_how_it_came_and_its_sums_by_day(desk: Client, person: Person) -> None:
    answer = upload(desk, stay(person.id_number, medfee_sumamt="5000.10"), stay(person.id_number, "S2", setl_time="2023-09-03"))
    page = desk.get(answer["Location"]).content.decode()
    assert "文件，" in page and "按结算日期" in page and "5,000.10" in page
    assert "2023-09-03" in page or "2023年9月3日" in page or "9月3日" in page
    listed = reverse("mutual_aid:intakes")
    found = {way: "共 1 个" in desk.get(listed, {"way": way}).content.decode() for way in ("file", "signed", "interface", "list")}
    assert found == {"file": True, "signed": False, "interface": False, "list": False}


def test_a_control_file_comes_with_the_file_on_the_page(desk: Client, world: World, person: Person) -> None:
    insurance = bureau(world, PartnerKind.HEALTH_INSURANCE, "望湖区医疗保障局")
    data = file_of(stay(person.id_number))
    said: dict[str, Any] = {"rows": 1, "sha256": hashlib.sha256(data).hexdigest(), "key_id": insurance.keys.key_id}
    said |= {"signature": signing.sign_bytes(signed_part(said), insurance.keys)}

    def handed_in(control: dict[str, Any], **more: Any) -> Any:
        files = {
            "file": SimpleUploadedFile("结算.csv", data),
            "control_file": SimpleUploadedFile("控制.json", json.dumps(control).encode()),
        }
        return desk.post(reverse("mutual_aid:take"), files | more)

    for answer, why in ((handed_in(said | {"rows": 2}), "签名不对"), (handed_in(said, count=1), "留一样")):
        assert answer.status_code == 422 and why in answer.content.decode()
    page = desk.get(handed_in(said)["Location"]).content.decode()
    assert "签名文件" in page and "核对控制总额" not in page
    with elevated("test"):
        assert Intake.objects.get().body == insurance.partner.body


def test_a_settlement_is_explained_line_by_line(desk: Client, person: Person) -> None:
    upload(desk, stay(person.id_number), stay(person.id_number, "S2", burden="3000"))
    listed = desk.get(reverse("mutual_aid:settlements"), {"q": "S2"}).content.decode()
    assert "共 1 笔" in listed and one().code in listed
    page = desk.get(reverse("mutual_aid:settlement", args=[one().code])).content.decode()
    assert "自己负担 3000 元以内的部分，补 80%：2,400.00 元。" in page and person.id_number not in page


def test_what_waits_for_a_person_is_decided_with_a_reason(desk: Client, person: Person) -> None:
    upload(desk, stay(person.id_number), stay(person.id_number, "S2", mdtrt_id="M-S1"))
    url = reverse("mutual_aid:do-settlement", args=[one().code, "approve"])
    assert desk.post(url, {"reason": "对"}).status_code == 422
    assert desk.post(url, {"reason": "两次住院，病历已核对"}).status_code == 302
    assert (one().state, one().by_hand, one().due) == ("auto_approved", True, Decimal("800.00"))
    assert desk.post(url, {"reason": "再核定一次试试"}).status_code == 422


def test_what_was_refused_no_longer_fills_the_year(desk: Client, person: Person) -> None:
    rows = [stay(person.id_number, medfee_sumamt="9", fund_pay_sumamt="1", psn_part_amt="7"), stay(person.id_number, "S2")]
    upload(desk, *rows)
    with elevated("test"):
        first = Settlement.objects.get(setl_id="S1")
    assert (first.state, one().benefit) == ("manual_review", Decimal("800.00"))
    desk.post(reverse("mutual_aid:do-settlement", args=[first.code, "refuse"]), {"reason": "总费用对不上，请医保更正"})
    assert one().benefit == Decimal("1000.00"), "the first stay's sum goes to the next"


def test_approved_ones_become_a_payment_batch_once_the_totals_agree(desk: Client, person: Person, fund: Fund) -> None:
    upload(desk, stay(person.id_number))
    answer = desk.post(reverse("mutual_aid:pay"), {"fund": fund.pk})
    assert answer.status_code == 422 and "还没有和医保核对控制总额" in answer.content.decode()
    with elevated("test"):
        intake = Intake.objects.get()
    url = reverse("mutual_aid:totals", args=[intake.code])
    assert desk.post(url, {"count": 3}).status_code == 422
    assert desk.post(url, {"count": 1}).status_code == 302
    assert desk.post(reverse("mutual_aid:pay"), {"fund": fund.pk}).status_code == 302
    with elevated("test"):
        assert PaymentBatch.objects.get().lines.get().amount == Decimal("1000.00")
    assert one().paying
    page = desk.get(reverse("mutual_aid:settlement", args=[one().code])).content.decode()
    assert f"{one().paying} 第 1 笔" in page and reverse("ledger:batch", args=[one().paying]) in page, "the chain goes on from here"


def test_who_only_enrols_reads_no_stays(world: World, person: Person, client: Client) -> None:
    with elevated("test"):
        take_settlements(data=file_of(stay(person.id_number)), by=SYSTEM)
    client.force_login(world.officer(world.union, role="grassroots_chair"))
    assert client.get(reverse("mutual_aid:settlement", args=[one().code])).status_code == 403


def test_by_night_those_enrolled_since_are_matched_and_posted(world: World, fund: Fund) -> None:
    with elevated("test"):
        late = world.new_person(id_number=id_number())
    take_settlements(data=file_of(stay(late.id_number)), by=SYSTEM)
    assert one().state == "unmatched"
    with elevated("test"):
        enrol(late, make_plan(pool=fund))
    nightly(0)
    assert (one().state, one().person_id, one().posted, one().certno) == ("auto_approved", late.pk, Decimal("1000.00"), "")


def test_the_command_says_what_a_file_would_come_to_and_keeps_it_with_apply(person: Person, tmp_path: Path, capsys: Any) -> None:
    file = tmp_path / "settlements.csv"
    file.write_bytes(file_of(stay(person.id_number), stay(person.id_number, "S2", hifp_pay="一千")))
    assert main(["settle", str(file), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["states"], said["total_benefit"], said["applied"]) == ({"auto_approved": 1}, 1000, False)
    assert main(["settle", str(file), "--apply", "--report", str(tmp_path / "back.csv")]) == 0
    assert "已核定　1 笔" in capsys.readouterr().out and "第 3 行" not in (tmp_path / "back.csv").read_text("utf-8-sig")
    assert (tmp_path / "back.csv").read_text("utf-8-sig").splitlines()[1].startswith("3,基本医疗保险统筹基金支出")
    assert one().state == "auto_approved"
    assert main(["settle", str(tmp_path / "nothing.csv")]) == 1 and "读不到文件" in capsys.readouterr().err
