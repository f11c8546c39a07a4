"""A CSV read by blocks says the same as one read row by row."""

import io

import pytest

from niangjia.base import csvblocks
from niangjia.base.workbooks import open_workbook

HEAD = "序号,姓名,备注\n"


def read(text: str, encoding: str = "utf-8") -> list[tuple[int, list[str]]]:
    """Rows by blocks: number and texts without trailing empty cells."""
    sheet = open_workbook(lambda: io.BytesIO(text.encode(encoding))).sheets[0]
    found = []
    for frame in sheet.chunks(3):
        for number, *cells in frame.drop("lost_digits").iter_rows():
            while cells and not (cells[-1] or "").strip():
                cells.pop()
            found.append((number, [cell or "" for cell in cells]))
    return found


def by_row(text: str, encoding: str = "utf-8") -> list[tuple[int, list[str]]]:
    return [(row.number, row.cells) for row in open_workbook(text.encode(encoding)).sheets[0].rows()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize(
    "body",
    [
        "1,何静川,好\n2,欧阳兰,\n",
        '1,"何,静川","两行\n备注"\n2,"他说""好""",x\n',
        "1,何静川\n2,欧阳兰,一,二,三\n,,\n3,王五,尾\n",
        "1,何静川,a\r\n\r\n2,欧阳兰,b\r\n",
        "1,何静川,a\n\n\n2,欧阳兰,b\n",
        "1,何静川,a",
    ],
)
def test_blocks_and_rows_say_the_same(body: str, encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csvblocks, "BLOCK", 40)
    expected = [(number, cells[:5]) for number, cells in by_row(HEAD + body, encoding)]
    assert [(number, cells) for number, cells in read(HEAD + body, encoding)] == expected


def test_a_title_narrower_than_the_table_cuts_nothing() -> None:
    text = "会员花名册\n" + HEAD + "1,何静川,好\n"
    assert read(text)[-1] == (3, ["1", "何静川", "好"])
