"""Whatever is done in whatever order, every day of a person has at most one membership, without gap inside a stay."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from niangjia.core.access.actor import SYSTEM
from niangjia.core.people import actions, queries
from niangjia.core.people.enums import CONTINUES
from niangjia.core.people.models import Membership, Person
from niangjia.core.people.tests.factories import District, make_person

START = date(2020, 1, 1)
Verb = Callable[[Person, District, date], Any]
VERBS: dict[str, Verb] = {
    "join mill": lambda p, d, on: actions.admit(p, union=d.mill, by=SYSTEM, on=on),
    "join shop": lambda p, d, on: actions.admit(p, union=d.shop, by=SYSTEM, on=on),
    "to mill": lambda p, d, on: actions.transfer(p, to=d.mill, by=SYSTEM, on=on),
    "to shop": lambda p, d, on: actions.transfer(p, to=d.shop, by=SYSTEM, on=on),
    "retain": lambda p, d, on: actions.change_standing(p, standing="retained", by=SYSTEM, on=on),
    "restore": lambda p, d, on: actions.change_standing(p, standing="full", by=SYSTEM, on=on),
    "courier": lambda p, d, on: actions.change_form(p, form="N03", by=SYSTEM, on=on),
    "leave": lambda p, d, on: actions.end_membership(p, end_reason="withdrawn", by=SYSTEM, on=on),
    "die": lambda p, d, on: actions.record_death(p, on=on, by=SYSTEM),
    "many to shop": lambda p, d, on: actions.transfer_many(
        rows="SELECT %s::bigint, %s::bigint, %s::date", params=[p.pk, d.shop.pk, on], by=SYSTEM, on=on
    ),
    "many leave": lambda p, d, on: actions.end_many(rows="SELECT %s::bigint, %s::date, 'left'", params=[p.pk, on], by=SYSTEM, on=on),
    "many retain": lambda p, d, on: actions.change_standing_many(
        rows="SELECT %s::bigint, 'retained', %s::date", params=[p.pk, on], by=SYSTEM, on=on
    ),
    "many join": lambda p, d, on: actions.enrol_many(
        rows="SELECT %s::bigint, %s::bigint, %s::date", columns=("person_id", "union_id", "joined_on"),
        params=[p.pk, d.port.pk, on], by=SYSTEM, on=on,
    ),
}  # fmt: skip
STEPS = st.lists(st.tuples(st.sampled_from(sorted(VERBS)), st.integers(-40, 200)), max_size=12)


@given(steps=STEPS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_order_of_verbs_makes_a_gap_or_an_overlap(district: District, steps: list[tuple[str, int]]) -> None:
    person, on = make_person(district.mill, on=START), START
    for verb, days in steps:
        on = min(on + timedelta(days=days), date(2023, 12, 1))
        person.refresh_from_db()
        try:
            with transaction.atomic():
                VERBS[verb](person, district, on)
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except ValidationError:
            continue
    assert_whole(person)


def assert_whole(person: Person) -> None:
    person.refresh_from_db()
    spans = list(Membership.objects.filter(person=person).order_by("during"))
    for earlier, later in pairwise(spans):
        assert earlier.until is not None
        assert earlier.until <= later.during.lower
        assert later.previous_until == earlier.until
        if earlier.end_reason in CONTINUES:
            assert earlier.until == later.during.lower
    assert all(span.during.lower >= span.joined_on for span in spans)
    if spans and spans[-1].until is None:
        assert person.home_org_id == spans[-1].union_id
    assert [check.name for check in queries.checks() if not check.ok] == []
