"""Meetings and proceedings of a dispute: parts of steps of the flow, which checked the right and locked the case."""

from datetime import date, time
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from niangjia.base.chinese import clean_text
from niangjia.base.scope import elevated
from niangjia.base.sealing import seal
from niangjia.core.cases.models import Case
from niangjia.core.orgs.models import PartnerBody
from niangjia.work.rights.enums import Forum
from niangjia.work.rights.models import MINUTES, Dispute, Proceeding, Session


@transaction.atomic
def plan_session(case: Case, *, meets_on: date, place: str, at: time | None = None) -> Session:
    """A meeting to come."""
    with elevated("plan_session: the case may lie outside the actor's subtree"):
        return Session.objects.create(case=case, on=meets_on, time=at, place=clean_text(place))


@transaction.atomic
def record_session(case: Case, *, on: date, both_came: bool, minutes: str, place: str = "") -> Session:
    """What came of a meeting; the one planned for that day, else a new one."""
    with elevated("record_session: the case may lie outside the actor's subtree"):
        session = case.sessions.filter(on=on, both_came__isnull=True).first() or Session(case=case, on=on, place=clean_text(place))
        session.both_came, session.minutes_sealed = both_came, seal(minutes, MINUTES) if minutes else None
        session.save()
        return session


@transaction.atomic
def file_at(case: Case, *, forum: str, on: date, body: PartnerBody | None = None, body_name: str = "") -> Proceeding:
    """The matter goes before a body."""
    with elevated("file_at: the case may lie outside the actor's subtree"):
        name = body.name if body else clean_text(body_name)
        return Proceeding.objects.create(case=case, forum=forum, body=body, body_name=name, filed_on=on)


@transaction.atomic
def note_proceeding(case: Case, forum: str, **facts: Any) -> Proceeding:
    """What the body did: accepted, heard, decided, served."""
    with elevated("note_proceeding: the case may lie outside the actor's subtree"):
        found = case.proceedings.filter(forum=forum).order_by("-filed_on", "-id").first()
        if found is None:
            raise ValidationError(f"还没有提交到“{Forum(forum).label}”。")
        for name, value in facts.items():
            setattr(found, name, clean_text(value) if isinstance(value, str) else value)
        found.full_clean()
        found.save()
        return found


@transaction.atomic
def note_dispute(case: Case, **facts: Any) -> None:
    """Facts of the dispute that a step learns: who mediates, how content the worker is."""
    with elevated("note_dispute: the case may lie outside the actor's subtree"):
        Dispute.objects.filter(case=case).update(**facts)
