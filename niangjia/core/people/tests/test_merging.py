"""Two records of one person: found, previewed, merged, undone."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from niangjia.core.access.actor import SYSTEM
from niangjia.core.access.rules import Refused
from niangjia.core.people import actions, queries
from niangjia.core.people.models import Membership, Person
from niangjia.core.people.tests.factories import District, id_number, make_member, make_person, officer_of
from niangjia.core.trail.models import Event

REASON = "同一个人登记了两次"


def picture(person: Person) -> tuple[object, ...]:
    """Everything of a person that a merge could alter."""
    fresh = Person.objects.get(pk=person.pk)
    columns = {field.attname: getattr(fresh, field.attname) for field in Person._meta.concrete_fields if field.attname != "changed_at"}
    columns = {name: bytes(value) if isinstance(value, memoryview) else value for name, value in columns.items()}
    spans = Membership.objects.filter(person=person).order_by("during").values()
    return columns, list(spans), list(fresh.offices.order_by("pk").values_list("pk", flat=True))


def two_records(district: District) -> tuple[Person, Person]:
    keep = make_member(district.mill, "何小川", on=date(2021, 1, 1), id_number=id_number())
    drop = make_person(district.shop, "何小川", phone="13800001234", job="店员")
    actions.admit(drop, union=district.shop, by=SYSTEM, on=date(2019, 1, 1))
    actions.end_membership(drop, end_reason="withdrawn", by=SYSTEM, on=date(2020, 6, 1))
    actions.elect_officer(org=district.shop, person=drop, post="committee", elected_on=date(2020, 3, 1), by=SYSTEM)
    return keep, drop


def test_a_merge_brings_spans_facts_and_offices_together(district: District) -> None:
    keep, drop = two_records(district)
    plan = actions.preview_merge(keep, drop)
    assert ([span.union for span in plan.spans], plan.overlapping, plan.offices) == ([district.shop, district.mill], [], 1)
    actions.merge_persons(keep=keep, drop=drop, by=SYSTEM, reason=REASON)
    keep.refresh_from_db()
    assert (keep.phone, keep.job, keep.home_org) == ("13800001234", "店员", district.mill)
    assert [stay.union for stay in queries.stays(keep)] == [district.shop, district.mill]
    assert queries.person_by_code(drop.code) == keep
    assert drop not in queries.search("何小川")
    assert [check.name for check in queries.checks() if not check.ok] == []


def test_overlapping_spans_of_the_dropped_record_fall_away(district: District) -> None:
    keep = make_member(district.mill, on=date(2020, 1, 1))
    drop = make_member(district.shop, on=date(2021, 1, 1))
    assert [span.union for span in actions.preview_merge(keep, drop).overlapping] == [district.shop]
    actions.merge_persons(keep=keep, drop=drop, by=SYSTEM, reason=REASON)
    assert [stay.union for stay in queries.stays(keep)] == [district.mill]


def test_a_merge_undone_leaves_both_as_they_were(district: District) -> None:
    keep, drop = two_records(district)
    before = picture(keep), picture(drop)
    event = actions.merge_persons(keep=keep, drop=drop, by=SYSTEM, reason=REASON)
    actions.undo_merge(event=Event.objects.get(pk=event), by=SYSTEM, reason="两位不同的人")
    assert (picture(keep), picture(drop)) == before
    assert [step.event.verb for step in queries.history(drop)][:2] == ["people.undo_merge", "people.merged_away"]


def test_a_merge_is_not_undone_after_somebody_touched_the_record(district: District) -> None:
    keep, drop = two_records(district)
    event = actions.merge_persons(keep=keep, drop=drop, by=SYSTEM, reason=REASON)
    keep.refresh_from_db()
    actions.change_form(keep, form="N03", by=SYSTEM, on=date(2022, 1, 1))
    with pytest.raises(ValidationError, match="合并后这份档案又办过事"):
        actions.undo_merge(event=Event.objects.get(pk=event), by=SYSTEM, reason="两位不同的人")


def test_a_merge_is_undone_once(district: District) -> None:
    keep, drop = two_records(district)
    event = Event.objects.get(pk=actions.merge_persons(keep=keep, drop=drop, by=SYSTEM, reason=REASON))
    actions.undo_merge(event=event, by=SYSTEM, reason="两位不同的人")
    with pytest.raises(ValidationError, match="已经撤销过了"):
        actions.undo_merge(event=event, by=SYSTEM, reason="两位不同的人")


def test_two_different_numbers_are_two_people(district: District) -> None:
    one, other = make_person(district.mill, id_number=id_number()), make_person(district.mill, id_number=id_number())
    with pytest.raises(ValidationError, match="两份档案的证件号不同"):
        actions.merge_persons(keep=one, drop=other, by=SYSTEM, reason=REASON)


def test_a_merge_across_towns_is_the_districts(district: District) -> None:
    keep, drop = two_records(district)
    with pytest.raises(Refused, match="不在当前岗位"):
        actions.merge_persons(keep=keep, drop=drop, by=officer_of(district.north), reason=REASON)
    actions.merge_persons(keep=keep, drop=drop, by=officer_of(district.root, "dept_officer"), reason=REASON)


def test_likely_doubles_are_found(district: District) -> None:
    birth = date(1990, 5, 1)
    born = {"id_number": id_number(birth)}
    one = make_person(district.mill, "何小川", phone="13800001234", **born)
    same = make_person(district.shop, "何小川", phone="13800001234")
    near = make_person(district.shop, "何晓川", phone="13800001234")
    Person.objects.filter(pk__in=[same.pk, near.pk]).update(birth=birth)
    make_person(district.mill, "何小川")
    found = {(pair.kind, pair.one, pair.other) for pair in queries.duplicates()}
    assert ("same", one, same) in found
    assert ("near", one, near) in found
    assert all(pair.other.birth == birth for pair in queries.duplicates())
