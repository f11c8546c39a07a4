"""Claiming, objecting and paying back as the worker and the officers do it on their pages."""

from decimal import Decimal

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse

from niangjia.base.scope import elevated
from niangjia.core.cases.actions import advance
from niangjia.core.cases.models import Case
from niangjia.core.people.models import Person
from niangjia.core.people.tests.factories import id_number
from niangjia.work.mutual_aid.models import Appeal, Claim, ClaimDraft, Clawback, Look, Settlement
from niangjia.work.mutual_aid.plan.catalogue import SHIPPED
from niangjia.work.mutual_aid.tests.factories import back, enrol, make_plan, stay
from niangjia.work.mutual_aid.tests.ground import Ground, photo
from niangjia.work.mutual_aid.tests.test_worker import phone_of

pytestmark = pytest.mark.django_db
STAY = {"hospital": "外地医院", "admitted_on": "20230901", "left_on": "20230908"}
MONEY = {"total": "9000", "fund": "6000", "cash": "2500"}


def part(name: str) -> str:
    return reverse("mutual_aid:claim-part", args=[name])


def desk(ground: Ground, role: str = "service_centre") -> Client:
    client = Client()
    client.force_login(ground.officer(ground.district, role=role))
    return client


def case_of(flow: str) -> Case:
    with elevated("test"):
        return Case.objects.filter(flow=flow).latest("pk")


def claimed(phone: Client) -> Case:
    """A stay claimed on the telephone, screen by screen."""
    assert phone.post(reverse("mutual_aid:claim"), {"sort": "stay", "whose": "me"})["Location"] == part("stay")
    assert phone.post(part("stay"), STAY)["Location"] == part("money")
    assert phone.post(part("money"), MONEY)["Location"] == part("send")
    answer = phone.post(part("send"), {"invoice": photo(), "agrees": "on"})
    assert answer.status_code == 302, answer.content.decode()
    return case_of("claim")


def test_a_stay_is_claimed_one_question_a_screen_and_nothing_is_lost_on_the_way(ground: Ground, person: Person) -> None:
    phone = phone_of(person)
    assert "自己申请" in phone.get(reverse("mutual_aid:mine")).content.decode()
    phone.post(reverse("mutual_aid:claim"), {"sort": "stay", "whose": "me"})
    phone.post(part("stay"), STAY)
    assert "外地医院" in phone.get(part("stay")).content.decode(), "coming back loses nothing"
    refused = phone.post(part("money"), MONEY | {"cash": "3000.01"})
    assert refused.status_code == 422 and "比总数还多" in refused.content.decode()
    case = claimed(phone)
    page = phone.get(reverse("cases:own", args=[case.code])).content.decode()
    assert "收到你的申请了" in page and "核对手工申请" in page
    with elevated("test"):
        assert not ClaimDraft.objects.exists()
        assert Claim.objects.get().total == Decimal(9000) and case.attachments.get().title == "发票"
    assert "收到你的申请了" in phone.get(reverse("mutual_aid:mine")).content.decode()


def test_without_consent_or_invoice_nothing_is_sent(person: Person) -> None:
    phone = phone_of(person)
    phone.post(reverse("mutual_aid:claim"), {"sort": "stay", "whose": "me"})
    refused = phone.post(part("send"), {})
    assert refused.status_code == 422 and "同意了才能办" in refused.content.decode()
    early = phone.post(part("send"), {"invoice": photo(), "agrees": "on"})
    assert early.status_code == 422 and "还有没答的" in early.content.decode()


def test_the_card_is_asked_for_only_where_the_register_has_none(ground: Ground) -> None:
    with elevated("test"):
        poor = ground.covered(bank_account="")
    phone = phone_of(poor)
    phone.post(reverse("mutual_aid:claim"), {"sort": "stay", "whose": "me"})
    phone.post(part("stay"), STAY)
    assert phone.post(part("money"), MONEY)["Location"] == part("card")
    assert phone.post(part("card"), {"account": "6217 0000 0000 0077"})["Location"] == part("send")
    with elevated("test"):
        assert b"0077" not in bytes(ClaimDraft.objects.get().answers_sealed)


def test_a_relative_names_the_patient_by_name_and_number_and_sends_the_kinship(ground: Ground, person: Person) -> None:
    with elevated("test"):
        wife = ground.new_person(name="郑若云")
    phone = phone_of(wife)
    phone.post(reverse("mutual_aid:claim"), {"sort": "stay", "whose": "kin"})
    wrong = phone.post(part("kin"), {"name": "别人", "number": person.id_number, "kinship": "spouse"})
    assert wrong.status_code == 422 and "对不上" in wrong.content.decode()
    phone.post(part("kin"), {"name": person.name, "number": person.id_number, "kinship": "spouse"})
    phone.post(part("stay"), STAY)
    phone.post(part("money"), MONEY)
    assert phone.post(part("send"), {"invoice": photo(), "agrees": "on"}).status_code == 422
    assert phone.post(part("send"), {"invoice": photo(), "kin": photo("户口本.png"), "agrees": "on"}).status_code == 302
    case = case_of("claim")
    assert set(case.persons) == {person.pk, wife.pk}
    with elevated("test"):
        ground.granted(case)
    assert "1,000.00 元" in phone.get(reverse("cases:own", args=[case.code])).content.decode()


def test_what_is_missing_is_sent_by_the_worker_and_the_officer_grants_on_the_page(ground: Ground, person: Person) -> None:
    phone, officer = phone_of(person), desk(ground)
    case = claimed(phone)
    assert "外地医院" in officer.get(reverse("cases:detail", args=[case.code])).content.decode()
    step = {"on": "20231218"}
    officer.post(reverse("cases:step", args=[case.code, "ask_more"]), step | {"missing": "费用清单第二页"})
    page = phone.get(reverse("cases:own", args=[case.code])).content.decode()
    assert "费用清单第二页" in page and "还差几样材料" in page
    assert phone.post(reverse("cases:own-step", args=[case.code, "supply"]), {"note": "忘了拍"}).status_code == 422
    assert phone.post(reverse("cases:own-step", args=[case.code, "supply"]), {"photos": photo("清单.png")}).status_code == 302
    grant = reverse("cases:step", args=[case.code, "grant"])
    facts = step | {"reason": "材料齐了", "act_pay_dedc": "600", "hifp_pay": "1000"}
    assert "至少填一样" in officer.post(grant, facts).content.decode()
    assert officer.post(grant, facts | {"pool_prop_selfpay": "0.5"}).status_code == 302
    page = phone.get(reverse("cases:own", args=[case.code])).content.decode()
    assert "答应给了" in page and "1,000.00 元" in page and "怎么算出来的" in page
    with elevated("test"):
        shown = officer.get(reverse("mutual_aid:settlement", args=[Settlement.objects.get().code])).content.decode()
    assert case.code in shown


def test_an_illness_stands_on_no_page_and_is_read_once_against_a_reason(ground: Ground, person: Person) -> None:
    with elevated("test"):
        enrol(person, make_plan(SHIPPED["P3"], pool=ground.fund))
    phone = phone_of(person)
    assert phone.post(reverse("mutual_aid:claim"), {"sort": "lump", "whose": "me"})["Location"] == part("illness")
    assert phone.post(part("illness"), {"plan": "P3-2023", "illness": "尿毒症", "diagnosed_on": "20231008"})["Location"] == part("send")
    assert "尿毒症" not in phone.get(part("send")).content.decode(), "over the shoulder nobody reads it"
    assert phone.post(part("send"), {"diagnosis": photo("诊断.png"), "agrees": "on"}).status_code == 302
    case, officer = case_of("lump"), desk(ground)
    listed = officer.get(reverse("cases:list")).content.decode() + officer.get(reverse("cases:detail", args=[case.code])).content.decode()
    assert case.code in listed and "尿毒症" not in listed
    address = reverse("mutual_aid:illness", args=[case.code])
    assert "尿毒症" not in officer.get(address).content.decode()
    shown = officer.post(address, {"reason": "核对诊断证明"})
    assert "尿毒症" in shown.content.decode() and shown["Cache-Control"] == "no-store"
    for role in ("grassroots_chair", "town_officer", "district_leader", "dept_officer"):
        client = desk(ground, role)
        assert client.post(address, {"reason": "想看一看病"}).status_code in (403, 404)
        assert client.get(reverse("cases:detail", args=[case.code])).status_code in (403, 404)


def test_a_refusal_says_by_when_one_may_object_and_one_tap_does_it(ground: Ground, person: Person) -> None:
    with elevated("test"):
        ground.take(stay(person.id_number, setl_time="2023-04-01"))
        one = Settlement.objects.get()
    phone = phone_of(person)
    page, address = phone.get(reverse("mutual_aid:mine")).content.decode(), reverse("mutual_aid:appeal", args=[one.code])
    assert address in page and "以前" in page
    assert "由另一个人重新看" in phone.get(address).content.decode()
    assert phone.post(address, {"reason": "covered", "photos": photo()}).status_code == 302
    case = case_of("appeal")
    assert case.attachments
    desk(ground).post(reverse("cases:step", args=[case.code, "uphold"]), {"on": "20231218", "answer": "那一天还没有参加，所以不能给"})
    assert "那一天还没有参加" in phone.get(reverse("cases:own", args=[case.code])).content.decode()
    with elevated("test"):
        stranger = ground.new_person(name="郑若云")
    assert phone_of(stranger).get(address).status_code == 404
    assert phone_of(stranger).get(reverse("cases:own", args=[case.code])).status_code == 404


def test_a_stay_that_is_not_there_is_asked_for(ground: Ground, person: Person) -> None:
    phone = phone_of(person)
    assert phone.post(reverse("mutual_aid:appeal-unseen"), {"reason": "mine"}).status_code == 422
    assert phone.post(reverse("mutual_aid:appeal-unseen"), {"reason": "mine", "text": "九月在外地医院住院"}).status_code == 302
    with elevated("test"):
        assert Appeal.objects.get().settlement is None


def test_whoever_reads_english_chooses_the_reason_in_english(ground: Ground, person: Person) -> None:
    client = phone_of(person)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get(reverse("mutual_aid:appeal-unseen")).content.decode()
    assert "I am in the plan, but it says I am not" in page and "说我没参加" not in page


def test_a_refused_claim_is_objected_to_from_its_own_page(ground: Ground, person: Person) -> None:
    phone = phone_of(person)
    case = claimed(phone)
    with elevated("test"):
        advance(case, "refuse", by=ground.acting(), reason="发票看不清楚")
    page, address = phone.get(reverse("cases:own", args=[case.code])).content.decode(), reverse("mutual_aid:appeal-claim", args=[case.code])
    assert "发票看不清楚" in page and address in page
    assert phone.get(address).status_code == 200
    assert phone.post(address, {"reason": "other", "text": "重新拍了"}).status_code == 302


def test_the_worker_reads_why_money_is_asked_back_and_the_list_adds_it_up(ground: Ground, person: Person) -> None:
    with elevated("test"):
        ground.take(stay(person.id_number))
        ground.paid()
        ground.take(back(person.id_number))
        case = Case.objects.get(flow="clawback")
    desk(ground).post(reverse("cases:step", args=[case.code, "notify"]), {"on": "20231218"})
    page = phone_of(person).get(reverse("cases:own", args=[case.code])).content.decode()
    assert "请把多给的钱退回来" in page and "1,000.00" in page and "1月17日" in page and "申诉" in page
    accountant = desk(ground, "accountant")
    listed = accountant.get(reverse("mutual_aid:clawbacks")).content.decode()
    assert case.code in listed and "1,000" in listed
    assert accountant.post(reverse("cases:step", args=[case.code, "repaid"]), {"on": "20231218"}).status_code == 302
    with elevated("test"):
        assert Clawback.objects.get().rest == 0


@override_settings(MUTUAL_AID_SECOND_ABOVE=Decimal(900), MUTUAL_AID_SAMPLE=Decimal(1))
def test_the_second_person_says_yes_on_the_page_and_the_drawing_can_be_checked(ground: Ground, person: Person) -> None:
    accountant = desk(ground, "accountant")
    accountant.post(reverse("mutual_aid:publish-draw"), {"fund": ground.fund.pk})
    with elevated("test"):
        ground.take(stay(person.id_number), stay(person.id_number, "S2"))
    told = accountant.post(reverse("mutual_aid:pay"), {"fund": ground.fund.pk}, follow=True)
    assert told.status_code in (200, 403)
    with elevated("test"):
        looks = list(Look.objects.order_by("pk"))
        draw = looks[-1].draw
    assert {look.kind for look in looks} == {"above", "sample"} and draw
    page = accountant.get(reverse("mutual_aid:draw", args=[draw.code])).content.decode()
    assert draw.number in page and "抽中 2 笔" in page
    officer = desk(ground)
    assert "待复核" in officer.get(reverse("mutual_aid:looks")).content.decode()
    address = reverse("mutual_aid:look", args=[looks[0].pk])
    assert "同意付" in officer.get(address).content.decode()
    assert officer.post(address, {"passes": "yes", "words": "核对无误"}).status_code == 302
    with elevated("test"):
        assert Look.objects.get(pk=looks[0].pk).state == "passed"


def test_who_is_not_covered_and_lumps_of_another_are_refused_in_words(ground: Ground) -> None:
    with elevated("test"):
        nobody = ground.new_person(id_number=id_number(), bank_account="6217000000000001")
    phone = phone_of(nobody)
    phone.post(reverse("mutual_aid:claim"), {"sort": "stay", "whose": "me"})
    phone.post(part("stay"), STAY)
    phone.post(part("money"), MONEY)
    answer = phone.post(part("send"), {"invoice": photo(), "agrees": "on"})
    assert answer.status_code == 422 and "没有找到参加住院互助的记录" in answer.content.decode()
