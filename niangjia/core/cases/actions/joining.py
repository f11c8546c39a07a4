"""Handing a case to another line, joining cases into one, and taking one apart (转办、并案、分案)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction

from niangjia.base.calendar import today
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.cases.actions.clocks import void_term
from niangjia.core.cases.actions.opening import open_case
from niangjia.core.cases.actions.rows import lock, renew_readers, write_step
from niangjia.core.cases.enums import Part
from niangjia.core.cases.models import Case, Party
from niangjia.core.cases.queries import flows, followers, other_side, running
from niangjia.core.cases.rules import check_open, check_reason, refuse, require_reach
from niangjia.core.orgs.models import Organisation
from niangjia.core.people.models import Person
from niangjia.core.trail.actions import record

MERGED = "merged"
"""Outcome of a case that went on inside another."""


@transaction.atomic
def hand_over(
    case: Case, *, to_line: str, to_flow: str, by: Actor, permission: str, reason: str, org: Organisation | None = None,
    on: date | None = None, facts: dict[str, Any] | None = None,
) -> Case:  # fmt: skip
    """Open a case of another line from this one, with the same persons and employer; this one goes on as its own flow says."""
    on, reason = on or today(), check_reason(reason)
    with elevated("hand_over: the other line's organisation may lie elsewhere"):
        lock(case)
        require_reach(by, case, permission)
        people = list(Person.objects.filter(pk__in=case.persons))
        new = open_case(
            line=to_line, flow=to_flow, org=org or case.org, title=case.title, by=by, on=on, applicants=people, employer=case.employer,
            channel="line", outside_number=case.code, risk=case.risk, came_from=case, note=reason, facts=facts,
        )  # fmt: skip
        title = f"转办到{flows()[to_line, to_flow].title}"
        write_step(case, step="hand_over", title=title, source=case.state, by=by, on=on, facts={"to": new.code})
        record("cases.hand_over", subject=case.subject, by=by, org=case.org_id, on=on, reason=reason, to=new.code)
    return new


@transaction.atomic
def merge(into: Case, *, others: Sequence[Case], by: Actor, permission: str, reason: str, on: date | None = None) -> int:
    """Go on with several cases as one: their persons become its applicants, their clocks stop. Returns how many were taken in."""
    on, reason = on or today(), check_reason(reason)
    with elevated("merge: the cases may answer to different organisations"):
        for case in sorted([into, *others], key=lambda one: one.pk):
            lock(case)
            check_open(case)
            require_reach(by, case, permission)
        for case in others:
            _check_alike(into, case)
            for person in sorted(set(case.persons) - set(into.persons)):
                Party.objects.create(case=into, part=Part.APPLICANT, person_id=person, since=on)
            for clock in running(case):
                void_term(case, term=clock.term, by=by, on=on, reason=f"并入 {into.code}")
            case.merged_into, case.closed_on, case.due_on, case.outcome = into, on, None, MERGED
            case.save(update_fields=["merged_into", "closed_on", "due_on", "outcome"])
            write_step(case, step="merge", title=f"并入 {into.code}", source=case.state, by=by, on=on, note=reason)
        renew_readers(into)
        flow = flows()[into.line, into.flow]
        if flow.joined:
            flow.joined(into, others, by=by, on=on)
        for case in others:
            if flow.closed:
                flow.closed(case, by=by, on=on)
            for follow in followers():
                follow(case, "merge", {"why": f"并入 {into.code} 一并办理"}, by=by, on=on)
        codes = [case.code for case in others]
        write_step(into, step="merge", title="并案", source=into.state, by=by, on=on, note=reason, facts={"from": codes})
        record("cases.merge", subject=into.subject, by=by, org=into.org_id, on=on, reason=reason, others=codes)
    return len(others)


def _check_alike(into: Case, case: Case) -> None:
    if case.pk == into.pk:
        refuse("不能和自己并案。")
    if (case.line, case.flow) != (into.line, into.flow):
        refuse(f"{case.code} 是另一种案件，不能并到一起。")
    if case.employer_id != into.employer_id:
        refuse(f"{case.code} 的对方单位不同，不能并案。")
    if case.sealed != into.sealed:
        refuse(f"{case.code} 和主案一个密办、一个不密办，先统一再并案。")


@transaction.atomic
def split(case: Case, *, persons: Sequence[Person], by: Actor, permission: str, reason: str, on: date | None = None) -> list[Case]:
    """Take persons out of a collective case, each into a case of their own in the first state of the same flow."""
    on, reason = on or today(), check_reason(reason)
    with elevated("split: the persons may belong to different unions"):
        lock(case)
        check_open(case)
        require_reach(by, case, permission)
        leaving = {person.pk for person in persons}
        if not leaving or not leaving < set(case.persons):
            refuse("分出去的人要在本案里，并且不能是全部的人。", "persons")
        Party.objects.filter(case=case, person__in=leaving, until__isnull=True).update(until=on)
        made = [
            open_case(
                line=case.line, flow=case.flow, org=case.org, title=case.title, by=by, on=on, applicants=[person], employer=case.employer,
                respondent=other_side(case), channel="split", outside_number=case.code, risk=case.risk, came_from=case, note=reason,
            )
            for person in persons
        ]  # fmt: skip
        if case.person_id in leaving:
            case.person_id = min(set(case.persons) - leaving)
            case.save(update_fields=["person"])
        renew_readers(case)
        if parted := flows()[case.line, case.flow].parted:
            parted(case, made, by=by, on=on)
        codes = [new.code for new in made]
        write_step(case, step="split", title="分案", source=case.state, by=by, on=on, note=reason, facts={"to": codes})
        record("cases.split", subject=case.subject, by=by, org=case.org_id, on=on, reason=reason, to=codes)
    return made
