"""Figures over the tree of a day, their lists, and who may see what."""

from datetime import date

import pytest
from django.db.models import Sum

from niangjia.base.scope import elevated, scoped
from niangjia.core.access.actor import SYSTEM, Actor
from niangjia.core.access.rules import Refused
from niangjia.core.figures import actions, queries
from niangjia.core.figures.figure import all_figures, get
from niangjia.core.figures.models import MembershipTally
from niangjia.core.figures.survey import Window
from niangjia.core.figures.tests import factories as make
from niangjia.core.orgs.enums import Kind
from niangjia.core.orgs.models import Organisation, OrgName, Placement
from niangjia.core.people.models import Membership

pytestmark = pytest.mark.django_db

TODAY, BEFORE = date(2023, 12, 18), date(2021, 6, 30)
UNIONS, MEMBERS = get("organising.unions"), get("organising.members")


def on(day: date) -> Window:
    return Window(day, date(2018, 12, 19), day)


def ask(code: str, actor: Actor = SYSTEM, node: Organisation | None = None, day: date = TODAY) -> queries.Reading:
    with scoped(actor.scope):
        return queries.read(get(code), queries.survey(actor, node, on(day)))


def towns(code: str, actor: Actor = SYSTEM, node: Organisation | None = None, day: date = TODAY) -> dict[str, object]:
    with scoped(actor.scope):
        return {row.name: row.value for row in queries.by_town(get(code), queries.survey(actor, node, on(day)))}


@pytest.fixture
def register() -> dict[str, Organisation]:
    """Two towns and a system; the first town's second union moved to the other town on 2022-01-01."""
    district = make.district()
    here, there, system = make.town(district, "桃源街道"), make.town(district, "竹溪镇"), make.org("教育系统", Kind.SYSTEM, district)
    stays, moved = make.union(here, date(2019, 1, 1)), make.union(there, date(2019, 1, 1))
    school = make.union(system, date(2020, 1, 1))
    with elevated("test: it stood elsewhere before"):
        Placement.objects.filter(org=moved).update(valid_from=date(2022, 1, 1))
        Placement.objects.create(org=moved, parent=here, valid_from=date(2019, 1, 1), valid_to=date(2022, 1, 1))
    for home, number in ((stays, 3), (moved, 2), (school, 1)):
        for _ in range(number):
            make.member(home, date(2020, 3, 1))
    return {"district": district, "here": here, "there": there, "system": system, "stays": stays, "moved": moved, "school": school}


def test_towns_add_up_to_the_district_and_systems_are_among_them(register):
    assert ask("organising.members").value == 6
    assert towns("organising.members") == {"桃源街道": 3, "竹溪镇": 2, "教育系统": 1}


def test_a_sum_uses_the_tree_of_that_day(register):
    assert towns("organising.members", day=BEFORE) == {"桃源街道": 5, "竹溪镇": 0, "教育系统": 1}
    officer = make.actor(register["here"], "town_officer")
    assert ask("organising.members", officer, day=BEFORE).value == 5
    assert ask("organising.members", officer).value == 3


def test_rows_open_by_todays_rights_and_the_rest_is_told_as_a_number(register):
    officer = make.actor(register["here"], "town_officer")
    with scoped(officer.scope):
        about = queries.survey(officer, None, on(BEFORE))
        assert queries.rows(MEMBERS, about, officer).count() == 3
        assert queries.hidden(MEMBERS, about, officer) == 2


def test_the_figure_is_as_long_as_its_list(register):
    with scoped(SYSTEM.scope):
        about = queries.survey(SYSTEM, None, on(TODAY))
        for code in ("organising.unions", "organising.members", "organising.joined", "organising.founded"):
            assert queries.read(get(code), about).value == queries.rows(get(code), about, SYSTEM).count(), code


def test_an_ended_union_counts_until_the_day_before_its_end(register):
    make.union(register["here"], date(2019, 1, 1), ended_on=date(2023, 5, 1), end_reason="dissolved")
    assert ask("organising.unions", day=date(2023, 4, 30)).value == 4
    assert ask("organising.unions", day=date(2023, 5, 1)).value == 3


def test_a_renamed_town_is_called_as_on_that_day(register):
    with elevated("test: it bore another name"):
        OrgName.objects.filter(org=register["there"]).update(valid_from=date(2022, 6, 1))
        OrgName.objects.create(org=register["there"], name="旧竹溪乡", valid_from=make.LONG_AGO, valid_to=date(2022, 6, 1))
    assert "旧竹溪乡" in towns("organising.members", day=BEFORE)
    assert "竹溪镇" in towns("organising.members")


def test_below_a_town_stand_its_unions(register):
    assert list(towns("organising.members", node=register["here"]).values()) == [3]


def test_a_stranger_sees_nothing_of_another_town(register):
    stranger = make.actor(register["there"], "town_officer")
    with pytest.raises(Refused):
        ask("organising.members", stranger, register["here"])
    with pytest.raises(Refused):
        ask("organising.members", make.actor(register["district"], "sysadmin"))


def test_the_summary_says_what_the_rows_say_after_every_kind_of_write(register):
    span = make.member(register["stays"], date(2023, 6, 5))
    with elevated("test: writes of every kind"):
        Membership.objects.filter(pk=span.pk).update(during=(date(2023, 6, 5), date(2023, 9, 9)), end_reason="left")
        Membership.objects.filter(union=register["school"]).update(form="N03")
        Membership.objects.filter(pk=Membership.objects.filter(union=register["moved"]).first().pk).delete()
        assert [check.ok for check in queries.checks()] == [True]
    assert ask("organising.members", day=date(2023, 9, 8)).value == 6
    assert ask("organising.members", day=date(2023, 9, 9)).value == 5
    assert ask("organising.new_form_members").value == 1


def test_a_summary_that_lost_a_row_is_found(register):
    with elevated("test: somebody tampered with the summary"):
        MembershipTally.objects.filter(union=register["stays"], size="m").delete()
        assert [check.ok for check in queries.checks()] == [False]


def cells() -> dict[tuple[object, ...], int]:
    """The summary by cell, and how many rows it takes."""
    rows = MembershipTally.objects.values_list("union", "size", "at", "standing", "is_new_form").annotate(Sum("change"))
    return {tuple(cell): total for *cell, total in rows.order_by()}


def test_the_summary_is_compacted_without_changing_a_figure(register):
    for day in (5, 6, 7):
        make.member(register["stays"], date(2023, 6, day))
    gone = make.member(register["stays"], date(2022, 5, 5))
    with elevated("test: a span that never was"):
        Membership.objects.filter(pk=gone.pk).delete()
        before, pieces = cells(), MembershipTally.objects.count()
    values = [ask("organising.members", day=day).value for day in (BEFORE, date(2023, 6, 6), TODAY)]
    assert actions.compact() > 0
    assert actions.compact() == 0
    with elevated("test: the summary"):
        assert MembershipTally.objects.count() < pieces
        assert {cell: total for cell, total in cells().items() if total} == {cell: total for cell, total in before.items() if total}
        assert [check.ok for check in queries.checks()] == [True]
    assert [ask("organising.members", day=day).value for day in (BEFORE, date(2023, 6, 6), TODAY)] == values


def test_a_month_that_adds_up_to_nothing_is_still_counted_day_by_day(register):
    make.member(register["stays"], date(2023, 6, 5), date(2023, 6, 20))
    actions.compact()
    assert [ask("organising.members", day=date(2023, 6, day)).value for day in (4, 10, 20)] == [6, 7, 6]


def test_the_middle_and_the_best_are_those_of_towns_not_of_systems(register):
    for _ in range(9):
        make.member(register["school"], date(2020, 3, 1), form="N03")
    for home in ("stays", "moved"):
        for _ in range(5):
            make.member(register[home], date(2020, 3, 1))
    officer = make.actor(register["here"], "town_officer")
    with scoped(officer.scope):
        share, members = queries.compare_all([get("organising.new_form_share"), get("organising.new_form_members")], officer, on(TODAY))
    assert (share.rows, share.own, share.middle, share.best) == (None, 0, 0, 0)
    assert (members.rows, members.best) == (None, 0)


def test_months_and_years_end_with_the_value_of_the_day(register):
    make.member(register["stays"], date(2023, 8, 9))
    with scoped(SYSTEM.scope):
        about = queries.survey(SYSTEM, None, on(TODAY))
        assert queries.by_month(MEMBERS, about, 2023) == [6] * 7 + [7] * 5
        assert [reading.value for reading in queries.by_year(MEMBERS, about, [2019, 2020, 2023])] == [0, 6, 7]
        assert queries.by_month(get("organising.joined"), about, 2023) == [0] * 7 + [1] + [0] * 4


def test_splits_add_up_and_lead_to_their_rows(register):
    make.member(register["stays"], date(2020, 3, 1), form="N03")
    with scoped(SYSTEM.scope):
        about = queries.survey(SYSTEM, None, on(TODAY))
        found = {label: number for _, label, number in queries.by_split(MEMBERS, "form", about)}
        assert found == {"单位就业": 6, "快递员": 1}
        assert queries.rows(MEMBERS, about, SYSTEM, {"form": "N03"}).count() == 1
        assert sum(number for _, _, number in queries.by_split(MEMBERS, "age", about)) == 7


def test_what_has_no_history_is_told_of_today_only(register):
    assert ask("organising.legal_persons").value == 0
    past = ask("organising.legal_persons", day=BEFORE)
    assert past.value is None
    assert "只登记现状" in past.note


def test_towns_are_compared_by_name_only_with_the_right_to(register):
    for _ in range(5):
        make.member(register["stays"], date(2020, 3, 1), form="N03")
    leader, officer = make.actor(register["district"], "district_leader"), make.actor(register["here"], "town_officer")
    with scoped(leader.scope):
        named = queries.compare(get("organising.new_form_members"), leader, on(TODAY))
    assert [row.name for row in named.rows] == ["桃源街道"], "towns with fewer than 5 members are not compared"
    with scoped(officer.scope):
        seen = queries.compare(get("organising.new_form_members"), officer, on(TODAY))
    assert seen.rows is None
    assert seen.own == seen.best == 6250


def test_every_figure_can_be_asked_and_says_how_it_is_counted(register):
    with scoped(SYSTEM.scope):
        about = queries.survey(SYSTEM, None, on(BEFORE))
        for figure in all_figures():
            reading = queries.read(figure, about)
            assert reading.value is not None or reading.note, figure.code
            assert all((figure.definition, figure.version, figure.unit)), figure.code
            queries.by_town(figure, about)
            queries.by_month(figure, about, 2021)
