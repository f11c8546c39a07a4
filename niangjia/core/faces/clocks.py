"""The one clock of the house: days left, the date, the article."""

from dataclasses import dataclass
from datetime import date

from niangjia.base.calendar import chinese_date

SOON = 10  # days from which a clock turns amber
FORTNIGHT = 14
SEASON = 100
WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True)
class Clock:
    """``kind`` is "far", "soon", "today", "late", "paused" or "done"; the texts are what the chip says."""

    kind: str
    icon: str
    days: str
    day: str
    article: str


def read(due: date | None, today: date, *, article: str = "", state: str = "", time: str = "", label: str = "") -> Clock:
    """The clock of a term due on ``due``, looked at on ``today``.

    ``state`` "paused" (suspended, 中止) and "done" (met, 已办) overrule the days. ``time`` ("12:00") is said on the last day
    only. ``label`` ("调解") stands before the days where several clocks stand together.
    """
    kind, icon, days = _judge(due, today, state, time)
    day = near_date(due, today) if due else ""
    return Clock(kind, icon, f"{label} {days}" if label else days, day, article)


def _judge(due: date | None, today: date, state: str, time: str) -> tuple[str, str, str]:
    if state == "done":
        return "done", "check", "已办"
    if state == "paused" or due is None:
        return "paused", "player-pause", "停着" if state == "paused" else "没有期限"
    left = (due - today).days
    if left < 0:
        return "late", "alert-triangle", f"逾期 {-left} 天"
    if left == 0:
        return "today", "clock", f"今天 {time} 前" if time else "今天到期"
    return ("soon" if left <= SOON else "far"), "clock", f"还剩 {left} 天"


def near_date(day: date, today: date) -> str:
    """A date as short as it can be read without doubt: 1月17日 周三 within a fortnight, 3月17日 within a season, else with the year."""
    away = (day - today).days
    if abs(away) > SEASON:
        return chinese_date(day)
    short = f"{day.month}月{day.day}日"
    return f"{short} 周{WEEKDAYS[day.weekday()]}" if 0 < away <= FORTNIGHT else short
