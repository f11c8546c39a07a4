"""From a kept file to chunks of raw text by column: which sheets count, where their headings are, which rows are no data."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any

import polars as pl

from niangjia.base.workbooks import Sheet as Worksheet
from niangjia.base.workbooks import UnreadableFile, Workbook
from niangjia.core.imports.headings import LOOK_DOWN, Found, find, missing
from niangjia.core.imports.sheets import Kind, Sheet

SIZE = 20_000
"""Rows of a chunk: large enough for columns, small enough for memory."""
TOTALS = r"^(?:本页)?(?:合计|小计|总计|共计|总数|累计|人数合计|合\s+计|小\s+计|总\s+计)"
NOTES = r"^(?:注|备注|说明|填表|填报|制表|制单|审核|审批|负责人|经办|盖章|单位负责人|联系人|联系电话|日期|第\s*\d+\s*页)"
EXAMPLES = r"^(?:例|示例|样例|填写示例|填表示例|范例)(?:[:：行]|$)"
NOTHING = ("", "/", "\\", "-", "--", "—", "——", "－", "／", "NULL", "null", "#N/A", "N/A")


@dataclass
class Seen:
    """What was found in one worksheet, for the page that shows the columns."""

    name: str
    hidden: bool = False
    heading_row: int = 0
    mapping: dict[str, str] = field(default_factory=dict)
    headings: dict[str, str] = field(default_factory=dict)
    rows: int = 0
    skipped: dict[str, int] = field(default_factory=dict)
    ignored: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Portion:
    """Up to SIZE rows of one worksheet: ``row`` as the spreadsheet numbers it, ``raw`` text by column, ``lost`` rows by column."""

    worksheet: int
    row: pl.Series
    raw: pl.DataFrame
    lost: dict[str, pl.Series]


class NothingToRead(UnreadableFile):
    """No worksheet has the headings that are needed; ``seen`` says what was found, so that an officer may point the columns out."""

    def __init__(self, message: str, seen: list[Seen]) -> None:
        super().__init__(message)
        self.seen = seen


class Reading:
    """One pass over a workbook; ``seen`` says of each worksheet what was made of it."""

    def __init__(self, workbook: Workbook, sheet: Sheet, *, chosen: Mapping[str, str], one_union: bool) -> None:
        self.sheet = sheet
        self.seen: list[Seen] = []
        self._found: list[tuple[int, Worksheet, Found]] = []
        for number, worksheet in enumerate(workbook.sheets, start=1):
            self._look_at(number, worksheet, chosen, one_union)
        if not self._found:
            raise NothingToRead(self._nothing_to_read(), self.seen)

    def portions(self) -> Iterator[Portion]:
        """Every row that is data, chunk by chunk."""
        for number, worksheet, found in self._found:
            for frame in worksheet.chunks(SIZE):
                portion = self._portion(number, frame, found)
                if len(portion.raw):
                    yield portion

    def _look_at(self, number: int, worksheet: Worksheet, chosen: Mapping[str, str], one_union: bool) -> None:
        seen = Seen(worksheet.name, worksheet.hidden)
        self.seen.append(seen)
        if worksheet.hidden:
            seen.ignored = "隐藏的表，没有读取"
            return
        top = [(row.number, row.cells) for row in islice(worksheet.rows(), LOOK_DOWN + 2)]
        found = find(self.sheet.columns, top, chosen)
        if found is None:
            seen.ignored = "空表" if not top else f"前 {LOOK_DOWN} 行里没有认得的表头，当作说明页跳过"
            return
        seen.heading_row = found.row
        seen.mapping = {str(place): name for place, name in found.mapping.items()}
        seen.headings = {str(place): text for place, text in found.headings.items()}
        if lacking := missing(self.sheet, found, one_union=one_union):
            seen.ignored = f"第 {found.row} 行是表头，但没有“{'”“'.join(lacking)}”这一列"
            return
        self._found.append((number, worksheet, found))

    def _nothing_to_read(self) -> str:
        wanted = "、".join(column.title for column in self.sheet.essential(one_union=False))
        lacking = [f"工作表“{seen.name}”{seen.ignored}" for seen in self.seen if seen.heading_row]
        if lacking:
            return "；".join(lacking[:3]) + "。请补上这一列，或在“核对列名”里指出它是哪一列。"
        return f"没有找到{self.sheet.title}的表头。表里要有一行列名，至少写着：{wanted}；可以下载模板对照。"

    def _portion(self, number: int, frame: pl.DataFrame, found: Found) -> Portion:
        seen = self.seen[number - 1]
        body = frame.filter(pl.col("row") > found.row)
        places = {place: name for place, name in found.mapping.items() if f"c{place + 1}" in body.columns}
        text = body.select(
            pl.when(~pl.col(f"c{place + 1}").str.strip_chars().is_in(NOTHING)).then(pl.col(f"c{place + 1}").str.strip_chars()).alias(name)
            for place, name in places.items()
        )
        absent = [name for name in found.mapping.values() if name not in text.columns]
        text = text.with_columns(pl.lit(None, pl.String).alias(name) for name in absent)
        reasons = self._no_data(body, text, found)
        for reason, count in reasons.filter(reasons.is_not_null()).value_counts().iter_rows():
            seen.skipped[reason] = seen.skipped.get(reason, 0) + count
        data = reasons.is_null()
        seen.rows += int(data.sum())
        lost = {
            name: body["lost_digits"].list.contains(place + 1).filter(data)
            for place, name in places.items()
            if (column := self.sheet.column(name)) and column.kind in (Kind.IDENTITY, Kind.BANK)
        }
        return Portion(number, body["row"].filter(data), text.filter(data), lost)

    def _no_data(self, body: pl.DataFrame, text: pl.DataFrame, found: Found) -> pl.Series:
        """Why a row is no data: blank, a total, the headings again, an example, a note below the table; else null."""
        filled = text.select(pl.sum_horizontal(pl.all().is_not_null())).to_series()
        cells = [name for name in body.columns if name not in ("row", "lost_digits")]
        first = body.select(pl.coalesce([pl.when(pl.col(name).str.strip_chars() != "").then(name) for name in cells[:4]])).to_series()
        without_key = text[self.sheet.key].is_null() | (text[self.sheet.key].str.len_chars() < 6)
        again = sum(
            (text[name] == found.headings[place].strip()).fill_null(value=False).cast(pl.Int8) for place, name in found.mapping.items()
        )
        starts = first.str.strip_chars()
        return pl.select(
            pl.when(filled == 0).then(pl.lit("空行"))
            .when(again >= 2).then(pl.lit("重复的表头"))
            .when(without_key & starts.str.contains(TOTALS)).then(pl.lit("合计行"))
            .when(starts.str.contains(EXAMPLES)).then(pl.lit("示例行"))
            .when(without_key & (filled <= 2) & starts.str.contains(NOTES)).then(pl.lit("表下说明"))
        ).to_series()  # fmt: skip
