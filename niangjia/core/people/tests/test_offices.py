"""Officers entered from lists, and looks that leave a trace."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from niangjia.core.access.actor import SYSTEM
from niangjia.core.access.rules import Refused
from niangjia.core.people import actions, queries
from niangjia.core.people.tests.factories import District, make_member, officer_of
from niangjia.core.people.views.telling import Line, told

ONE = "(%s::bigint, %s::bigint, %s, %s::date, NULL::date, false)"


def elect(rows: list[tuple[object, ...]], by: object = SYSTEM) -> int:
    params = [cell for org, person, post, on in rows for cell in (org.pk, person.pk, post, on)]  # type: ignore[attr-defined]
    return actions.appoint_many(rows=f"VALUES {', '.join([ONE] * len(rows))}", params=params, by=by)  # type: ignore[arg-type]


def test_every_chair_leaves_when_the_next_is_elected(district: District) -> None:
    first, second, third = (make_member(district.mill, name) for name in ("甲一", "乙二", "丙三"))
    actions.elect_officer(org=district.mill, person=first, post="chair", elected_on=date(2020, 2, 1), by=SYSTEM)
    committee = (district.mill, first, "committee", date(2021, 2, 1))
    assert elect([(district.mill, third, "chair", date(2022, 2, 1)), (district.mill, second, "chair", date(2021, 2, 1)), committee]) == 3
    held = district.mill.officers.order_by("valid_from", "post").values_list("person__name", "post", "valid_to")
    assert list(held) == [
        ("甲一", "chair", date(2021, 2, 1)), ("乙二", "chair", date(2022, 2, 1)), ("甲一", "committee", None), ("丙三", "chair", None),
    ]  # fmt: skip
    step = queries.history(third)[0]
    assert (step.event.verb, step.after["post"]) == ("people.appoint_many", "chair")


def test_an_election_from_a_list_is_told_in_words(district: District) -> None:
    chair = make_member(district.mill)
    elect([(district.mill, chair, "chair", date(2022, 2, 1))])
    line = told(queries.history(chair)[:1])[0]
    assert {fact.label: fact.after for fact in line.facts} == {"工会": "纺织厂工会", "职务": "主席", "当选": "2022年2月1日"}


def test_where_a_row_stood_is_told_in_words(district: District) -> None:
    step = queries.history(make_member(district.mill))[0]
    assert [Line(step._replace(row=row), []).place for row in ("2:5", "7", "")] == ["第 2 张表第 5 行", "第 7 行", ""]


@pytest.mark.parametrize(("on", "said"), [(date(2031, 1, 1), "当选日期还没有到"), (date(2020, 1, 15), "当选日期要在现任主席当选之后")])
def test_a_list_with_a_wrong_election_is_refused_whole(district: District, on: date, said: str) -> None:
    chair, other = make_member(district.mill), make_member(district.mill)
    actions.elect_officer(org=district.mill, person=chair, post="chair", elected_on=date(2020, 2, 1), by=SYSTEM)
    with pytest.raises(ValidationError, match=f"会员 {other.code}：{said}"):
        elect([(district.mill, other, "chair", on)])


def test_officers_of_another_town_are_refused(district: District) -> None:
    with pytest.raises(Refused, match="有 1 行的工会不在当前岗位"):
        elect([(district.shop, make_member(district.shop), "chair", date(2021, 1, 1))], by=officer_of(district.north))


def test_a_printed_paper_is_told_to_its_person_and_an_export_to_the_trail(district: District) -> None:
    person, officer = make_member(district.mill), officer_of(district.north)
    actions.note_print(person, what="会员证明", reason="本人要求打印", by=officer)
    assert [(look.post, look.reason) for look in queries.looks(person)] == [("北镇总工会 · 干部", "本人要求打印")]
    with pytest.raises(ValidationError, match="请写明理由"):
        actions.note_export(rows=3, filters={}, reason="", by=officer)
    with pytest.raises(Refused, match="导出名单"):
        actions.note_export(rows=3, filters={}, reason="年度核对", by=officer_of(district.north, "auditor"))
