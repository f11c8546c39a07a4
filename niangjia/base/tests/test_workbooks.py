import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from niangjia.base import unpacking
from niangjia.base.workbooks import Row, UnreadableFile, open_workbook

ROSTER = [["会员花名册"], [], ["姓名", "身份证号", "入会日期"], ["王小明", "330212199001011234", "2023-12-18"]]


def xlsx(*sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, start=1):
        sheet = book.create_sheet(f"表{number}")
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def with_sheet(workbook: bytes, change) -> bytes:
    """The same workbook with the XML of its first sheet changed."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = old.read(part)
            new.writestr(part.filename, change(content) if part.filename == "xl/worksheets/sheet1.xml" else content)
    return changed.getvalue()


def rows(source: bytes | Path, **options: int) -> list[Row]:
    return [row for sheet in open_workbook(source, **options).sheets for row in sheet.rows()]


def refusal(source: bytes | Path, **options: int) -> str:
    with pytest.raises(UnreadableFile) as refused:
        open_workbook(source, **options)
    return str(refused.value)


def test_rows_come_as_text_with_the_numbers_the_spreadsheet_shows():
    assert rows(xlsx(ROSTER)) == [Row(1, ROSTER[0]), Row(3, ROSTER[2]), Row(4, ROSTER[3])]


def test_a_table_that_starts_further_down_and_right_keeps_its_place():
    book = openpyxl.Workbook()
    book.active["C5"] = "姓名"
    file = io.BytesIO()
    book.save(file)
    assert rows(file.getvalue()) == [Row(5, ["", "", "姓名"])]


def test_every_sheet_is_listed_and_hidden_ones_say_so():
    book = openpyxl.Workbook()
    book.create_sheet("填表说明").sheet_state = "hidden"
    file = io.BytesIO()
    book.save(file)
    assert [(sheet.name, sheet.hidden) for sheet in open_workbook(file.getvalue()).sheets] == [("Sheet", False), ("填表说明", True)]


def test_days_numbers_and_truths_become_plain_text():
    midnight, morning = (datetime.fromisoformat(moment) for moment in ("2023-12-18", "2023-12-18T08:30"))
    given = [[midnight, date(2023, 1, 2), morning, 12.5, 13800138000, 0.1 + 0.2, True]]
    assert rows(xlsx(given))[0].cells == ["2023-12-18", "2023-01-02", "2023-12-18 08:30:00", "12.5", "13800138000", "0.3", "TRUE"]


def test_a_long_number_kept_as_a_number_is_named_because_its_digits_are_lost():
    assert rows(xlsx([["王小明", 330212199001011234, 6222021234567890123, 123456789012345]]))[0].lost_digits == (2, 3)


def test_a_formula_is_neither_run_nor_shown():
    assert rows(xlsx([["姓名", '=HYPERLINK("http://example.org")', "=1+1", "完"]]))[0].cells == ["姓名", "", "", "完"]


def test_text_that_looks_like_a_formula_stays_text():
    book = openpyxl.Workbook()
    book.active["A1"].value = "=1+1"
    book.active["A1"].data_type = "s"
    file = io.BytesIO()
    book.save(file)
    assert rows(file.getvalue())[0].cells == ["=1+1"]


def test_an_old_xls_is_read():
    assert rows(Path(__file__).parent / "data" / "roster.xls") == [Row(1, ["姓名", "手机"]), Row(2, ["王小明", "13800138000"])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_is_read_in_every_usual_writing(encoding: str, separator: str):
    content = "\r\n".join(separator.join(row) for row in ROSTER).encode(encoding)
    assert [row.cells for row in rows(content)] == [ROSTER[0], ROSTER[2], ROSTER[3]]


def test_chunks_are_frames_of_text_with_row_numbers():
    first, second = open_workbook(xlsx([["甲", "乙"], ["丙"], [], ["丁", 330212199001011234]])).sheets[0].chunks(2)
    assert first.to_dict(as_series=False) == {"row": [1, 2], "c1": ["甲", "丙"], "c2": ["乙", None], "lost_digits": [[], []]}
    assert (second["row"].to_list(), second["lost_digits"].to_list(), second["c1"].dtype) == ([4], [[2]], pl.String)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "空的"),
        (b"%PDF-1.7\n...", "PDF"),
        (b"\x89PNG\r\n\x1a\n....", "图片"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "网页"),
        (b"\xef\xbb\xbf <?xml version='1.0'?><Workbook/>", "XML"),
        (b"abc\0\0\1\2\3", "认不出"),
        (b"\xff\xff\xff\x80" * 9, "编码"),
        (b"PK\x03\x04 broken", "损坏"),
        (unpacking.OLE + "EncryptedPackage".encode("utf-16-le"), "打开密码"),
        (unpacking.OLE + "WordDocument".encode("utf-16-le"), "Word"),
        (unpacking.OLE + "Workbook".encode("utf-16-le") * 40, "损坏"),
        (b'name,"open quote\n' + b"x" * 40_000, "引号"),
    ],
)
def test_what_is_no_workbook_is_refused_with_its_kind_and_a_way_out(content: bytes, said: str):
    message = refusal(content)
    assert said in message
    assert "请" in message


@pytest.mark.parametrize(("part", "said"), [("word/document.xml", "Word"), ("ppt/slides.xml", "演示"), ("a.txt", "压缩包")])
def test_other_zip_files_are_told_apart(part: str, said: str):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(part, "x")
    assert said in refusal(file.getvalue())


def test_a_cut_off_workbook_is_refused():
    whole = xlsx([["内容"] * 5] * 500)
    assert "损坏" in refusal(whole[: len(whole) // 2])


def test_a_damaged_part_is_refused():
    assert "损坏" in refusal(with_sheet(xlsx(ROSTER), lambda sheet: sheet)[:200] + b"\0" * 50 + xlsx(ROSTER)[250:])


def test_a_zip_bomb_is_refused_from_its_directory():
    assert "大得不正常" in refusal(with_sheet(xlsx(ROSTER), lambda sheet: sheet + b" " * (64 << 20)))


def test_a_zip_bomb_that_lies_in_its_directory_is_refused():
    bomb = bytearray(with_sheet(xlsx(ROSTER), lambda sheet: sheet + b" " * (64 << 20)))
    directory = bomb.rfind(b"xl/worksheets/sheet1.xml") - 46
    assert bomb[directory : directory + 4] == b"PK\x01\x02"
    bomb[directory + 24 : directory + 28] = (1000).to_bytes(4, "little")
    assert "损坏" in refusal(bytes(bomb))


def test_lying_dimensions_cost_nothing():
    lying = with_sheet(xlsx(ROSTER), lambda sheet: sheet.replace(b'<dimension ref="A1:C4"', b'<dimension ref="A1:XFD1048576"'))
    assert len(rows(lying)) == 3


def test_two_cells_far_apart_are_refused_before_the_reader_makes_room_for_all_between_them():
    far = b'<row r="900000"><c r="XFD900000" t="n"><v>1</v></c></row></sheetData>'
    assert "很远的行列" in refusal(with_sheet(xlsx(ROSTER), lambda sheet: sheet.replace(b"</sheetData>", far)))


def test_a_far_cell_hidden_in_a_near_row_is_seen():
    far = b'<row r="5"><c r="XFD999999" t="n"><v>1</v></c></row></sheetData>'
    assert "很远的行列" in refusal(with_sheet(xlsx(ROSTER), lambda sheet: sheet.replace(b"</sheetData>", far)))


def test_columns_after_the_two_hundredth_are_left_out():
    assert len(rows(xlsx([["甲"] * 300]))[0].cells) == 200


def test_too_many_rows_are_refused_whatever_the_format():
    for content in (xlsx([["甲"]] * 60, [["乙"]] * 60), b"a,b\n" * 120):
        assert "超过 100 行" in refusal(content, limit=100)
        assert len(rows(content, limit=120)) == 120


def test_a_csv_of_two_million_rows_is_refused(tmp_path: Path):
    path = tmp_path / "big.csv"
    path.write_bytes(b"330212,a\n" * 2_000_000)
    assert "超过 1,000,000 行" in refusal(path)


def test_no_refusal_repeats_what_is_in_the_file():
    assert "330212" not in refusal(b"330212199001011234,a\n" * 20, limit=10)
