"""Reading the sheet of a collective case as people send it: any headings, found by what they mean (每人一行)."""

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from niangjia.base.workbooks import UnreadableFile
from niangjia.core.access.actor import Actor
from niangjia.core.access.queries import visible
from niangjia.core.imports.headings import plain
from niangjia.core.imports.sheets import Column, Kind
from niangjia.core.imports.short import read_short
from niangjia.core.people.models import Person
from niangjia.core.people.queries import search

MOST_ROWS = 2000
TOTAL = re.compile(r"^(合计|小计|总计|共计)")
MONEY = ("claimed", "agreed", "received")
COLUMNS = (
    Column(
        "who",
        "会员编号",
        ("编号", "编码", "工号编码", "会员号", "身份证号", "身份证", "证件号码", "证件号", "手机", "手机号", "电话", "联系电话"),
    ),
    Column("name", "姓名", ("职工姓名", "名字", "劳动者", "申请人")),
    Column(
        "claimed", "主张", ("主张金额", "诉求金额", "请求金额", "欠薪", "欠薪金额", "欠发工资", "拖欠工资", "要求金额", "金额"), Kind.NUMBER
    ),
    Column("agreed", "说定", ("说定金额", "协议金额", "同意金额", "调解金额", "裁决金额", "应付", "应付金额"), Kind.NUMBER),
    Column("received", "到账", ("到账金额", "已付", "已付金额", "实付", "实发", "实收"), Kind.NUMBER),
)


@dataclass
class Line:
    """One row of the file: where, who, and the sums it gives."""

    number: int
    person: Person
    sums: dict[str, Decimal] = field(default_factory=dict)


def read(file: Any, actor: Actor, inside: frozenset[int]) -> tuple[list[Line], list[str]]:
    """The rows with their persons, and what is wrong with others by row. Persons are looked for among those the reader may see, and in the case."""
    try:
        rows = read_short(file.read(), COLUMNS, key="who", limit=MOST_ROWS)
    except UnreadableFile as error:
        return [], [str(error)]
    if rows is None:
        return [], ["没有找到表头。要有“会员编号”（或身份证号、手机）一列，再有主张、说定或到账一列。"]
    lines: list[Line] = []
    faults: list[str] = []
    for number, said in rows:
        first = said.get("who") or said.get("name", "")
        if first and not TOTAL.match(first):
            _line(number, said, actor, inside, lines, faults)
    return lines, faults


def _line(number: int, said: dict[str, str], actor: Actor, inside: frozenset[int], lines: list[Line], faults: list[str]) -> None:
    person = _person(said.get("who", ""), actor, inside)
    if person is None:
        faults.append(f"第 {number} 行：没有登记过，或者不在管辖范围内，先到“会员”里登记。")
        return
    if said.get("name") and plain(said["name"]) != plain(person.name):
        faults.append(f"第 {number} 行：编号是{person.name}的，姓名写的是{said['name']}。")
        return
    if any(line.person.pk == person.pk for line in lines):
        faults.append(f"第 {number} 行：{person.name}写了两遍。")
        return
    line = Line(number, person)
    for name in MONEY:
        if said.get(name, "") not in ("", "-", "—", "/"):
            try:
                line.sums[name] = Decimal(said[name].replace(",", "").replace("，", "").removesuffix("元")).quantize(Decimal("0.01"))
            except InvalidOperation:
                faults.append(f"第 {number} 行：看不懂金额“{said[name]}”。")
                return
    lines.append(line)


def _person(words: str, actor: Actor, inside: frozenset[int]) -> Person | None:
    text = "".join(words.split())
    if not text[:1].isdigit():
        return None
    found = search(text)
    return visible(actor, found, "people.view").first() or found.filter(pk__in=inside).first()
