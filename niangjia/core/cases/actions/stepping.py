"""Taking a step: lock, check, change, meet and start clocks, do what the line does, and tell (办理)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction

from niangjia.base.calendar import today
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.cases.actions.clocks import Turn
from niangjia.core.cases.actions.rows import lock, write_step
from niangjia.core.cases.models import Case, StepTaken
from niangjia.core.cases.queries import flow_of, followers
from niangjia.core.cases.rules import check_day, check_open, check_step, refuse, require_reach
from niangjia.core.cases.steps import SAME, Flow, Step
from niangjia.core.notices import actions as notices
from niangjia.core.notices.enums import Kind
from niangjia.core.people.models import Person
from niangjia.core.trail.actions import record


@transaction.atomic
def advance(
    case: Case, step: str, *, by: Actor, on: date | None = None, seen: int | None = None, note: str = "", **facts: Any
) -> StepTaken:
    """Take one step of the case's flow.

    ``seen`` is the number of steps on the page from which it is taken: a second officer who clicks later is refused. Raises
    ValidationError with the reason where order, day or facts do not allow it, Refused where the right is missing. What follows from a
    step in apps above (messages to partners) happens in the same transaction.
    """
    flow, on = flow_of(case), on or today()
    taken = flow.step(step)
    if taken is None:
        refuse(f"“{flow.title}”没有这一步。")
    with elevated("advance: the case may be worked on by somebody outside its subtree"):
        lock(case)
        check_step(case, taken, by, on, seen)
        if taken.check:
            taken.check(case=case, by=by, on=on, **facts)
        source = case.state
        _enter(case, flow, taken, on, facts)
        _turn_clocks(case, flow, taken, by, on, facts)
        case.steps_taken += 1
        case.save(update_fields=["state", "state_since", "outcome", "closed_on", "due_on", "steps_taken"])
        number = case.steps_taken
        if taken.do:
            taken.do(case=case, by=by, on=on, **facts)
        if case.closed_on and flow.closed:
            flow.closed(case, by=by, on=on)
        kept = {name: facts[name] for name in taken.kept if name in facts}
        done = write_step(
            case, step=step, title=taken.title, source=source, by=by, on=on, note=note, facts=kept, for_worker=taken.for_worker,
            number=number,
        )  # fmt: skip
        record(
            "cases.advance", subject=case.subject, by=by, org=case.org_id, on=on, step=step, source=source, target=case.state,
            number=done.number, kept=kept,
        )  # fmt: skip
        _tell(case, flow, taken, by)
        for follow in followers():
            follow(case, step, facts, by=by, on=on)
    _check_deferred()
    return done


def _enter(case: Case, flow: Flow, step: Step, on: date, facts: dict[str, Any]) -> None:
    target = step.target(facts) if callable(step.target) else step.target
    state = flow.state(case.state if target == SAME else target)
    if target != SAME:
        case.state, case.state_since = state.key, on
    if step.outcome:
        case.outcome = step.outcome
    if state.final and not case.closed_on:
        case.closed_on, case.due_on = on, None


def _turn_clocks(case: Case, flow: Flow, step: Step, by: Actor, on: date, facts: dict[str, Any]) -> None:
    """Clocks that the step meets, stops and starts; at the end of a case every one stops. Nothing is read where the step touches none."""
    ends = flow.state(case.state).final
    if not (ends or step.meets or step.voids or step.starts):
        return
    turn = Turn.of(case, by=by, on=on)
    turn.meet(step.meets)
    turn.void(step.voids, f"因“{step.title}”不再计算")
    if ends:
        turn.void(turn.rows, "案件办结")
    else:
        asked = [start for start in step.starts if not start.when or facts.get(start.when)]
        turn.start([(start.term, (facts.get(start.since) if start.since else on) or on) for start in asked])
    case.due_on = None if ends else turn.due_on


def _tell(case: Case, flow: Flow, step: Step, by: Actor) -> None:
    """The persons whom the case is about hear of it in the app; a sealed case is not named."""
    if not step.tells:
        return
    for person in Person.objects.filter(pk__in=case.persons):
        notices.tell(
            person=person, title="你的事有进展" if case.sealed else flow.title, text=step.tells, kind=Kind.CASE, by=by,
            url=f"/m/cases/{case.code}/",
        )  # fmt: skip


def _check_deferred() -> None:
    """What the database checks at the commit it checks now, so that a refusal is said on the page."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@dataclass(frozen=True)
class Advanced:
    """What came of one step for many cases: those done, and those refused with the reason."""

    done: Sequence[Case]
    refused: Sequence[tuple[Case, str]]


def advance_many(cases: Sequence[Case], step: str, *, by: Actor, on: date | None = None, note: str = "", **facts: Any) -> Advanced:
    """Take the same step for many cases, each in a transaction of its own: one refusal hinders no other."""
    done, refused = [], []
    for case in cases:
        taken = flow_of(case).step(step)
        try:
            if taken is None or not taken.bulk:
                refuse("这一步要逐件办理。")
            with transaction.atomic():
                advance(case, step, by=by, on=on, note=note, **facts)
        except ValidationError as refusal:
            refused.append((case, "；".join(refusal.messages)))
        except PermissionDenied as refusal:
            refused.append((case, str(refusal)))
        else:
            done.append(case)
    return Advanced(done, refused)


@transaction.atomic
def note(case: Case, *, text: str, by: Actor, permission: str, on: date | None = None, for_worker: bool = False) -> StepTaken:
    """Write something into the history that changes nothing (记一笔)."""
    on = on or today()
    with elevated("note: the case may be worked on by somebody outside its subtree"):
        lock(case)
        check_open(case)
        require_reach(by, case, permission)
        check_day(case, max(on, case.state_since) if on <= today() else on)
        if not text.strip():
            refuse("请写下要记的内容。", "text")
        done = write_step(case, step="note", title="记一笔", source=case.state, by=by, on=on, note=text.strip(), for_worker=for_worker)
        record("cases.note", subject=case.subject, by=by, org=case.org_id, on=on, number=done.number)
    return done
