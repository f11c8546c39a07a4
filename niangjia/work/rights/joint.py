"""Questions about cases handled together: the queue, who may hand one on, rooms of a day, hard cases for the meeting (三方四合)."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, prefetch_related_objects

from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.models import User
from niangjia.core.cases.models import Case
from niangjia.core.cases.queries import reaches, readable
from niangjia.core.cases.rules import COLLECTIVE
from niangjia.core.orgs.enums import PartnerKind
from niangjia.core.orgs.models import Employer, PartnerBody
from niangjia.work.rights.enums import JointWhy
from niangjia.work.rights.models import BodyMember, Booking, Holding, Joint, Meeting, MeetingItem, Room, Share

BODIES = (PartnerKind.GOVERNANCE_CENTRE, PartnerKind.LABOUR_BUREAU, PartnerKind.ARBITRATION, PartnerKind.COURT)
"""Which kinds of partner bodies take joint cases."""
OURS = "工会调解室"
LONG = timedelta(days=60)
AGAIN_WITHIN = timedelta(days=365)
HOT = 3
"""From how many disputes within a year an employer is called hot."""


def bodies() -> list[PartnerBody]:
    """The bodies that take joint cases; their names are no secret."""
    with elevated("joint: names of the bodies that work together"):
        return list(PartnerBody.objects.filter(kind__in=BODIES).order_by("kind", "name"))


def body_of(user_id: int | None) -> PartnerBody | None:
    """The body an account belongs to now."""
    with elevated("joint: the body of an account"):
        row = BodyMember.objects.filter(user=user_id or 0, valid_to__isnull=True).select_related("body").first()
        return row.body if row else None


def members() -> list[BodyMember]:
    """Every account that stands for another body now, with its names; for whoever gives accounts their rights."""
    with elevated("joint: accounts of other bodies belong to nobody's subtree"):
        return list(
            BodyMember.objects.filter(valid_to__isnull=True).select_related("body", "user").order_by("body__name", "user__username")
        )


def members_of(body: PartnerBody) -> list[User]:
    """The accounts of a body now."""
    return list(User.objects.filter(bodies__body=body, bodies__valid_to__isnull=True, is_active=True))


def queue(actor: Actor) -> QuerySet[Joint]:
    """The joint cases this actor may read, each with the one who holds it."""
    return Joint.objects.filter(case__in=readable(actor).filter(line="rights"))


def with_holdings(joints: Sequence[Joint]) -> Sequence[Joint]:
    """The same rows with their cases, holdings and bodies at hand."""
    with elevated("joint: names in a case that the reader may read"):
        prefetch_related_objects(joints, "case__org", "case__dispute", "holdings__body")
    return joints


def holding_of(joint: Joint) -> Holding | None:
    """Who holds a joint case now; None when it left the queue."""
    return max((one for one in joint.holdings.all() if one.ended_on is None), key=lambda one: one.pk, default=None)


def joint_of(case: Case) -> Joint | None:
    """The case's place in the queue, with its holdings."""
    found = list(Joint.objects.filter(case=case))
    return with_holdings(found)[0] if found else None


def may_act(actor: Actor, case: Case, holding: Holding | None) -> bool:
    """Whether the actor stands for the body that holds the case: the union's officer within reach, or an account of that body."""
    if holding is None or not actor.may("rights.joint"):
        return False
    own = body_of(actor.user_id)
    if own is None:
        return holding.body_id is None and reaches(actor, case) and actor.scope.low is not None
    return holding.body_id == own.pk


def bookings_on(on: date) -> list[tuple[Room, list[Booking]]]:
    """Every open room with what is booked on a day, in order of time."""
    with elevated("joint: rooms of all bodies, and the numbers of cases"):
        rooms = list(Room.objects.filter(closed_on__isnull=True).order_by("org__lft", "name"))
        taken = Booking.objects.filter(on=on, cancelled_on__isnull=True).select_related("case").order_by("start")
        return [(room, [one for one in taken if one.room_id == room.pk]) for room in rooms]


def hard_cases(meeting: Meeting) -> list[tuple[Case, str]]:
    """Open disputes below the convenor that belong on the list by rule, each with the first reason that holds; call it in the reader's scope."""
    org, on = meeting.org, meeting.on
    rows = Case.objects.filter(line="rights", flow="dispute", closed_on__isnull=True, sealed=False, scope__range=(org.lft, org.rgt))
    earlier = Case.objects.filter(
        person=OuterRef("person"), employer=OuterRef("employer"), line="rights", closed_on__isnull=False, closed_on__gte=on - AGAIN_WITHIN
    )
    rules = (
        (JointWhy.OVERDUE, Q(due_on__lt=on)),
        (JointWhy.COLLECTIVE, Q(dispute__headcount__gte=COLLECTIVE)),
        (JointWhy.LONG, Q(opened_on__lt=on - LONG)),
        (JointWhy.AGAIN, Q(Exists(earlier), person__isnull=False, employer__isnull=False)),
    )
    listed = MeetingItem.objects.filter(meeting=meeting).values("case")
    found: dict[int, tuple[Case, str]] = {}
    for why, rule in rules:
        for case in rows.filter(rule).exclude(pk__in=listed).order_by("opened_on", "id")[:100]:
            found.setdefault(case.pk, (case, why))
    return list(found.values())


def items_of(meeting: Meeting) -> list[MeetingItem]:
    """The list of a meeting with its cases at hand."""
    rows = list(meeting.items.filter(dropped_on__isnull=True).order_by("number"))
    with elevated("joint: the cases of a meeting the reader may read"):
        prefetch_related_objects(rows, "case__org", "case__employer", "case__dispute", "case__holder")
    return rows


def open_disputes(limit: int) -> list[Case]:
    """The open disputes that came last and are in no queue; call it elevated."""
    rows = Case.objects.filter(line="rights", flow="dispute", closed_on__isnull=True, sealed=False, joint__isnull=True)
    return list(rows.select_related("org").order_by("-opened_on", "-id")[:limit])


def has_rooms() -> bool:
    """Whether anybody has entered a shared room."""
    return Room.objects.exists()


def follow_ups(case: Case) -> list[MeetingItem]:
    """What meetings asked for about a case that the reader may read, and nobody has done yet."""
    with elevated("joint: the meeting belongs to its convenor"):
        rows = MeetingItem.objects.filter(case=case, followed_on__isnull=True, dropped_on__isnull=True).exclude(follow_up="")
        return list(rows.select_related("meeting").order_by("follow_up_on", "id"))


def hot_employers(since: date) -> QuerySet[Employer]:
    """Employers with several disputes since a day, the most first; ``disputes`` counts those the reader's scope lets be seen."""
    counted = Count("cases", filter=Q(cases__line="rights", cases__opened_on__gte=since))
    return Employer.objects.annotate(disputes=counted).filter(disputes__gte=HOT).order_by(F("disputes").desc(), "name")


def shares_of(case: Case) -> list[Share]:
    """Everybody's part of a collective case, with names and receipts at hand."""
    rows = list(Share.objects.filter(case=case).order_by("id"))
    with elevated("collective: the names in a case that the reader may read"):
        prefetch_related_objects(rows, "person")
    return rows
