"""The tree: as it is, as it was on any day, and what it refuses."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from niangjia.base.scope import Scope, scoped
from niangjia.core.access.actor import SYSTEM, Actor
from niangjia.core.access.roles import ROLES
from niangjia.core.access.rules import Refused
from niangjia.core.orgs import actions, queries
from niangjia.core.orgs.actions import intervals
from niangjia.core.orgs.enums import Kind, Nature
from niangjia.core.orgs.models import Organisation, Placement
from niangjia.core.people.tests.factories import make_member
from niangjia.seed.numbers import credit_code

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeing_all")]
FOUNDED = date(2015, 3, 1)


class District:
    """A district with two towns, a park federation in the first, and a union in it."""

    def __init__(self) -> None:
        self.root = actions.found_federation(name="试验区总工会", kind=Kind.DISTRICT, parent=None, founded_on=date(2000, 1, 1), by=SYSTEM)
        self.north = self.town("北镇总工会")
        self.south = self.town("南镇总工会")
        self.park = self.union("北镇工业园区工会联合会", self.north, Kind.PARK)
        self.mill = self.union("纺织厂工会委员会", self.park)

    def town(self, name: str) -> Organisation:
        return actions.found_federation(name=name, kind=Kind.TOWN, parent=self.root, founded_on=date(2001, 1, 1), by=SYSTEM)

    def union(self, name: str, parent: Organisation, kind: Kind = Kind.SINGLE) -> Organisation:
        return actions.found_union(name=name, kind=kind, parent=parent, founded_on=FOUNDED, route="SJ1", by=SYSTEM)


@pytest.fixture
def district() -> District:
    return District()


def below(node: Organisation, day: date) -> set[int]:
    return {row.org for row in queries.tree_on(day, node)}


def assert_one_tree() -> None:
    assert [check for check in queries.checks() if not check.ok] == []


def test_a_moved_subtree_stands_elsewhere_from_that_day_on(district: District) -> None:
    actions.move(district.park, parent=district.south, by=SYSTEM, on=date(2020, 5, 1))
    both = {district.park.pk, district.mill.pk}
    assert below(district.north, date(2020, 4, 30)) == both
    assert below(district.south, date(2020, 5, 1)) == both
    assert below(district.north, date(2020, 5, 1)) == set()
    assert [org.name for org in queries.path(queries.by_id(district.mill.pk))][1] == "南镇总工会"
    assert_one_tree()


def test_names_are_those_of_the_day(district: District) -> None:
    actions.rename(district.mill, name="新纺集团工会委员会", by=SYSTEM, on=date(2021, 1, 1))
    assert queries.names_on(date(2020, 12, 31))[district.mill.pk] == "纺织厂工会委员会"
    assert queries.names_on(date(2021, 1, 1))[district.mill.pk] == "新纺集团工会委员会"


def test_a_dissolved_and_a_merged_union_were_there_before(district: District) -> None:
    port = district.union("码头工会委员会", district.north)
    actions.merge(port, into=district.mill, by=SYSTEM, on=date(2021, 6, 1))
    actions.dissolve(district.mill, by=SYSTEM, on=date(2022, 6, 1))
    for day, unions in ((date(2021, 5, 31), 3), (date(2021, 6, 1), 2), (date(2022, 6, 1), 1)):
        assert queries.unions_on(day).count() == unions
        assert len(queries.tree_on(day, district.north)) == unions
    assert [change.what for change in queries.history(queries.by_id(port.pk))] == ["建会", "合并"]
    assert_one_tree()


def test_an_organisation_with_children_or_members_is_not_dissolved(district: District) -> None:
    with pytest.raises(ValidationError, match="还有 1 家下级"):
        actions.dissolve(district.park, by=SYSTEM)
    make_member(district.mill)
    port = district.union("码头工会委员会", district.north)
    for end in (lambda: actions.dissolve(district.mill, by=SYSTEM), lambda: actions.merge(district.mill, into=port, by=SYSTEM)):
        with pytest.raises(ValidationError, match="还有 1 名会员"):
            end()


def test_nothing_is_moved_below_itself_not_even_backwards_in_time(district: District) -> None:
    zone = actions.found_federation(name="开发区工会", kind=Kind.ZONE, parent=district.north, founded_on=date(2002, 1, 1), by=SYSTEM)
    with pytest.raises(ValidationError, match="不能做它的上级"):
        actions.move(district.north, parent=zone, by=SYSTEM)
    actions.move(zone, parent=district.south, by=SYSTEM, on=date(2020, 1, 1))
    with pytest.raises(ValidationError, match="不能做它的上级"):
        actions.move(district.north, parent=zone, by=SYSTEM, on=date(2019, 1, 1))


def test_refusals_say_how_to_mend(district: District) -> None:
    with pytest.raises(ValidationError, match="它的上级应是"):
        district.union("社区工会联合会", district.park, Kind.VILLAGE)
    with pytest.raises(ValidationError, match="还没有到"):
        actions.rename(district.mill, name="别的", by=SYSTEM, on=date(2999, 1, 1))
    with pytest.raises(ValidationError, match="已经登记"):
        district.union("纺织厂工会委员会", district.park)
    with pytest.raises(ValidationError, match="以 81 开头"):
        register = actions.register_legal_person
        register(district.mill, credit_code=credit_code(5), certificate_number="1", valid_to=date(2999, 1, 1), by=SYSTEM)


def test_a_credit_code_belongs_to_one_union_and_one_employer(district: District) -> None:
    facts = {"certificate_number": "1", "valid_to": date(2999, 1, 1), "by": SYSTEM}
    actions.register_legal_person(district.mill, credit_code=credit_code(5, union=True), **facts)
    with pytest.raises(ValidationError, match="已经登记给"):
        actions.register_legal_person(district.park, credit_code=credit_code(5, union=True), **facts)
    actions.add_employer(name="纺织厂", nature=Nature.PRIVATE, answering_org=district.mill, credit_code=credit_code(5), by=SYSTEM)
    with pytest.raises(ValidationError, match="已经登记"):
        actions.add_employer(name="另一家", nature=Nature.PRIVATE, answering_org=district.mill, credit_code=credit_code(5), by=SYSTEM)


def test_an_officer_founds_only_in_the_own_subtree(district: District) -> None:
    north = district.north
    officer = Actor("user:1", "何", "北镇", permissions=ROLES["town_officer"].permissions, scope=Scope(north.lft, north.rgt))
    actions.found_union(name="新厂工会委员会", kind=Kind.SINGLE, parent=north, founded_on=FOUNDED, route="SJ1", by=officer)
    with pytest.raises(Refused, match="管辖范围"):
        actions.found_union(name="新店工会委员会", kind=Kind.SINGLE, parent=district.south, founded_on=FOUNDED, route="SJ1", by=officer)
    with pytest.raises(Refused, match="管辖范围"):
        actions.move(district.mill, parent=district.south, by=officer)


def test_the_database_shows_a_town_only_its_own(district: District) -> None:
    with scoped(Scope(district.south.lft, district.south.rgt)):
        assert set(Organisation.objects.values_list("name", flat=True)) == {"南镇总工会"}
        assert Placement.objects.count() == 1


def test_a_term_is_closed_by_the_next_and_extended_once(district: District) -> None:
    actions.start_term(district.mill, years=3, elected_on=date(2017, 1, 10), by=SYSTEM)
    assert [term.ends_on for term in queries.terms_overdue(date(2020, 1, 10))] == [date(2020, 1, 9)]
    with pytest.raises(ValidationError, match="六个月"):
        actions.extend_term(district.mill, to=date(2020, 12, 1), by=SYSTEM)
    actions.extend_term(district.mill, to=date(2020, 6, 1), by=SYSTEM)
    assert not queries.terms_overdue(date(2020, 6, 1)).exists()
    with pytest.raises(ValidationError, match="只能一次"):
        actions.extend_term(district.mill, to=date(2020, 7, 1), by=SYSTEM)
    actions.start_term(district.mill, years=5, elected_on=date(2020, 8, 1), by=SYSTEM)
    assert queries.current_term(district.mill, date(2021, 1, 1)).number == 2  # type: ignore[union-attr]
    assert district.mill.terms.filter(ended_on=None).count() == 1


def test_codes_are_given_out_without_gaps() -> None:
    assert [actions.take_codes("proof", 2023, n) for n in (1, 5, 1)] == [1, 2, 7]


def test_many_are_founded_at_the_price_of_few(district: District) -> None:
    def founded(n: int, word: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            actions.found_many(
                [actions.Founding(f"{word}{i}厂工会", Kind.SINGLE, district.park.pk, FOUNDED, "SJ1") for i in range(n)], by=SYSTEM
            )
        return len(seen)

    assert founded(3, "甲") == founded(300, "乙")
    assert_one_tree()


def test_a_move_costs_the_same_statements_for_one_and_for_three_hundred(district: District) -> None:
    actions.found_many([actions.Founding(f"{i}厂工会", Kind.SINGLE, district.park.pk, FOUNDED, "SJ1") for i in range(300)], by=SYSTEM)
    with CaptureQueriesContext(connection) as one:
        actions.move(district.mill, parent=district.south, by=SYSTEM, on=date(2020, 1, 1))
    with CaptureQueriesContext(connection) as many:
        actions.move(district.park, parent=district.south, by=SYSTEM, on=date(2020, 1, 1))
    assert len(many) == len(one)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=3, max_size=14))
def test_whatever_is_founded_and_moved_the_intervals_tell_the_tree_of_placement(
    district: District, monkeypatch: pytest.MonkeyPatch, steps: list[tuple[int, int]]
) -> None:
    """Narrow intervals make every few foundings widen a parent, or renumber the whole."""
    with monkeypatch.context() as narrow:
        for kind in list(intervals.WIDTHS):
            narrow.setitem(intervals.WIDTHS, kind, 4 if kind >= Kind.VILLAGE else 2)
        for number, (which, where) in enumerate(steps):
            parents = list(Organisation.objects.filter(kind__in=(Kind.TOWN, Kind.PARK)).order_by("id"))
            parent = parents[where % len(parents)]
            made = list(Organisation.objects.filter(kind__in=(Kind.PARK, Kind.SINGLE)).order_by("id"))
            try:
                if number % 3:
                    actions.move(made[which % len(made)], parent=parent, by=SYSTEM)
                else:
                    district.union(f"第{Organisation.objects.count()}家工会", parent)
            except ValidationError:
                continue
    assert_one_tree()
    for org in Organisation.objects.exclude(parent=None):
        today = below(org, date(2999, 1, 1))
        assert today == set(queries.subtree(org).exclude(pk=org.pk).values_list("pk", flat=True))
