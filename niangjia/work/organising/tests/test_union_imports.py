"""Unions come in from the sheets that towns keep: old codes mapped, what is wrong sent back, undone as if it had not been."""

from datetime import date
from typing import Any

import pytest

from niangjia.base.chinese import id_check_digit
from niangjia.core.access.actor import SYSTEM
from niangjia.core.imports.actions import receive, submit, undo
from niangjia.core.imports.enums import State
from niangjia.core.imports.models import Batch
from niangjia.core.imports.report import marked_workbook
from niangjia.core.imports.tests.factories import csv, said, workbook, worked
from niangjia.core.orgs import queries
from niangjia.core.orgs.enums import Kind, Nature
from niangjia.core.orgs.models import Employer, Organisation
from niangjia.core.people.actions import transfer
from niangjia.core.people.models import Officer, Person
from niangjia.seed.numbers import credit_code
from tests.world import World

pytestmark = pytest.mark.django_db
HEADINGS = ("工会全称", "上级工会", "工会类型", "四建", "成立时间", "批准文号", "职工总数")


def number(n: int = 1) -> str:
    stem = f"000330198001{n:02d}001"
    return stem + id_check_digit(stem)


@pytest.fixture
def world(seeing_all: None) -> World:
    world = World()
    assert world.here
    assert world.elsewhere
    return world


def line(name: str, **facts: Any) -> list[Any]:
    right = {
        "parent": "桃源街道总工会", "kind": "单独基层工会", "route": "企业单建", "on": "2023年3月1日", "number": "望总工组〔2023〕5号", "staff": "120",
    }  # fmt: skip
    return [name, *(right | facts).values()]


def checked(data: bytes, org: Organisation, name: str = "登记表.csv") -> Batch:
    return worked(receive(sheet="unions", data=data, name=name, org=org, by=SYSTEM, queue=False).batch)


def applied(batch: Batch) -> Batch:
    submit(batch=batch, by=SYSTEM, queue=False)
    return worked(batch)


def counts(batch: Batch) -> tuple[int, ...]:
    return batch.new, batch.same, batch.changed, batch.duplicates, batch.refused


def full_row(union_code: str, employer_code: str) -> dict[str, Any]:
    return {
        "工会名称": "望湖精密工会委员会", "上级工会": "桃源街道总工会", "组织类型": "单独", "建会日期": "2020.6.1", "三新": "新经济、新领域",
        "工会统一社会信用代码": union_code, "法人证书编号": "330212-0001", "证书有效期": "2026-05-31", "届次": "第二届", "任期": "三年",
        "选举日期": "2023-06-01", "工会主席": "沈慧", "主席身份证号": number(1), "经审委主任": "何静川", "经审委主任身份证号": number(2),
        "女工委主任": "林静", "单位名称": "望湖精密有限公司", "单位统一社会信用代码": employer_code, "单位类别": "170", "行业代码": "03", "规模": "中",
    }  # fmt: skip


def test_an_old_sheet_founds_a_union_with_all_that_belongs_to_it(world: World) -> None:
    facts = full_row(credit_code(7, union=True), credit_code(8))
    batch = checked(workbook({"单位表": [["某街道工会登记表"], list(facts), list(facts.values())]}), world.here, "登记表.xlsx")
    assert counts(batch) == (1, 0, 0, 0, 0), said(batch)
    assert "女工委主任只有姓名、没有证件号，暂不登记任职" in said(batch)
    assert applied(batch).state == State.APPLIED
    union = Organisation.objects.get(name="望湖精密工会委员会")
    assert (union.parent_id, union.kind, union.route) == (world.here.pk, Kind.SINGLE, "SJ1")
    assert (union.new_form_on, union.new_economy_on) == (None, date(2020, 6, 1))
    assert (union.credit_code, union.certificate_valid_to) == (credit_code(7, union=True), date(2026, 5, 31))
    term = union.terms.get()
    assert (term.number, term.years, term.elected_on, term.valid_to) == (2, 3, date(2023, 6, 1), date(2026, 5, 31))
    employer = Employer.objects.get()
    assert (employer.nature, employer.registration_type, employer.industry, employer.scale) == (Nature.PRIVATE, "112", "C", 2)
    officers = {(one.post, one.person.name, one.term_id) for one in Officer.objects.filter(org=union)}
    assert officers == {("chair", "沈慧", term.pk), ("audit_chair", "何静川", term.pk)}
    assert [check for check in queries.checks() if not check.ok] == []


def test_the_same_sheet_again_is_the_same_and_a_corrected_one_changes(world: World) -> None:
    applied(checked(csv([line("东河工会委员会")], HEADINGS), world.here))
    assert counts(checked(csv([line("东河工会委员会")], [*HEADINGS[:-1], "职工人数"]), world.here)) == (0, 1, 0, 0, 0)
    batch = applied(checked(csv([line("东河工会委员会", staff="150")], HEADINGS), world.here))
    assert counts(batch) == (0, 0, 1, 0, 0)
    assert Organisation.objects.get(name="东河工会委员会").staff_total == 150
    undo(batch=batch, by=SYSTEM, queue=False)
    assert worked(batch).state == State.UNDONE
    assert Organisation.objects.get(name="东河工会委员会").staff_total == 120


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"parent": "竹溪街道总工会"}, "在您管的范围里找不到这个上级工会"),
        ({"kind": "分工会"}, "组织类型不在代码表里"),
        ({"kind": "联合基层工会", "route": ""}, "联合基层工会和联合会要填建会方式"),
        ({"on": "2023年13月1日"}, "不是认得的日期"),
        ({"on": "2030-01-01"}, "晚于今天"),
        ({"on": "2010-01-01"}, "建会日期早于上级工会的建立日期"),
        ({"on": ""}, "建会日期没有填写"),
        ({"staff": "很多"}, "应为整数"),
    ],
)
def test_what_is_wrong_is_said_at_its_cell(world: World, facts: dict[str, str], message: str) -> None:
    batch = checked(csv([line("西河工会委员会", **facts)], HEADINGS), world.here)
    assert counts(batch) == (0, 0, 0, 0, 1)
    assert any(message in one for one in said(batch)), said(batch)
    with marked_workbook(batch) as file:
        assert file.read(2) == b"PK"


def test_codes_terms_and_persons_are_checked(world: World) -> None:
    right = full_row(credit_code(7, union=True), credit_code(8))
    other = world.new_person(id_number=number(5), name="周岚")
    cases: list[tuple[dict[str, str], str]] = [
        ({"工会统一社会信用代码": credit_code(9)}, "以 81 开头"),
        ({"工会统一社会信用代码": credit_code(7, union=True)[:-1] + "X"}, "信用代码"),
        ({"单位统一社会信用代码": credit_code(7, union=True)}, "这是工会的代码"),
        ({"任期": "四年"}, "每届任期三年或五年"),
        ({"选举日期": "2019-01-01"}, "选举日期早于建会日期"),
        ({"主席身份证号": number(5)}, "另一个姓名"),
        ({"主席身份证号": number(1)[:-1]}, "17 位"),
        ({"三新": "新业务"}, "三新可填"),
    ]
    assert other.pk
    rows = [list((right | facts | {"工会名称": f"第{n}工会委员会"}).values()) for n, (facts, _) in enumerate(cases)]
    batch = checked(workbook({"表": [list(right), *rows]}), world.here, "登记表.xlsx")
    assert counts(batch) == (0, 0, 0, 0, len(cases)), said(batch)
    for _, message in cases:
        assert any(message in one for one in said(batch)), message


def test_two_rows_of_one_union_are_one_and_a_known_one_elsewhere_is_not_moved(world: World) -> None:
    batch = checked(csv([line("南河工会委员会"), line("南河工会委员会")], HEADINGS), world.district)
    assert counts(batch) == (1, 0, 0, 1, 0)
    assert "与第 2 行同一家工会，只取一行" in said(batch)
    applied(batch)
    moved = checked(csv([line("南河工会委员会", parent="竹溪街道总工会")], HEADINGS), world.district)
    assert counts(moved) == (0, 0, 0, 0, 1)
    assert "调整隶属请到它的页面办理" in said(moved)[0]


def test_undo_withdraws_what_nobody_touched_since(world: World) -> None:
    facts = full_row(credit_code(7, union=True), credit_code(8))
    rows = [list(facts.values()), list((facts | {"工会名称": "北河工会委员会", "工会统一社会信用代码": "", "主席身份证号": ""}).values())]
    batch = applied(checked(workbook({"表": [list(facts), *rows]}), world.here, "登记表.xlsx"))
    assert batch.state == State.APPLIED, batch.message
    touched = Organisation.objects.get(name="北河工会委员会")
    person = world.new_person()
    transfer(person, to=touched, by=SYSTEM, on=date(2023, 7, 1))
    undo(batch=batch, by=SYSTEM, queue=False)
    after = worked(batch)
    assert (after.state, after.left_alone) == (State.UNDONE, 1)
    assert not Organisation.objects.filter(name="望湖精密工会委员会").exists()
    assert Organisation.objects.filter(name="北河工会委员会").exists()
    assert Person.objects.filter(name="沈慧").exists()
    assert [check for check in queries.checks() if not check.ok] == []
