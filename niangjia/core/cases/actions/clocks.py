"""Clocks of a case: started, met, extended, paused, no longer counted, or changed by two persons (期限)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import DateField, F, Value
from django.db.models.functions import Greatest
from django.urls import reverse

from niangjia.base.calendar import chinese_date, today
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import Refused
from niangjia.core.cases.actions.rows import lock, renew_due, renew_due_many
from niangjia.core.cases.enums import ClockState
from niangjia.core.cases.models import Case, Clock
from niangjia.core.cases.queries import lapsing, running
from niangjia.core.cases.rules import check_open, check_reason, refuse, require_reach
from niangjia.core.law.queries import calendar
from niangjia.core.law.reckoning import Due, due
from niangjia.core.law.term import Status
from niangjia.core.law.terms import RIGHTS
from niangjia.core.tasks.actions import finish_task, open_task
from niangjia.core.tasks.enums import Kind as TaskKind
from niangjia.core.trail.actions import record, record_bulk


@transaction.atomic
def start_term(case: Case, *, term: str, since: date, by: Actor, anew: bool = False) -> Clock:
    """Let a statutory term run from the event of a day; its last day and article come from `core.law` by the law of that day.

    ``anew`` ends the one that runs already and starts it again.
    """
    reckoned = due(term, since, calendar())
    with elevated("start_term: the case may lie outside the actor's subtree"):
        if anew:
            void_term(case, term=term, by=by, on=max(since, case.opened_on), reason="重新起算")
        clock = _clock(case, reckoned, since)
        clock.save()
        renew_due(case)
        record(
            "cases.start_term", subject=case.subject, by=by, org=case.org_id, on=since, term=term, due_on=reckoned.due_on, clock=clock.pk
        )
    return clock


@transaction.atomic
def start_promise(case: Case, *, term: str, title: str, source: str, since: date, due_on: date, by: Actor) -> Clock:
    """Let a term run that no law sets: what another body's order or our own rule asks for. ``source`` says whose word it is; it counts as unread."""
    with elevated("start_promise: the case may lie outside the actor's subtree"):
        clock = Clock.objects.create(
            case=case, term=term, title=title[:60], article=source[:200], status=Status.UNVERIFIED.value, starts_on=since, due_on=due_on
        )
        renew_due(case)
        record("cases.start_term", subject=case.subject, by=by, org=case.org_id, on=since, term=term, due_on=due_on, clock=clock.pk)
    return clock


@transaction.atomic
def meet_term(case: Case, *, term: str, by: Actor, on: date) -> Clock | None:
    """What the term asked for was done on a day; None where it does not run."""
    with elevated("meet_term: the case may lie outside the actor's subtree"):
        clock = running(case).select_for_update(of=("self",)).filter(term=term).first()
        if clock:
            clock.state, clock.settled_on = ClockState.MET, on
            clock.save(update_fields=["state", "settled_on"])
            if clock.proposed_on:
                _end_proposal(clock, "已经办了", by)
            renew_due(case)
    return clock


@transaction.atomic
def void_term(case: Case, *, term: str, by: Actor, on: date, reason: str) -> Clock | None:
    """The term is no longer counted, for a reason; None where it does not run."""
    reason = check_reason(reason)
    with elevated("void_term: the case may lie outside the actor's subtree"):
        clock = running(case).select_for_update(of=("self",)).filter(term=term).first()
        if clock:
            clock.state, clock.settled_on, clock.reason = ClockState.VOID, max(on, clock.starts_on), reason
            clock.save(update_fields=["state", "settled_on", "reason"])
            if clock.proposed_on:
                _end_proposal(clock, "期限不再计算", by)
            renew_due(case)
            record("cases.void_term", subject=case.subject, by=by, org=case.org_id, on=on, reason=reason, term=term, clock=clock.pk)
    return clock


@dataclass
class Turn:
    """The clocks of one case while a step turns them: read once, written a statement for each way they end."""

    case: Case
    by: Actor
    on: date
    rows: dict[str, Clock]

    @classmethod
    def of(cls, case: Case, *, by: Actor, on: date) -> "Turn":
        """The clocks that run or stand still now; the case must be locked."""
        return cls(case, by, on, {clock.term: clock for clock in running(case).select_for_update(of=("self",))})

    def meet(self, terms: Iterable[str]) -> None:
        """What these terms asked for was done."""
        met = [self.rows.pop(term) for term in terms if term in self.rows]
        if met:
            Clock.objects.filter(pk__in=[clock.pk for clock in met]).update(state=ClockState.MET, settled_on=self.on)
        self._end_proposals(met, "已经办了")

    def void(self, terms: Iterable[str], reason: str) -> None:
        """These terms are no longer counted, each with its event."""
        ended = [self.rows.pop(term) for term in list(terms) if term in self.rows]
        if not ended:
            return
        Clock.objects.filter(pk__in=[clock.pk for clock in ended]).update(
            state=ClockState.VOID, settled_on=Greatest(F("starts_on"), Value(self.on, DateField())), reason=reason
        )
        self._end_proposals(ended, "期限不再计算")
        for clock in ended:
            self._record("cases.void_term", on=self.on, reason=reason, term=clock.term, clock=clock.pk)

    def start(self, starts: Sequence[tuple[str, date]]) -> None:
        """Let terms run from a day each, anew where they run already."""
        if not starts:
            return
        days = calendar()
        self.void([term for term, _ in starts], "重新起算")
        made = Clock.objects.bulk_create([_clock(self.case, due(term, since, days), since) for term, since in dict(starts).items()])
        for clock in made:
            self.rows[clock.term] = clock
            self._record("cases.start_term", on=clock.starts_on, term=clock.term, due_on=clock.due_on, clock=clock.pk)

    @property
    def due_on(self) -> date | None:
        """The nearest end of those that run."""
        days = [clock.due_on for clock in self.rows.values() if clock.state == ClockState.RUNNING and clock.due_on]
        return min(days, default=None)

    def _end_proposals(self, clocks: Iterable[Clock], outcome: str) -> None:
        for clock in clocks:
            if clock.proposed_on:
                _end_proposal(clock, outcome, self.by)

    def _record(self, verb: str, **facts: Any) -> None:
        record(verb, subject=self.case.subject, by=self.by, org=self.case.org_id, **facts)


def _clock(case: Case, reckoned: Due, since: date) -> Clock:
    return Clock(
        case=case, term=reckoned.term.code, title=reckoned.term.title,
        article="、".join(article.short for article in reckoned.articles)[:200], status=reckoned.status.value,
        binds=reckoned.term.for_whom, starts_on=since, due_on=reckoned.due_on, provisional=reckoned.provisional,
    )  # fmt: skip


@transaction.atomic
def extend_term(case: Case, *, term: str, into: str, by: Actor, on: date, reason: str) -> Clock:
    """The law lets this term be longer (调解仲裁法第四十三条): the longer one runs from the same day in its place."""
    with elevated("extend_term: the case may lie outside the actor's subtree"):
        clock = _held(case, term)
        void_term(case, term=term, by=by, on=on, reason=check_reason(reason))
        longer = start_term(case, term=into, since=clock.starts_on, by=by)
        record("cases.extend_term", subject=case.subject, by=by, org=case.org_id, on=on, reason=reason, term=term, into=into)
    return longer


@transaction.atomic
def agree_term(case: Case, *, term: str, due_on: date, by: Actor, reason: str) -> Clock:
    """The law lets both sides set a longer term by their word: part of a step, which checked that they did."""
    reason = check_reason(reason)
    with elevated("agree_term: the case may lie outside the actor's subtree"):
        clock = _held(case, term)
        before, clock.due_on, clock.reason, clock.lapsed_on = clock.due_on, calendar().roll_forward(due_on), reason[:200], None
        clock.save(update_fields=["due_on", "reason", "lapsed_on"])
        renew_due(case)
        record(
            "cases.extend_term", subject=case.subject, by=by, org=case.org_id, reason=reason, term=term, before=before, after=clock.due_on
        )
    return clock


@transaction.atomic
def pause_term(case: Case, *, term: str, by: Actor, on: date, reason: str) -> Clock:
    """The term stands still from a day on (中止)."""
    reason = check_reason(reason)
    with elevated("pause_term: the case may lie outside the actor's subtree"):
        clock = _held(case, term)
        if clock.state == ClockState.PAUSED:
            refuse("这个期限已经中止。")
        clock.state, clock.paused_on, clock.reason = ClockState.PAUSED, on, reason
        clock.save(update_fields=["state", "paused_on", "reason"])
        renew_due(case)
        record("cases.pause_term", subject=case.subject, by=by, org=case.org_id, on=on, reason=reason, term=term, clock=clock.pk)
    return clock


@transaction.atomic
def resume_term(case: Case, *, term: str, by: Actor, on: date) -> Clock:
    """The term runs on from the day the hindrance ended: the days it stood still are added, and its end rolls to a working day."""
    with elevated("resume_term: the case may lie outside the actor's subtree"):
        clock = _held(case, term)
        if clock.state != ClockState.PAUSED or clock.paused_on is None:
            refuse("这个期限没有中止。")
        if on < clock.paused_on:
            refuse(f"这个期限{chinese_date(clock.paused_on)}才中止，恢复日期不能更早。", "on")
        if clock.due_on:
            clock.due_on = calendar().roll_forward(clock.due_on + (on - clock.paused_on))
        clock.state, clock.paused_on = ClockState.RUNNING, None
        clock.save(update_fields=["state", "paused_on", "due_on"])
        renew_due(case)
        record("cases.resume_term", subject=case.subject, by=by, org=case.org_id, on=on, term=term, due_on=clock.due_on, clock=clock.pk)
    return clock


@transaction.atomic
def propose_term(case: Case, *, term: str, due_on: date, by: Actor, permission: str, reason: str) -> Clock:
    """Ask that a clock end on another day than the law's reckoning. Nothing changes until a second person agrees."""
    reason = check_reason(reason)
    with elevated("propose_term: the case may lie outside the actor's subtree"):
        lock(case)
        check_open(case)
        require_reach(by, case, permission)
        clock = _held(case, term)
        if due_on < clock.starts_on:
            refuse(f"这个期限{chinese_date(clock.starts_on)}起算，不能在那以前届满。", "due_on")
        clock.proposed_on, clock.proposed_because, clock.proposed_by = due_on, reason, by.actor_key
        clock.save(update_fields=["proposed_on", "proposed_because", "proposed_by"])
        open_task(
            kind=TaskKind.AGREE_TERM, title=f"{case.code} {clock.title}改到{chinese_date(due_on)}", org=case.org, subject=clock.subject,
            url=reverse("cases:detail", args=[case.code]), permission="cases.manage", by=by, not_by=by.user_id, due_on=clock.due_on,
            details={"reason": reason},
        )  # fmt: skip
        record(
            "cases.propose_term", subject=case.subject, by=by, org=case.org_id, reason=reason, term=term, before=clock.due_on, after=due_on
        )
    return clock


@transaction.atomic
def settle_term(case: Case, *, term: str, agreed: bool, by: Actor, permission: str) -> Clock:
    """The second person agrees to the proposed day or refuses it; never the one who asked."""
    with elevated("settle_term: the case may lie outside the actor's subtree"):
        lock(case)
        require_reach(by, case, permission)
        clock = _held(case, term)
        if clock.proposed_on is None:
            refuse("没有待审定的改期申请。")
        if clock.proposed_by == by.actor_key:
            raise Refused("改期限要两个人：请另一位有权的同事审定。")
        before, asked, reason = clock.due_on, clock.proposed_on, clock.proposed_because
        if agreed:
            clock.due_on, clock.reason, clock.lapsed_on = asked, reason, None
        clock.proposed_on, clock.proposed_because, clock.proposed_by = None, "", ""
        clock.save(update_fields=["due_on", "reason", "lapsed_on", "proposed_on", "proposed_because", "proposed_by"])
        renew_due(case)
        _end_proposal(clock, "同意" if agreed else "不同意", by)
        record(
            "cases.settle_term", subject=case.subject, by=by, org=case.org_id, reason=reason, term=term, before=before, after=asked,
            agreed=agreed,
        )  # fmt: skip
    return clock


def _end_proposal(clock: Clock, outcome: str, by: Actor) -> None:
    """Nobody is asked any more to agree to another day."""
    finish_task(kind=TaskKind.AGREE_TERM, subject=clock.subject, outcome=outcome, by=by)


def _held(case: Case, term: str) -> Clock:
    clock = running(case).select_for_update(of=("self",)).filter(term=term).first()
    if clock is None:
        raise ValidationError("这个期限没有在走。")
    return clock


GONE = "期限届满，没有行使"
"""Why the clock of a right is no longer counted after its last day."""


@transaction.atomic
def lapse_overdue(*, by: Actor, on: date | None = None) -> int:
    """Mark the duties that ran out yesterday or before, and end the rights nobody used; returns how many clocks that were.

    Safe to run twice: one that is marked is not marked again.
    """
    on = on or today()
    with elevated("lapse_overdue: the nightly job"):
        late = lapsing(on).select_for_update(of=("self",))
        found = dict(late.values_list("pk", "term"))
        gone = [pk for pk, term in found.items() if term in RIGHTS]
        duties = [pk for pk, term in found.items() if term not in RIGHTS]
        Clock.objects.filter(pk__in=duties).update(lapsed_on=on)
        Clock.objects.filter(pk__in=gone).update(state=ClockState.VOID, settled_on=F("due_on"), reason=GONE)
        renew_due_many(Clock.objects.filter(pk__in=gone).values("case"))
        if duties:
            touches = """SELECT 'case:' || case_id, jsonb_build_object('lapsed_on', NULL),
                jsonb_build_object('term', term, 'due_on', due_on, 'lapsed_on', lapsed_on) FROM cases_clock WHERE id = ANY(%s)"""
            record_bulk("cases.lapse", touches=touches, params=[duties], subject="cases:lapse", by=by, on=on)
    return len(found)
