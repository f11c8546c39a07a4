"""What waits for whom."""

from django.db.models import F, Q, QuerySet

from niangjia.core.access.actor import Actor
from niangjia.core.tasks.models import Task


def waiting_for(actor: Actor) -> QuerySet[Task]:
    """Open to-dos this actor may do under the present post, the nearest deadline first, those without one last."""
    low, high = actor.scope.low, actor.scope.high
    if low is None or high is None:
        return Task.objects.none()
    mine = Q(assigned_to=actor.user_id) if actor.user_id else Q(pk__in=[])
    anybody = Q(assigned_to__isnull=True, permission__in=actor.permissions)
    waiting = Task.objects.filter(mine | anybody, done_on__isnull=True, org__lft__range=(low, high))
    if actor.user_id:
        waiting = waiting.exclude(not_by=actor.user_id)
    return waiting.select_related("org").order_by(F("due_on").asc(nulls_last=True), "opened_at")
