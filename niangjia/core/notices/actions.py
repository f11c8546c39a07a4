"""Telling persons something: inside the platform, or by a short message that a job sends."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F

from niangjia.base.calendar import now
from niangjia.base.scope import elevated
from niangjia.base.sealing import seal
from niangjia.core.access.actor import Actor
from niangjia.core.notices import jobs
from niangjia.core.notices.enums import Channel, Kind, State
from niangjia.core.notices.models import PHONE, TEXT, Notice
from niangjia.core.notices.sms import gateway
from niangjia.core.orgs.models import Organisation
from niangjia.core.people.models import Person
from niangjia.core.trail.actions import record

ATTEMPTS = 5


class NotSent(Exception):
    """The gateway took no message; the job tries again later."""


@transaction.atomic
def send_sms(
    *, phone: str, text: str, kind: Kind, by: Actor, subject: str = "", person: Person | None = None, org: Organisation | None = None
) -> Notice:
    """Queue a short message; it leaves when the transaction is committed. Its right and reason are those of the calling action."""
    with elevated("notices: a message may go to somebody outside the sender's scope"):
        notice = Notice.objects.create(
            person=person, org=org, kind=kind, channel=Channel.SMS, subject=subject, phone_sealed=seal(phone, PHONE),
            text_sealed=seal(text, TEXT), made_at=now(),
        )  # fmt: skip
    record("notices.send", subject=f"notice:{notice.pk}", by=by, org=org.pk if org else None, kind=kind)
    jobs.deliver.defer(notice_id=notice.pk)
    return notice


@transaction.atomic
def tell(*, person: Person, title: str, text: str, kind: Kind, by: Actor, url: str = "") -> Notice:
    """Put a message into a person's box in the platform."""
    with elevated("notices: a message may go to somebody outside the sender's scope"):
        notice = Notice.objects.create(
            person=person, org_id=person.home_org_id, kind=kind, channel=Channel.APP, title=title, text_sealed=seal(text, TEXT), url=url,
            state=State.SENT, made_at=now(), sent_at=now(),
        )  # fmt: skip
    record("notices.tell", subject=f"person:{person.pk}", by=by, org=person.home_org_id, kind=kind)
    return notice


@transaction.atomic
def mark_read(*, person_id: int) -> int:
    """A person has seen the messages in the box; a private matter, so it leaves no trail."""
    with elevated("notices: one's own messages"):
        return Notice.objects.filter(person=person_id, channel=Channel.APP, read_at__isnull=True).update(read_at=now())


def deliver(*, notice_id: int) -> None:
    """Hand one message to the gateway. Raises NotSent while it may be tried again; after the last attempt it stays as failed."""
    with transaction.atomic(), elevated("notices: the job that sends"):
        notice = Notice.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=notice_id, state=State.QUEUED).first()
        if notice is None or notice.phone_sealed is None:
            return
        receipt = gateway().send(notice.phone, notice.text, key=f"notice-{notice.pk}")
        last = notice.attempts + 1 >= ATTEMPTS
        Notice.objects.filter(pk=notice.pk).update(
            attempts=F("attempts") + 1,
            state=State.SENT if receipt.accepted else State.FAILED if last else State.QUEUED,
            sent_at=now() if receipt.accepted else None,
            fault=receipt.fault[:120],
        )
    if not receipt.accepted and not last:
        raise NotSent(receipt.fault)


@transaction.atomic
def resend(*, notice: Notice, by: Actor) -> None:
    """Try a failed message again from the beginning."""
    with elevated("notices: the outbox was shown within rights"):
        Notice.objects.filter(pk=notice.pk, state=State.FAILED).update(state=State.QUEUED, attempts=0, fault="")
    record("notices.resend", subject=f"notice:{notice.pk}", by=by, org=notice.org_id)
    jobs.deliver.defer(notice_id=notice.pk)


@transaction.atomic
def forget_old_codes() -> int:
    """Erase text and phone of sign-in codes older than a day; returns how many."""
    old = Notice.objects.filter(kind=Kind.SIGN_IN_CODE, made_at__lt=now() - timedelta(days=1), text_sealed__isnull=False)
    with elevated("notices: retention"):
        return old.update(text_sealed=None, phone_sealed=seal("", PHONE))
