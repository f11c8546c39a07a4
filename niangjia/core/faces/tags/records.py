"""What a record page tells: its stages, what happened, the tree it stands in, the member's card."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import template

from niangjia.base.calendar import today
from niangjia.core.faces.clocks import near_date
from niangjia.core.faces.shapes import Happening, Stage, TreeNode

register = template.Library()


@register.inclusion_tag("faces/parts/rail.html")
def rail(stages: Sequence[Stage], tall: bool = False) -> dict[str, Any]:
    """The stages of a case; across on a desk, down on a phone (``tall`` keeps it down everywhere)."""
    return {"stages": stages, "tall": tall}


@register.inclusion_tag("faces/parts/wizard.html")
def wizard(current: int, *titles: str) -> dict[str, Any]:
    """Steps of a wizard: `{% wizard 3 "选文件" "核对列名" "预览" "应用" "完成" %}`; current counts from 1."""
    steps = [
        (number, title, "done" if number < current else "now" if number == current else "todo") for number, title in enumerate(titles, 1)
    ]
    return {"steps": steps}


@register.inclusion_tag("faces/parts/steps.html")
def steps(current: int, total: int, saved: bool = False) -> dict[str, Any]:
    """Where a worker is in a form of one question a screen: `{% steps 2 4 saved=True %}`."""
    marks = ["done" if number < current else "now" if number == current else "todo" for number in range(1, total + 1)]
    return {"current": current, "total": total, "marks": marks, "saved": saved}


@dataclass(frozen=True)
class TimelineRow:
    what: Happening | None
    when: str
    state: str


@register.inclusion_tag("faces/parts/timeline.html")
def timeline(items: Sequence[Happening], day: date | None = None) -> dict[str, Any]:
    """What happened and what comes, newest first, with 今天 between; the newest that happened is marked."""
    day = day or today()
    coming = [item for item in items if item.on and item.on > day]
    gone = [item for item in items if not (item.on and item.on > day)]
    rows = [TimelineRow(item, _when(item, day), "next") for item in coming]
    if coming and gone:
        rows.append(TimelineRow(None, f"今天 {day.month}月{day.day}日", "today"))
    rows += [TimelineRow(item, _when(item, day), item.tone or ("now" if position == 0 else "")) for position, item in enumerate(gone)]
    return {"rows": rows}


@register.inclusion_tag("faces/parts/tree.html")
def tree(nodes: Sequence[TreeNode], label: str = "组织树") -> dict[str, Any]:
    """The organisation tree; a node with ``children_url`` loads its children when it is opened."""
    return {"nodes": nodes, "label": label}


@register.inclusion_tag("faces/parts/branch.html")
def branch(nodes: Sequence[TreeNode]) -> dict[str, Any]:
    """The `<li>` of one level: what a view answers to ``children_url``."""
    return {"nodes": nodes}


@register.inclusion_tag("faces/parts/membercard.html")
def member_card(name: str, note: str, url: str) -> dict[str, Any]:
    """The strip that opens a worker's card: `{% member_card "何小川" "卡号尾数 0628 · 有效" url %}`."""
    return {"name": name, "note": note, "url": url}


def _when(item: Happening, day: date) -> str:
    return item.time or (near_date(item.on, day).split(" ")[0] if item.on else "")
