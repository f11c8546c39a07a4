"""Which messages a person has, and what stands in the outbox."""

from django.conf import settings
from django.db.models import Q, QuerySet

from niangjia.core.access.actor import Actor
from niangjia.core.access.queries import own, visible
from niangjia.core.notices.enums import Channel, Kind
from niangjia.core.notices.models import Notice


def messages_of(person_id: int | None) -> QuerySet[Notice]:
    """A person's own messages inside the platform, newest first."""
    return own(person_id, Notice.objects.filter(channel=Channel.APP)).order_by("-made_at")


def unread(person_id: int | None) -> int:
    return messages_of(person_id).filter(read_at__isnull=True).count()


def outbox(actor: Actor) -> QuerySet[Notice]:
    """Messages that left or wait to leave, newest first. Sign-in codes belong to no union: they are listed in the demo only, and
    for that the caller reads them elevated.
    """
    if not actor.may("notices.outbox"):
        return Notice.objects.none()
    mine = Q(pk__in=visible(actor, Notice.objects.all(), "notices.outbox").values("pk"))
    if settings.DEMO:
        mine |= Q(kind=Kind.SIGN_IN_CODE)
    return Notice.objects.filter(mine, channel=Channel.SMS).select_related("org").order_by("-made_at")


def code_in_demo(code_id: int) -> str:
    """In the demo no message leaves the machine: the text sent with this code, else nothing. Call it elevated."""
    if not settings.DEMO:
        return ""
    notice = Notice.objects.filter(kind=Kind.SIGN_IN_CODE, subject=f"code:{code_id}").first()
    return notice.text if notice else ""
