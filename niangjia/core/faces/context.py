"""What every shell needs: the day, the menu, who is acting, large text or wall."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from niangjia.base.calendar import chinese_date, today
from niangjia.core import line
from niangjia.core.faces.clocks import WEEKDAYS

TEXT_SIZE_COOKIE = "text_size"
LARGE = "elder"


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of the shells. The menu is built only where a template asks for it.

    ``unread`` is what ``request.unread`` says, a number or a function giving one; whoever owns messages sets it.
    """
    day = today()
    return {
        "nav": SimpleLazyObject(lambda: line.navigation(request)),
        "actor": getattr(request, "actor", None),
        "posts": getattr(request, "posts", ()),
        "unread": SimpleLazyObject(lambda: _number(getattr(request, "unread", 0))),
        "today": day,
        "day_text": f"{chinese_date(day)} 星期{WEEKDAYS[day.weekday()]}",
        "demo": settings.DEMO,
        "large_text": request.COOKIES.get(TEXT_SIZE_COOKIE) == LARGE,
        "wall": request.GET.get("wall") == "1",
        "federation": settings.FEDERATION,
        "search_text": "",
    }


def _number(value: int | Callable[[], int]) -> int:
    return value() if callable(value) else value
