"""Telling persons and accounts something: in the platform's box, and by a message that a job sends outside it."""

from datetime import timedelta

from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.db.models import F

from niangjia.base.calendar import now
from niangjia.base.scope import elevated
from niangjia.base.sealing import seal, unseal
from niangjia.core.access.actor import Actor
from niangjia.core.access.models import User
from niangjia.core.notices import jobs
from niangjia.core.notices.enums import Channel, Kind, State
from niangjia.core.notices.gateways import Message, gateway_of
from niangjia.core.notices.models import ADDRESS, TEXT, Notice, OptOut
from niangjia.core.notices.queries import absolute
from niangjia.core.notices.rules import channels_outside, quiet_until
from niangjia.core.orgs.models import Organisation
from niangjia.core.people.models import Person
from niangjia.core.trail.actions import record

ATTEMPTS = 5
OUTSIDE = "请打开平台看详情。"
"""All that is said outside the platform besides the title: messages of others' systems are read over shoulders."""
PROVIDERS = {Channel.WECHAT: "weixin", Channel.DINGTALK: "dingtalk"}


class NotSent(Exception):
    """The gateway took no message; the job tries again later."""


@transaction.atomic
def send_sms(
    *, phone: str, text: str, kind: Kind, by: Actor, subject: str = "", person: Person | None = None, org: Organisation | None = None
) -> Notice:
    """Queue a short message; it leaves when the transaction is committed. Its right and reason are those of the calling action."""
    with elevated("notices: a message may go to somebody outside the sender's scope"):
        notice = Notice.objects.create(
            person=person, org=org, kind=kind, channel=Channel.SMS, subject=subject, address_sealed=seal(phone, ADDRESS),
            text_sealed=seal(text, TEXT), made_at=now(), not_before=None if kind == Kind.SIGN_IN_CODE else quiet_until(),
        )  # fmt: skip
    record("notices.send", subject=f"notice:{notice.pk}", by=by, org=org.pk if org else None, kind=kind)
    _queue(notice)
    return notice


@transaction.atomic
def tell(
    *, title: str, text: str, kind: Kind, by: Actor, person: Person | None = None, user: User | None = None, url: str = "", once: str = "",
) -> Notice:  # fmt: skip
    """Put a message into the box of a person or an account, and send word by the channels the federation uses and the receiver takes.

    With ``once`` the same thing is told to the same receiver one time only; the earlier message is returned then. The words outside the
    platform are the title and where to read on, never the text.
    """
    with elevated("notices: a message may go to somebody outside the sender's scope"):
        told = Notice.objects.filter(once=once, channel=Channel.APP, person=person, user=user).first() if once else None
        if told:
            return told
        facts = {
            "person": person, "user": user, "org_id": person.home_org_id if person else None, "kind": kind, "title": title[:60], "url": url,
            "once": once, "made_at": now(),
        }  # fmt: skip
        notice = Notice.objects.create(channel=Channel.APP, text_sealed=seal(text, TEXT), state=State.SENT, sent_at=now(), **facts)
        for channel, address in _addresses(person, user, kind):
            _queue(
                Notice.objects.create(
                    channel=channel,
                    address_sealed=seal(address, ADDRESS),
                    text_sealed=seal(OUTSIDE, TEXT),
                    not_before=quiet_until(),
                    **facts,
                )
            )
    subject = f"person:{person.pk}" if person else f"user:{user.pk if user else 0}"
    record("notices.tell", subject=subject, by=by, org=person.home_org_id if person else None, kind=kind)
    return notice


def _addresses(person: Person | None, user: User | None, kind: str) -> list[tuple[Channel, str]]:
    """By which channels this receiver takes this kind, and where."""
    offered = channels_outside(kind)
    if not offered:
        return []
    refused = set(OptOut.objects.filter(person=person, user=user, kind=kind).values_list("channel", flat=True))
    account = user or (person.user if person else None)
    found = ((channel, _address(channel, person, account)) for channel in offered if channel not in refused)
    return [(channel, address) for channel, address in found if address]


def _address(channel: Channel, person: Person | None, account: User | None) -> str:
    if channel in PROVIDERS:
        linked = SocialAccount.objects.filter(user=account, provider=PROVIDERS[channel]) if account else SocialAccount.objects.none()
        return linked.values_list("uid", flat=True).first() or ""
    if channel == Channel.EMAIL:
        return account.email if account else ""
    if person:
        return person.phone
    return unseal(bytes(account.phone_sealed), User.sealed_as["phone_sealed"]) if account and account.phone_sealed else ""


def _queue(notice: Notice) -> None:
    task = jobs.deliver.configure(schedule_at=notice.not_before) if notice.not_before else jobs.deliver
    task.defer(notice_id=notice.pk)


@transaction.atomic
def mark_read(*, person_id: int | None = None, user_id: int | None = None) -> int:
    """A person or account has seen the messages in the box; a private matter, so it leaves no trail."""
    box = {"person": person_id} if person_id else {"user": user_id or 0}
    with elevated("notices: one's own messages"):
        return Notice.objects.filter(**box, channel=Channel.APP, read_at__isnull=True).update(read_at=now())


@transaction.atomic
def choose(
    *, wanted: set[tuple[str, str]], offered: set[tuple[str, str]], person_id: int | None = None, user_id: int | None = None
) -> None:
    """Which (kind, channel) of those offered a receiver wants outside the platform; a private matter, so it leaves no trail."""
    whose = {"person_id": person_id, "user_id": None if person_id else user_id}
    mine = OptOut.objects.filter(person=person_id, user=whose["user_id"])
    for kind, channel in wanted & offered:
        mine.filter(kind=kind, channel=channel).delete()
    refused = [OptOut(kind=kind, channel=channel, **whose) for kind, channel in offered - wanted]
    OptOut.objects.bulk_create(refused, ignore_conflicts=True)


def deliver(*, notice_id: int) -> None:
    """Hand one message to its gateway. Raises NotSent while it may be tried again; after the last attempt it stays as failed.

    That it is being handed over is committed before, the outcome after. A message found half handed over goes again only to a gateway
    that knows its key; else nobody can tell whether it left, and a person decides on the outbox page.
    """
    notice = _taken_up(notice_id)
    if notice is None:
        return
    receipt = gateway_of(notice.channel).send(
        notice.address, Message(f"notice-{notice.pk}", notice.text, notice.title, absolute(notice.url))
    )
    last = notice.attempts >= ATTEMPTS
    with transaction.atomic(), elevated("notices: the job that sends"):
        Notice.objects.filter(pk=notice.pk).update(
            state=State.SENT if receipt.accepted else State.FAILED if last else State.QUEUED,
            sent_at=now() if receipt.accepted else None,
            fault=receipt.fault[:120],
        )
    if not receipt.accepted and not last:
        raise NotSent(receipt.fault)


def _taken_up(notice_id: int) -> Notice | None:
    """The message, marked as being handed over; None where there is nothing to hand over, or nobody knows whether that was done."""
    with transaction.atomic(), elevated("notices: the job that sends"):
        waiting = Notice.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=notice_id, address_sealed__isnull=False)
        notice = waiting.filter(state__in=[State.QUEUED, State.SENDING]).first()
        if notice is None:
            return None
        if notice.state == State.SENDING and not gateway_of(notice.channel).refuses_doubles:
            waiting.update(state=State.UNSURE, fault="发送时中断，不知道发出没有")
            return None
        Notice.objects.filter(pk=notice.pk).update(state=State.SENDING, attempts=F("attempts") + 1)
        notice.attempts += 1
        return notice


@transaction.atomic
def resend(*, notice: Notice, by: Actor) -> None:
    """Try a message again from the beginning that failed, or of which nobody knows whether it left."""
    with elevated("notices: the outbox was shown within rights"):
        again = Notice.objects.filter(pk=notice.pk, state__in=[State.FAILED, State.UNSURE])
        if not again.update(state=State.QUEUED, attempts=0, fault="", not_before=None):
            return
    record("notices.resend", subject=f"notice:{notice.pk}", by=by, org=notice.org_id)
    jobs.deliver.defer(notice_id=notice.pk)


@transaction.atomic
def forget_old_codes() -> int:
    """Erase text and phone of sign-in codes older than a day; returns how many."""
    old = Notice.objects.filter(kind=Kind.SIGN_IN_CODE, made_at__lt=now() - timedelta(days=1), text_sealed__isnull=False)
    with elevated("notices: retention"):
        return old.update(text_sealed=None, address_sealed=seal("", ADDRESS))
