"""Which messages a person or an account has, and what stands in the outbox."""

from django.conf import settings
from django.db.models import Q, QuerySet

from niangjia.core.access.actor import Actor
from niangjia.core.access.queries import own, visible
from niangjia.core.notices.enums import Channel, Kind
from niangjia.core.notices.models import Notice, OptOut


def messages_of(person_id: int | None) -> QuerySet[Notice]:
    """A person's own messages inside the platform, newest first."""
    return own(person_id, Notice.objects.filter(channel=Channel.APP)).order_by("-made_at")


def messages_to(user_id: int | None) -> QuerySet[Notice]:
    """The messages to an account of the staff inside the platform, newest first."""
    return Notice.objects.filter(user=user_id or 0, channel=Channel.APP).order_by("-made_at")


def unread(actor: Actor) -> int:
    """How many messages in the box of whoever acts are new."""
    box = messages_of(actor.person_id) if actor.person_id else messages_to(actor.user_id)
    return box.filter(read_at__isnull=True).count()


def refused_by(person_id: int | None = None, user_id: int | None = None) -> set[tuple[str, str]]:
    """The (kind, channel) that a receiver does not want outside the platform."""
    return set(OptOut.objects.filter(person=person_id, user=None if person_id else user_id).values_list("kind", "channel"))


def absolute(url: str) -> str:
    """The address as others' systems need it; "" for none."""
    return f"{settings.PUBLIC_URL}{url}" if url else ""


def outbox(actor: Actor) -> QuerySet[Notice]:
    """Messages that left or wait to leave, newest first. Sign-in codes belong to no union: they are listed in the demo only, and
    for that the caller reads them elevated.
    """
    if not actor.may("notices.outbox"):
        return Notice.objects.none()
    mine = Q(pk__in=visible(actor, Notice.objects.all(), "notices.outbox").values("pk"))
    if settings.DEMO:
        mine |= Q(kind=Kind.SIGN_IN_CODE)
    return Notice.objects.filter(mine).exclude(channel=Channel.APP).select_related("org").order_by("-made_at")


def code_in_demo(code_id: int) -> str:
    """In the demo no message leaves the machine: the text sent with this code, else nothing. Call it elevated."""
    if not settings.DEMO:
        return ""
    notice = Notice.objects.filter(kind=Kind.SIGN_IN_CODE, subject=f"code:{code_id}").first()
    return notice.text if notice else ""
