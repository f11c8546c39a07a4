"""What waits for one officer, the nearest deadline first: cases, to-dos, and the terms of office of the unions within reach."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse

from niangjia.base.calendar import chinese_day
from niangjia.core.access.actor import Actor
from niangjia.core.access.queries import visible
from niangjia.core.cases import queries as cases
from niangjia.core.cases.models import Case
from niangjia.core.orgs.models import Term
from niangjia.core.orgs.queries import terms_due, terms_overdue
from niangjia.core.tasks.enums import Kind as TaskKind
from niangjia.core.tasks.models import Task
from niangjia.core.tasks.queries import opened_by, waiting_for

TERM_ARTICLE = "工会法第十六条"
MONTHS_AHEAD = 2
MOST_TASKS = 200
SHOWN = 15
"""Lines of one group; the rest is a click away in its list."""
MOST_CASES = 400
CASE_FACTS = ("code", "line", "flow", "title", "org", "state", "due_on")
"""All that a line of the inbox says of a case."""
TASKS, TERMS, CASES = "tasks", "terms", "cases"


@dataclass(frozen=True)
class Waiting:
    """One thing to do. ``kind`` is TASKS, TERMS or CASES, ``line`` the kind of business, ``place`` where it happens.

    ``pick`` is the code of what may be approved together with others, "" where each is done by itself.
    """

    kind: str
    line: str
    title: str
    note: str
    place: str
    url: str
    due_on: date | None
    article: str = ""
    pick: str = ""


@dataclass(frozen=True)
class Group:
    """Things due in the same stretch of time; ``late`` marks what is overdue."""

    title: str
    note: str
    items: Sequence[Waiting]
    late: bool = False

    @property
    def shown(self) -> Sequence[Waiting]:
        return self.items[:SHOWN]

    @property
    def hidden(self) -> int:
        return len(self.items) - len(self.shown)


def waiting(actor: Actor, day: date) -> list[Waiting]:
    """Everything that waits for this actor, the nearest deadline first, without deadline last."""
    found = [*_cases(actor, day), *_tasks(actor), *_terms(actor, day)]
    return sorted(found, key=lambda item: (item.due_on is None, item.due_on or day))


def grouped(items: Sequence[Waiting], day: date) -> list[Group]:
    """逾期, 今天, 本周, 以后; only groups that hold something."""
    sunday = day + timedelta(days=6 - day.weekday())
    late, now, week, later = ([item for item in items if _stretch(item.due_on, day) == key] for key in ("late", "now", "week", "later"))
    groups = (
        Group("逾期", f"{len(late)} 件", late, late=True),
        Group("今天", f"{len(now)} 件 · {chinese_day(day)}", now),
        Group("本周", f"{len(week)} 件 · 到 {chinese_day(sunday)}", week),
        Group("以后", f"{len(later)} 件", later),
    )
    return [group for group in groups if group.items]


def _cases(actor: Actor, day: date) -> Iterator[Waiting]:
    """Open cases on which the reader works, each with its nearest clock."""
    if not actor.may("cases.view"):
        return
    rows = cases.with_names(cases.waiting_on(actor, day).only(*CASE_FACTS)[:MOST_CASES], ["org"])
    clocks = cases.nearest_clocks(_first_of_each_group(rows, day))
    for case in rows:
        clock, flow = clocks.get(case.pk), cases.flow_of(case)
        note = f"{flow.state(case.state).title}{'，' + clock.title if clock else ''}"
        url = reverse("cases:detail", args=[case.code])
        yield Waiting(CASES, flow.title, case.title, note, case.org.short_name, url, case.due_on, clock.article if clock else "")


def _first_of_each_group(rows: Sequence[Case], day: date) -> list[Case]:
    """The cases whose line is shown: the first of each stretch of time, as `grouped` makes them."""
    shown: list[Case] = []
    counted: dict[str, int] = {}
    for case in rows:
        stretch = _stretch(case.due_on, day)
        counted[stretch] = counted.get(stretch, 0) + 1
        if counted[stretch] <= SHOWN:
            shown.append(case)
    return shown


def _stretch(due_on: date | None, day: date) -> str:
    """late, now, week or later."""
    if due_on is None or due_on > day + timedelta(days=6 - day.weekday()):
        return "later"
    return "late" if due_on < day else "now" if due_on == day else "week"


def _tasks(actor: Actor) -> Iterator[Waiting]:
    for task in waiting_for(actor)[:MOST_TASKS]:
        pick = task.subject.removeprefix("batch:") if task.kind == TaskKind.APPROVE_BATCH else ""
        yield Waiting(TASKS, task.get_kind_display(), task.title, _since(task), task.org.short_name, task.url, task.due_on, pick=pick)


def asked(actor: Actor) -> list[Waiting]:
    """What this actor asked of others and nobody has answered yet."""
    return [
        Waiting(TASKS, task.get_kind_display(), task.title, _since(task), task.org.short_name, task.url, task.due_on)
        for task in opened_by(actor)[:MOST_TASKS]
    ]


def _since(task: Task) -> str:
    return f"{task.opened_at.astimezone():%-m月%-d日}提出"


def _terms(actor: Actor, day: date) -> Iterator[Waiting]:
    """Unions whose committee is past its term or soon will be (换届)."""
    for terms in (terms_overdue(day), terms_due(day, MONTHS_AHEAD)):
        for term in visible(actor, terms, "orgs.view").select_related("org__parent"):
            yield _term(term, may_enter=actor.may("orgs.change"))


def _term(term: Term, *, may_enter: bool) -> Waiting:
    org = term.org
    url = reverse("orgs:do", args=[org.code, "start-term"]) if may_enter else reverse("orgs:detail", args=[org.code])
    ends_on = term.extended_to or term.valid_to
    note = f"第{term.number}届任期届满" + ("，已延期" if term.extended_to else "")
    return Waiting(TERMS, "换届", org.short_name, note, org.parent.short_name if org.parent else "", url, ends_on, TERM_ARTICLE)
