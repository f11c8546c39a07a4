"""Joint meetings about hard cases, and the element forms every body takes (联席会议、要素表)."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from niangjia.base.calendar import chinese_date, today
from niangjia.base.chinese import clean_text
from niangjia.base.scope import elevated
from niangjia.base.sealing import seal
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.cases.actions.rows import lock
from niangjia.core.cases.models import Case
from niangjia.core.cases.rules import check_open, check_reason, refuse, require_reach
from niangjia.core.orgs.actions.codes import take_codes
from niangjia.core.orgs.models import Organisation
from niangjia.core.tasks.actions import finish_task, open_task
from niangjia.core.tasks.enums import Kind as TaskKind
from niangjia.core.trail.actions import record
from niangjia.work.rights.elements import questions_of
from niangjia.work.rights.enums import JointWhy
from niangjia.work.rights.joint import hard_cases
from niangjia.work.rights.models import ANSWERS, DECISION, Elements, Meeting, MeetingItem

MAY = "rights.joint"


@transaction.atomic
def call_meeting(*, org: Organisation, on: date, place: str, by: Actor) -> Meeting:
    """A joint meeting on a day, its list filled by rule: overdue, collective, long, come again."""
    require(by, MAY, org)
    with elevated("call_meeting: the hard cases of the convenor's subtree"):
        row = Meeting(code=f"LX-{on.year}-{take_codes('meeting', on.year):03d}", org=org, on=on, place=clean_text(place)[:80])
        row.full_clean()
        row.save()
        found = hard_cases(row)
        MeetingItem.objects.bulk_create(
            MeetingItem(meeting=row, case=case, number=number, why=why) for number, (case, why) in enumerate(found, 1)
        )
        record("rights.call_meeting", subject=row.subject, by=by, org=org.pk, on=on, cases=len(found))
    return row


@transaction.atomic
def put_on_list(meeting: Meeting, *, case: Case, by: Actor) -> MeetingItem:
    """A case that somebody wants discussed, whatever the rules say."""
    require(by, MAY, meeting.org)
    with elevated("put_on_list: the case may lie outside the convenor's subtree"):
        require_reach(by, case, MAY)
        _check_not_held(meeting)
        if case.sealed:
            refuse("密办的案件不上联席会议。", "case")
        last = meeting.items.aggregate(last=Max("number"))["last"] or 0
        row, made = MeetingItem.objects.get_or_create(meeting=meeting, case=case, defaults={"number": last + 1, "why": JointWhy.PICKED})
        if not made and row.dropped_on is None:
            refuse("这件案子已在名单上。", "case")
        MeetingItem.objects.filter(pk=row.pk).update(dropped_on=None)
        record("rights.put_on_list", subject=meeting.subject, by=by, org=meeting.org_id, case=case.code)
    return row


@transaction.atomic
def take_off_list(item: MeetingItem, *, by: Actor) -> None:
    """A case that need not be discussed this time."""
    require(by, MAY, item.meeting.org)
    _check_not_held(item.meeting)
    MeetingItem.objects.filter(pk=item.pk).update(dropped_on=today())
    record("rights.take_off_list", subject=item.meeting.subject, by=by, org=item.meeting.org_id, number=item.number)


@transaction.atomic
def decide_item(
    item: MeetingItem, *, minutes: str, decision: str, by: Actor, follow_up: str = "", follow_up_on: date | None = None
) -> MeetingItem:
    """What was said and decided about a case; what follows waits as a to-do for whoever answers for it."""
    meeting = item.meeting
    require(by, MAY, meeting.org)
    if meeting.on > today():
        refuse(f"会议{chinese_date(meeting.on)}才开。")
    if not decision.strip():
        refuse("请写明决定。", "decision")
    if follow_up.strip() and follow_up_on is None:
        refuse("后续要写明哪天以前办好。", "follow_up_on")
    with elevated("decide_item: the case answers to its own organisation"):
        item.minutes_sealed = seal(minutes.strip(), DECISION) if minutes.strip() else None
        item.decision, item.follow_up, item.follow_up_on = decision.strip()[:200], follow_up.strip()[:120], follow_up_on
        item.save(update_fields=["minutes_sealed", "decision", "follow_up", "follow_up_on"])
        Meeting.objects.filter(pk=meeting.pk, held_on__isnull=True).update(held_on=meeting.on)
        case = item.case
        if item.follow_up:
            open_task(
                kind=TaskKind.MEETING_FOLLOW, title=f"{case.code} {item.follow_up}", org=case.org, subject=f"meetingitem:{item.pk}",
                url=reverse("cases:detail", args=[case.code]), permission="rights.mediate", by=by, due_on=follow_up_on,
            )  # fmt: skip
        record("rights.decide_item", subject=meeting.subject, by=by, org=meeting.org_id, number=item.number, decision=item.decision)
    return item


@transaction.atomic
def follow_up_done(item: MeetingItem, *, words: str, by: Actor, on: date | None = None) -> None:
    """What the meeting asked for is done: said in words, and the to-do ends."""
    on, words = on or today(), check_reason(words, "words")
    with elevated("follow_up_done: the meeting belongs to its convenor"):
        require_reach(by, item.case, "rights.mediate")
        if not item.follow_up or item.followed_on:
            refuse("没有等着办的后续。")
        MeetingItem.objects.filter(pk=item.pk).update(followed_on=on, followed=words[:200])
        finish_task(kind=TaskKind.MEETING_FOLLOW, subject=f"meetingitem:{item.pk}", outcome="办好了", by=by)
        record("rights.follow_up_done", subject=item.case.subject, by=by, org=item.case.org_id, on=on, number=item.number)


def _check_not_held(meeting: Meeting) -> None:
    if meeting.held_on:
        refuse("会议已经开过，名单不能再改。")


@transaction.atomic
def fill_elements(case: Case, *, answers: Mapping[str, Any], by: Actor, on: date | None = None) -> Elements:
    """The element form of a case, filled once for every body; filled again it takes the new answers. Unknown questions are refused."""
    on = on or today()
    with elevated("fill_elements: the case may lie outside the actor's subtree"):
        lock(case)
        check_open(case)
        require_reach(by, case, MAY)
        known = {one.key for one in questions_of(case)}
        if strange := set(answers) - known:
            refuse(f"要素表里没有这些问题：{'、'.join(sorted(strange))}")
        kept = {key: str(value) for key, value in answers.items() if value not in (None, "")}
        sealed = seal(json.dumps(kept, ensure_ascii=False), ANSWERS)
        row, _ = Elements.objects.update_or_create(
            case=case, defaults={"answers_sealed": sealed, "filled_on": on, "filled_by": by.actor_key}
        )
        record("rights.fill_elements", subject=case.subject, by=by, org=case.org_id, on=on, answered=len(kept))
    return row
