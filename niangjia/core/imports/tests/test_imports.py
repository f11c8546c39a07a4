"""A roster from receipt to undo, and everything that may be wrong with a file."""

import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from niangjia.core.access.actor import SYSTEM, Actor, under
from niangjia.core.access.rules import Refused
from niangjia.core.files.vault import folder
from niangjia.core.imports.actions import approve, give_back, receive, settle_columns, settle_unions, submit, undo
from niangjia.core.imports.enums import State
from niangjia.core.imports.models import Batch, BatchRow
from niangjia.core.imports.report import marked_workbook, summary
from niangjia.core.imports.tests.factories import HEADINGS, checked, csv, id_number, line, said, workbook, worked
from niangjia.core.people.actions import change_details
from niangjia.core.people.models import Membership, Person
from niangjia.core.tasks.queries import waiting_for
from niangjia.core.trail.queries import checks
from tests.world import World


@pytest.fixture
def world(seeing_all: None) -> World:
    return World()


def actor(world: World, role: str = "town_officer") -> Actor:
    return under(world.officer(world.here, role).grants.select_related("org", "user").get())


def applied(batch: Batch, by: Actor = SYSTEM) -> Batch:
    submit(batch=batch, by=by, queue=False)
    return worked(batch)


def counts(batch: Batch) -> tuple[int, ...]:
    return batch.new, batch.same, batch.changed, batch.duplicates, batch.refused


def test_a_roster_enters_the_register_and_the_same_rows_again_change_nothing(world: World) -> None:
    rows = [line(world.union, name=name) for name in ("何静川", "欧阳兰", "麦合木提.艾力")]
    batch = applied(checked(csv(rows), world.here))
    assert (batch.state, counts(batch)) == (State.APPLIED, (3, 0, 0, 0, 0))
    assert set(Person.objects.values_list("name", flat=True)) == {"何静川", "欧阳兰", "麦合木提·艾力"}
    assert Membership.objects.filter(union=world.union, until__isnull=True, form="N03", batch=batch.code).count() == 3
    again = checked(csv([*rows, ["", "", "", "", "", ""]]), world.here)
    assert counts(again) == (0, 3, 0, 0, 0)
    assert all(check.ok for check in checks())


def test_the_same_bytes_lead_to_the_earlier_batch(world: World) -> None:
    data = csv([line(world.union)])
    first = receive(sheet="members", data=data, name="甲.csv", org=world.here, by=SYSTEM, queue=False)
    second = receive(sheet="members", data=data, name="乙.csv", org=world.here, by=SYSTEM, queue=False)
    assert (second.again, second.batch.code) == (True, first.batch.code)


def test_headings_are_found_under_titles_in_two_rows_and_with_decoration(world: World) -> None:
    union = world.union.name
    rows = [
        ["东柳街道会员花名册"], ["填报单位：东柳街道", None, None, "填报日期"], ["序号", "会员信息", None, None, "入会情况"],
        [None, "*姓 名", "身份证号码（必填）", "联系电话\n(11位)", "所属工会", "从业类型", "星座"],
        [1, "何静川", id_number(), "１３８００００１１１１", union, "快递小哥", "白羊"],
        ["序号", "*姓 名", "身份证号码（必填）", "联系电话\n(11位)", "所属工会", "从业类型", "星座"],
        [2, "欧阳兰", id_number(), "+86 138-0000-2222", union, "骑手", ""], ["合计", None, None, None, "2人"], ["填表人：王某"],
    ]  # fmt: skip
    batch = checked(workbook({"花名册": rows, "填表说明": [["请如实填写"]], "旧": rows}, hidden=["旧"]), world.here)
    assert counts(batch) == (2, 0, 0, 0, 0)
    roster, notes, old = batch.worksheets
    assert roster["heading_row"] == 4
    assert roster["skipped"] == {"重复的表头": 1, "合计行": 1, "空行": 1}
    assert "说明页" in notes["ignored"]
    assert "隐藏" in old["ignored"]
    assert [text for place, text in roster["headings"].items() if place not in roster["mapping"]] == ["星座"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"id": "330212199001011234"}, "校验不符"),
        ({"id": "3302121990"}, "应为 18 位"),
        ({"id": ""}, "证件号码没有填写"),
        ({"phone": "138123456789"}, "现在是 12 位"),
        ({"phone": ""}, "手机没有填写"),
        ({"joined": "2023-13-45"}, "不是认得的日期"),
        ({"joined": "2024-05-06"}, "晚于今天"),
        ({"form": "宇航员"}, "不在代码表里"),
        ({"union": "没有这家厂"}, "找不到这家工会"),
        ({"name": ""}, "姓名没有填写"),
        ({"name": "123"}, "不像姓名"),
    ],
)
def test_a_faulty_cell_refuses_its_row_and_says_why(world: World, wrong: dict[str, Any], message: str) -> None:
    batch = checked(csv([line(world.union), line(world.union, **wrong)]), world.here)
    assert counts(batch) == (1, 0, 0, 0, 1)
    assert message in said(batch)[0]
    assert summary(batch)["refusals"][0]["row"] == 3


def test_nobody_below_sixteen_joins_and_lost_digits_are_named(world: World) -> None:
    rows = [HEADINGS, line(world.union, id=id_number("20101105")), line(world.union, id=330212199003078888)]
    batch = checked(workbook({"花名册": rows}), world.here)
    assert batch.refused == 2
    assert any("未满 16 周岁" in text for text in said(batch))
    assert any("丢了后几位" in text for text in said(batch))


def test_twice_in_the_file_and_member_elsewhere_are_doubles(world: World) -> None:
    other = world.new_union()
    once = line(other)
    applied(checked(csv([once]), world.here))
    twice = line(world.union)
    batch = checked(csv([twice, twice, [*once[:3], world.union.name, *once[4:]]]), world.here)
    assert counts(batch) == (1, 0, 0, 2, 0)
    double, elsewhere = said(batch)
    assert double == "与第 2 行同一人，只取一行"
    assert f"已是“{other.short_name}”的会员" in elsewhere


def test_another_name_under_a_known_number_is_refused_and_a_new_phone_is_a_change(world: World) -> None:
    row = line(world.union, phone="13800001111")
    applied(checked(csv([row]), world.here))
    assert "另一个姓名" in said(checked(csv([["王小明", *row[1:]]]), world.here))[0]
    batch = applied(checked(csv([[row[0], row[1], "13800002222", *row[3:]]]), world.here))
    assert counts(batch) == (0, 0, 1, 0, 0)
    assert Person.objects.get().phone == "13800002222"
    undo(batch=batch, by=SYSTEM, queue=False)
    assert worked(batch).state == State.UNDONE
    assert Person.objects.get().phone == "13800001111"


def test_undo_takes_back_what_nobody_touched_and_leaves_the_rest(world: World) -> None:
    batch = applied(checked(csv([line(world.union, name="何静川"), line(world.union, name="欧阳兰")]), world.here))
    change_details(Person.objects.get(name="欧阳兰"), by=SYSTEM, job="装配")
    undo(batch=batch, by=SYSTEM, queue=False)
    batch = worked(batch)
    assert (batch.state, batch.left_alone) == (State.UNDONE, 1)
    assert list(Person.objects.values_list("name", flat=True)) == ["欧阳兰"]


def test_a_union_written_wrongly_is_offered_and_settled_once_for_all(world: World) -> None:
    near = world.union.name.replace("纺织", "纺识")
    batch = checked(csv([line(world.union, union=near), line(world.union, union=near)]), world.here)
    assert batch.doubts[0]["said"] == near
    assert world.union.pk in batch.doubts[0]["near"]
    settle_unions(batch=batch, answers={near: world.union.pk}, by=SYSTEM)
    assert counts(worked(batch)) == (2, 0, 0, 0, 0)


def test_an_unknown_heading_is_pointed_out_by_hand(world: World) -> None:
    rows = [["何静川", id_number(), world.union.name]]
    batch = checked(csv(rows, ("称呼", "身份证号", "工会")), world.here)
    assert batch.state == State.REFUSED
    assert "没有“姓名”这一列" in batch.message
    settle_columns(batch=batch, mapping={"称呼": "name"}, by=SYSTEM)
    assert counts(worked(batch)) == (1, 0, 0, 0, 0)


def test_a_file_of_one_union_needs_no_union_column(world: World) -> None:
    batch = checked(csv([["何静川", id_number()]], ("姓名", "身份证号")), world.union)
    assert counts(batch) == (1, 0, 0, 0, 0)


def test_a_union_outside_the_officers_reach_is_not_found_and_no_right_is_refused(world: World) -> None:
    stranger = under(world.officer(world.elsewhere).grants.select_related("org", "user").get())
    with pytest.raises(Refused):
        receive(sheet="members", data=csv([line(world.union)]), name="x.csv", org=world.here, by=stranger, queue=False)
    assert "找不到这家工会" in said(checked(csv([line(world.union)]), world.elsewhere, stranger))[0]


def test_a_large_batch_waits_for_a_second_person(world: World, settings: Any) -> None:
    settings.APPROVAL_ROWS = 1
    first, second = actor(world), actor(world)
    batch = checked(csv([line(world.union), line(world.union)]), world.here, first)
    assert submit(batch=batch, by=first, queue=False).state == State.WAITING
    assert Person.objects.count() == 0
    assert not waiting_for(first).exists()
    assert waiting_for(second).get().subject == f"batch:{batch.code}"
    with pytest.raises(ValidationError, match="不能自己批准"):
        approve(batch=batch, by=first, queue=False)
    approve(batch=batch, by=second, queue=False)
    assert worked(batch).state == State.APPLIED
    assert Person.objects.count() == 2
    assert not waiting_for(second).exists()


def test_a_returned_batch_enters_nothing_and_may_be_sent_again(world: World, settings: Any) -> None:
    settings.APPROVAL_ROWS = 0
    first, second = actor(world), actor(world)
    data = csv([line(world.union)])
    batch = checked(data, world.here, first)
    submit(batch=batch, by=first, queue=False)
    assert give_back(batch=batch, by=second, reason="工会填错").state == State.RETURNED
    assert not receive(sheet="members", data=data, name="x.csv", org=world.here, by=first, queue=False).again


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "是空的"),
        (b"%PDF-1.7 ...", "是PDF 文件，不是表格"),
        (b"\x89PNG\r\n\x1a\n....", "是图片，不是表格"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "设了打开密码"),
        (b"MZ\x90\x00", "是程序"),
    ],
)
def test_what_is_no_table_is_refused_at_the_door(world: World, data: bytes, message: str, settings: Any, tmp_path: Path) -> None:
    settings.NIANGJIA_HOME = tmp_path
    with pytest.raises(ValidationError, match=message):
        receive(sheet="members", data=data, name="名册.xlsx", org=world.here, by=SYSTEM, queue=False)
    assert not Batch.objects.exists()
    assert not list((folder() / "incoming").glob("*"))


def _bomb() -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (30 << 20))
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"PK\x03\x04 xl/ broken", "已损坏"),
        (_bomb(), "大得不正常"),
        ("天气,温度\n晴,20\n".encode(), "没有找到会员花名册的表头"),
        ("姓名,手机\n何静川,13800001111\n".encode(), "没有“证件号码”“所属工会”这一列"),
        ("姓名,身份证号,工会\n".encode(), "没有数据行"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_with_its_reason(world: World, data: bytes, message: str) -> None:
    batch = checked(data, world.here)
    assert batch.state == State.REFUSED
    assert message in batch.message
    assert not BatchRow.objects.exists()


def test_too_many_rows_are_refused(world: World, settings: Any) -> None:
    settings.IMPORT_MAX_ROWS = 2
    assert "超过 2 行" in checked(csv([line(world.union)] * 3), world.here).message


def test_refused_rows_come_back_marked_and_formulas_stay_text(world: World) -> None:
    rows = [line(world.union, name="=HYPERLINK(1)"), line(world.union)]
    batch = checked(csv(rows), world.here)
    with marked_workbook(batch) as file:
        sheet = openpyxl.load_workbook(file).active
    assert [cell.value for cell in sheet[1]] == [*HEADINGS, "原因", "原来的位置"]
    assert sheet.max_row == 2
    assert sheet["A2"].data_type == "s"
    assert sheet["A2"].fill.fgColor.rgb.endswith("FDE2E0")
    assert "不像姓名" in sheet["G2"].value


def test_numbers_lie_nowhere_in_clear(world: World) -> None:
    number, mobile = id_number(), "13912345678"
    checked(csv([line(world.union, id=number, phone=mobile), line(world.union, id=number[:-1] + "7", phone="1391234567")]), world.here)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(facts::text || coalesce(problems::text, ''), '') FROM imports_batchrow")
        staged = cursor.fetchone()[0]
    kept = b"".join(path.read_bytes() for path in folder().rglob("*") if path.is_file())
    assert number[:-1] not in staged
    assert mobile not in staged
    assert number.encode() not in kept


def test_rows_are_judged_again_when_they_are_applied(world: World) -> None:
    row = line(world.union)
    first, second = checked(csv([row]), world.here), checked(csv([row], [*HEADINGS[:5], "入会时间"]), world.here)
    assert counts(first) == counts(second) == (1, 0, 0, 0, 0)
    applied(first)
    assert counts(applied(second)) == (0, 1, 0, 0, 0)
    assert Person.objects.count() == 1
