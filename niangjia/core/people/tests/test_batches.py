"""Rosters: entering, changing, taking back; every row's page shows its part."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from psycopg.types.json import Jsonb

from niangjia.base.scope import elevated
from niangjia.base.sealing import blind, seal
from niangjia.core.access.actor import SYSTEM
from niangjia.core.access.rules import Refused
from niangjia.core.people import actions, queries
from niangjia.core.people.models import PHONE, Membership, Person
from niangjia.core.people.tests.factories import District, make_member, make_person, officer_of
from niangjia.core.trail.models import Event, Touch
from niangjia.core.trail.queries import checks

COLUMNS = ("row_ref", "person_id", "name", "name_key", "pinyin", "initials", "union_id", "joined_on", "birth")
DAY = date(2023, 6, 1)


def enrol(rows: list[tuple[Any, ...]], **about: Any) -> actions.Enrolled:
    """Rows of (ref, person or None, name, union, joined_on)."""
    values = [(ref, person, name, name, "p", "p", union.pk, joined, date(1990, 1, 1)) for ref, person, name, union, joined in rows]
    one = "(%s, %s::bigint, %s, %s, %s, %s, %s, %s::date, %s::date)"
    about = {"by": SYSTEM, "on": DAY, "batch": "DR-1"} | about
    return actions.enrol_many(
        rows=f"VALUES {', '.join([one] * len(values))}", columns=COLUMNS, params=[cell for row in values for cell in row], **about
    )


def change(person: Person, changes: dict[str, list[Any]], **about: Any) -> int:
    about = {"by": SYSTEM, "on": DAY, "batch": "DR-2"} | about
    return actions.change_many(rows="SELECT %s::bigint, %s::jsonb, '2:7'", params=[person.pk, Jsonb(changes)], **about)


def take_back(person: Person, changes: dict[str, list[Any]] | None, batch: str) -> actions.TakenBack:
    params = [person.pk, None if changes is None else Jsonb(changes)]
    return actions.take_back_many(rows="SELECT %s::bigint, %s::jsonb", params=params, by=SYSTEM, on=DAY, batch=batch)


def trail_holds() -> bool:
    return all(check.ok for check in checks())


def test_a_roster_makes_persons_with_codes_and_stays(district: District) -> None:
    done = enrol([("2", None, "何小川", district.mill, date(2021, 3, 1)), ("3", None, "欧阳娜", district.shop, date(2022, 4, 5))])
    one, two = Person.objects.order_by("id")
    assert (done.persons, done.stays) == (2, 2)
    assert (one.code, two.code) == ("3302122021000001", "3302122022000001")
    assert (one.home_org, one.scope, two.scope) == (district.mill, district.mill.lft, district.shop.lft)
    assert Membership.objects.get(person=two).joined_on == date(2022, 4, 5)


def test_every_row_of_a_roster_is_in_the_trail_and_none_can_be_altered_unseen(district: District) -> None:
    done = enrol([("7", None, "何小川", district.mill, DAY)])
    person = Person.objects.get()
    step = queries.history(person)[0]
    assert (step.event.pk, step.event.verb, step.event.batch, step.row) == (done.event, "people.enrol_many", "DR-1", "7")
    assert step.after["union"] == district.mill.pk
    assert trail_holds()
    Touch.objects.create(event_id=done.event, subject=person.subject, after={"union": district.shop.pk})
    assert [check.name for check in checks() if not check.ok] == ["trail.touches"]


def test_one_row_of_a_roster_equals_registering_and_admitting(district: District) -> None:
    enrol([("1", None, "何小川", district.mill, DAY)])
    bulk = Person.objects.get()
    single = make_person(district.mill, "何小川", DAY)
    actions.admit(single, union=district.mill, by=SYSTEM, on=DAY, join_way=3)
    apart = {"id", "code", "changed_at", "name_key", "pinyin", "initials", "birth"}
    assert facts(bulk, apart) == facts(single, apart)
    apart = {"id", "person_id", "batch"}
    assert facts(queries.open_span(bulk), apart) == facts(queries.open_span(single), apart)


def facts(row: Any, apart: set[str]) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if field.attname not in apart}


def test_somebody_who_left_joins_again_by_a_roster(district: District) -> None:
    person = make_member(district.mill, on=date(2020, 1, 1))
    actions.end_membership(person, end_reason="withdrawn", by=SYSTEM, on=date(2021, 1, 1))
    done = enrol([("1", person.pk, "何小川", district.shop, date(2022, 1, 1))])
    person.refresh_from_db()
    assert (done.persons, done.stays, person.home_org) == (0, 1, district.shop)
    assert [stay.union for stay in queries.stays(person)] == [district.mill, district.shop]


def test_a_roster_with_a_union_outside_the_subtree_is_refused_whole(district: District) -> None:
    with pytest.raises(Refused, match="有 1 行的工会不在当前岗位"):
        enrol([("1", None, "甲", district.mill, DAY), ("2", None, "乙", district.shop, DAY)], by=officer_of(district.north))
    assert not Person.objects.exists()


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (lambda d: [("9", None, "甲", d.mill, date(2031, 1, 1))], "第 9 行：入会日期还没有到"),
        (lambda d: [("4", None, "甲", d.mill, date(2005, 12, 31))], "第 4 行：入会时未满16周岁"),
        (lambda d: [("5", make_member(d.shop).pk, "甲", d.mill, DAY)], "第 5 行：已是别的工会的会员，请办转会"),
    ],
)
def test_a_roster_with_a_row_that_may_not_join_is_refused_whole(district: District, rows: Any, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        enrol(rows(district))


def test_a_change_keeps_before_and_after_and_shows_numbers_masked(district: District) -> None:
    person = make_member(district.mill, phone="13800001234")
    sealed, index = seal("13900005678", PHONE), blind("13900005678", PHONE)
    changes = {
        "job": ["", "挡车工"],
        "phone_sealed": [text(person.phone_sealed), text(sealed)],
        "phone_index": [text(person.phone_index), text(index)],
    }
    assert change(person, changes) == 1
    person.refresh_from_db()
    assert (person.job, person.phone, bytes(person.phone_index)) == ("挡车工", "13900005678", index)
    step = queries.history(person)[0]
    assert step.before == {"job": "", "phone": "138****1234"}
    assert (step.after, step.row) == ({"job": "挡车工", "phone": "139****5678"}, "2:7")
    assert trail_holds()


def text(value: Any) -> str | None:
    return None if value is None else "\\x" + bytes(value).hex()


def test_a_change_of_form_begins_a_new_span_and_a_change_of_group_does_not(district: District) -> None:
    person = make_member(district.mill)
    change(person, {"group": ["", "一组"]})
    change(person, {"form": ["STD", "N03"]})
    old, new = person.memberships.order_by("during")
    assert (old.form, old.until, old.end_reason, old.group) == ("STD", DAY, "form", "一组")
    assert (new.form, new.is_new_form, new.group, new.until) == ("N03", True, "一组", None)


def test_a_change_on_the_first_day_of_a_span_alters_it_in_place(district: District) -> None:
    person = make_member(district.mill, on=DAY)
    change(person, {"standing": ["full", "retained"]})
    assert person.memberships.get().standing == "retained"


def test_an_unknown_column_is_an_error(district: District) -> None:
    with pytest.raises(TypeError, match="salary"):
        change(make_member(district.mill), {"salary": [1, 2]})


def test_taking_a_batch_back_removes_who_it_made(district: District) -> None:
    enrol([("1", None, "何小川", district.mill, DAY)])
    assert take_back(Person.objects.get(), None, "DR-1") == actions.TakenBack(1, 0)
    assert not Person.objects.exists()
    assert not Membership.objects.exists()
    assert trail_holds()


def test_taking_a_batch_back_leaves_alone_whom_somebody_touched(district: District) -> None:
    enrol([("1", None, "何小川", district.mill, DAY)])
    person = Person.objects.get()
    actions.change_details(person, by=SYSTEM, job="挡车工")
    assert take_back(person, None, "DR-1") == actions.TakenBack(0, 1)
    assert queries.open_span(person)
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id, done FROM people_taken_back")
        assert cursor.fetchall() == [(person.pk, False)]


def test_taking_a_batch_back_leaves_a_person_known_before_where_they_were(district: District) -> None:
    person = make_member(district.mill)
    actions.end_membership(person, end_reason="withdrawn", by=SYSTEM, on=date(2021, 1, 1))
    enrol([("1", person.pk, "何小川", district.shop, DAY)])
    assert take_back(person, None, "DR-1").taken_back == 1
    person.refresh_from_db()
    assert (person.home_org, queries.open_span(person), len(queries.stays(person))) == (district.mill, None, 1)


def test_taking_a_change_back_puts_before_back_and_joins_the_span_again(district: District) -> None:
    person = make_member(district.mill)
    changes = {"form": ["STD", "N03"], "job": ["", "快递员"]}
    change(person, changes)
    assert take_back(person, changes, "DR-2").taken_back == 1
    person.refresh_from_db()
    span = person.memberships.get()
    assert (person.job, span.form, span.until, span.end_reason) == ("", "STD", None, "")


def test_taking_a_change_back_leaves_alone_what_was_changed_again(district: District) -> None:
    person = make_member(district.mill)
    changes = {"job": ["", "快递员"]}
    change(person, changes)
    actions.change_details(person, by=SYSTEM, job="站长")
    assert take_back(person, changes, "DR-2") == actions.TakenBack(0, 1)
    person.refresh_from_db()
    assert person.job == "站长"


def test_bulk_events_are_read_through_their_rows(district: District) -> None:
    done = enrol([("1", None, "何小川", district.mill, DAY)])
    with elevated("test"):
        assert Event.objects.get(pk=done.event).subject == "batch:DR-1"


def test_a_roster_takes_over_what_it_says_about_somebody_known(district: District) -> None:
    person = make_member(district.mill)
    actions.end_membership(person, end_reason="withdrawn", by=SYSTEM, on=date(2021, 1, 1))
    actions.enrol_many(
        rows="VALUES ('1', %s::bigint, %s::bigint, %s::date, '保洁')",
        columns=("row_ref", "person_id", "union_id", "joined_on", "job"),
        params=[person.pk, district.mill.pk, DAY],
        by=SYSTEM,
        on=DAY,
    )
    person.refresh_from_db()
    assert (person.job, person.name) == ("保洁", "何小川")
    assert [step.after for step in queries.history(person)[:2]][1] == {"job": "保洁"}
