"""docs/law.md: every term with its articles, written from the same tables the code reckons with."""

from niangjia.core.law.term import OPEN, Direction, Edition, Status
from niangjia.core.law.terms import TERMS, by_theme, unverified
from niangjia.core.law.workdays import BUILT_IN_YEARS

HEAD = f"""# 法定期限

由 `niangjia law terms --markdown` 从代码生成，不要手改；测试核对它是不是最新。

- 起算当日不计入；按月、按年的到对应日为止，没有对应日的到月末；最后一日放假或者休息的，顺延到上班的第一天（民法典第二百零一条至第二百零三条）。
  周末算不算法定休假日由 `NIANGJIA_WEEKENDS_ROLL` 决定，默认算。调休上班的周末是工作日。
- 工作日：内置 {BUILT_IN_YEARS[0]} 至 {BUILT_IN_YEARS[-1]} 年国务院办公厅放假通知（chinesecalendar 库），其他年份和更正录入“工作日”页；没有安排的年份暂按周末推算，并且写明。
- 按起算那一天的法律回答；那一天没有收录规定的，拒绝回答。
- “待核”是没有读过原文的：数字、条号或者施行日以说明为限。原文按全国和浙江、宁波公布文本的公开汇编（LawRefBook/Laws，2025 年 4 月）核对，以后的修正要再核。
"""


def as_markdown() -> str:
    """The whole document."""
    parts = [HEAD, f"共 {len(TERMS)} 项，待核 {len(unverified())} 项。\n"]
    for title, terms in by_theme().items():
        parts.append(f"\n## {title}\n")
        parts.append("| 代码 | 期限 | 从哪天起算 | 谁要守 | 起算日在 | 多久 | 依据 | 核对 | 说明 |\n|---|---|---|---|---|---|---|---|---|")
        for term in terms:
            for edition in term.editions:
                parts.append(f"| `{term.code}` | {term.title} | {term.starts_with} | {term.for_whom} | {_row(edition)} |")
    return "\n".join(parts) + "\n"


def _row(edition: Edition) -> str:
    start = "" if edition.valid_from == OPEN else f"{edition.valid_from.isoformat()} 起"
    end = f"至 {edition.valid_to.isoformat()}" if edition.valid_to else ""
    length = edition.length + ("" if edition.rolls or edition.direction is Direction.BEFORE else "，不顺延")
    status = "已核对" if edition.status is Status.VERIFIED else "**待核**"
    when = " ".join(filter(None, (start, end))) or "各时期"
    return f"{when} | {length} | {edition.article or '—'} | {status} | {edition.note or ''}"
