"""Membership of one person: every verb with its trail, every refusal with its words."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from niangjia.core.access.actor import SYSTEM
from niangjia.core.access.rules import Refused
from niangjia.core.people import actions, queries
from niangjia.core.people.models import Person
from niangjia.core.people.tests.factories import District, id_number, make_member, make_org, make_person, officer_of
from niangjia.core.trail.queries import facts_of

DAY = date(2021, 5, 1)


def told(person: Person) -> list[str]:
    return [step.event.verb.removeprefix("people.") for step in queries.history(person)][::-1]


def spans(person: Person) -> list[tuple[Any, ...]]:
    found = person.memberships.select_related("union").order_by("during")
    return [(span.union.name, span.during.lower, span.until, span.standing, span.form, span.end_reason) for span in found]


def test_joining_makes_the_union_a_persons_home(district: District) -> None:
    person = make_person(district.north)
    span = actions.admit(person, union=district.mill, by=officer_of(district.mill, "grassroots_chair"), on=DAY, join_way=5, form="N03")
    person.refresh_from_db()
    assert (person.home_org, person.scope) == (district.mill, district.mill.lft)
    assert (span.joined_on, span.join_way, span.form) == (DAY, 5, "N03")
    assert told(person) == ["register", "admit"]


def test_a_transfer_ends_one_span_and_begins_the_next_the_same_day(district: District) -> None:
    person = make_member(district.mill)
    actions.transfer(person, to=district.shop, by=officer_of(district.south), on=DAY)
    person.refresh_from_db()
    assert spans(person) == [
        ("纺织厂工会", date(2020, 1, 1), DAY, "full", "STD", "transferred"),
        ("商场工会", DAY, None, "full", "STD", ""),
    ]
    assert person.home_org == district.shop
    assert facts_of(queries.history(person)[0].event) == {"before": district.mill.code, "after": district.shop.code}


def test_standing_and_form_change_without_leaving_the_union(district: District) -> None:
    person = make_member(district.mill)
    actions.change_standing(person, standing="retained", by=SYSTEM, on=DAY)
    actions.change_form(person, form="N06", through_platform=True, by=SYSTEM, on=date(2021, 6, 1))
    assert [(standing, form, why) for *_, standing, form, why in spans(person)] == [
        ("full", "STD", "standing"), ("retained", "STD", "form"), ("retained", "N06", ""),
    ]  # fmt: skip
    (stay,) = queries.stays(person)
    assert (stay.union, stay.joined_on, stay.left_on, len(stay.spans)) == (district.mill, date(2020, 1, 1), None, 3)
    assert told(person)[-2:] == ["change_standing", "change_form"]


@pytest.mark.parametrize("kind", ["withdrawn", "deemed", "expelled", "left", "closed"])
def test_whoever_left_may_join_again(district: District, kind: str) -> None:
    person = make_member(district.mill)
    actions.end_membership(person, end_reason=kind, by=SYSTEM, on=DAY, reason="本人书面申请")
    assert queries.open_span(person) is None
    actions.admit(person, union=district.port, by=SYSTEM, on=DAY)
    assert [stay.union for stay in queries.stays(person)] == [district.mill, district.port]
    assert told(person) == ["register", "admit", "end_membership", "admit"]


def test_death_ends_membership_and_nothing_more_is_done(district: District) -> None:
    person = make_member(district.mill)
    actions.record_death(person, on=DAY, by=SYSTEM)
    assert spans(person)[-1][2:] == (DAY, "full", "STD", "deceased")
    with pytest.raises(ValidationError, match="何小川已于2021年5月1日去世"):
        actions.admit(person, union=district.mill, by=SYSTEM, on=date(2022, 1, 1))


REFUSALS: list[tuple[str, Callable[[District], Any]]] = [
    ("2031年1月1日还没有到", lambda d: actions.admit(make_person(d.mill), union=d.mill, by=SYSTEM, on=date(2031, 1, 1))),
    (
        "未满16周岁，不能入会",
        lambda d: actions.admit(make_person(d.mill, id_number=id_number(date(2006, 1, 1))), union=d.mill, by=SYSTEM, on=date(2021, 12, 31)),
    ),
    ("已经是纺织厂工会的会员", lambda d: actions.admit(make_member(d.mill), union=d.mill, by=SYSTEM, on=DAY)),
    ("已是纺织厂工会的会员，请办转会，不要重复登记", lambda d: actions.admit(make_member(d.mill), union=d.shop, by=SYSTEM, on=DAY)),
    (
        "已于2020年6月1日撤销，不能接收会员",
        lambda d: actions.admit(
            make_person(d.mill), union=make_org("旧厂工会", 130, 139, ended_on=date(2020, 6, 1), end_reason="dissolved"), by=SYSTEM, on=DAY
        ),
    ),
    (
        "才建会，入会日期不能更早",
        lambda d: actions.admit(make_person(d.mill, on=date(2014, 1, 1)), union=d.mill, by=SYSTEM, on=date(2015, 2, 1)),
    ),
    ("现在没有会籍，请先办入会", lambda d: actions.transfer(make_person(d.mill), to=d.shop, by=SYSTEM, on=DAY)),
    ("已经在纺织厂工会", lambda d: actions.transfer(make_member(d.mill), to=d.mill, by=SYSTEM, on=DAY)),
    ("变更日期要在它之后", lambda d: actions.transfer(make_member(d.mill, on=DAY), to=d.shop, by=SYSTEM, on=DAY)),
    ("和现在一样，不用变更", lambda d: actions.change_standing(make_member(d.mill), standing="full", by=SYSTEM, on=DAY)),
    ("请选择退会的原因", lambda d: actions.end_membership(make_member(d.mill), end_reason="transferred", by=SYSTEM, on=DAY)),
    ("已于2021年5月1日去世", lambda d: actions.record_death(dead(d), on=DAY, by=SYSTEM)),
    ("现在没有会籍", lambda d: actions.end_membership(make_person(d.mill), end_reason="left", by=SYSTEM, on=DAY)),
]


def dead(district: District) -> Person:
    return actions.record_death(make_person(district.mill), on=DAY, by=SYSTEM)


@pytest.mark.parametrize(("said", "attempt"), REFUSALS, ids=[said for said, _ in REFUSALS])
def test_what_facts_do_not_allow_is_refused_in_words(district: District, said: str, attempt: Callable[[District], Any]) -> None:
    with pytest.raises(ValidationError, match=said):
        attempt(district)


def test_an_officer_of_another_town_is_refused(district: District) -> None:
    person, stranger = make_member(district.mill), officer_of(district.south)
    for attempt in (
        lambda: actions.change_form(person, form="N03", by=stranger, on=DAY),
        lambda: actions.end_membership(person, end_reason="left", by=stranger, on=DAY),
        lambda: actions.change_details(person, by=stranger, job="站长"),
        lambda: actions.transfer(person, to=district.port, by=stranger, on=DAY),
        lambda: actions.unmask(person, field="phone", reason="核对账户", by=stranger),
    ):
        with pytest.raises(Refused, match="不在当前岗位"):
            attempt()


def test_a_post_without_the_right_is_refused(district: District) -> None:
    person = make_member(district.mill)
    with pytest.raises(Refused, match="没有“改会员资料、办会籍”的权限"):
        actions.change_form(person, form="N03", by=officer_of(district.north, "auditor"), on=DAY)
    with pytest.raises(Refused, match="看完整号码"):
        actions.unmask(person, field="phone", reason="核对账户", by=officer_of(district.mill, "grassroots_chair"))


def test_the_database_itself_holds_one_membership_a_day(district: District) -> None:
    person = make_member(district.mill)
    overlapping = [
        """INSERT INTO people_membership (person_id, union_id, during, standing, form, through_platform, joined_on, join_way, "group",
            card_number, end_reason, batch) SELECT person_id, union_id, daterange('2021-01-01', NULL), standing, form, through_platform,
            joined_on, join_way, '', '', '', '' FROM people_membership""",
        """INSERT INTO people_membership (person_id, union_id, during, standing, form, through_platform, joined_on, join_way, "group",
            card_number, end_reason, batch) SELECT person_id, union_id, daterange('2019-01-01', '2020-06-01'), standing, form,
            through_platform, joined_on, join_way, '', '', 'left', '' FROM people_membership""",
    ]
    for statement in overlapping:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; {statement}")
    assert len(spans(person)) == 1
