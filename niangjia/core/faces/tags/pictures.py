"""Pictures drawn on the server: bars, trends, the life line, dots on a map, QR; and the data of charts drawn in the browser."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

import segno
from django import template
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString, mark_safe

from niangjia.base.calendar import today
from niangjia.core.faces import lifeline as life
from niangjia.core.faces import numbers, placemap
from niangjia.core.faces.shapes import BarRow, Lane, Number, Place, Portion, Series

register = template.Library()
CHARTS = {"line", "bar", "grouped"}
SPARK_HEIGHT, SPARK_BAR, SPARK_STEP = 24, 13, 15
TREND_WIDTH, TREND_HEIGHT, TREND_BAR = 340, 150, 34


@register.simple_tag
def spark(values: Sequence[Number]) -> SafeString:
    """A tiny row of bars for beside a number, the newest in red; it starts at zero and is read out by its neighbours."""
    top = _top(values)
    bars = (
        (n * SPARK_STEP, round(SPARK_HEIGHT - _share(value, top) * SPARK_HEIGHT / 100, 1), n == len(values) - 1)
        for n, value in enumerate(values)
    )
    rects = format_html_join(
        "",
        '<rect x="{}" y="{}" width="{}" height="{}"{}/>',
        ((x, y, SPARK_BAR, round(SPARK_HEIGHT - y, 1), mark_safe(' class="is-on"') if last else "") for x, y, last in bars),
    )
    width = len(values) * SPARK_STEP
    return format_html(
        '<svg class="spark" width="{0}" height="{1}" viewBox="0 0 {0} {1}" aria-hidden="true">{2}</svg>', width, SPARK_HEIGHT, rects
    )


@dataclass(frozen=True)
class TrendBar:
    x: float
    middle: float
    y: float
    height: float
    label: str
    text: str
    last: bool


@register.inclusion_tag("faces/parts/trend.html")
def trend(labels: Sequence[str], values: Sequence[Number], unit: str = "") -> dict[str, Any]:
    """Up to a dozen bars with their numbers on top, drawn without JavaScript: `{% trend years counts "件" %}`."""
    top, floor = _top(values), TREND_HEIGHT - 24
    step = TREND_WIDTH / max(1, len(values))
    width = min(TREND_BAR, step * 0.7)
    bars = []
    for n, (label, value) in enumerate(zip(labels, values, strict=True)):
        height = round(_share(value, top) * (floor - 24) / 100, 1)
        middle = round(step * (n + 0.5), 1)
        bars.append(
            TrendBar(
                round(middle - width / 2, 1), middle, round(floor - height, 1), height, label, numbers.grouped(value), n == len(values) - 1
            )
        )
    told = "，".join(f"{bar.label} {bar.text}{unit}" for bar in bars)
    return {"bars": bars, "bar_width": round(width, 1), "width": TREND_WIDTH, "height": TREND_HEIGHT, "floor": floor, "told": told}


@register.simple_tag
def bar(value: Number, top: Number, average: Number | None = None, active: bool = False) -> SafeString:
    """One bar for a table cell, ``top`` the longest; a red line where the average stands."""
    line = format_html('<line x1="{0}%" x2="{0}%" y1="0" y2="100%"/>', _share(average, top)) if average is not None else ""
    rect = format_html(
        '<rect y="50%" transform="translate(0 -5)" width="{}%" height="10" rx="1"{}/>',
        _share(value, top),
        mark_safe(' class="is-on"') if active else "",
    )
    return format_html('<svg class="hbar" aria-hidden="true">{}{}</svg>', rect, line)


@register.inclusion_tag("faces/parts/bartable.html")
def bartable(
    rows: Sequence[BarRow], heading: str, measure: str, average: Number | None = None, total: str = "", total_label: str = "全区"
) -> dict[str, Any]:
    """Units compared: one bar each, the average of all as a red line, the number printed, each row a link to its list."""
    return {
        "rows": rows,
        "heading": heading,
        "measure": measure,
        "average": average,
        "total": total,
        "total_label": total_label,
        "top": _top([row.value for row in rows]),
    }


@register.inclusion_tag("faces/parts/hbars.html")
def hbars(rows: Sequence[BarRow], title: str = "", top: Number | None = None) -> dict[str, Any]:
    """A few bars in a card: `{% hbars kinds %}`; ``top`` makes two groups comparable."""
    return {"rows": rows, "title": title, "top": top or _top([row.value for row in rows])}


@register.inclusion_tag("faces/parts/proportion.html")
def proportion(parts: Sequence[Portion], legend: bool = False) -> dict[str, Any]:
    """A whole in its parts, widths by value; with ``legend`` the names and numbers below."""
    whole, x, drawn = float(sum(part.value for part in parts)) or 1.0, 0.0, []
    for part in parts:
        width = round(float(part.value) / whole * 100, 2)
        drawn.append((part, round(x, 2), width))
        x += width
    return {"parts": drawn, "legend": legend}


@register.inclusion_tag("faces/parts/chart.html")
def chart(kind: str, title: str, labels: Sequence[str], series: Sequence[Series], unit: str = "", height: str = "") -> dict[str, Any]:
    """A chart by ECharts with its table behind: kind line, bar (last one red) or grouped; height "", low or tall."""
    if kind not in CHARTS:
        raise ValueError(f"no chart of kind {kind!r}; there are {sorted(CHARTS)}")
    data = {
        "kind": kind,
        "unit": unit,
        "labels": list(labels),
        "series": [{"title": one.title, "quiet": one.quiet, "values": [_plain(value) for value in one.values]} for one in series],
    }
    rows = [(label, [one.values[n] for one in series]) for n, label in enumerate(labels)]
    return {
        "data": json_script(data),
        "kind": kind,
        "title": title,
        "unit": unit,
        "height": height,
        "series": series,
        "rows": rows,
        "keys": _keys(series) if kind == "grouped" else [],
    }


def _keys(series: Sequence[Series]) -> list[tuple[str, Series]]:
    """The colour of each series as the drawing gives it: the quiet ones grey, the others one after another."""
    strong = count(1)
    return [("kq" if one.quiet else f"k{next(strong)}", one) for one in series]


@register.inclusion_tag("faces/parts/lifeline.html")
def lifeline(lanes: Sequence[Lane], start: date, end: date, day: date | None = None) -> dict[str, Any]:
    """A life in lanes: bars for spans, dots for events, today dashed; on a phone a list for each lane."""
    return {"drawing": life.draw(lanes, start, end, day or today()), "left": life.LEFT}


@register.inclusion_tag("faces/parts/places.html")
def places(items: Sequence[Place], unit: str = "家") -> dict[str, Any]:
    """Where places are, as dots with counts: the city enlarged beside the whole district; no borders."""
    return {"frames": placemap.frames(items, unit), "width": placemap.WIDTH, "height": placemap.HEIGHT, "items": items, "unit": unit}


@register.inclusion_tag("faces/parts/progress.html")
def progress(done: int, total: int, title: str = "", url: str = "") -> dict[str, Any]:
    """How far a job is; asks ``url`` every two seconds, which answers with this same component until all is done."""
    return {"done": done, "total": total, "title": title, "url": url, "finished": done >= total}


@register.simple_tag
def qr(text: str, label: str = "二维码") -> SafeString:
    """A QR code as inline SVG, readable in print: `{% qr url "扫码看会员卡" %}`."""
    drawing = segno.make(text, error="m", micro=False).svg_inline(omitsize=True, border=2, svgclass=None, lineclass="dark")
    return format_html('<span class="qr" role="img" aria-label="{}">{}</span>', label, mark_safe(drawing))  # noqa: S308 - drawn by segno from modules only


@register.inclusion_tag("faces/parts/share.html")
def share(text: str, url: str, title: str = "") -> dict[str, Any]:
    """A short text to copy into a chat, the address in it, and its QR code."""
    return {"text": text, "url": url, "title": title, "whole": f"{text}\n{url}"}


def _plain(value: Number | None) -> int | float | None:
    return float(value) if isinstance(value, Decimal) else value


def _top(values: Sequence[Number]) -> float:
    return max((float(value) for value in values), default=0.0)


def _share(value: Number, top: Number) -> float:
    """How far along a bar that is ``top`` long, in percent; nothing is drawn below zero."""
    return round(max(0.0, float(value)) / float(top) * 100, 1) if float(top) > 0 else 0.0
