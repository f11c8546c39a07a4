"""The worker's own page: cover in plain words with its days, what was paid and why, and joining by telephone when retired."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.access.rules import Refused
from niangjia.core.people.actions import give_account
from niangjia.core.people.models import Person
from niangjia.work.mutual_aid import actions
from niangjia.work.mutual_aid.models import Enrolment
from niangjia.work.mutual_aid.tests.ids import ON, bill_in, plan_in
from niangjia.work.mutual_aid.tests.test_enrolling import enrolment, plan, settlement
from tests.world import World

pytestmark = pytest.mark.django_db
MINE, JOIN = "mutual_aid:mine", "mutual_aid:join"


@pytest.fixture
def world() -> World:
    return World()


def phone_of(person: Person) -> Client:
    with elevated("test: a worker signs in"):
        user = give_account(person=person, by=SYSTEM)
    client = Client()
    client.force_login(user)
    session = client.session
    session["person"] = person.pk
    session.save()
    return client


def test_who_is_enrolled_reads_what_covers_them_and_for_how_long(world: World) -> None:
    bill, phone = bill_in(world), phone_of(world.person)
    page = phone.get(reverse(MINE)).content.decode()
    assert "已录入，待缴费" in page and "交了费才生效" in page
    with elevated("test: the premium is in"):
        actions.pay_bill(bill, by=SYSTEM, on=ON)
    page = phone.get(reverse(MINE)).content.decode()
    assert "保障中" in page and "还有 135 天" in page and "3,000 元以内的补 80%" in page
    phone.cookies["django_language"] = "en"
    english = phone.get(reverse(MINE)).content.decode()
    assert "135 days left" in english and "up to 3,000 yuan, 80% is paid" in english


def test_what_was_paid_and_why_stands_on_the_own_page_and_on_nobody_else_s(world: World) -> None:
    bill = bill_in(world)
    with elevated("test: the premium is in"):
        actions.pay_bill(bill, by=SYSTEM, on=ON)
    facts = {
        "state": "paid",
        "benefit": "1000",
        "paid": "1000",
        "burden": "1000",
        "paid_on": date(2023, 9, 5),
        "fixmedins_name": "望湖医院",
    }
    amounts = {"hifp_pay": "1000", "pool_prop_selfpay": "0.5", "psn_cash_pay": "99999", "act_pay_dedc": "600"}
    settlement(enrolment(world.person, plan_in(world)), 1, **facts, **amounts)
    page = phone_of(world.person).get(reverse(MINE)).content.decode()
    assert "怎么算出来的" in page and "自己负担 3000 元以内的部分，补 80%：800.00 元。" in page
    assert "望湖医院" in page and "互助金 1,000.00 元" in page and "一共给了你 1,000.00 元" in page
    assert "望湖医院" not in phone_of(world.new_person(name="郑若云")).get(reverse(MINE)).content.decode()


def test_the_separate_consent_is_asked_for_once_and_given_by_the_person_alone(world: World) -> None:
    bill_in(world)
    phone, address = phone_of(world.person), reverse("mutual_aid:agree")
    assert "还差一步" in phone.get(reverse(MINE)).content.decode()
    told = phone.post(address, follow=True).content.decode()
    assert "记下了" in told and "还差一步" not in told
    assert enrolment(world.person, plan_in(world)).consent_on == date(2023, 12, 18)
    with pytest.raises(Refused):
        actions.consent(world.person, by=SYSTEM)


def test_a_retired_person_joins_only_with_the_separate_consent(world: World) -> None:
    p2 = plan("P2")
    with elevated("test: retired"):
        Person.objects.filter(pk=world.person.pk).update(employment_status=4)
    phone = phone_of(world.person)
    assert reverse(JOIN) in phone.get(reverse(MINE)).content.decode()
    refused = phone.post(reverse(JOIN), {})
    assert refused.status_code == 422 and "请先读过，再同意" in refused.content.decode()
    assert "登记好了" in phone.post(reverse(JOIN), {"agrees": "on"}, follow=True).content.decode()
    with elevated("test: enrolled"):
        made = Enrolment.objects.get(plan=p2)
    assert made.via == "phone" and made.late and made.consent_on == date(2023, 12, 18) and made.effective_from == date(2023, 12, 19)
    assert phone.get(reverse(JOIN)).status_code == 404


def test_who_works_cannot_join_alone_and_strangers_sign_in_first(world: World) -> None:
    plan("P2")
    assert phone_of(world.person).get(reverse(JOIN)).status_code == 404
    assert "sign-in" in Client().get(reverse(MINE)).url
