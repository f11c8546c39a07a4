"""Questions about cases: which flow, who may read them, what waits for whom, what may be done next."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from functools import cache

from django.db.models import Exists, F, OuterRef, Q, QuerySet, prefetch_related_objects

from niangjia.base.calendar import today
from niangjia.base.chinese import clean_text
from niangjia.base.scope import EVERYTHING, elevated
from niangjia.core.access.actor import Actor
from niangjia.core.cases.enums import ClockState, Duty, Part
from niangjia.core.cases.models import Absence, Assignment, Attachment, Case, Clock, Party
from niangjia.core.cases.steps import WORKER, Flow, Step
from niangjia.core.law.terms import RIGHTS
from niangjia.core.line import lines, part, parts
from niangjia.core.orgs.models import Employer
from niangjia.core.people import queries as people


@cache
def flows() -> dict[tuple[str, str], Flow]:
    """Every flow of every line, by line and name: the tuple FLOWS of each line's ``flow.py``."""
    declared = (module.FLOWS for config in lines() if (module := part(config, "flow")))
    return {(flow.line, flow.name): flow for found in declared for flow in found}


@cache
def followers() -> list[Callable[..., None]]:
    """What apps above this one do in the transaction of a step: ``after_step(case, step, facts, by=, on=)`` of their `following.py`."""
    return [module.after_step for config in parts() if (module := part(config, "following"))]


def flow_of(case: Case) -> Flow:
    """The table this case follows. KeyError where its line is gone."""
    return flows()[case.line, case.flow]


def readable(actor: Actor) -> QuerySet[Case]:
    """The cases this actor may read: of the flows the post may view, inside its subtree and not sealed; and those that name the account."""
    if actor.scope == EVERYTHING:
        return Case.objects.all()
    named = Q(accounts__contains=[actor.user_id]) if actor.user_id and actor.scope.account else Q(pk__in=[])
    seen = [flow for flow in flows().values() if actor.may(flow.view)]
    if not seen or actor.scope.low is None:
        return Case.objects.filter(named)
    of_flows = Q(line__in={flow.line for flow in seen}, flow__in={flow.name for flow in seen})
    return Case.objects.filter(Q(scope__range=(actor.scope.low, actor.scope.high), sealed=False) & of_flows | named)


def own_cases(person_id: int | None) -> QuerySet[Case]:
    """The cases that are about this person, the newest first. Merged ones lead to the case they went into."""
    if person_id is None:
        return Case.objects.none()
    return Case.objects.filter(persons__contains=[person_id]).order_by("-opened_on", "-id")


def standing_in_for(user_id: int, on: date) -> QuerySet[Absence]:
    """Whose work this account does on a day."""
    there = Q(ended_on__isnull=True) | Q(ended_on__gt=on)
    return Absence.objects.filter(there, deputy=user_id, first_day__lte=on, last_day__gte=on)


def waiting_on(actor: Actor, on: date | None = None) -> QuerySet[Case]:
    """Open cases on which this actor works: held by the account or by one it stands in for, or held by nobody inside its post's reach.

    The nearest deadline first, those without one last.
    """
    on = on or today()
    if not actor.user_id:
        return Case.objects.none()
    away = standing_in_for(actor.user_id, on).values("user")
    working = Assignment.objects.filter(case=OuterRef("pk"), user=actor.user_id, valid_to__isnull=True).exclude(duty=Duty.SUPERVISOR)
    mine = Q(holder=actor.user_id) | Q(holder__in=away) | Exists(working)
    nobodys = Q(holder__isnull=True, scope__range=(actor.scope.low, actor.scope.high)) if actor.scope.low is not None else Q(pk__in=[])
    return readable(actor).filter(mine | nobodys, closed_on__isnull=True).order_by(F("due_on").asc(nulls_last=True), "id")


NAMES = ("org", "holder", "person__home_org", "employer")


def with_names(cases: Iterable[Case], names: Sequence[str] = NAMES) -> list[Case]:
    """The same rows with their organisation, holder, person and employer at hand, or those of them in ``names``.

    Whoever may read a case may know these, also where they lie outside the own subtree (a lawyer, a deputy from another town).
    """
    rows = list(cases)
    with elevated("cases: the names in a case that the reader may read"):
        prefetch_related_objects(rows, *names)
    return rows


def parties_of(case: Case) -> list[Party]:
    """Everybody in a case that the reader may read, with their names."""
    rows = list(case.parties.order_by("id"))
    with elevated("cases: the names in a case that the reader may read"):
        prefetch_related_objects(rows, "person__home_org", "employer")
    return rows


def attachments_of(case: Case) -> QuerySet[Attachment]:
    """The files put to a case and not taken back, the newest first."""
    return case.attachments.filter(withdrawn_on__isnull=True).select_related("case").order_by("-number")


def with_files(attachments: Iterable[Attachment]) -> list[Attachment]:
    """The same rows with their files at hand: whoever may read a case reads what was put to it, wherever they stand."""
    rows = list(attachments)
    with elevated("cases: the files of a case that the reader may read"):
        prefetch_related_objects(rows, "file")
    return rows


def other_side(case: Case) -> str:
    """The name of the other side where it is no employer of the register; empty where it is, or nobody was named."""
    return case.parties.filter(part=Part.RESPONDENT, employer__isnull=True, until__isnull=True).values_list("name", flat=True).first() or ""


def running(case: Case) -> QuerySet[Clock]:
    """The clocks of a case that still run or are paused, the nearest first."""
    return case.clocks.filter(state__in=[ClockState.RUNNING, ClockState.PAUSED]).order_by(F("due_on").asc(nulls_last=True), "id")


def nearest_clocks(cases: Iterable[Case]) -> dict[int, Clock]:
    """The clock that runs out first in each case, by the case's id; one query. Its title, article and day are at hand."""
    ids = [case.pk for case in cases]
    rows = Clock.objects.filter(case__in=ids, state=ClockState.RUNNING).order_by("case", F("due_on").asc(nulls_last=True), "id")
    rows = rows.only("case", "title", "article", "due_on")
    return {clock.case_id: clock for clock in rows.distinct("case")}


def is_open_to(actor: Actor, case: Case, step: Step) -> bool:
    """Whether this actor may take this step now, as far as rights and the state of the case decide it."""
    if (case.closed_on and not step.after_end) or case.state not in step.source:
        return False
    if step.may == WORKER:
        return actor.person_id in case.persons
    return actor.may(step.may) and reaches(actor, case)


def reaches(actor: Actor, case: Case) -> bool:
    """Whether the case lies in the actor's post, or names the account; a sealed one only the latter."""
    if actor.scope == EVERYTHING or (actor.user_id is not None and actor.user_id in case.accounts):
        return True
    low, high = actor.scope.low, actor.scope.high
    return not case.sealed and low is not None and high is not None and low <= case.scope <= high


def open_steps(actor: Actor, case: Case) -> list[Step]:
    """The steps this actor may take now, the primary one first."""
    return [step for step in flow_of(case).from_state(case.state) if is_open_to(actor, case, step)]


def own_case(person_id: int | None, code: str) -> Case:
    """The person's own case with this code, or the one it was merged into. Raises DoesNotExist."""
    case = own_cases(person_id).select_related("merged_into").get(code=code)
    return own_case(person_id, case.merged_into.code) if case.merged_into else case


def same_employer(case: Case, since: date) -> QuerySet[Case]:
    """Other cases against the same employer from a day on, as far as the reader's scope lets them be seen."""
    if case.employer_id is None:
        return Case.objects.none()
    return Case.objects.filter(employer=case.employer_id, opened_on__gte=since).exclude(pk=case.pk)


def found(cases: QuerySet[Case], q: str) -> QuerySet[Case]:
    """By case number, number of another body, the person, or the beginning of the employer's name."""
    text = clean_text(q)
    who = Q(person__in=people.search(text).values("pk")) | Q(employer__in=Employer.objects.filter(name__startswith=text).values("pk"))
    return cases.filter(Q(code__iexact=text) | Q(outside_number=text) | who)


def lapsing(on: date) -> QuerySet[Clock]:
    """Clocks past their day, not met and not yet said to be. For the nightly job."""
    return Clock.objects.filter(state=ClockState.RUNNING, due_on__lt=on, lapsed_on__isnull=True)


def newly_late(on: date) -> QuerySet[Clock]:
    """Duties that were found late on this day and are still not done."""
    return Clock.objects.filter(lapsed_on=on, state=ClockState.RUNNING)


def coming_due(on: date, ahead: Iterable[int], terms: Iterable[str] = ()) -> QuerySet[Clock]:
    """Running clocks whose last day lies exactly so many days ahead; duties, or only the ``terms`` named."""
    days = [on + timedelta(days=number) for number in ahead]
    rows = Clock.objects.filter(state=ClockState.RUNNING, due_on__in=days)
    return rows.filter(term__in=list(terms)) if terms else rows.exclude(term__in=RIGHTS)


def drawn(flow: Flow) -> str:
    """The flow as a Mermaid state diagram: what its line's README shows."""
    rows = ["stateDiagram-v2", f"    [*] --> {flow.first.key}"]
    rows += [f"    {state.key} : {state.title}" for state in flow.states]
    rows += [line for step in flow.steps for line in _arrows(flow, step)]
    rows += [f"    {state.key} --> [*]" for state in flow.states if state.final]
    return "\n".join(rows)


def _arrows(flow: Flow, step: Step) -> Iterable[str]:
    for source in step.source:
        for target in step.leads_to():
            yield f"    {source} --> {target or source} : {step.title}"
