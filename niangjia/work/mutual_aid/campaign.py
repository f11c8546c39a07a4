"""How an enrolment campaign goes: towns beside last year's same day, the way week by week, units that lack persons or money, retirees."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from typing import Any

from django.db import connection
from django.db.models import (
    Case,
    Count,
    DecimalField,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Ceil, Coalesce

from niangjia.base.calendar import chinese_date, today
from niangjia.base.scope import elevated
from niangjia.core.orgs.enums import Kind
from niangjia.core.orgs.models import Organisation
from niangjia.work.mutual_aid.enums import BillState, Via
from niangjia.work.mutual_aid.models import Bill, Enrolment, Plan
from niangjia.work.mutual_aid.plan.impact import FEWEST_PERSONS
from niangjia.work.mutual_aid.queries import LIVING, earlier
from niangjia.work.mutual_aid.rules import is_for_in_service, is_for_retired

GRASSROOTS = (Kind.SINGLE, Kind.JOINT, Kind.ORGANISER)
NAMED_IN_A_TEXT = 12
WEEKS = 16


@dataclass(frozen=True)
class Town:
    """An organisation with its subtree in a campaign: whom the plan would take, who is in it now and was on the same day a year ago, units and yuan."""

    org: Organisation
    eligible: int = 0
    enrolled: int = 0
    last_year: int = 0
    units: int = 0
    billed: int = 0
    paid_units: int = 0
    paid: Decimal = Decimal(0)

    @property
    def share(self) -> float:
        """Enrolled of a hundred whom the plan would take."""
        return round(100 * self.enrolled / self.eligible, 1) if self.eligible else 0.0

    @property
    def more(self) -> int:
        """Persons more than on the same day a year ago."""
        return self.enrolled - self.last_year


def towns(plan: Plan, over: Iterable[Organisation], on: date | None = None) -> list[Town]:
    """Each organisation with its subtree on a day; call it within the reader's scope, or elevated for the standing of all."""
    orgs, on = list(over), on or today()
    before, rule = earlier(plan), plan.declared
    values: dict[str, Any] = {
        "plan": plan.pk, "before": before.pk if before else 0, "orgs": [org.pk for org in orgs], "on": on, "counted": min(on, plan.window_to),
        "then": _a_year_before(on), "sex": rule.sex, "low": min((org.lft for org in orgs), default=0), "high": max((org.rgt for org in orgs), default=0),
    }  # fmt: skip
    with connection.cursor() as cursor:
        people = _RETIRED if is_for_retired(rule) else _MEMBERS + (_AT_WORK if is_for_in_service(rule) else "")
        cursor.execute(_TOWNS.format(people=people), values)
        found = {row[0]: row[1:] for row in cursor.fetchall()}
    return [Town(org, *found[org.pk]) if org.pk in found else Town(org) for org in orgs]


def _a_year_before(on: date) -> date:
    return on.replace(year=on.year - 1, day=28) if (on.month, on.day) == (2, 29) else on.replace(year=on.year - 1)


# Persons are looked up as hashed sets: row security lets the planner expect a handful of members, and it would fetch each person singly.
_MEMBERS = """SELECT span.scope AS lft, count(*) AS n FROM people_membership AS span
    WHERE span.scope BETWEEN %(low)s AND %(high)s AND span.during @> %(counted)s::date AND span.standing IN ('full', 'floating')
        AND (%(sex)s::int IS NULL OR span.person_id IN (SELECT id FROM people_person WHERE sex = %(sex)s AND scope BETWEEN %(low)s AND %(high)s))"""
_AT_WORK = """ AND span.person_id NOT IN (
    SELECT id FROM people_person WHERE employment_status IN (4, 5) AND scope BETWEEN %(low)s AND %(high)s)"""
_RETIRED = """SELECT person.scope AS lft, count(*) AS n FROM people_person AS person
    WHERE person.scope BETWEEN %(low)s AND %(high)s AND person.employment_status IN (4, 5) AND person.deceased_on IS NULL
        AND person.merged_into_id IS NULL AND (%(sex)s::int IS NULL OR person.sex = %(sex)s)"""
_TOWNS = """
WITH here AS (SELECT id, lft, rgt FROM orgs_organisation WHERE id = ANY(%(orgs)s)),
people AS MATERIALIZED ({people} GROUP BY 1),
members AS (SELECT here.id, sum(people.n)::bigint AS n FROM here JOIN people ON people.lft BETWEEN here.lft AND here.rgt GROUP BY here.id),
now AS (SELECT org_id, count(*) AS n, sum(fee) FILTER (WHERE state = 'effective') AS paid FROM mutual_aid_enrolment
    WHERE plan_id = %(plan)s AND state IN ('entered', 'effective') AND enrolled_on <= %(on)s GROUP BY org_id),
past AS (SELECT org_id, count(*) AS n FROM mutual_aid_enrolment WHERE plan_id = %(before)s AND enrolled_on <= %(then)s
    AND (ended_on IS NULL OR ended_on > %(then)s) GROUP BY org_id),
bills AS (SELECT org_id, bool_or(state = 'paid') AS paid FROM mutual_aid_bill WHERE plan_id = %(plan)s AND state IN ('open', 'paid') GROUP BY org_id),
units AS (SELECT org.id, org.lft, now.n, now.paid, past.n AS past, bills.org_id IS NOT NULL AS billed, coalesce(bills.paid, FALSE) AS has_paid
    FROM orgs_organisation AS org LEFT JOIN now ON now.org_id = org.id LEFT JOIN past ON past.org_id = org.id LEFT JOIN bills ON bills.org_id = org.id
    WHERE coalesce(now.n, past.n, bills.org_id) IS NOT NULL),
sums AS (SELECT here.id, sum(units.n) AS n, sum(past) AS past, count(units.n) AS units, count(*) FILTER (WHERE billed) AS billed,
    count(*) FILTER (WHERE has_paid) AS has_paid, sum(units.paid) AS paid
    FROM here JOIN units ON units.lft BETWEEN here.lft AND here.rgt GROUP BY here.id)
SELECT here.id, coalesce(members.n, 0), coalesce(sums.n, 0)::bigint, coalesce(sums.past, 0)::bigint, coalesce(sums.units, 0),
    coalesce(sums.billed, 0), coalesce(sums.has_paid, 0), coalesce(sums.paid, 0)
FROM here LEFT JOIN members USING (id) LEFT JOIN sums USING (id)"""


@dataclass(frozen=True)
class Standing:
    """How the towns stand among themselves without naming any: median and best share of enrolled persons in percent."""

    median: float
    best: float


def standing(rows: Iterable[Town]) -> Standing | None:
    """Median and best of those with enough persons; None where there are fewer than three, so that nobody is named by it."""
    shares = [row.share for row in rows if row.eligible >= FEWEST_PERSONS]
    return Standing(round(median(shares), 1), max(shares)) if len(shares) >= 3 else None


def standing_of_siblings(plan: Plan, org: Organisation) -> Standing | None:
    """How an organisation's siblings stand, it included: nobody's name and no order, whoever asks."""
    with elevated("mutual aid: the median and the best of all towns name none of them"):
        siblings = (
            Organisation.objects.filter(parent=org.parent_id, ended_on__isnull=True) if org.parent_id else Organisation.objects.none()
        )
        return standing(towns(plan, siblings))


def weeks(plan: Plan, org: Organisation, on: date | None = None) -> tuple[list[str], list[int], list[int]]:
    """Labels of weeks since the window opened and of today, who was in by the end of each, and a year ago as far into the window of then."""
    on, before = on or today(), earlier(plan)
    last = min(on, plan.window_to + timedelta(days=28))
    ends = [day for n in range(1, WEEKS + 1) if (day := plan.window_from + timedelta(days=7 * n - 1)) < last]
    labels, now = [f"{day.month}月{day.day}日" for day in ends] + ["到今天"], _grown(plan, org, [*ends, on])
    if before is None:
        return labels, now, [0 for _ in labels]
    shifted = [before.window_from + (day - plan.window_from) for day in ends]
    return labels, now, _grown(before, org, [*shifted, _a_year_before(on)])


def _grown(plan: Plan, org: Organisation, days: list[date]) -> list[int]:
    rows = Enrolment.objects.filter(plan=plan, state__in=LIVING, org__lft__range=(org.lft, org.rgt), enrolled_on__lte=days[-1])
    by_day = dict(rows.values_list("enrolled_on").annotate(n=Count("pk")))
    return [sum(n for on, n in by_day.items() if on <= day) for day in days]


def vias(plan: Plan, org: Organisation) -> list[tuple[str, int]]:
    """Through which way those in the plan came, the most first."""
    rows = Enrolment.objects.filter(plan=plan, state__in=LIVING, org__lft__range=(org.lft, org.rgt))
    return [(Via(via).label, n) for via, n in rows.values_list("via").annotate(n=Count("pk")).order_by("-n")]


def behind(units: QuerySet[Organisation], plan: Plan) -> QuerySet[Any]:
    """Unions that lack persons by the plan's share of the insured staff, or have a bill that is not paid.

    Each with ``enrolled``, ``insured`` (as on the latest bill, else the staff of the register), ``wanted``, ``lacking`` and ``owes`` in yuan.
    """
    rule = plan.declared
    inside = (
        Enrolment.objects.filter(plan=plan, org=OuterRef("pk"), state__in=LIVING)
        .order_by()
        .values("org")
        .annotate(n=Count("pk"))
        .values("n")
    )
    bills = Bill.objects.filter(plan=plan, org=OuterRef("pk"))
    insured = bills.filter(insured__isnull=False).order_by("-pk").values("insured")[:1]
    owes = bills.filter(state=BillState.OPEN).order_by().values("org").annotate(n=Sum("amount")).values("n")
    number, money = IntegerField(), DecimalField(max_digits=16, decimal_places=2)
    found = units.filter(kind__in=GRASSROOTS, ended_on__isnull=True).annotate(
        enrolled=Coalesce(Subquery(inside, number), 0), insured=Coalesce(Subquery(insured, number), F("staff_total"), 0, output_field=number),
        owes=Coalesce(Subquery(owes, money), Value(Decimal(0)), output_field=money),
    )  # fmt: skip
    if rule.unit_share is None:
        return found.annotate(wanted=Value(0), lacking=Value(0)).filter(owes__gt=0)
    share = Case(When(insured__lte=rule.all_below, then=F("insured")), default=Ceil(F("insured") * rule.unit_share), output_field=number)
    return (
        found.annotate(wanted=share)
        .annotate(lacking=ExpressionWrapper(F("wanted") - F("enrolled"), number))
        .filter(Q(lacking__gt=0) | Q(owes__gt=0))
    )


@dataclass(frozen=True)
class Reminder:
    """A text to be passed on in a group: it names unions, and no person."""

    title: str
    text: str
    more: int = 0


def reminders(plan: Plan, rows: Iterable[Any], on: date | None = None) -> list[Reminder]:
    """What may be said to unions that lack persons, and to those whose bill is open; ``rows`` are those of `behind`."""
    units, on = list(rows), on or today()
    short = sorted((unit for unit in units if unit.lacking > 0), key=lambda unit: -unit.lacking)
    owing = sorted((unit for unit in units if unit.owes > 0), key=lambda unit: -unit.owes)
    made = []
    if short and on <= plan.window_to:
        names = [f"{_name(unit)}还差 {unit.lacking} 人" for unit in short[:NAMED_IN_A_TEXT]]
        made.append(_reminder("人数还不够的", plan, names, f"{_until(plan, on)}请按名册补齐", len(short)))
    if owing:
        names = [f"{_name(unit)} {unit.owes:,.2f} 元" for unit in owing[:NAMED_IN_A_TEXT]]
        made.append(_reminder("账单还没缴的", plan, names, "缴费以后才生效，请尽快缴", len(owing)))
    return made


def _reminder(title: str, plan: Plan, names: list[str], ask: str, n: int) -> Reminder:
    rest = f"等 {n} 家" if n > len(names) else ""
    return Reminder(
        title,
        f"【医疗互助】{plan.title}（{plan.policy_year} 年度）{ask}：{'；'.join(names)}{rest}。在“医疗互助”里本单位的页面办理。",
        n - len(names),
    )


def _until(plan: Plan, on: date) -> str:
    left = (plan.window_to - on).days
    return f"参保到{chinese_date(plan.window_to)}为止，{f'还剩 {left} 天' if left else '今天是最后一天'}，"


def _name(org: Organisation) -> str:
    return org.short_name or org.name
