"""A person's record: entered, changed, looked at, given an account and an office; every refusal says how to mend it."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from niangjia.base.chinese import id_check_digit
from niangjia.core.access.actor import SYSTEM
from niangjia.core.access.rules import Refused
from niangjia.core.people import actions, queries
from niangjia.core.people.enums import IdType, Post
from niangjia.core.people.models import Person
from niangjia.core.people.tests.factories import District, id_number, make_member, make_person, officer_of
from niangjia.core.trail.models import Event
from niangjia.core.trail.queries import events_about, facts_of

PHONE, OTHER_PHONE = "13800000001", "13800000002"


def last_event(person: Person) -> Event:
    return events_about(person.subject).select_related("payload")[0]


def test_a_record_is_opened_with_number_phone_and_a_code_of_its_year(district: District) -> None:
    number = id_number(date(1990, 5, 1))
    by = officer_of(district.north)
    person = actions.register_person(home_org=district.mill, name="何小川", id_number=number, phone=PHONE, by=by, on=date(2021, 3, 4))
    person.refresh_from_db()
    assert person.code.startswith("3302122021")
    assert (person.birth, person.scope, person.id_number, person.phone) == (date(1990, 5, 1), district.mill.lft, number, PHONE)
    assert number.encode() not in bytes(person.id_sealed)
    event = last_event(person)
    assert (event.verb, event.on, event.org_id, event.actor) == ("people.register", date(2021, 3, 4), district.mill.pk, "user:1")


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"name": " "}, "姓名必填"),
        ({"name": "甲" * 61}, "60"),
        ({"phone": "1380000"}, "手机"),
        ({"on": date(2023, 12, 19)}, "登记日期2023年12月19日还没有到"),
        ({"education": 7}, "学历|7"),
    ],
)
def test_a_record_is_refused_with_a_reason(district: District, facts: dict[str, Any], said: str) -> None:
    facts = {"name": "何小川", "home_org": district.mill, "by": SYSTEM} | facts
    with pytest.raises(ValidationError, match=said):
        actions.register_person(**facts)
    assert not Person.objects.exists()


def test_an_old_number_of_fifteen_digits_is_the_same_person(district: District) -> None:
    stem = "330206" + "19620607" + "123"
    number = stem + id_check_digit(stem)
    person = make_person(district.mill, id_number=number)
    old = "330206" + "620607" + "123"
    assert list(queries.search(old)) == [person]
    with pytest.raises(ValidationError, match="一个人只有一份档案"):
        make_person(district.shop, id_number=old)


def test_other_documents_are_kept_as_they_are(district: District) -> None:
    person = make_person(district.mill, "ANNA LEE", id_type=IdType.PASSPORT, id_number="e 1234567")
    assert (person.id_number, person.birth) == ("E1234567", None)


def test_a_change_shows_before_and_after_and_masks_what_is_sealed(district: District) -> None:
    person = make_person(district.mill, phone=PHONE)
    actions.change_details(person, by=officer_of(district.north), job="叉车司机", phone=OTHER_PHONE, name="何大川")
    person.refresh_from_db()
    assert (person.phone, person.name, person.pinyin, person.initials) == (OTHER_PHONE, "何大川", "hedachuan", "hdc")
    changes = facts_of(last_event(person))["changes"]
    assert changes == {"job": ["", "叉车司机"], "phone": ["138****0001", "138****0002"], "name": ["何小川", "何大川"]}


def test_a_new_phone_is_not_a_verified_one(district: District) -> None:
    person = make_person(district.mill, phone=PHONE)
    Person.objects.filter(pk=person.pk).update(phone_verified_at="2023-01-01T00:00:00Z")
    actions.change_details(person, by=SYSTEM, phone=OTHER_PHONE)
    person.refresh_from_db()
    assert person.phone_verified_at is None


def test_a_fact_that_is_none_of_the_record_is_a_mistake_of_the_caller(district: District) -> None:
    with pytest.raises(TypeError, match="no such fact: scope"):
        actions.change_details(make_person(district.mill), by=SYSTEM, scope=1)


def test_the_record_of_the_dead_is_not_changed(district: District) -> None:
    person = make_member(district.mill)
    actions.record_death(person, on=date(2022, 1, 1), by=SYSTEM)
    with pytest.raises(ValidationError, match="已于2022年1月1日去世，档案不再变更"):
        actions.change_details(person, by=SYSTEM, job="焊工")


def test_one_account_a_person(district: District) -> None:
    person = make_person(district.mill)
    user = actions.give_account(person=person, by=SYSTEM)
    assert actions.give_account(person=person, by=SYSTEM) == user
    assert last_event(person).verb == "people.give_account"


def test_an_office_ends_once_and_after_it_began(district: District) -> None:
    person = make_member(district.mill)
    office = actions.elect_officer(org=district.mill, person=person, post=Post.COMMITTEE, elected_on=date(2021, 1, 1), by=SYSTEM)
    with pytest.raises(ValidationError, match="离任日期要在当选之后"):
        actions.end_office(office, on=date(2021, 1, 1), by=SYSTEM)
    actions.end_office(office, on=date(2022, 1, 1), by=SYSTEM)
    with pytest.raises(ValidationError, match="何小川已于2022年1月1日离任"):
        actions.end_office(office, on=date(2022, 2, 1), by=SYSTEM)


@pytest.mark.parametrize(
    "verb",
    [
        lambda d, person, by: actions.register_person(home_org=d.shop, name="李二", by=by),
        lambda d, person, by: actions.change_details(person, job="焊工", by=by),
        lambda d, person, by: actions.unmask(person, field="phone", reason="核对转账户名", by=by),
        lambda d, person, by: actions.give_account(person=person, by=by),
        lambda d, person, by: actions.elect_officer(org=d.shop, person=person, post=Post.CHAIR, elected_on=date(2023, 1, 1), by=by),
    ],
)
def test_a_stranger_may_not_touch_a_record(district: District, verb: Any) -> None:
    person = make_person(district.shop, phone=PHONE)
    with pytest.raises(Refused, match="不在当前岗位“北镇总工会 · 干部”的管辖范围内"):
        verb(district, person, officer_of(district.north))
    assert events_about(person.subject).count() == 1
