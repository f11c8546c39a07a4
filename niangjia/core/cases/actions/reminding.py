"""Telling those who work on cases, their leaders and the persons concerned about clocks, before and after they run out (期限提醒)."""

from bisect import bisect_left, bisect_right
from collections import Counter
from datetime import date

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from niangjia.base.calendar import chinese_date, today
from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM, Actor
from niangjia.core.access.models import Grant, User
from niangjia.core.access.roles import ROLES
from niangjia.core.cases.models import Case, Clock
from niangjia.core.cases.queries import coming_due, newly_late
from niangjia.core.law.terms import RIGHTS
from niangjia.core.notices.actions import tell
from niangjia.core.notices.enums import Kind
from niangjia.core.people.models import Person

AHEAD = (0, 1, 3)
"""Days before the last day on which whoever works on a case hears of a duty."""
RIGHT_AHEAD = (1, 3, 7)
"""Days before the last day on which the person concerned hears of a right."""
OF_APPLICANTS = RIGHTS - {"set_aside.employer"}
"""Rights that the worker may use; the others are the employer's."""


def remind(*, by: Actor = SYSTEM, on: date | None = None) -> int:
    """Tell everybody concerned about the clocks of a day; returns to how many. Run twice it tells nobody twice.

    Each receiver is told in a transaction of its own: broken off, it goes on with those not told yet.
    """
    on = on or today()
    return _remind_holders(by, on) + _remind_leaders(by, on) + _remind_persons(by, on)


def _remind_holders(by: Actor, on: date) -> int:
    with elevated("remind: whoever works on a case, wherever it is"):
        late = _by_holder(newly_late(on))
        soon = _by_holder(coming_due(on, AHEAD))
        users = list(User.objects.filter(pk__in={*late, *soon}, is_active=True).order_by("pk"))
    for user in users:
        said = [f"逾期 {late[user.pk]} 个" if late[user.pk] else "", f"三天内届满 {soon[user.pk]} 个" if soon[user.pk] else ""]
        text = f"你承办的案子里，{'，'.join(filter(None, said))}。"
        tell(user=user, title="期限提醒", text=text, kind=Kind.DEADLINE, by=by, url="/desk/", once=f"cases.deadlines {on}")
    return len(users)


def _by_holder(clocks: QuerySet[Clock]) -> Counter[int]:
    held = clocks.filter(case__holder__isnull=False).order_by()
    return Counter(dict(held.values_list("case__holder").annotate(Count("pk"))))


def _remind_leaders(by: Actor, on: date) -> int:
    """Those who manage cases over the organisation hear how many clocks ran out there; sealed cases are left to those named."""
    with elevated("remind: the leaders over every organisation with a late clock"):
        scopes = sorted(newly_late(on).filter(case__sealed=False).values_list("case__scope", flat=True))
        counts = _late_by_leader(scopes, on) if scopes else {}
        users = list(User.objects.filter(pk__in=counts, is_active=True).order_by("pk"))
    for user in users:
        text = f"你管的范围里，有 {counts[user.pk]} 个法定期限过了还没有办。"
        tell(user=user, title="有期限逾期", text=text, kind=Kind.DEADLINE, by=by, url="/desk/cases/", once=f"cases.late {on}")
    return len(users)


def _late_by_leader(scopes: list[int], on: date) -> dict[int, int]:
    managing = [key for key, role in ROLES.items() if "cases.manage" in role.permissions]
    valid = Q(valid_to__isnull=True) | Q(valid_to__gte=on)
    posts = Grant.objects.filter(valid, role__in=managing, valid_from__lte=on, revoked_at__isnull=True)
    found: dict[int, int] = {}
    for user, low, high in posts.values_list("user", "org__lft", "org__rgt"):
        inside = bisect_right(scopes, high) - bisect_left(scopes, low)
        if inside:
            found[user] = max(found.get(user, 0), inside)
    return found


def _remind_persons(by: Actor, on: date) -> int:
    """Whoever may still sue, appeal or have a paper confirmed hears of the last day."""
    with elevated("remind: the persons whom cases are about"):
        clocks = list(coming_due(on, RIGHT_AHEAD, terms=OF_APPLICANTS).select_related("case"))
        people = Person.objects.in_bulk({person for clock in clocks for person in clock.case.persons})
    told = [(clock, people[person]) for clock in clocks for person in clock.case.persons if person in people]
    for clock, person in told:
        _tell_right(clock, person, by, on)
    return len(told)


def _tell_right(clock: Clock, person: Person, by: Actor, on: date) -> None:
    last = clock.due_on or on
    lines = [clock.title, _("最后一天："), chinese_date(last), _("过了这一天就不能再办，拿不准就给工会打电话。")]
    url = reverse("cases:own", args=[clock.case.code])
    tell(
        person=person, title=_("有一件事快到期了"), text="\n".join(lines), kind=Kind.DEADLINE, by=by, url=url,
        once=f"clock {clock.pk} {(last - on).days}",
    )  # fmt: skip


@transaction.atomic
def tell_holder(case: Case, *, user: User, by: Actor) -> None:
    """An account hears that a case was given to it, unless it took the case itself."""
    if by.user_id == user.pk:
        return
    what = "一件密办案件" if case.sealed else case.title
    text = f"{case.code} {what}，由{by.name}交给你办。"
    tell(user=user, title="交给你一件案子", text=text, kind=Kind.CASE, by=by, url=reverse("cases:detail", args=[case.code]))
