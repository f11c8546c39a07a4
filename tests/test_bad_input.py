"""Whatever is handed in: a clear word in Chinese that says what, where and how to mend, and nothing of it in the register."""

import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from niangjia.config import cli
from niangjia.core.imports.actions import work_on
from niangjia.core.imports.models import Batch, BatchRow
from niangjia.core.people.models import Membership, Person
from niangjia.core.trail.models import Payload
from tests import corpus
from tests.corpus import HEADINGS, Bad, Cell
from tests.world import World

pytestmark = pytest.mark.django_db
BAD = list(corpus.files())


@pytest.fixture
def world(seeing_all: None) -> World:
    world = World()
    assert world.union
    assert world.elsewhere
    return world


def command(tmp_path: Path, data: bytes, name: str, *options: str) -> int:
    path = tmp_path / name
    path.write_bytes(data)
    return cli.main(["import", "members", str(path), *options])


def handed_in(client: Client, data: bytes, name: str, org: str) -> str:
    """What the officer sees after uploading: the form with its refusal, or the page of the batch once it was checked."""
    answer = client.post("/desk/imports/new/", {"sheet": "members", "org": org, "file": SimpleUploadedFile(name, data)})
    if answer.status_code != 302:
        return answer.content.decode()
    work_on(code=answer["Location"].rstrip("/").rpartition("/")[2])
    return client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize("bad", BAD, ids=[bad.what for bad in BAD])
def test_a_file_that_is_no_roster_is_refused_by_the_command_and_on_the_page(
    world: World, tmp_path: Path, client: Client, capsys: pytest.CaptureFixture[str], bad: Bad
) -> None:
    assert command(tmp_path, bad.data, bad.name, "--apply") == cli.REFUSED
    told = capsys.readouterr().err
    client.force_login(world.officer(world.here))
    seen = handed_in(client, bad.data, bad.name, world.here.code)
    for words in bad.said:
        assert words in told
        assert words in seen
    assert not BatchRow.objects.exists()
    assert not Person.objects.exists()


@pytest.mark.parametrize("cell", corpus.CELLS, ids=[cell.what for cell in corpus.CELLS])
def test_a_faulty_cell_sends_its_row_back_with_the_place_and_the_reason(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str], cell: Cell
) -> None:
    rows = [HEADINGS, corpus.row(world.union.name), corpus.row(world.union.name, **{cell.column: cell.value})]
    report = tmp_path / "退回.xlsx"
    code = command(tmp_path, corpus.workbook({"花名册": rows}), "名册.xlsx", "--apply", "--json", "--report", str(report))
    told = json.loads(capsys.readouterr().out)
    assert (code, told["new"], told["refused"], Membership.objects.count()) == (cli.DONE, 1, 1, 1)
    refusal = told["refusals"][0]
    assert (refusal["sheet"], refusal["row"]) == ("花名册", 3)
    assert cell.said in refusal["message"]
    sheet = openpyxl.load_workbook(report).active
    assert cell.said in sheet.cell(2, len(HEADINGS) + 1).value
    assert not [one for line in sheet.iter_rows() for one in line if one.data_type == "f" or "HYPERLINK" in str(one.value)]


@pytest.mark.parametrize("writing", list(corpus.GOOD))
def test_an_odd_writing_of_something_right_is_understood(world: World, tmp_path: Path, writing: str) -> None:
    number = corpus.id_number()
    column, value = corpus.GOOD[writing](number)
    data = corpus.workbook(
        {"花名册": [HEADINGS, corpus.row(world.union.name, **{"身份证号": number, "手机": "13800001234"} | {column: value})]}
    )
    assert command(tmp_path, data, "名册.xlsx", "--apply") == cli.DONE
    person = Person.objects.get()
    assert (person.id_number, person.phone) == (number, "13800001234")
    assert person.memberships.get().joined_on.isoformat() == "2023-05-06"


def test_titles_merged_headings_subtotals_notes_and_lying_dimensions_do_no_harm(world: World, tmp_path: Path) -> None:
    name = world.union.name
    rows: list[list[Any]] = [
        ["望湖区会员花名册", None, None, None, None], HEADINGS, corpus.row(name), ["小计", None, None, None, "1人"], corpus.row(name), HEADINGS,
        corpus.row(name), ["合计", None, None, None, "3人"], ["填表人：", "某某"],
    ]  # fmt: skip
    data = corpus.lying(corpus.workbook({"花名册": rows, "填表说明": [["请如实填写"]]}, merged="A1:E1"))
    assert command(tmp_path, data, "名册.xlsx", "--apply") == cli.DONE
    assert Membership.objects.count() == 3
    assert Batch.objects.get().refused == 0


def test_a_csv_in_gb18030_keeps_rare_characters(world: World, tmp_path: Path) -> None:
    text = "\r\n".join(",".join(cells) for cells in (HEADINGS, corpus.row(world.union.name, 姓名="何𬭎·阿迪力")))
    assert command(tmp_path, text.encode("gb18030"), "名册.csv", "--apply") == cli.DONE
    assert Person.objects.get().name == "何𬭎·阿迪力"


def test_the_same_file_twice_changes_nothing(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = corpus.workbook({"花名册": [HEADINGS, corpus.row(world.union.name)]})
    assert command(tmp_path, data, "名册.xlsx", "--apply") == cli.DONE
    capsys.readouterr()
    assert command(tmp_path, data, "另一个名字.xlsx", "--apply", "--json") == cli.DONE
    told = capsys.readouterr()
    assert "同一份文件已经是批次" in told.err
    assert (json.loads(told.out)["new"], json.loads(told.out)["same"]) == (0, 1)
    assert (Person.objects.count(), Batch.objects.count()) == (1, 1)


def test_nobody_hands_in_for_unions_beyond_their_own(
    world: World, tmp_path: Path, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    data = corpus.workbook({"花名册": [HEADINGS, corpus.row(world.union.name)]})
    stranger = world.officer(world.elsewhere)
    assert command(tmp_path, data, "名册.xlsx", "--as", stranger.username, "--org", world.here.code) == cli.REFUSED
    assert "不在当前岗位" in capsys.readouterr().err
    client.force_login(stranger)
    assert "在您管的范围里没有这个组织" in handed_in(client, data, "名册.xlsx", world.here.code)
    assert "在您管的范围里找不到这家工会" in handed_in(client, data, "名册.xlsx", world.elsewhere.code)
    assert not Person.objects.exists()


def test_a_wrong_sheet_a_missing_file_and_an_unknown_account_are_named(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "名册.csv"
    path.write_text("姓名\n")
    for arguments, said in (
        (["import", "salaries", str(path)], "没有“salaries”这种表，可导入的有："),
        (["import", "members", str(tmp_path / "没有.csv")], "没有这个文件"),
        (["import", "members", str(path), "--as", "nobody"], "不存在、已停用或没有岗位"),
        (["import", "members", str(path), "--org", "000"], "没有编码为 000 的工会"),
    ):
        assert cli.main(arguments) == cli.REFUSED
        assert said in capsys.readouterr().err


def test_the_list_of_sheets_names_their_columns(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["import", "--list", "--json"]) == cli.DONE
    listed = {sheet["sheet"]: sheet for sheet in json.loads(capsys.readouterr().out)["sheets"]}
    assert {"members", "unions"} <= set(listed)
    assert "所属工会" in listed["members"]["columns"]
    assert "上级工会" in listed["unions"]["columns"]


def test_every_sheet_has_a_template_to_fill_in(world: World, client: Client) -> None:
    client.force_login(world.officer(world.here))
    page = client.get("/desk/imports/new/").content.decode()
    for code, heading in (("members", "姓名（必填）"), ("unions", "工会名称（必填）")):
        address = f"/desk/imports/templates/{code}.xlsx"
        assert address in page
        book = b"".join(client.get(address).streaming_content)  # type: ignore[attr-defined]
        assert openpyxl.load_workbook(io.BytesIO(book)).active["A1"].value == heading


def test_no_number_of_a_refused_row_stands_in_the_trail(world: World, tmp_path: Path) -> None:
    number = corpus.id_number()[:-1] + "Y"
    command(tmp_path, corpus.workbook({"表": [HEADINGS, corpus.row(world.union.name, 身份证号=number)]}), "名册.xlsx", "--apply")
    assert not Payload.objects.filter(body__contains=number[:14]).exists()
