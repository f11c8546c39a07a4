"""Questions about the tree: today's by intervals, any other day's by Placement; terms, names and what happened to one organisation."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple, cast

from django.db import connection
from django.db.models import DateField, F, Field, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from niangjia.base.calendar import add_months
from niangjia.base.chinese import clean_text, name_key
from niangjia.core.orgs.enums import COUNTED_AS_UNION, ROOTS
from niangjia.core.orgs.models import Organisation, OrgName, Placement, Term
from niangjia.core.trail.queries import Check

TREE_ON = """
WITH RECURSIVE tree AS (
    SELECT org_id, parent_id, org_id AS top, 1 AS depth FROM orgs_placement
    WHERE parent_id = %(node)s AND valid_from <= %(day)s AND (valid_to IS NULL OR valid_to > %(day)s)
    UNION ALL
    SELECT place.org_id, place.parent_id, tree.top, tree.depth + 1 FROM orgs_placement AS place JOIN tree ON place.parent_id = tree.org_id
    WHERE place.valid_from <= %(day)s AND (place.valid_to IS NULL OR place.valid_to > %(day)s))
SELECT org_id, parent_id, top, depth FROM tree
"""
"""All organisations below %(node)s on %(day)s; ``top`` is their ancestor one level below the node. Join it as a subselect."""


class TreeRow(NamedTuple):
    """One organisation in the tree of a day, by ids; ``top`` is its ancestor (or itself) one level below the node asked for."""

    org: int
    parent: int
    top: int
    depth: int


class Child(NamedTuple):
    """An organisation one level below, with how many counted unions it is or has below it, and how many children."""

    org: Organisation
    unions: int
    children: int


@dataclass(frozen=True, order=True)
class Change:
    """One line of an organisation's history."""

    on: date
    what: str
    before: str = ""
    after: str = ""


def root() -> Organisation | None:
    """The topmost federation, the district or the city, or None before the first set-up."""
    return Organisation.objects.filter(parent=None).first()


def by_code(code: str) -> Organisation:
    """The organisation with this code; raises DoesNotExist."""
    return Organisation.objects.get(code=code)


def by_id(pk: int) -> Organisation:
    """The organisation with this id; raises DoesNotExist."""
    return Organisation.objects.get(pk=pk)


def tree_on(day: date, node: Organisation | None = None) -> list[TreeRow]:
    """The tree as it was on a day, below ``node`` (else below the district); the node itself is not in it."""
    node = node or root()
    if node is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(TREE_ON, {"node": node.pk, "day": day})
        return [TreeRow(*row) for row in cursor.fetchall()]


def subtree(org: Organisation) -> QuerySet[Organisation]:
    """Everything that stands or last stood below it today, itself included."""
    return Organisation.objects.filter(lft__range=(org.lft, org.rgt))


def path(org: Organisation) -> list[Organisation]:
    """From the district down to the organisation itself."""
    return list(Organisation.objects.filter(lft__lte=org.lft, rgt__gte=org.rgt).order_by("lft"))


def children_with_counts(org: Organisation, day: date) -> list[Child]:
    """The organisations one level below on a day, towns first, each with its counted unions and children of that day."""
    unions: dict[int, int] = {}
    children: dict[int, int] = {}
    rows = tree_on(day, org)
    counted = set(unions_on(day).filter(pk__in=[row.org for row in rows]).values_list("pk", flat=True))
    for row in rows:
        unions[row.top] = unions.get(row.top, 0) + (row.org in counted)
        children[row.parent] = children.get(row.parent, 0) + 1
    below = Organisation.objects.filter(pk__in=unions).order_by("-kind", "pinyin")
    return [Child(child, unions[child.pk], children.get(child.pk, 0)) for child in below]


def alive_on(day: date) -> QuerySet[Organisation]:
    """Organisations of every kind that existed on a day."""
    return Organisation.objects.filter(Q(ended_on=None) | Q(ended_on__gt=day), founded_on__lte=day)


def unions_on(day: date) -> QuerySet[Organisation]:
    """What «实名制工会» counts: grassroots unions and small federations that existed on a day."""
    return alive_on(day).filter(kind__in=COUNTED_AS_UNION)


def names_on(day: date, ids: Iterable[int] | None = None) -> dict[int, str]:
    """What organisations were called on a day, by id."""
    names = OrgName.objects.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)
    return dict((names if ids is None else names.filter(org__in=ids)).values_list("org", "name"))


HOTLINE = "12351"
"""The national hotline of the unions."""


def telephone_of(org: Organisation) -> str:
    """The office telephone of a union, else of the federation above it, else the hotline. Load it with its ``parent``."""
    return org.contact_phone or (org.parent.contact_phone if org.parent else "") or HOTLINE


def terms_on(day: date) -> QuerySet[Term]:
    """The term of office under way on a day of every organisation alive that day; ``ends_on`` counts an extension."""
    latest = Term.objects.filter(org=OuterRef("org"), valid_from__lte=day).order_by("-number")
    running = Term.objects.filter(pk=Subquery(latest.values("pk")[:1]), org__in=alive_on(day))
    return running.annotate(ends_on=Coalesce("extended_to", "valid_to", output_field=DateField()))


def terms_overdue(day: date) -> QuerySet[Term]:
    """Terms past their end on a day without an election since (届满未换届), the longest overdue first."""
    return terms_on(day).filter(ends_on__lt=day).order_by("ends_on")  # type: ignore[misc]


def terms_due(day: date, months: int = 6) -> QuerySet[Term]:
    """Terms that end within the next months, the nearest first."""
    return terms_on(day).filter(ends_on__range=(day, add_months(day, months))).order_by("ends_on")  # type: ignore[misc]


def current_term(org: Organisation, day: date) -> Term | None:
    """The term under way on a day, overdue or not."""
    return org.terms.filter(valid_from__lte=day).order_by("-number").first()


def search(q: str) -> QuerySet[Organisation]:
    """Organisations by part of the name, initials, pinyin, code or credit code; living ones first."""
    q = clean_text(q)
    key = name_key(q)
    if not key:
        return Organisation.objects.none()
    ascii_key = key if key.isascii() else None
    found = Q(name_key__contains=key) | Q(short_name__contains=q) | Q(code=q) | Q(credit_code=q.upper())
    if ascii_key:
        found |= Q(initials__contains=ascii_key) | Q(pinyin__startswith=ascii_key) | Q(code__endswith=ascii_key)
    return Organisation.objects.filter(found).order_by(F("ended_on").desc(nulls_first=True), "-kind", "pinyin", "id")


def history(org: Organisation) -> list[Change]:
    """Founding, names, parents, terms, recognitions and the end, in order of days."""
    changes = [Change(org.founded_on, "建会", after=org.get_route_display())]
    names = list(org.names.order_by("valid_from"))
    changes += [Change(new.valid_from, "更名", old.name, new.name) for old, new in pairwise(names)]
    places = list(org.placements.select_related("parent").order_by("valid_from"))
    changes += [
        Change(new.valid_from, "调整隶属", old.parent.name if old.parent else "", new.parent.name if new.parent else "")
        for old, new in pairwise(places)
    ]
    changes += [
        Change(term.elected_on, f"第{term.number}届选举", after=f"任期{term.years}年，至{term.valid_to}") for term in org.terms.all()
    ]
    for field in ("new_form_on", "new_economy_on", "new_field_on"):
        if day := getattr(org, field):
            changes.append(Change(day, str(cast("Field[Any, Any]", Organisation._meta.get_field(field)).verbose_name).removesuffix("之日")))
    if org.ended_on:
        changes.append(Change(org.ended_on, org.get_end_reason_display(), after=org.merged_into.name if org.merged_into else ""))
    return sorted(changes)


def checks() -> list[Check]:
    """Whether today's intervals are one tree, the tree that Placement tells; call it elevated."""
    return [
        _check("orgs.nesting", _OUTSIDE_PARENT, "家的区间不在上级区间之内"),
        _check("orgs.overlaps", _OVERLAPPING, "家的区间与同级重叠"),
        _check("orgs.placement", _MISPLACED, "家的上级与隶属沿革不符"),
        _check("orgs.history", _SPLIT_HISTORY, "家的隶属沿革有空档或重叠"),
    ]


_OUTSIDE_PARENT = """SELECT count(*) FROM orgs_organisation AS org LEFT JOIN orgs_organisation AS up ON up.id = org.parent_id
WHERE (org.parent_id IS NULL AND NOT org.kind = ANY(%(roots)s)) OR org.lft <= up.lft OR org.rgt > up.rgt"""
_OVERLAPPING = """SELECT count(*) FROM (
    SELECT lft <= max(rgt) OVER (PARTITION BY parent_id ORDER BY lft, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS wrong
    FROM orgs_organisation) AS seen WHERE wrong"""
_MISPLACED = """SELECT count(*) FROM orgs_organisation AS org
LEFT JOIN orgs_placement AS place ON place.org_id = org.id AND place.valid_to IS NULL
WHERE (org.ended_on IS NULL) <> (place.id IS NOT NULL) OR (place.id IS NOT NULL AND place.parent_id IS DISTINCT FROM org.parent_id)"""
_SPLIT_HISTORY = """SELECT count(*) FROM (
    SELECT place.valid_from <> coalesce(lag(place.valid_to) OVER told, org.founded_on)
        OR (lead(place.id) OVER told IS NULL AND place.valid_to IS DISTINCT FROM org.ended_on) AS wrong
    FROM orgs_placement AS place JOIN orgs_organisation AS org ON org.id = place.org_id
    WINDOW told AS (PARTITION BY place.org_id ORDER BY place.valid_from)) AS seen WHERE wrong"""


def _check(name: str, statement: str, what: str) -> Check:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"roots": list(ROOTS)})
        wrong = cursor.fetchone()[0]
    return Check(name, wrong == 0, f"{Placement.objects.count()} 条隶属，{wrong} {what}")
