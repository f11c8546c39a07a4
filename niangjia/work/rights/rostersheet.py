"""Reading a roster of mediators and lawyers as bodies send it: any headings, found by what they mean, one row a person."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from niangjia.base.calendar import parse_date
from niangjia.base.chinese import check_phone
from niangjia.base.workbooks import UnreadableFile
from niangjia.core.imports.sheets import Column, Kind
from niangjia.core.imports.short import read_short
from niangjia.work.rights.enums import HelperKind, Language
from niangjia.work.rights.enums import Kind as Dispute

MOST_ROWS = 1000
SEPARATORS = "，,;；/ \n"
COLUMNS = (
    Column("name", "姓名", ("名字", "调解员", "律师", "律师姓名", "调解员姓名", "人员姓名")),
    Column("kind", "类别", ("人员类别", "身份", "调解员类别", "类型")),
    Column("firm", "所在机构", ("机构", "单位", "所在单位", "律所", "律师事务所", "调委会", "调解组织", "执业机构")),
    Column("licence", "执业证号", ("律师证号", "执业证", "证号", "证书编号")),
    Column("phone", "电话", ("手机", "手机号", "联系电话", "联系方式")),
    Column("fields", "擅长", ("擅长领域", "专业", "领域", "专长")),
    Column("languages", "语言", ("方言", "语言方言", "会说")),
    Column("capacity", "同时最多办几件", ("最多件数", "承办上限", "件数"), Kind.NUMBER),
    Column("valid_from", "聘任起", ("聘任日期", "聘期起", "起始日期", "聘任时间"), Kind.DATE),
)
KIND_WORDS = {
    "律师": "lawyer",
    "仲裁员": "arb",
    "法官助理": "assist",
    "专职": "full",
    "兼职": "part",
    "特邀": "invited",
    "人民调解": "peoples",
    "调解": "peoples",
}


@dataclass(frozen=True)
class Line:
    """One row of the file as the verb takes it."""

    number: int
    facts: dict[str, Any]


def read(file: Any, day: date) -> tuple[list[Line], list[str]]:
    """The rows that can be entered, and what is wrong with others by row. ``day`` stands where a row names no beginning."""
    try:
        rows = read_short(file.read(), COLUMNS, key="name", limit=MOST_ROWS)
    except UnreadableFile as error:
        return [], [str(error)]
    if rows is None:
        return [], ["没有找到表头。要有“姓名”“所在机构”“类别”三列，律师再加“执业证号”。"]
    lines: list[Line] = []
    faults: list[str] = []
    for number, said in rows:
        if said.get("name"):
            _line(number, said, day, lines, faults)
    return lines, faults


def _line(number: int, said: dict[str, str], day: date, lines: list[Line], faults: list[str]) -> None:
    kind = _kind(said.get("kind", ""))
    phone, why = check_phone(said["phone"]) if said.get("phone") else ("", "")
    since = parse_date(said["valid_from"]) if said.get("valid_from") else day
    capacity = said.get("capacity", "") or "5"
    wrong = {
        f"类别“{said.get('kind', '')}”看不懂，写{'、'.join(HelperKind.labels)}": kind is None,
        "没有写所在机构": not said.get("firm"),
        "律师要写执业证号": kind == HelperKind.LAWYER and not said.get("licence"),
        f"电话不对：{why}": phone is None,
        f"聘任日期“{said.get('valid_from', '')}”看不懂": since is None,
        f"件数“{capacity}”不是整数": not capacity.isdecimal(),
        f"{said['name']}在同一家写了两遍": any((one.facts["name"], one.facts["firm"]) == (said["name"], said.get("firm")) for one in lines),
    }
    if said_wrong := [text for text, holds in wrong.items() if holds]:
        faults.append(f"第 {number} 行：{'；'.join(said_wrong)}。")
        return
    facts = {
        "name": said["name"], "kind": kind, "firm": said["firm"], "licence": said.get("licence", ""), "phone": phone or "", "capacity": int(capacity),
        "valid_from": since, "fields": _chosen(said.get("fields", ""), Dispute), "languages": _chosen(said.get("languages", ""), Language),
    }  # fmt: skip
    lines.append(Line(number, facts))


def _kind(text: str) -> str | None:
    return next((value for word, value in KIND_WORDS.items() if word in text), None)


def _chosen(text: str, table: Any) -> list[str]:
    """The codes whose code or beginning of a label stands in a cell: «欠薪、工伤», «D02»."""
    for sign in SEPARATORS:
        text = text.replace(sign, "、")
    words = [word for word in text.split("、") if word]
    return sorted({one.value for one in table for word in words if word.upper() == one.value.upper() or word in one.label})
