"""Who may see what: the two doors through which every reader gets rows, and the reasons behind them."""

from datetime import date
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from niangjia.base.calendar import today
from niangjia.base.scope import EVERYTHING
from niangjia.core.access.actor import Actor
from niangjia.core.access.models import Grant, User

M = TypeVar("M", bound=Model)


def visible(actor: Actor, queryset: QuerySet[M], permission: str) -> QuerySet[M]:
    """The rows of ``queryset`` inside the subtree of the actor's post, if that post has ``permission``; else none."""
    if not actor.may(permission) or actor.scope.low is None:
        return queryset.none()
    if actor.scope == EVERYTHING:
        return queryset
    path: str = queryset.model.scope_path  # type: ignore[attr-defined]
    return queryset.filter(**{f"{path}__range": (actor.scope.low, actor.scope.high)})


def own(person_id: int | None, queryset: QuerySet[M]) -> QuerySet[M]:
    """The rows of ``queryset`` that are this person's own; none for nobody."""
    if person_id is None:
        return queryset.none()
    path: str = queryset.model.own_path  # type: ignore[attr-defined]
    return queryset.filter(**{path: person_id})


def grants_in_force(user: User, on: date | None = None) -> QuerySet[Grant]:
    """The posts of an account on a day, the widest first."""
    on = on or today()
    current = Q(valid_to__isnull=True) | Q(valid_to__gte=on)
    return user.grants.filter(current, valid_from__lte=on).select_related("org", "user").order_by("org__lft", "id")
