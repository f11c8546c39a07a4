"""Icons, tags, clocks, numbers and dates: what stands inside a line."""

from datetime import date, datetime
from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from niangjia.base.calendar import SHANGHAI, chinese_date, today
from niangjia.core import line
from niangjia.core.faces import clocks, icons, numbers

register = template.Library()
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
DAYS = "Mon Tue Wed Thu Fri Sat Sun".split()
register.filter("verb_title", line.verb_title)
register.simple_tag(icons.icon, name="icon")


@register.simple_tag
def tag(text: object, tone: str = "", icon: str = "") -> SafeString:
    """A small label: `{% tag "调解中" "red" %}`; tone ok, notice, late, info, red, gold, line or nothing."""
    drawing = icons.icon(icon) if icon else ""
    return format_html('<span class="tag{}">{}{}</span>', f" tag--{tone}" if tone else "", drawing, text)


@register.inclusion_tag("faces/parts/clock.html")
def clock(
    due: date | None, day: date | None = None, article: str = "", state: str = "", time: str = "", label: str = ""
) -> dict[str, object]:
    """The clock chip: `{% clock term.due_on article="调解仲裁法第十四条 · 15 日" label="调解" %}`; ``day`` defaults to today()."""
    return {"clock": clocks.read(due, day or today(), article=article, state=state, time=time, label=label)}


@register.inclusion_tag("faces/parts/due.html")
def due_word(due: date | None, day: date | None = None, state: str = "", time: str = "") -> dict[str, object]:
    """The clock as one coloured word, for narrow lists: `{% due_word task.due_on %}`."""
    return {"clock": clocks.read(due, day or today(), state=state, time=time)}


@register.simple_tag
def number(value: object, unit: str = "", size: str = "row", exact: bool = False) -> SafeString:
    """A figure with its unit, in 万 from ten thousand on (not ``exact``), the full number on hover; size row, mid, big or hero."""
    figure, wan = (numbers.grouped(value), "") if exact else numbers.short(value)
    full = f"{numbers.grouped(value)} {unit}".strip()
    after = format_html('<span class="u">{}{}</span>', wan, unit) if wan or unit else ""
    title = format_html(' title="{}"', full) if wan else ""
    return format_html('<span class="n n--{}"{}>{}{}</span>', size, title, figure, after)


@register.filter
def grouped(value: object) -> str:
    """1234567 -> 1,234,567; None -> a dash."""
    return numbers.grouped(value)


@register.filter
def yuan(value: Decimal | float | None) -> str:
    """29720 -> 29,720.00; None -> a dash."""
    return numbers.grouped(value, 2)


@register.filter
def percent(part: object, whole: object) -> str:
    """`{{ done|percent:all }}` -> 24.0%."""
    return numbers.percent(part, whole)


@register.filter
def day(value: date | datetime | None) -> str:
    """2023-12-18 -> 2023年12月18日; None -> a dash."""
    local = value.astimezone(SHANGHAI).date() if isinstance(value, datetime) else value
    if local is None:
        return "—"
    return f"{local.day} {MONTHS[local.month - 1]} {local.year}" if _in_english() else chinese_date(local)


@register.filter
def near(value: date | None) -> str:
    """A date as short as can be read without doubt today: 1月17日 周三."""
    if value is None:
        return "—"
    if _in_english():
        return f"{DAYS[value.weekday()]} {day(value) if value.year != today().year else day(value).rpartition(' ')[0]}"
    return clocks.near_date(value, today())


@register.filter
def moment(value: datetime | None) -> str:
    """A moment in Shanghai: 12月18日 09:12, with the year where it is another."""
    if value is None:
        return "—"
    local = value.astimezone(SHANGHAI)
    if _in_english():
        return f"{day(local)}, {local:%H:%M}"
    when = f"{local.month}月{local.day}日 {local:%H:%M}"
    return when if local.year == today().year else f"{local.year}年{when}"


def _in_english() -> bool:
    return (get_language() or "").startswith("en")


@register.filter
def dash(value: object) -> object:
    """An empty value as a dash; zero stays zero."""
    return "—" if value is None or value == "" else value
