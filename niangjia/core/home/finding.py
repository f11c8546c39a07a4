"""One search box for people, unions, cases, papers, batches and to-dos; each group through the reader's own rights."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, Q, QuerySet
from django.urls import reverse

from niangjia.base.calendar import chinese_date
from niangjia.base.chinese import clean_text
from niangjia.core.access.actor import Actor
from niangjia.core.access.queries import visible
from niangjia.core.cases import queries as cases
from niangjia.core.cases.models import Case
from niangjia.core.imports.models import Batch
from niangjia.core.imports.queries import batches
from niangjia.core.orgs import queries as orgs
from niangjia.core.orgs.models import Organisation
from niangjia.core.papers import queries as papers
from niangjia.core.papers.models import IssuedPaper
from niangjia.core.people import queries as people
from niangjia.core.people.models import Person
from niangjia.core.tasks.queries import waiting_for

SHOWN = 10
COUNTED = 100
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Hit:
    """One thing found: what it is called, what tells it from its like, and where it opens."""

    title: str
    note: str
    url: str


@dataclass(frozen=True)
class Hits:
    """Things of one kind: the first ones, and how many there are ("100+" beyond what is counted)."""

    title: str
    shown: Sequence[Hit]
    number: int

    @property
    def total(self) -> str:
        return f"{COUNTED}+" if self.number > COUNTED else str(self.number)


def find(actor: Actor, q: str) -> list[Hits]:
    """What the reader may know of ``q``, by kind; kinds without a hit are left out."""
    return [hits for hits in _every_kind(actor, clean_text(q)) if hits.shown] if clean_text(q) else []


def only_hit(found: Sequence[Hits]) -> str:
    """The address of the one thing found, or ""."""
    return found[0].shown[0].url if len(found) == 1 and found[0].number == 1 else ""


def _every_kind(actor: Actor, q: str) -> Iterator[Hits]:
    persons = visible(actor, people.search(q).select_related("home_org"), "people.view").order_by("name_key", "id")
    yield _hits("会员", persons, _person)
    yield _hits("工会", visible(actor, orgs.search(q).select_related("parent"), "orgs.view"), _org)
    if actor.may("cases.view"):
        yield _hits("案件", cases.found(cases.readable(actor), q), _case)
        yield _hits("文书", papers.papers_found(papers.readable_papers(actor), q), _paper)
    yield _hits("导入批次", batches(actor).filter(Q(code__iexact=q) | Q(file__name__icontains=q)), _batch)
    yield _hits("待办", waiting_for(actor).filter(title__icontains=q), lambda task: Hit(task.title, task.org.short_name, task.url))


def _hits(title: str, rows: QuerySet[M], made: Callable[[M], Hit]) -> Hits:
    return Hits(title, [made(row) for row in rows[:SHOWN]], rows.order_by()[: COUNTED + 1].count())


def _person(person: Person) -> Hit:
    known = (person.home_org.name, person.masked_phone, person.masked_id_number)
    return Hit(person.name, "　".join(filter(None, known)), reverse("people:detail", args=[person.code]))


def _org(org: Organisation) -> Hit:
    ended = f"，{chinese_date(org.ended_on)}{org.get_end_reason_display()}" if org.ended_on else ""
    above = f"，{org.parent.short_name}" if org.parent else ""
    return Hit(org.name, f"{org.get_kind_display()}{above}{ended}", reverse("orgs:detail", args=[org.code]))


def _case(case: Case) -> Hit:
    flow = cases.flow_of(case)
    return Hit(case.title, f"{case.code}，{flow.state(case.state).title}", reverse("cases:detail", args=[case.code]))


def _paper(paper: IssuedPaper) -> Hit:
    note = f"{paper.number or '无文号'}，{chinese_date(paper.issued_on)}，{paper.case.code}"
    return Hit(paper.title, note, reverse("papers:detail", args=[paper.case.code, paper.ordinal]))


def _batch(batch: Batch) -> Hit:
    return Hit(batch.code, f"{batch.file.name}，{batch.get_state_display()}", reverse("imports:batch", args=[batch.code]))
