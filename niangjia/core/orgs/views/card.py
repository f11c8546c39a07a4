"""What the page of one organisation shows, asked once and lazily."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Count, DateField, F, Func, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.urls import reverse

from niangjia.base.calendar import chinese_date, month_end
from niangjia.core.faces.shapes import BarRow, Fact, Series
from niangjia.core.orgs import queries
from niangjia.core.orgs.models import Coverage, Organisation, Placement, Term
from niangjia.core.people.enums import COUNTED_STANDINGS, NEW_FORM, EmploymentForm, Post, Sex
from niangjia.core.people.models import Membership, Officer

SHOWN_FORMS = 8
SHOWN_EMPLOYERS = 8
MONTHS_SHOWN = 60
WOMEN_FOR_A_COMMITTEE = 25
"""Women members from which a union elects a women's committee; below, one member of the committee cares for them (工会法第十一条)."""
POST_ORDER = list(Post.values)


@dataclass(frozen=True)
class UnionCard:
    """An organisation as of a day. Members are those of its whole subtree."""

    org: Organisation
    day: date

    @cached_property
    def members(self) -> QuerySet[Membership]:
        """Counted spans in force on the day anywhere in the subtree."""
        spans = Membership.objects.filter(scope__range=(self.org.lft, self.org.rgt), during__contains=self.day)
        return spans.filter(standing__in=COUNTED_STANDINGS)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """all, women, new_form: members on the day."""
        return self.members.aggregate(
            all=Count("pk"), women=Count("pk", filter=Q(person__sex=Sex.FEMALE)), new_form=Count("pk", filter=Q(is_new_form=True))
        )

    @cached_property
    def is_alive(self) -> bool:
        return self.org.ended_on is None or self.org.ended_on > self.day

    @cached_property
    def name(self) -> str:
        """What it was called on the day."""
        return queries.names_on(self.day, [self.org.pk]).get(self.org.pk, self.org.name)

    @cached_property
    def parent(self) -> Organisation | None:
        """Under which organisation it stood on the day."""
        placed = Placement.objects.filter(Q(valid_to=None) | Q(valid_to__gt=self.day), org=self.org, valid_from__lte=self.day)
        place = placed.select_related("parent").first()
        return place.parent if place else self.org.parent

    @property
    def members_left(self) -> int:
        """Members of a union that ended: somebody still has to find them another one."""
        return 0 if self.is_alive else self.numbers["all"]

    @property
    def members_url(self) -> str:
        """The list of its members; of those below it too."""
        return f"{reverse('people:list')}?union={self.org.code}"

    @property
    def facts(self) -> list[Fact]:
        org, numbers = self.org, self.numbers
        staff = f"{org.staff_total:,} / {numbers['all']:,}　入会率 {_percent(numbers['all'], org.staff_total)}" if org.staff_total else ""
        return [
            Fact("统一社会信用代码", org.credit_code),
            Fact("建会", chinese_date(org.founded_on)),
            Fact("批复", org.approval_number),
            Fact("法人证书", self._certificate),
            Fact("职工 / 会员", staff or f"{numbers['all']:,} 名会员", url=self.members_url),
            Fact("女会员", f"{numbers['women']:,} 人，{_percent(numbers['women'], numbers['all'])}"),
            Fact("新就业形态会员", f"{numbers['new_form']:,} 人，{_percent(numbers['new_form'], numbers['all'])}"),
            Fact("经费", "，".join(filter(None, ["独立账户" if org.has_own_account else "", org.get_dues_mode_display()]))),
            Fact("上级工会", self.parent.name if self.parent else "", url=_page_of(self.parent)),
            Fact("联系", "，".join(filter(None, [org.contact_person, org.contact_phone]))),
            Fact("地址", org.address),
            Fact("工会编码", org.code),
        ]

    @property
    def _certificate(self) -> str:
        if self.org.certificate_valid_to:
            over = "（已过期，换届后请换证）" if self.org.certificate_valid_to < self.day else ""
            return f"有效至 {chinese_date(self.org.certificate_valid_to)}{over}"
        return self.org.get_legal_status_display()

    @cached_property
    def term(self) -> Term | None:
        """The term under way on the day; an organisation that ended has none."""
        return queries.current_term(self.org, self.day) if self.is_alive else None

    @property
    def is_past_term(self) -> bool:
        """Past its end without an election since (届满未换届)."""
        return self.term_ends_on is not None and self.term_ends_on < self.day

    @property
    def term_ends_on(self) -> date | None:
        return (self.term.extended_to or self.term.valid_to) if self.term else None

    @property
    def term_share(self) -> int:
        """How much of the term has passed, 0–100."""
        if not self.term or not self.term_ends_on:
            return 0
        return max(0, min(100, round(100 * (self.day - self.term.valid_from).days / (self.term_ends_on - self.term.valid_from).days)))

    @cached_property
    def officers(self) -> list[Officer]:
        """Who holds which post on the day, the chair first."""
        held = Officer.objects.filter(Q(valid_to=None) | Q(valid_to__gt=self.day), org=self.org, valid_from__lte=self.day)
        return sorted(held.select_related("person"), key=lambda officer: POST_ORDER.index(officer.post))

    @property
    def committee(self) -> str:
        """How many sit in it."""
        return f"{len({officer.person_id for officer in self.officers})} 人" if self.officers else ""

    @property
    def coverage(self) -> str:
        """How many employers it covers."""
        return f"{len(self.employers)} 家" if self.employers else ""

    @property
    def vacancies(self) -> list[str]:
        """Posts a grassroots union should fill and has not."""
        if not (self.is_alive and self.org.is_grassroots):
            return []
        held = {officer.post for officer in self.officers}
        wanted = [Post.CHAIR, Post.AUDIT_CHAIR, *([Post.WOMEN_CHAIR] if self.numbers["women"] >= WOMEN_FOR_A_COMMITTEE else [])]
        return [str(Post(post).label) for post in wanted if post not in held]

    @cached_property
    def employers(self) -> list[Coverage]:
        """Which employers it covers on the day, by name."""
        covered = Coverage.objects.filter(Q(valid_to=None) | Q(valid_to__gt=self.day), union=self.org, valid_from__lte=self.day)
        return list(covered.select_related("employer").order_by("employer__name"))

    @property
    def employers_shown(self) -> list[Coverage]:
        return self.employers[:SHOWN_EMPLOYERS]

    @property
    def employers_folded(self) -> list[Coverage]:
        return self.employers[SHOWN_EMPLOYERS:]

    @property
    def forms(self) -> list[BarRow]:
        """Members by form of employment, the most first; new forms stand out."""
        total = self.numbers["all"]
        rows = self.members.order_by().values("form").annotate(n=Count("pk")).order_by("-n")[:SHOWN_FORMS]
        return [
            BarRow(str(EmploymentForm(row["form"]).label), row["n"], note=_percent(row["n"], total), active=row["form"] in NEW_FORM)
            for row in rows
        ]

    @cached_property
    def growth(self) -> tuple[list[str], list[Series]]:
        """Members at each quarter's end of the last five years: labels and one series."""
        spans = Membership.objects.filter(scope__range=(self.org.lft, self.org.rgt), standing__in=COUNTED_STANDINGS)
        change: dict[date, int] = {}
        for bound, sign in (("lower", 1), ("upper", -1)):
            edge = Func(F("during"), function=bound, output_field=DateField())
            moves = spans.annotate(edge=edge).filter(edge__isnull=False, edge__lte=self.day).values(month=TruncMonth("edge"))
            for row in moves.annotate(n=Count("pk")).order_by():
                change[row["month"]] = change.get(row["month"], 0) + sign * row["n"]
        return _quarters(change, self.day)


def _page_of(org: Organisation | None) -> str:
    return reverse("orgs:detail", args=[org.code]) if org else ""


def _quarters(change: dict[date, int], day: date) -> tuple[list[str], list[Series]]:
    """Running sums of monthly changes, read off at quarter ends (the last one at the day)."""
    if not change:
        return [], []
    labels, values, total = [], [], 0
    months = sorted(change)
    month, index = months[0], 0
    while month <= day:
        while index < len(months) and months[index] <= month:
            total += change[months[index]]
            index += 1
        following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
        if month.month % 3 == 0 or following > day:
            labels.append(f"{month.year}年{month_end(month).month}月")
            values.append(total)
        month = following
    keep = MONTHS_SHOWN // 3
    return labels[-keep:], [Series("会员", values[-keep:])]


def _percent(part: int, whole: int | None) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "—"
