"""Each paper of a dispute is made from a case of the test world with the parts that law asks for."""

import json
import os
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM, Actor
from niangjia.core.cases.models import Case
from niangjia.core.orgs.actions import add_employer
from niangjia.core.orgs.enums import Nature
from niangjia.core.papers.actions import issue, receive_pile, work_on_pile
from niangjia.core.papers.models import IssuedPaper
from niangjia.core.papers.paper import BLANK
from niangjia.core.papers.pdf import pdf_of
from niangjia.core.papers.queries import drafted, kinds, makable, paper_of
from niangjia.core.papers.word import docx_of
from niangjia.core.trail.models import Event
from niangjia.work.rights.actions import (
    Facts,
    Worker,
    add_evidence,
    add_workers,
    agree_shares,
    elect_representatives,
    promise_reply,
    receive,
    take_over,
)
from niangjia.work.rights.papers import PAPERS
from niangjia.work.rights.tests.factories import LEFT, acting, new_dispute
from niangjia.work.rights.tests.ids import PNG
from niangjia.work.rights.tests.test_flow import ACCEPT, AGREE, FAIL, FILE, take
from tests.world import World

pytestmark = pytest.mark.django_db
NUMBER, PHONE = "330212199003071234", "13800001234"
PLAN = ("plan", "11-10", {"meets_on": date(2023, 11, 14), "place": "街道二楼调解室"})
HELD = ("record", "11-14", {"both_came": True, "minutes": "申请人：工资欠了两个月。\n被申请人：账上周转不开，十二月付清。"})
TOLD = "送餐站站长说下个月补，一直没有补。"
SEEN = os.environ.get("NIANGJIA_PAPERS_TO", "")
"""A folder for copies to look at."""


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def officer(world: World) -> Actor:
    return acting(world.officer(world.here))


@pytest.fixture
def case(world: World) -> Case:
    with elevated("test: an employer"):
        employer = add_employer(
            name="迅帆配送服务（望湖）有限公司", answering_org=world.here, nature=Nature.values[0], address="望湖区学府路 9 号", by=SYSTEM
        )
    facts = Facts(entry_on=date(2022, 3, 14), left_on=LEFT, known_on=LEFT, told=TOLD, workplace="学府路站")
    return new_dispute(world, employer=employer, respondent="", facts=facts)


def issued(case: Case, by: Actor, kind: str, **facts: Any) -> str:
    """Issue a paper; every word that it says, as one text."""
    with elevated("test"):
        paper = issue(case, kind=kind, by=by, on=date(2023, 12, 18), facts=facts)
        structure = paper.structure
        if SEEN:
            Path(SEEN, f"{kind}.pdf").write_bytes(pdf_of(paper_of(paper)))
            Path(SEEN, f"{kind}.docx").write_bytes(docx_of(paper_of(paper)))
    return "\n".join(_texts(json.loads(structure)))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def has(said: str, *words: str) -> None:
    for one in words:
        assert one in said, f"{one} is wanting in {said}"


def test_the_notice_of_acceptance_says_who_mediates_until_when_and_what_is_free(case: Case, officer: Actor) -> None:
    take(case, officer, ACCEPT)
    said = issued(case, officer, "rights-acceptance")
    has(
        said,
        "何静川",
        "迅帆配送",
        "桃源街道调解室",
        "2023年11月23日",
        "十五日",
        "自愿",
        "不收取费用",
        "三十日内共同向人民法院申请司法确认",
        case.code,
    )
    assert "桃源街道工维〔2023〕1号" in said


def test_the_application_for_mediation_names_both_sides_claims_and_reasons(case: Case, officer: Actor) -> None:
    said = issued(case, officer, "rights-application")
    has(
        said,
        "何静川",
        "迅帆配送服务（望湖）有限公司",
        "望湖区学府路 9 号",
        "2023年10月工资7,120.00元",
        TOLD,
        "口头申请的，记录人",
        "申请人（签名、指印）",
    )


def test_a_refusal_says_why_and_where_else_to_go(case: Case, officer: Actor) -> None:
    take(case, officer, ("refuse", "11-08", {"why": "属于家庭与家政人员的纠纷，可以找人民调解委员会"}))
    has(issued(case, officer, "rights-refusal"), "家庭与家政人员", "劳动争议仲裁委员会", "劳动保障监察", "人民调解委员会", "12348")


def test_the_minutes_are_those_of_the_meeting_with_everybody_to_sign(case: Case, officer: Actor) -> None:
    take(case, officer, ACCEPT, PLAN, HELD)
    said = issued(case, officer, "rights-minutes", session="0", clerk="林静")
    has(
        said,
        "2023年11月14日（星期二）",
        "街道二楼调解室",
        "双方到会",
        "账上周转不开",
        "林静",
        "申请人（签名、指印）",
        "被申请人（签名、盖章）",
        "调解员（签名）",
    )


def test_minutes_not_yet_written_leave_room(case: Case, officer: Actor) -> None:
    take(case, officer, ACCEPT, PLAN)
    with elevated("test"):
        paper = paper_of(issue(case, kind="rights-minutes", by=officer, facts={"session": "0"}))
    assert any(type(block).__name__ == "Gap" and block.lines > 10 for block in paper.blocks)  # type: ignore[union-attr]


def test_the_agreement_has_every_part_that_law_names(case: Case, officer: Actor) -> None:
    """Parties, facts, disputed items and responsibilities; what, how and when; signatures and seal (人民调解法第二十九条)."""
    with elevated("test"):
        first, second = (one.pk for one in case.claims.order_by("id"))
    agree = (AGREE[0], AGREE[1], AGREE[2] | {"agreed": {first: Decimal("7000.00"), second: Decimal("5000.00")}})
    take(case, officer, ACCEPT, PLAN, HELD, agree)
    said = issued(case, officer, "rights-agreement", way="银行转账到本人账户")
    has(said, "何静川", "迅帆配送服务（望湖）有限公司", TOLD, "争议事项", "各方责任")
    has(said, "12,000.00元", "壹万贰仟元整", "2023年11月20日", "7,000.00", "2023年12月10日", "5,000.00", "银行转账到本人账户")
    has(said, "自愿", "三十日内（2023年12月15日前）", "司法确认", "支付令", "依法申请仲裁", "一式三份")
    has(said, "申请人（签名、指印）", "被申请人（签名、盖章）", "调解员（签名）", "桃源街道调解室")


def test_there_is_no_agreement_to_print_before_one_was_reached(case: Case, officer: Actor) -> None:
    take(case, officer, ACCEPT)
    with pytest.raises(ValidationError, match="不能出"):
        issued(case, officer, "rights-agreement")


def test_the_notice_of_the_end_names_the_ways_and_their_limits(case: Case, officer: Actor) -> None:
    take(case, officer, ACCEPT, FAIL)
    said = issued(case, officer, "rights-ending")
    has(said, "单位不同意", "申请仲裁", "不收费", "一年", "2024年10月31日", "十五日内向人民法院起诉", "劳动保障监察", "法律援助")


def test_the_application_for_confirmation_is_of_both_with_their_promise(case: Case, officer: Actor) -> None:
    take(case, officer, ACCEPT, AGREE)
    said = issued(case, officer, "rights-confirmation", court="望湖区人民法院")
    has(said, "望湖区人民法院", "没有恶意串通", "共同申请司法确认", "2023年12月15日", "申请人（用人单位，签名、盖章）", "送达地址")


def test_the_application_for_arbitration_has_the_parts_of_article_28(case: Case, officer: Actor) -> None:
    with elevated("test"):
        add_evidence(case, files=[SimpleUploadedFile("工资条.png", PNG)], titles=["工资条"], by=officer)
    take(case, officer, ACCEPT, FAIL, FILE)
    said = issued(case, officer, "rights-arbitration", witnesses="王小明，望湖区学府路 3 号")
    has(said, "姓名", "性别", "年龄", "职业", "工作单位", "住所", "法定代表人或主要负责人", "职务")
    has(
        said,
        "请求裁决迅帆配送服务（望湖）有限公司支付2023年10月工资7,120.00元",
        TOLD,
        "工资条",
        "由申请人提供",
        "王小明",
        "望湖区劳动人事争议仲裁委员会",
    )


def test_what_is_not_known_is_left_as_a_line_and_never_invented(world: World, officer: Actor) -> None:
    bare = new_dispute(world, claims=(), facts=Facts())
    said = issued(bare, officer, "rights-arbitration")
    has(said, BLANK, "劳动人事争议仲裁委员会")
    assert "None" not in said


def test_identity_numbers_stand_on_what_is_issued_and_not_in_the_preview(world: World, officer: Actor) -> None:
    person = world.new_person(name="何静山", id_number="11010519491231002X", phone=PHONE)
    case = new_dispute(world, applicants=[person])
    made = kinds()["rights-arbitration"]
    with elevated("test"):
        preview = "\n".join(_texts(json.loads(json.dumps([str(drafted(case, made, by=officer, on=date(2023, 12, 18), facts={}))]))))
    assert "11010519491231002X" not in preview
    has(issued(case, officer, "rights-arbitration"), "11010519491231002X", PHONE)
    with elevated("test"):
        assert Event.objects.filter(verb="people.unmask", subject=person.subject).count() == 2
    lawyer = acting(world.officer(world.here, "mediator"))
    assert "11010519491231002X" not in issued(case, lawyer_with_reach(case, lawyer), "rights-arbitration")


def test_a_copy_carries_numbers_in_clear_only_for_those_who_may_see_them(world: World, officer: Actor) -> None:
    case = new_dispute(world, applicants=[world.new_person(name="何静山", id_number="11010519491231002X", phone=PHONE)])
    issued(case, officer, "rights-arbitration")
    officers, chair = Client(), Client()
    officers.force_login(world.officer(world.here))
    chair.force_login(world.officer(world.here, "auditor"))
    page = f"/desk/cases/{case.code}/papers/1/"
    for client in (officers, chair):
        assert "11010519491231002X" not in client.get(page).content.decode(), "reading a page leaves no trace, so it shows no number"
    assert "11010519491231002X" in text_of(officers.get(f"{page}file.pdf").content)
    for words in ("11010519491231002X", PHONE):
        assert words not in text_of(chair.get(f"{page}file.pdf").content)


def text_of(content: bytes) -> str:
    return "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content))


def lawyer_with_reach(case: Case, actor: Actor) -> Actor:
    """The account works on the case."""
    with elevated("test"):
        Case.objects.filter(pk=case.pk).update(accounts=[actor.user_id])
        case.refresh_from_db()
    return actor


def test_the_list_of_evidence_counts_pages_on(case: Case, officer: Actor) -> None:
    with elevated("test"):
        files = [SimpleUploadedFile(f"{name}.png", PNG) for name in ("工资条", "合同")]
        first, _ = add_evidence(case, files=files, titles=["工资条", "劳动合同"], by=officer)
        type(first).objects.filter(pk=first.pk).update(pages=3, proves="工资标准")
    has(issued(case, officer, "rights-evidence"), "工资条", "工资标准", "1—3", "劳动合同", "共2份，4页")


def test_the_power_of_attorney_says_how_far_it_goes(case: Case, officer: Actor) -> None:
    special = issued(case, officer, "rights-attorney", agent="王敏，某律师事务所", stage="劳动仲裁", special=True)
    has(special, "王敏", "劳动仲裁阶段", "特别授权：代为承认、放弃、变更请求", "委托人（签名、指印）", "受委托人（签名）")
    has(issued(case, officer, "rights-attorney", agent="王敏", stage="一审", special=False), "一般代理", "须另行授权")


def test_the_letter_that_hands_on_has_a_slip_to_be_sealed(case: Case, officer: Actor) -> None:
    said = issued(case, officer, "rights-handover", to="望湖区劳动保障监察大队", why="属于欠薪，由监察处理更快。")
    with elevated("test"):
        assert "何静川" not in case.papers.get().title, "the title is seen by whoever scans the code"
    has(said, "望湖区劳动保障监察大队", "由监察处理更快", "回　执", "单位（盖章）", "桃源街道工维〔2023〕1号函")


def test_the_answer_sheet_carries_the_number_of_the_source(world: World, officer: Actor) -> None:
    case = new_dispute(world, channel="12345", outside_number="YZ20231101")
    take(case, officer, ACCEPT)
    promise_reply(case, by=officer, due_on=date(2023, 12, 20))
    said = issued(case, officer, "rights-answer", channel="12345 工单", result="已受理，正在调解。", told="电话告知")
    has(said, "12345 工单", "YZ20231101", "2023年12月20日", "受理", "已受理，正在调解。", "电话告知")
    client = Client()
    client.force_login(world.officer(world.here))
    assert f"/desk/rights/{case.code}/answered" in client.get(f"/desk/cases/{case.code}/papers/1/").content.decode()


def test_only_what_came_from_elsewhere_is_answered(case: Case, officer: Actor) -> None:
    assert "rights-answer" not in {kind.name for kind in makable(officer, case)}


def test_the_dunning_letter_sums_what_is_due_and_says_what_may_follow(case: Case, officer: Actor) -> None:
    take(case, officer, ACCEPT, AGREE)
    with elevated("test"):
        receive(case, amount=Decimal("3000.00"), on=date(2023, 11, 20), proof_note="收条", by=officer)
    said = issued(case, officer, "rights-dunning", pay_by=date(2023, 12, 25))
    has(said, "迅帆配送服务（望湖）有限公司", "3,000.00元", "尚有9,000.00元（玖仟元整）", "2023年12月25日前付清", "支付令", "回　执")


def test_the_record_of_a_visit_leaves_room_where_nothing_was_said(case: Case, officer: Actor) -> None:
    take(case, officer, ("withdraw", "11-08", {}))
    said = issued(case, officer, "rights-visit", way="电话", more="")
    has(said, "回访方式", "电话", "本人意见", case.code)


def test_every_kind_has_a_test() -> None:
    source = "".join(file.read_text() for file in Path(__file__).parent.glob("test_papers*.py"))
    assert all(f'"{kind.name}"' in source for kind in PAPERS)
    assert len({kind.name for kind in PAPERS}) == len(PAPERS)


def test_a_sealed_case_shows_its_papers_to_nobody_else(case: Case, officer: Actor, world: World) -> None:
    issued(case, officer, "rights-application")
    with elevated("test"):
        Case.objects.filter(pk=case.pk).update(sealed=True, sealed_because="怕报复")
    client = Client()
    client.force_login(world.officer(world.here))
    assert client.get(f"/desk/cases/{case.code}/papers/1/").status_code == 404
    assert client.get(f"/desk/cases/{case.code}/papers/1/file.pdf").status_code == 404
    assert not IssuedPaper.objects.filter(case=case).exists()


def test_a_collective_case_has_one_list_with_room_to_sign_and_its_representatives(world: World, officer: Actor) -> None:
    people = [world.new_person(name=f"何静{one}") for one in "一二三四五六七八九十甲"]
    case = new_dispute(world, applicants=people)
    with elevated("test"):
        add_workers(case, parts=[Worker(person, Decimal("1000.00")) for person in people], by=officer)
        elect_representatives(case, persons=people[:3], by=officer)
    take(case, officer, ACCEPT, AGREE)
    with elevated("test"):
        each = {person.pk: Decimal("1000.00") for person in people[:10]} | {people[10].pk: Decimal("2000.00")}
        agree_shares(case, agreed=each, by=officer)
    said = issued(case, officer, "rights-agreement")
    has(
        said,
        "何静一等11人",
        "推举代表：何静一、何静二、何静三",
        "附：申请人名单",
        "签名、指印",
        "2,000.00",
        "申请人代表何静三（签名、指印）",
    )
    with elevated("test"):
        case.claims.exclude(pk=case.claims.earliest("id").pk).delete()
        case.claims.update(claimed=None)
    has(issued(case, officer, "rights-arbitration"), "支付2023年10月工资共11,000.00元（各人金额见名单）")
    assert said.count("何静四\n") == 1, "nobody stands in the list twice"


def test_the_calculators_steps_stand_behind_the_application(case: Case, officer: Actor) -> None:
    sheet = {
        "sort": "severance", "total": "13700.00", "steps": ["工作 1 年 8 个月，算 2 个月。", "月工资 6850 元，合计 13700.00 元。"],
        "sums": [{"kind": "D04", "item": "经济补偿", "amount": "13700.00", "basis": "劳动合同法第四十七条"}],
    }  # fmt: skip
    take_over(case, sheet=sheet, by=officer)
    has(issued(case, officer, "rights-arbitration"), "附：金额计算过程", "算 2 个月", "依据：劳动合同法第四十七条")


def test_a_slip_that_came_back_offers_the_step_that_ends_the_matter_here(world: World, case: Case, officer: Actor) -> None:
    issued(case, officer, "rights-handover", to="劳动保障监察大队", why="由监察处理更快。")
    client = Client()
    client.force_login(world.officer(world.here))
    page = f"/desk/cases/{case.code}/papers/1/"
    assert "办“转办”" not in client.get(page).content.decode()
    with elevated("test"):
        paper = case.papers.get()
    received = receive_pile(files=[SimpleUploadedFile("回执.pdf", pdf_of(paper_of(paper)))], org=world.here, by=officer, queue=False)
    work_on_pile(code=received.pile.code)
    shown = client.get(page).content.decode()
    assert "回执已回" in shown
    assert "办“转办”" in shown
