"""Union supervision of labour law: who watches, complaints, and what each step learns (工会劳动法律监督)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from niangjia.base.calendar import today
from niangjia.base.scope import elevated
from niangjia.base.sealing import seal
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.cases.actions import open_case
from niangjia.core.cases.models import Case
from niangjia.core.cases.rules import check_reason, refuse
from niangjia.core.orgs.models import Employer, Organisation
from niangjia.core.people.models import Person
from niangjia.core.people.queries import active_members
from niangjia.core.trail.actions import record
from niangjia.work.rights.enums import WatchPost
from niangjia.work.rights.models.supervision import COMPLAINT, Supervision, Supervisor

WORK = "rights.supervise"
COMMITTEE_FROM = 25
"""Members from which a union forms a committee; below one supervisor is elected (浙江省工会劳动法律监督条例第十一条)."""
LEAST_INVESTIGATORS = 2


@transaction.atomic
def name_supervisor(*, org: Organisation, person: Person, post: str, card: str, by: Actor, valid_from: date | None = None) -> Supervisor:
    """Somebody watches for a union. Raises ValidationError where its size asks for another form."""
    on = valid_from or today()
    require(by, WORK, org)
    with elevated("name_supervisor: the members of the union"):
        members = active_members(org, on).count()
        others = Supervisor.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), org=org)
        small = org.is_grassroots and members < COMMITTEE_FROM
        if small and post != WatchPost.SINGLE:
            refuse(f"会员 {members} 人，不足 {COMMITTEE_FROM} 人的工会不设委员会，选一名监督员（条例第十一条）。", "post")
        if small and others.exists():
            refuse("不足 25 人的工会只选一名监督员，已经有了（条例第十一条）。", "person")
        if not small and post == WatchPost.SINGLE:
            refuse(f"会员 {members} 人，应当设监督委员会：请选主任或委员（条例第十一条）。", "post")
        if post == WatchPost.CHAIR and others.filter(post=WatchPost.CHAIR).exists():
            refuse("已经有主任。", "post")
        row = Supervisor(org=org, person=person, post=post, card=card.strip(), valid_from=on)
        row.full_clean(exclude={"org", "person"})
        row.save()
        record("rights.name_supervisor", subject=f"supervisor:{row.pk}", by=by, org=org.pk, on=on, post=post, person=person.subject)
    return row


@transaction.atomic
def end_supervisor(supervisor: Supervisor, *, on: date, by: Actor, reason: str) -> None:
    """Somebody no longer watches."""
    require(by, WORK, supervisor.org)
    reason = check_reason(reason)
    with elevated("end_supervisor: the row was shown within rights"):
        Supervisor.objects.filter(pk=supervisor.pk, valid_to__isnull=True).update(valid_to=max(on, supervisor.valid_from))
        record("rights.end_supervisor", subject=f"supervisor:{supervisor.pk}", by=by, org=supervisor.org_id, on=on, reason=reason)


@transaction.atomic
def complain(
    *, org: Organisation, topics: Sequence[str], complaint: str, by: Actor, on: date | None = None, persons: Sequence[Person] = (),
    employer: Employer | None = None, employer_name: str = "", channel: str = "window",
) -> Case:  # fmt: skip
    """A complaint reaches the union's supervision; without persons the union found it itself or nobody gave a name."""
    on = on or today()
    require(by, WORK, org)
    if not complaint.strip():
        refuse("请写投诉了什么。", "complaint")
    if employer is None and not employer_name.strip():
        refuse("请写明是哪家单位。", "employer")
    with elevated("complain: the persons may belong to other unions"):
        against = employer.name if employer else employer_name.strip()
        case = open_case(
            line="rights", flow="supervision", org=org, title=f"监督{against}", by=by, on=on, applicants=persons, employer=employer,
            respondent=employer_name, channel=channel, terms=(("supervision.refuse", on),), facts={"topics": list(topics)},
        )  # fmt: skip
        row = Supervision(case=case, topics=sorted(topics), complaint_sealed=seal(complaint.strip(), COMPLAINT))
        row.full_clean(exclude={"case"})
        row.save()
        record("rights.complain", subject=case.subject, by=by, org=org.pk, on=on, topics=list(topics))
    return case


@transaction.atomic
def note_supervision(case: Case, **facts: Any) -> Supervision:
    """Facts that a step learns; the row is checked whole."""
    with elevated("note_supervision: the case may lie outside the actor's subtree"):
        row = Supervision.objects.select_for_update(of=("self",)).get(case=case)
        for name, value in facts.items():
            setattr(row, name, value.strip() if isinstance(value, str) else value)
        row.full_clean(exclude={"case"})
        row.save()
    return row


def check_cards(cards: Sequence[str], on: date) -> list[str]:
    """At least two supervisors whose cards hold on the day; they show their cards. Raises ValidationError."""
    said = list(dict.fromkeys(card.strip() for card in cards if card.strip()))
    with elevated("check_cards: supervisors of every union"):
        holds = Supervisor.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), valid_from__lte=on, card__in=said)
        known = set(holds.values_list("card", flat=True))
    if missing := [card for card in said if card not in known]:
        refuse(f"这些监督员证那天无效：{'、'.join(missing)}。", "cards")
    if len(said) < LEAST_INVESTIGATORS:
        refuse(f"调查要有 {LEAST_INVESTIGATORS} 名以上监督员，出示监督员证。", "cards")
    return said
