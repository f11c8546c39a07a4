"""Moving from one union to another where neither side answers for both: one asks, the other confirms, silence settles it (会籍接转)."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from niangjia.base.calendar import chinese_date, today
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.orgs.models import Organisation
from niangjia.core.people.actions.membership import NOT_ASKED, reaches, transfer
from niangjia.core.people.models import Membership, Person
from niangjia.core.people.queries import SILENT_DAYS, transfers_asked
from niangjia.core.people.rules import check_day, check_living, check_reason, check_receiving, lock, open_span_of, refuse
from niangjia.core.trail.actions import record


@transaction.atomic
def ask_transfer(person: Person, *, to: Organisation, by: Actor, on: date | None = None) -> Membership:
    """Ask the other side to let a member come or to receive one; the membership stays where it is until they answer.

    Whoever answers for both unions transfers at once (`transfer`) and needs to ask nobody.
    """
    on = on or today()
    with elevated("ask_transfer: one of the two unions lies outside the actor's subtree"):
        lock(person)
        span = open_span_of(person)
        receiving = reaches(by, to)
        require(by, "people.change", to if receiving else span.union)
        check_day(on, "提出日期")
        check_living(person)
        check_receiving(to, on)
        if span.union_id == to.pk:
            refuse(f"{person.name}已经在{to.name}。", "to")
        if span.transferring_to_id:
            refuse(f"{person.name}已经在办转会，{chinese_date(span.transfer_asked_on or on)}提出，请等对方答复或先撤回。")
        span.transferring_to, span.transfer_asked_on, span.transfer_asked_by_receiver = to, on, receiving
        span.save(update_fields=list(NOT_ASKED))
        record("people.ask_transfer", subject=person.subject, by=by, org=span.union_id, on=on, before=span.union.code, after=to.code)
    return span


@transaction.atomic
def confirm_transfer(span: Membership, *, by: Actor, on: date | None = None) -> Membership:
    """The side that was asked agrees: the member goes over that day."""
    with elevated("confirm_transfer: the other union lies outside the actor's subtree"):
        span = _asked(span)
        require(by, "people.change", _answering(span))
        return transfer(span.person, to=_receiving(span), by=by, on=on, reason="对方确认")


@transaction.atomic
def drop_transfer(span: Membership, *, by: Actor, reason: str, on: date | None = None) -> Membership:
    """Either side calls the transfer off, with the reason that the other one reads."""
    with elevated("drop_transfer: the other union lies outside the actor's subtree"):
        span = _asked(span)
        require(by, "people.change", span.union if reaches(by, span.union) else _receiving(span))
        _drop(span, by, check_reason(reason), on)
    return span


@transaction.atomic
def settle_silent_transfers(*, by: Actor, on: date | None = None) -> int:
    """Transfers whose other side was silent for SILENT_DAYS go through; returns how many. One that no longer can is called off."""
    on, settled = on or today(), 0
    with elevated("settle_silent_transfers: unions of the whole district"):
        for span in transfers_asked().filter(transfer_asked_on__lte=on - timedelta(days=SILENT_DAYS)):
            try:
                with transaction.atomic():
                    transfer(span.person, to=_receiving(span), by=by, on=on, reason=f"对方 {SILENT_DAYS} 天没有答复，自动接转")
                settled += 1
            except ValidationError as refusal:
                _drop(_asked(span), by, "；".join(refusal.messages)[:200], on)
    return settled


def _drop(span: Membership, by: Actor, reason: str, on: date | None) -> None:
    before = _receiving(span).code
    for name, value in NOT_ASKED.items():
        setattr(span, name, value)
    span.save(update_fields=list(NOT_ASKED))
    record("people.drop_transfer", subject=span.person.subject, by=by, org=span.union_id, on=on, reason=reason, before=before, after="")


def _asked(span: Membership) -> Membership:
    """The request as it is now, held until the commit."""
    lock(span.person)
    now = transfers_asked().select_for_update(of=("self",)).filter(pk=span.pk).first()
    return now or refuse("这次转会已经办完或撤回了，请刷新后再看。")


def _receiving(span: Membership) -> Organisation:
    return span.transferring_to or refuse("这个人没有在办转会。")


def _answering(span: Membership) -> Organisation:
    """The side that has to answer."""
    return span.union if span.transfer_asked_by_receiver else _receiving(span)
