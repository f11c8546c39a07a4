"""Keeping the filters of a list under a name, and dropping them again."""

from urllib.parse import parse_qsl, urlencode

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from niangjia.core.access.actor import Actor
from niangjia.core.faces.listing import NEVER_KEPT
from niangjia.core.home.models import UsualFilter
from niangjia.core.trail.actions import record

MOST = 12
"""Filters that one account keeps of one list: more than these nobody finds again."""


@transaction.atomic
def keep_filters(*, list_name: str, title: str, query: str, by: Actor) -> UsualFilter:
    """Keep filters under a name; the same name again holds the new ones. Words searched for are left out: they may name somebody."""
    user, title = _own(by), title.strip()
    plain = urlencode([(name, value) for name, value in parse_qsl(query) if name not in NEVER_KEPT])
    if not title:
        raise ValidationError({"title": "给这些条件起个名字。"})
    if len(plain) > UsualFilter._meta.get_field("query").max_length:  # type: ignore[operator]
        raise ValidationError("条件太多，存不下。去掉几个再存。")
    kept = UsualFilter.objects.filter(user=user, list=list_name)
    if kept.exclude(title=title).count() >= MOST:
        raise ValidationError(f"一张名册最多存 {MOST} 个常用条件，先删掉不用的。")
    saved, _ = UsualFilter.objects.update_or_create(user_id=user, list=list_name, title=title[:20], defaults={"query": plain})
    record("home.keep_filters", subject=f"user:{user}", by=by, list=list_name, title=title)
    return saved


@transaction.atomic
def drop_filters(*, list_name: str, title: str, by: Actor) -> None:
    """Drop what was kept under a name."""
    user = _own(by)
    UsualFilter.objects.filter(user=user, list=list_name, title=title).delete()
    record("home.drop_filters", subject=f"user:{user}", by=by, list=list_name, title=title)


def _own(by: Actor) -> int:
    if by.user_id is None:
        raise PermissionDenied("先登录，才能存自己的常用条件。")
    return by.user_id
