"""Word of a limitation that is about to run out, to the worker and to whoever works on the case (时效提醒)."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext_noop as _

from niangjia.base.calendar import chinese_date, today
from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM, Actor
from niangjia.core.notices.actions import tell
from niangjia.core.notices.enums import Kind
from niangjia.core.people.models import Person
from niangjia.work.rights.models import Dispute
from niangjia.work.rights.queries import limitation_near

WARNED_AHEAD = (7, 30, 60)
"""Days before the last day of limitation (劳动争议调解仲裁法第二十七条) on which word is sent: our own choice, not the law's."""


def warn_of_limitation(*, by: Actor = SYSTEM, on: date | None = None) -> int:
    """Tell of every dispute not yet before arbitration whose limitation ends in 60, 30 or 7 days; returns how many disputes.

    Run twice on a day it tells nobody twice; each is told in a transaction of its own.
    """
    on = on or today()
    with elevated("warn_of_limitation: the nightly job"):
        near = list(limitation_near(on, WARNED_AHEAD).select_related("case__holder"))
        people = Person.objects.in_bulk({person for dispute in near for person in dispute.case.persons})
    for dispute in near:
        _warn(dispute, [people[number] for number in dispute.case.persons if number in people], by, on)
    return len(near)


def _warn(dispute: Dispute, persons: list[Person], by: Actor, on: date) -> None:
    case, last = dispute.case, dispute.limitation_on or on
    once = f"limitation {case.pk} {(last - on).days}"
    lines = [_("申请仲裁要在这一天以前："), chinese_date(last), _("过了这一天，单位可以说超过了时效。先申请仲裁，也可以接着谈。")]
    for person in persons:
        url = reverse("cases:own", args=[case.code])
        tell(person=person, title=_("仲裁时效快到了"), text="\n".join(lines), kind=Kind.DEADLINE, by=by, url=url, once=once)
    if case.holder:
        text = f"{case.code} 的仲裁时效{chinese_date(last)}届满，还有 {(last - on).days} 天。"
        tell(
            user=case.holder,
            title="仲裁时效快到了",
            text=text,
            kind=Kind.DEADLINE,
            by=by,
            url=reverse("cases:detail", args=[case.code]),
            once=once,
        )
