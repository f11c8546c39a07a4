"""Who reads what: search, as-of questions, row security, looks."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from niangjia.base.scope import Scope, scoped
from niangjia.core.access.actor import SYSTEM
from niangjia.core.access.queries import visible
from niangjia.core.people import actions, queries
from niangjia.core.people.models import Membership, Person
from niangjia.core.people.tests.factories import District, id_number, make_member, make_person, officer_of
from niangjia.core.trail.queries import facts_of


def found(q: str) -> list[str]:
    return sorted(queries.search(q).values_list("name", flat=True))


@pytest.mark.parametrize("q", ["何小川", "何小", "hexiao", "hxc", "HXC", "何 小川"])
def test_a_person_is_found_by_the_beginning_of_name_pinyin_or_initials(district: District, q: str) -> None:
    make_member(district.mill, "何小川")
    make_member(district.mill, "单雄信")
    assert found(q) == ["何小川"]


@pytest.mark.parametrize(
    ("name", "q"),
    [
        ("阿卜杜热合曼·买买提", "阿卜杜热合曼买买提"),
        ("阿卜杜热合曼•买买提", "阿卜杜热合曼·买"),
        ("单雄信", "shanxx"[:4]),
        ("𬀩婷", "𬀩"),
        ("㛃璟", "㛃璟"),
        ("陳旸", "陈暘"),
    ],
)
def test_rare_characters_dots_and_two_writings_are_found(district: District, name: str, q: str) -> None:
    person = make_member(district.mill, name)
    assert person in queries.search(q)
    person.refresh_from_db()
    assert "•" not in person.name


def test_numbers_are_found_whole_in_any_writing(district: District) -> None:
    number = id_number()
    person = make_member(district.mill, "何小川", id_number=number, phone="138 0000 1234")
    other = make_member(district.mill, "何大川")
    span = queries.open_span(other)
    assert span is not None
    Membership.objects.filter(pk=span.pk).update(card_number="8800123")
    for q in (number, number.lower(), f" {number[:6]} {number[6:]}", "13800001234", "+86 138-0000-1234", person.code):
        assert list(queries.search(q)) == [person], q
    assert list(queries.search("8800123")) == [other]
    assert found(number[:10]) == []


def test_fifteen_digits_find_the_eighteen(district: District) -> None:
    person = make_member(district.mill, id_number="330212900501123")
    assert person.id_number.startswith("33021219900501123")
    assert list(queries.search("330212900501123")) == list(queries.search(person.id_number)) == [person]


def test_a_member_is_one_on_every_day_of_the_stay_and_on_no_other(district: District) -> None:
    person = make_member(district.mill, on=date(2020, 1, 1))
    actions.transfer(person, to=district.shop, by=SYSTEM, on=date(2021, 1, 1))
    actions.end_membership(person, end_reason="withdrawn", by=SYSTEM, on=date(2022, 1, 1))
    unions = {day: [span.union for span in queries.members_on(day)] for day in (
        date(2019, 12, 31), date(2020, 1, 1), date(2020, 12, 31), date(2021, 1, 1), date(2021, 12, 31), date(2022, 1, 1),
    )}  # fmt: skip
    assert list(unions.values()) == [[], [district.mill], [district.mill], [district.shop], [district.shop], []]


def test_retained_members_are_not_counted(district: District) -> None:
    person = make_member(district.mill)
    actions.change_standing(person, standing="retained", by=SYSTEM, on=date(2021, 1, 1))
    assert queries.members_on(date(2020, 12, 31)).count() == 1
    assert queries.members_on(date(2021, 1, 1)).count() == 0


def test_a_town_reads_its_own_people_only_even_without_a_filter(district: District) -> None:
    here, there = make_member(district.mill), make_member(district.shop, "单雄信")
    north = officer_of(district.north)
    with scoped(north.scope):
        assert list(Person.objects.all()) == [here]
        assert [span.person_id for span in Membership.objects.all()] == [here.pk]
        assert list(queries.search("单雄信")) == []
        assert list(visible(north, Person.objects.all(), "people.view")) == [here]
        with pytest.raises(Person.DoesNotExist):
            queries.person_by_code(there.code)


def test_a_worker_reads_their_own_row_only(district: District) -> None:
    me, _ = make_member(district.mill), make_member(district.mill, "单雄信")
    with scoped(Scope(person=me.pk)):
        assert list(Person.objects.all()) == [me]
        assert [span.person_id for span in Membership.objects.all()] == [me.pk]


def test_nobody_reads_nothing(district: District) -> None:
    make_member(district.mill)
    with scoped(Scope()):
        assert not Person.objects.exists()
        assert not Membership.objects.exists()


def test_an_unmask_wants_a_reason_and_is_seen_by_the_person(district: District) -> None:
    person, officer = make_member(district.mill, phone="13800001234"), officer_of(district.north)
    with pytest.raises(ValidationError, match="请写明理由，至少4个字"):
        actions.unmask(person, field="phone", reason="看 ", by=officer)
    assert actions.unmask(person, field="phone", reason="核对转账户名", by=officer) == "13800001234"
    (look,) = queries.looks(person)
    assert (look.post, look.what, look.reason, look.who) == ("北镇总工会 · 干部", "手机", "核对转账户名", "")


def test_details_are_changed_with_before_and_after_masked(district: District) -> None:
    person = make_member(district.mill, phone="13800001234")
    before = actions.change_details(person, by=officer_of(district.north), phone="13900005678", job="挡车工", name="何晓川")
    before.refresh_from_db()
    assert (before.phone, before.job, before.name_key, before.initials) == ("13900005678", "挡车工", "何晓川", "hxc")
    assert facts_of(queries.history(person)[0].event)["changes"] == {
        "phone": ["138****1234", "139****5678"], "job": ["", "挡车工"], "name": ["何小川", "何晓川"],
    }  # fmt: skip


def test_nothing_changed_leaves_no_trace(district: District) -> None:
    person = make_member(district.mill, phone="13800001234")
    steps = len(queries.history(person))
    actions.change_details(person, by=SYSTEM, phone="13800001234", name="何小川")
    assert len(queries.history(person)) == steps


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"id_number": "33021219900101123"}, "应为 18 位"),
        ({"phone": "1380000"}, "手机号应为 11 位"),
        ({"name": "  "}, "姓名必填"),
    ],
)
def test_wrong_details_are_refused_in_words(district: District, facts: dict[str, str], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        actions.change_details(make_member(district.mill), by=SYSTEM, **facts)


def test_one_number_is_one_record_and_the_refusal_says_where(district: District) -> None:
    number = id_number()
    make_person(district.shop, "单雄信", id_number=number)
    with pytest.raises(ValidationError, match=r"已登记在商场工会（单\*信）。一个人只有一份档案"):
        make_person(district.mill, "单雄信", id_number=number)


def test_numbers_lie_sealed(district: District) -> None:
    person = make_person(district.mill, id_number=id_number(), phone="13800001234", bank_account="6222021234567890")
    assert b"13800001234" not in bytes(person.phone_sealed)
    assert (person.masked_phone, person.masked_bank_account) == ("138****1234", "**** **** **** 7890")
    assert person.masked_id_number.startswith("000*")


def test_a_new_chair_follows_the_old_one(district: District) -> None:
    old, new = make_member(district.mill), make_member(district.mill, "单雄信")
    actions.elect_officer(org=district.mill, person=old, post="chair", elected_on=date(2020, 2, 1), by=SYSTEM)
    actions.elect_officer(org=district.mill, person=new, post="chair", elected_on=date(2023, 2, 1), by=officer_of(district.north))
    assert [(office.person, office.valid_to) for office in district.mill.officers.order_by("valid_from")] == [
        (old, date(2023, 2, 1)), (new, None),
    ]  # fmt: skip
    assert [step.event.verb for step in queries.history(old)][:1] == ["people.end_office"]
