"""Days and moments. A day is a ``date`` in China; a moment is an aware ``datetime``."""

import calendar
import os
import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEKDAYS = "一二三四五六日"
EARLIEST_YEAR, LATEST_YEAR = 1900, 2100
SPREADSHEET_DAY_ZERO = date(1899, 12, 30)

WIDE_TO_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: " "}
WRITTEN = re.compile(
    r"(?P<year>\d{4})\s*(?P<mark>[-/.年])\s*(?P<month>\d{1,2})\s*(?:(?P=mark)|月)\s*(?P<day>\d{1,2})\s*[日号]?"
    r"(?:[T\s]*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
COMPACT = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:\.0+)?")
SERIAL = re.compile(r"(?P<days>\d{5})(?:\.\d+)?")


def today() -> date:
    """The day everything reckons with: NIANGJIA_TODAY if set, else the day in China."""
    fixed = os.environ.get("NIANGJIA_TODAY")
    return date.fromisoformat(fixed) if fixed else now().date()


def now() -> datetime:
    """The real moment, never fixed; its day may differ from ``today()``."""
    return datetime.now(SHANGHAI)


def chinese_date(day: date) -> str:
    """2023年12月18日"""
    return f"{day.year}年{day.month}月{day.day}日"


def chinese_day(day: date) -> str:
    """12月18日 周一"""
    return f"{day.month}月{day.day}日 周{WEEKDAYS[day.weekday()]}"


def month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def add_months(day: date, months: int) -> date:
    """The same day of another month, or that month's last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def parse_date(text: str) -> date | None:
    """A day as people and spreadsheets write it, or None.

    2023-12-18, 2023/12/18, 2023.12.18, 20231218, 2023年12月18日, each also in full-width characters or with a time behind it,
    and a spreadsheet's serial day as five digits (45278). A month alone is no day.
    """
    plain = text.translate(WIDE_TO_NARROW).strip()
    if found := WRITTEN.fullmatch(plain) or COMPACT.fullmatch(plain):
        return _day(*(int(found[part]) for part in ("year", "month", "day")))
    if found := SERIAL.fullmatch(plain):
        return SPREADSHEET_DAY_ZERO + timedelta(days=int(found["days"]))
    return None


def _day(year: int, month: int, day: int) -> date | None:
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
