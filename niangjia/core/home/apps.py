from django.http import HttpRequest

from niangjia.base.calendar import today
from niangjia.core.line import CoreApp, Due, NavItem

MOST_COUNTED = 500


def _due(request: HttpRequest) -> Due:
    from niangjia.core.tasks.queries import waiting_for

    deadlines = list(waiting_for(request.actor).values_list("due_on", flat=True)[:MOST_COUNTED])  # type: ignore[attr-defined]
    return Due(len(deadlines), sum(1 for due_on in deadlines if due_on and due_on < today()))


class HomeConfig(CoreApp):
    """The entrance, the desk's inbox and search box, the board."""

    name = "niangjia.core.home"
    verbose_name = "首页"
    order = 10
    verbs = {
        "home.keep_filters": "存下常用条件",
        "home.drop_filters": "删掉常用条件",
        "home.rotate_keys": "换密钥",
        "home.reseal": "换密钥后重封",
    }
    navigation = (
        NavItem("收件箱", "inbox", "home:inbox", count=_due),
        NavItem("领导看板", "chart-line", "home:board", "board.view"),
    )
