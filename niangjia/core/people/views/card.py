"""What the page of one person shows, asked once and lazily."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.urls import reverse
from django.utils.html import format_html

from niangjia.base.calendar import chinese_date
from niangjia.core.access.actor import Actor
from niangjia.core.faces.shapes import Dot, Fact, Lane, Span
from niangjia.core.line import verb_title
from niangjia.core.people import queries
from niangjia.core.people.enums import ETHNIC, EmploymentForm, EndReason, Household, Standing
from niangjia.core.people.models import Membership, Officer, Person
from niangjia.core.people.queries import Look, Stay
from niangjia.core.people.views.telling import Line, told
from niangjia.core.tasks.models import Task
from niangjia.core.tasks.queries import waiting_for

AHEAD = timedelta(days=90)
SHORTEST_LIFE = timedelta(days=730)
MARKED = ("people.register", "people.change_details", "people.merge", "people.undo_merge")


@dataclass(frozen=True)
class PersonCard:
    """A person as the reader of the page may see them on a day."""

    person: Person
    actor: Actor
    day: date

    @cached_property
    def stays(self) -> list[Stay]:
        return queries.stays(self.person)

    @cached_property
    def span(self) -> Membership | None:
        """The membership in force."""
        return self.stays[-1].last if self.stays and self.stays[-1].left_on is None else None

    @cached_property
    def offices(self) -> list[Officer]:
        return queries.offices(self.person)

    @property
    def tags(self) -> list[tuple[str, str]]:
        """Words under the name, each with its tone."""
        person, span = self.person, self.span
        tags = [self._standing]
        if span and span.is_new_form:
            tags.append((f"新就业形态 · {span.get_form_display()}", ""))
        elif span and span.form != EmploymentForm.STANDARD:
            tags.append((span.get_form_display(), ""))
        if person.household == Household.RURAL:
            tags.append(("农民工", ""))
        tags += [self._office(office) for office in self.offices if office.valid_to is None]
        if span and span.transferring_to:
            tags.append((f"转会中，等{span.transferring_to.short_name}接收", "notice"))
        return tags

    def _office(self, office: Officer) -> tuple[str, str]:
        """A post held; whose committee is past its term goes on until the election, and that is said."""
        words, term = f"{office.org.short_name} · {office.get_post_display()}", office.term
        ends_on = (term.extended_to or term.valid_to) if term else None
        return (f"{words}，任期 {chinese_date(ends_on)}届满", "notice") if ends_on and ends_on < self.day else (words, "info")

    @property
    def _standing(self) -> tuple[str, str]:
        if self.person.deceased_on:
            return "已去世", ""
        if self.span:
            return ("会员，在册", "ok") if self.span.standing == Standing.FULL else (self.span.get_standing_display(), "notice")
        return ("曾是会员", "") if self.stays else ("非会员", "")

    @property
    def facts(self) -> list[Fact]:
        person, span = self.person, self.span
        return [
            Fact("证件", self._sealed("id_number", person.masked_id_number)),
            Fact("手机", self._sealed("phone", person.masked_phone, "，已验证" if person.phone_verified_at else "")),
            Fact("性别、年龄", "，".join(filter(None, [person.get_sex_display() if person.sex else "", self._age]))),
            Fact("户籍", "，".join(filter(None, [person.household_place, person.get_household_display()]))),
            Fact("所属工会", person.home_org.name, url=reverse("orgs:detail", args=[person.home_org.code])),
            Fact("入会", f"{chinese_date(span.joined_on)}，{span.get_join_way_display()}" if span else ""),
            Fact("技能等级", "，".join(filter(None, [person.get_skill_level_display(), person.skill_trade]))),
            Fact("同意书", f"{person.consent_version}，{chinese_date(person.consent_on)}" if person.consent_on else ""),
            Fact("工作单位", person.employer.name if person.employer else person.platform),
            Fact("岗位", person.job),
            Fact("民族、政治面貌", "，".join(filter(None, [ETHNIC.get(person.ethnic or 0, ""), person.get_political_display()]))),
            Fact("银行账户", self._sealed("bank_account", person.masked_bank_account if person.bank_sealed else "")),
        ]

    @property
    def _age(self) -> str:
        birth = self.person.birth
        return f"{self.day.year - birth.year - ((self.day.month, self.day.day) < (birth.month, birth.day))} 岁" if birth else ""

    def _sealed(self, field: str, masked: str, after: str = "") -> str:
        """A masked number and, for whoever may look, the way to the whole one."""
        if not masked or not self.actor.may("people.unmask"):
            return f"{masked}{after}"
        url = reverse("people:unmask", args=[self.person.code, field])
        return format_html('<span class="n">{}</span>{} <a class="link s13" href="{}">查看（留痕）</a>', masked, after, url)

    @cached_property
    def history(self) -> list[Line]:
        return told(queries.history(self.person))

    @cached_property
    def looks(self) -> list[Look]:
        return queries.looks(self.person, with_names=self.actor.may("trail.names"))

    @cached_property
    def tasks(self) -> list[Task]:
        """What waits about this person, as far as the reader could do it."""
        return list(waiting_for(self.actor).filter(subject=self.person.subject)[:10])

    @property
    def lanes(self) -> list[Lane]:
        """The life line: stays, offices, and the days on which the record itself changed."""
        stays = [
            Span(stay.joined_on, stay.left_on, f"{stay.union.short_name}，{stay.spans[0].get_join_way_display()}") for stay in self.stays
        ]
        ends = [Dot(stay.left_on, stay.last.get_end_reason_display()) for stay in self.stays if stay.left_on and not _goes_on(stay)]
        held = [Span(office.valid_from, office.valid_to, f"{office.org.short_name}{office.get_post_display()}") for office in self.offices]
        events = [line.step.event for line in self.history]
        marks = [Dot(event.on, verb_title(event.verb)) for event in events if event.verb in MARKED]
        lanes = (Lane("会籍", stays, ends), Lane("职务", held), Lane("档案", dots=marks))
        return [lane for lane in lanes if lane.spans or lane.dots]

    @property
    def life_start(self) -> date:
        """Where the life line begins: a little before the first thing known, and never so late that it has no width."""
        known = [stay.joined_on for stay in self.stays] + [office.valid_from for office in self.offices] + [self.person.registered_on]
        return min(min(known) - timedelta(days=30), self.day - SHORTEST_LIFE)

    @property
    def life_end(self) -> date:
        return self.day + AHEAD


def _goes_on(stay: Stay) -> bool:
    return stay.last.end_reason == EndReason.TRANSFERRED
