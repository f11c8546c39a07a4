"""What the page of one case shows, asked once and lazily."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.apps import apps
from django.db.models import QuerySet
from django.urls import reverse

from niangjia.base.calendar import chinese_date, today
from niangjia.core.access.actor import Actor
from niangjia.core.cases import queries
from niangjia.core.cases.enums import ClockState, Part
from niangjia.core.cases.models import Assignment, Attachment, Case, Clock, Party, StepTaken
from niangjia.core.cases.steps import Flow, State, Step
from niangjia.core.faces.shapes import Fact, Happening, Stage
from niangjia.core.line import LineOfWork, part, parts

MOST_STEPS = 200
"""Lines of the history on one page; the rest a click away."""
MOST_FILES = 10
"""Files on one page; the rest a click away."""
A_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Panel:
    """A part of the case's page that its line draws: money, papers, sessions. ``aside`` stands in the narrow column."""

    title: str
    template: str
    context: dict[str, Any]
    aside: bool = False
    note: str = ""


@dataclass(frozen=True)
class Chip:
    """A clock as the page shows it."""

    clock: Clock
    state: str
    label: str
    article: str


def chip(clock: Clock) -> Chip:
    """The clock's words: what it is, its article, and what is uncertain about it."""
    doubts = (("暂按周末推算" if clock.provisional else ""), ("条文待核" if clock.status != "verified" else ""))
    article = "，".join(filter(None, (clock.article, *doubts)))
    state = {ClockState.PAUSED.value: "paused", ClockState.MET.value: "done"}.get(clock.state, "")
    return Chip(clock, state, clock.title, article)


@dataclass(frozen=True)
class CaseCard:
    """A case as the reader of the page may see it on a day."""

    case: Case
    actor: Actor
    day: date

    @cached_property
    def flow(self) -> Flow:
        return queries.flow_of(self.case)

    @property
    def state(self) -> State:
        return self.flow.state(self.case.state)

    @cached_property
    def steps(self) -> list[Step]:
        """What the reader may do next."""
        return queries.open_steps(self.actor, self.case)

    @cached_property
    def clocks(self) -> list[Chip]:
        """Running ones by their day, then those met; what is no longer counted is left to the history."""
        rows = [clock for clock in self.case.clocks.all() if clock.state != ClockState.VOID]
        rows.sort(key=lambda clock: (clock.state == ClockState.MET, clock.due_on or date.max, clock.pk))
        return [chip(clock) for clock in rows]

    @cached_property
    def parties(self) -> list[Party]:
        return queries.parties_of(self.case)

    @property
    def applicants(self) -> list[Party]:
        return [party for party in self.parties if party.part in (Part.APPLICANT, Part.REPRESENTATIVE) and party.until is None]

    @property
    def people(self) -> list[Party]:
        """The applicants themselves, each once."""
        return [party for party in self.applicants if party.part == Part.APPLICANT]

    @property
    def speakers(self) -> list[Party]:
        """Those chosen to speak for all."""
        return [party for party in self.applicants if party.part == Part.REPRESENTATIVE]

    @property
    def others(self) -> list[Party]:
        return [party for party in self.parties if party.part not in (Part.APPLICANT, Part.REPRESENTATIVE) and party.until is None]

    @cached_property
    def assignments(self) -> list[Assignment]:
        return list(self.case.assignments.filter(valid_to__isnull=True).select_related("user", "stands_in_for").order_by("id"))

    @cached_property
    def facts(self) -> list[Fact]:
        """The strip under the title: when it came, who works on it, how it stands."""
        case = self.case
        facts = [
            Fact("收到", chinese_date(case.opened_on)),
            Fact("承办单位", case.org.short_name, reverse("orgs:detail", args=[case.org.code]) if self.actor.may("orgs.view") else ""),
        ]
        facts += [Fact(row.get_duty_display(), self._who(row)) for row in self.assignments]
        if not any(row.duty == "holder" for row in self.assignments):
            facts.append(Fact("承办", "还没有交给谁"))
        facts.append(Fact("风险", case.get_risk_display()))
        if case.outside_number:
            facts.append(Fact("来源单号", case.outside_number))
        return facts

    @staticmethod
    def _who(row: Assignment) -> str:
        return f"{row.user.name}（代{row.stands_in_for.name}）" if row.stands_in_for else row.user.name

    @cached_property
    def history(self) -> list[StepTaken]:
        return list(self.case.steps.order_by("-number")[:MOST_STEPS])

    @property
    def hidden_steps(self) -> int:
        return max(0, self.case.steps_taken - len(self.history))

    @cached_property
    def happenings(self) -> list[Happening]:
        """The timeline: what comes by the clocks, then what happened."""
        coming = [
            Happening(item.clock.due_on, f"{item.clock.title}届满", item.clock.article)
            for item in self.clocks
            if item.clock.state == ClockState.RUNNING and item.clock.due_on and item.clock.due_on > self.day
        ]
        gone = [Happening(row.on, row.title, "，".join(filter(None, (row.by_name, row.note)))) for row in self.history]
        return [*sorted(coming, key=lambda one: one.on or self.day, reverse=True), *gone]

    @cached_property
    def rail(self) -> list[Stage]:
        return rail(self.flow, self.case, self.history)

    @cached_property
    def panels(self) -> list[Panel]:
        """The papers of the case, what its line adds to the page, and what apps of the core above do."""
        from niangjia.core.papers.views.panel import panel as papers

        issued, of_line = papers(self.case, self.actor), apps.get_app_config(self.case.line)
        others = [config for config in parts() if not isinstance(config, LineOfWork)]
        modules = [part(config, "panels") for config in (of_line, *others)]
        found = [panel for module in modules if module for panel in module.panels(self.case, self.actor)]
        return [issued, *found] if issued else found

    @cached_property
    def own_panels(self) -> list[Panel]:
        """What the line tells the worker on their own page: ``own_panels(case)`` of its ``panels.py``, where it has one."""
        config = next((config for config in apps.get_app_configs() if config.label == self.case.line), None)
        tell = getattr(part(config, "panels"), "own_panels", None) if config else None
        return tell(self.case) if tell else []

    @property
    def main_panels(self) -> list[Panel]:
        return [panel for panel in self.panels if not panel.aside]

    @property
    def side_panels(self) -> list[Panel]:
        return [panel for panel in self.panels if panel.aside]

    @cached_property
    def files(self) -> list[Attachment]:
        """The newest files put to it; all of them stand on a page of their own."""
        return queries.with_files(queries.attachments_of(self.case)[: MOST_FILES + 1])

    @property
    def may_withdraw(self) -> bool:
        """Whether the reader may take a file back."""
        return self.actor.may("cases.work") and queries.reaches(self.actor, self.case)

    @property
    def shown_files(self) -> list[Attachment]:
        return self.files[:MOST_FILES]

    @cached_property
    def alike(self) -> QuerySet[Case]:
        """Other cases against the same employer within a year, as far as the reader may see them."""
        since = self.case.opened_on - A_YEAR
        return queries.readable(self.actor).filter(pk__in=queries.same_employer(self.case, since).values("pk")).order_by("-opened_on")

    @cached_property
    def relatives(self) -> list[tuple[str, Case]]:
        """Where the case came from and where it went on, as far as the reader may see it."""
        rows = queries.readable(self.actor)
        found = [("由来", case) for case in rows.filter(pk=self.case.came_from_id)]  # type: ignore[misc]
        found += [("并入", case) for case in rows.filter(pk=self.case.merged_into_id)]  # type: ignore[misc]
        found += [("后续", case) for case in rows.filter(came_from=self.case)]
        return found + [("并进来", case) for case in rows.filter(merged_into=self.case)]


def rail(flow: Flow, case: Case, history: Sequence[StepTaken], *, plain: bool = False) -> list[Stage]:
    """The stages of the flow as the case went through them; those it never touched before its end are skipped.

    ``plain`` leaves out the officers' word for the present state.
    """
    stage_of = {state.key: state.stage for state in flow.states}
    reached: dict[str, date] = {}
    for row in sorted(history, key=lambda one: one.number):
        reached.setdefault(stage_of.get(row.target, ""), row.on)
    here = stage_of[case.state]
    keys = [stage.key for stage in flow.stages]
    passed = keys.index(here)
    stages: list[Stage] = []
    for number, stage in enumerate(flow.stages):
        notes = [chinese_date(reached[stage.key])] if stage.key in reached else []
        if stage.key == here and not plain and not flow.state(case.state).final:
            notes.append(flow.state(case.state).title)
        stages.append(Stage(stage.title, _how(number, passed, stage.key in reached, case.closed_on is not None), notes))
    return stages


def _how(number: int, passed: int, was_reached: bool, closed: bool) -> str:
    if number == passed and not closed:
        return "now"
    if number <= passed and was_reached:
        return "done"
    return "skip" if number < passed or closed else "todo"


def card_of(case: Case, actor: Actor) -> CaseCard:
    """The card of a case today."""
    return CaseCard(case, actor, today())
