"""Cards, tables and what stands around a list: chips, tabs, pages, exports, states."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from niangjia.core.faces import icons
from niangjia.core.faces.shapes import BigNumber, Fact, Link

register = template.Library()
STATE_ICONS = {
    "empty": "inbox",
    "nothing": "filter-off",
    "error": "cloud-off",
    "no_right": "lock",
    "offline": "wifi-off",
    "partial": "progress",
}


@register.simple_block_tag
def card(content: SafeString, title: str = "", note: object = "", aside: object = "", extra: str = "", id: str = "") -> SafeString:
    """`{% card "下一步" note="只列出现在能办的" aside="单位：元" %}…{% endcard %}`; running text goes into `<div class="card__b">`."""
    after = format_html('<span class="mut s13">{}</span>', note) if note else ""
    right = format_html('<span class="sp"></span><span class="mut s13">{}</span>', aside) if aside else ""
    head = format_html('<div class="card__h"><h2>{}</h2>{}{}</div>', title, after, right) if title else ""
    anchor = format_html(' id="{}"', id) if id else ""
    return format_html('<section class="{}"{}>{}{}</section>', f"card {extra}".strip(), anchor, head, content)


@register.simple_block_tag
def table(content: SafeString, label: str, extra: str = "") -> SafeString:
    """A table that scrolls inside its own box: `{% table "会员名册" "tbl--cards" %}<thead>…{% endtable %}`."""
    return format_html(
        '<div class="scroll" role="region" aria-label="{}" tabindex="0"><table class="{}">{}</table></div>',
        label,
        f"tbl {extra}".strip(),
        content,
    )


@register.inclusion_tag("faces/parts/state.html")
def state(kind: str, title: str, text: str = "", action_url: str = "", action_text: str = "", reference: str = "") -> dict[str, Any]:
    """Empty, nothing (found), error, no_right, offline, partial or loading: why, and the next action."""
    return {
        "kind": kind,
        "icon": STATE_ICONS.get(kind, "info-circle"),
        "title": title,
        "text": text,
        "action_url": action_url,
        "action_text": action_text,
        "reference": reference,
    }


@register.simple_tag
def aide(text: object, chapter: str = "") -> SafeString:
    """What a page is for, in one sentence, and the way to its chapter of the help page: `{% aide "…" "people" %}`."""
    more = format_html(' <a class="link" href="{}#{}">怎么用</a>', reverse("faces:help"), chapter) if chapter else ""
    return format_html('<p class="aide s13 noprint">{}{}</p>', text, more)


@register.simple_tag
def say(text: object, tone: str = "info") -> SafeString:
    """A notice inside a page: `{% say "这一批要第二个人批准" "notice" %}`; tone info, ok, notice or late."""
    name = {"ok": "circle-check", "info": "info-circle"}.get(tone, "alert-triangle")
    return format_html('<div class="say say--{}">{}<div>{}</div></div>', tone, icons.icon(name), text)


@register.inclusion_tag("faces/parts/facts.html")
def facts(items: Iterable[Fact | tuple[str, Any]], extra: str = "card") -> dict[str, Any]:
    """Facts of a record: `{% facts rows %}` with Fact or (label, value); extra "facts--pairs" for two columns in a card."""
    return {"items": [item if isinstance(item, Fact) else Fact(*item) for item in items], "extra": extra}


@register.inclusion_tag("faces/parts/figures.html")
def figures(items: Sequence[BigNumber], size: str = "mid", extra: str = "card") -> dict[str, Any]:
    """A strip of big numbers, each one click from its rows."""
    return {"items": items, "size": size, "extra": extra}


@register.inclusion_tag("faces/parts/crumbs.html")
def crumbs(*items: Sequence[Link] | str) -> dict[str, Any]:
    """`{% crumbs "维权服务" "/desk/rights" "劳动争议" "" %}`: title and address in turn, or one list of Links; the last needs none."""
    if items and not isinstance(items[0], str):
        return {"items": items[0]}
    pairs = zip(items[::2], [*items[1::2], ""], strict=False)
    return {"items": [Link(str(title), str(url)) for title, url in pairs]}


@register.inclusion_tag("faces/parts/tabs.html")
def tabs(items: Sequence[Link], label: str = "分页") -> dict[str, Any]:
    """Tabs of a record page; the active Link carries the red line."""
    return {"items": items, "label": label}


@register.inclusion_tag("faces/parts/chips.html")
def chips(items: Sequence[Link], label: str = "条件") -> dict[str, Any]:
    """Filters as chips; a Link with ``removes`` shows a cross and takes its filter away."""
    return {"items": items, "label": label}


@register.inclusion_tag("faces/parts/segments.html")
def segments(items: Sequence[Link], label: str = "时段") -> dict[str, Any]:
    """One choice of few: 本届五年 | 2023年 | 本月."""
    return {"items": items, "label": label}


@register.inclusion_tag("faces/parts/views.html", takes_context=True)
def saved_views(context: Context, items: Sequence[Link], save_url: str = "", query: str = "") -> dict[str, Any]:
    """The reader's saved views (常用条件) and a small form to save the present one, ``query``, under a name."""
    return {"items": items, "save_url": save_url, "query": query, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("faces/parts/pager.html", takes_context=True)
def pagination(context: Context, page: Any, unit: str = "条", name: str = "page") -> dict[str, Any]:
    """The foot of a list, from base.paging.Page: exact to 10,000 rows, "10,000+" beyond."""

    def address(to: int) -> str:
        return query_with(context, **{name: to})

    return {
        "page": page,
        "unit": unit,
        "previous": page.number > 1 and address(page.number - 1),
        "next": page.has_next and address(page.number + 1),
        "first": page.number > 2 and address(1),
    }


@register.inclusion_tag("faces/parts/exports.html", takes_context=True)
def exports(context: Context, permitted: bool = True, ask: str = "") -> dict[str, Any]:
    """Export of the list as shown, as XLSX and CSV: `?…&format=xlsx`; ``ask`` is the page that wants a reason first."""
    return {"permitted": permitted, "ask": ask, "xlsx": query_with(context, format="xlsx"), "csv": query_with(context, format="csv")}


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: object) -> str:
    """The page's own address with some parameters changed: `{% query sort="name" page=None %}`."""
    return query_with(context, **changes)


@register.simple_block_tag
def bulk(content: SafeString, unit: str = "条", note: str = "") -> SafeString:
    """The bar above a list with checkboxes; its buttons name the number: `<button data-bulk="批准 {n} 件">`."""
    return format_html(
        '<div class="bulk" data-bulkbar><input type="checkbox" data-pick-all aria-label="全选这一页">'
        '<b aria-live="polite" data-picked="选了 {{n}} {}">还没有选</b><span class="mut">{}</span><span class="sp"></span>{}</div>',
        unit,
        note,
        content,
    )


def query_with(context: Context, **changes: object) -> str:
    """The present address's "?…" with parameters changed; None or "" takes one away. A new filter starts at page one."""
    parameters = context["request"].GET.copy()
    if "page" not in changes and "format" not in changes:
        parameters.pop("page", None)
    for name, value in changes.items():
        if value is None or value == "":
            parameters.pop(name, None)
        else:
            parameters[name] = str(value)
    return f"?{parameters.urlencode()}"
