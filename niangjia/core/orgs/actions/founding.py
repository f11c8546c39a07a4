"""Founding organisations: one at a time, or thousands by one event."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import zip_longest
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from niangjia.base.calendar import add_months, now, today
from niangjia.base.chinese import clean_text, name_key, pinyin_keys
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.orgs import rules
from niangjia.core.orgs.actions.codes import org_codes
from niangjia.core.orgs.actions.intervals import WHOLE, WIDTHS, lock_tree, room_for
from niangjia.core.orgs.actions.rows import insert_many, take_ids
from niangjia.core.orgs.enums import COUNTED_AS_UNION, Kind, LegalStatus, Nature
from niangjia.core.orgs.models import Coverage, Employer, Organisation, OrgName, Placement, Term
from niangjia.core.trail.actions import record, record_bulk


@dataclass(frozen=True)
class NewTerm:
    """A term to register: three or five years from an election."""

    years: int
    elected_on: date
    number: int = 1
    approval_number: str = ""
    extended_to: date | None = None

    @property
    def valid_to(self) -> date:
        """The last day of the term."""
        return last_day(self.elected_on, self.years)


@dataclass(frozen=True)
class NewEmployer:
    """An employer to register with the union that covers it."""

    name: str
    nature: Nature
    credit_code: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class LegalPerson:
    """A union's certificate as a legal person (工会法人资格证书)."""

    credit_code: str
    certificate_number: str
    valid_to: date


@dataclass(frozen=True)
class Founding:
    """An organisation to found; ``parent`` is the id of one that stands already, ``terms`` the earlier ones first."""

    name: str
    kind: Kind
    parent: int
    founded_on: date
    route: str = ""
    new_form_on: date | None = None
    new_economy_on: date | None = None
    new_field_on: date | None = None
    terms: Sequence[NewTerm] = ()
    employers: Sequence[NewEmployer] = ()
    legal_person: LegalPerson | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Founded:
    """What a bulk founding gave out for one founding, in the order asked; ``employers`` are ids in the order given."""

    id: int
    code: str
    employers: tuple[int, ...]


def last_day(elected_on: date, years: int) -> date:
    """The day on which a term of so many years ends."""
    return date.fromordinal(add_months(elected_on, 12 * years).toordinal() - 1)


@transaction.atomic
def found_federation(
    *, name: str, kind: Kind, parent: Organisation | None, founded_on: date, by: Actor, on: date | None = None, **facts: Any
) -> Organisation:
    """Found a town, zone or system federation; without a parent it is the district's, the first organisation of all."""
    require(by, "orgs.move" if kind >= Kind.TOWN else "orgs.change", parent)
    with elevated("orgs.found: places in the tree are looked for everywhere"):
        org = _found(Founding(name, kind, parent.pk if parent else 0, founded_on, facts=facts), parent)
        record("orgs.found", subject=f"org:{org.pk}", by=by, org=org.pk, on=on, after=_shown(org))
    return org


@transaction.atomic
def found_union(
    *,
    name: str,
    kind: Kind,
    parent: Organisation,
    founded_on: date,
    route: str,
    by: Actor,
    on: date | None = None,
    new_form: bool = False,
    new_economy: bool = False,
    new_field: bool = False,
    term: NewTerm | None = None,
    employers: Sequence[Employer] = (),
    **facts: Any,
) -> Organisation:
    """Found a union by one of the four routes, with its three-new flags, first term and the employers it covers."""
    require(by, "orgs.change", parent)
    on = on or today()
    with elevated("orgs.found: places in the tree are looked for everywhere"):
        said = {"new_form_on": new_form, "new_economy_on": new_economy, "new_field_on": new_field}
        days: dict[str, Any] = {name: founded_on for name, yes in said.items() if yes}
        org = _found(Founding(name, kind, parent.pk, founded_on, route, terms=(term,) if term else (), facts=facts, **days), parent)
        Coverage.objects.bulk_create(Coverage(union=org, employer=employer, valid_from=founded_on) for employer in employers)
        covered = [employer.name for employer in employers]
        record("orgs.found", subject=f"org:{org.pk}", by=by, org=org.pk, on=on, after=_shown(org) | {"employers": covered})
    return org


@transaction.atomic
def found_many(foundings: Sequence[Founding], *, by: Actor, on: date | None = None, batch: str = "") -> list[Founded]:
    """Found many organisations by one event that touches each; answers in the order asked.

    The rules are those of `found_union`; the first faults are told together, each with the name it concerns.
    """
    require(by, "orgs.change")
    on = on or today()
    with elevated("orgs.found_many: places in the tree are looked for everywhere"):
        lock_tree()
        parents = Organisation.objects.in_bulk({founding.parent for founding in foundings})
        for parent in parents.values():
            require(by, "orgs.change", parent)
        _check_all(foundings, parents)
        ids = _insert_organisations(foundings)
        employers = _insert_beside(foundings, ids)
        codes = dict(Organisation.objects.filter(pk__in=ids).values_list("pk", "code"))
        record_bulk(
            "orgs.found_many",
            touches=_TOUCHES,
            params=[ids],
            subject=f"org:{_above(parents)}",
            by=by,
            org=_above(parents),
            on=on,
            batch=batch,
        )
    return [Founded(org, codes[org], tuple(taken)) for org, taken in zip(ids, employers, strict=True)]


_TOUCHES = """SELECT 'org:' || org.id, NULL::jsonb, jsonb_build_object('name', org.name, 'code', org.code,
    'kind', org.kind, 'parent', up.name, 'founded_on', org.founded_on, 'route', org.route)
FROM orgs_organisation AS org JOIN orgs_organisation AS up ON up.id = org.parent_id WHERE org.id = ANY(%s) ORDER BY org.id"""


def _found(founding: Founding, parent: Organisation | None) -> Organisation:
    lock_tree()
    check_founding(founding, parent)
    low, high = _new_interval(founding, parent)
    org = Organisation(**_columns(founding), parent=parent, lft=low, rgt=high, code=org_codes()[0])
    org.full_clean(exclude=["parent", "lft", "rgt"])
    org.save(force_insert=True)
    Placement.objects.create(org=org, parent=parent, valid_from=org.founded_on)
    OrgName.objects.create(org=org, name=org.name, valid_from=org.founded_on)
    insert_many(Term, TERM_COLUMNS, list(_term_rows(org.pk, founding.terms)))
    return org


def check_founding(founding: Founding, parent: Organisation | None) -> None:
    """Raise a refusal unless the facts of one founding allow it."""
    if not clean_text(founding.name):
        rules.refuse("请填写工会名称。", "name")
    rules.check_facts(founding.facts, rules.CHANGEABLE)
    rules.check_day(founding.founded_on, "建会日期", "founded_on")
    rules.check_parent(founding.kind, parent, founding.founded_on)
    if parent is None and Organisation.objects.filter(parent=None).exists():
        rules.refuse("区总工会已经建立，只能有一个。")
    if founding.kind in COUNTED_AS_UNION and not founding.route:
        rules.refuse("请选择建会方式：企业单建、行业联建、龙头领建或区域共建。", "route")
    rules.check_free_name(clean_text(founding.name), parent)
    _check_papers(founding)


def _check_papers(founding: Founding) -> None:
    if founding.legal_person:
        rules.check_union_code(founding.legal_person.credit_code, founding.kind)
    for term in founding.terms:
        if term.years not in (3, 5):
            rules.refuse("每届任期三年或五年（工会法第十六条），请改为 3 或 5。", "years")
        rules.check_day(term.elected_on, "选举日期", "elected_on")
        if term.elected_on < founding.founded_on:
            rules.refuse("第一次选举不会早于建会日期，请核对。", "elected_on")


def _check_all(foundings: Sequence[Founding], parents: Mapping[int, Organisation]) -> None:
    neighbours = set(Organisation.objects.filter(parent__in=parents, ended_on=None).values_list("parent_id", "name"))
    faults: list[str] = []
    for founding in foundings:
        name = clean_text(founding.name)
        try:
            rules.check_facts(founding.facts, rules.CHANGEABLE)
            rules.check_day(founding.founded_on, "建会日期")
            rules.check_parent(founding.kind, parents.get(founding.parent), founding.founded_on)
            _check_papers(founding)
            if (founding.parent, name) in neighbours:
                rules.refuse("同一上级下已有同名的工会。")
        except ValidationError as fault:
            faults.append(f"{name}：{''.join(fault.messages)}")
        neighbours.add((founding.parent, name))
    if faults:
        raise ValidationError(faults[:20])


def _new_interval(founding: Founding, parent: Organisation | None) -> tuple[int, int]:
    if parent is None:
        return WHOLE
    low = room_for(parent.pk, WIDTHS[founding.kind])
    return low, low + WIDTHS[founding.kind] - 1


def _columns(founding: Founding) -> dict[str, Any]:
    name = clean_text(founding.name)
    full, initials = pinyin_keys(name)
    facts = {"short_name": name[:60], **founding.facts}
    legal = founding.legal_person
    return facts | {
        "name": name, "name_key": name_key(name), "pinyin": full[:400], "initials": initials[:120], "kind": founding.kind,
        "founded_on": founding.founded_on, "route": founding.route, "new_form_on": founding.new_form_on,
        "new_economy_on": founding.new_economy_on, "new_field_on": founding.new_field_on,
        "legal_status": LegalStatus.REGISTERED if legal else LegalStatus.NONE, "credit_code": legal.credit_code if legal else None,
        "certificate_number": legal.certificate_number if legal else "", "certificate_valid_to": legal.valid_to if legal else None,
    }  # fmt: skip


def _insert_organisations(foundings: Sequence[Founding]) -> list[int]:
    """Each parent's new children stand side by side in one gap; returns ids in the order asked."""
    ids, codes = take_ids(Organisation, len(foundings)), org_codes(len(foundings))
    moment = now()
    below: dict[int, list[int]] = defaultdict(list)
    for place, founding in enumerate(foundings):
        below[founding.parent].append(place)
    for parent, places in below.items():
        low = room_for(parent, sum(WIDTHS[foundings[place].kind] for place in places))
        rows = []
        for place in places:
            width = WIDTHS[foundings[place].kind]
            made = BLANK | _columns(foundings[place])
            made |= {"id": ids[place], "code": codes[place], "parent": parent, "lft": low, "rgt": low + width - 1, "changed_at": moment}
            rows.append([made[column] for column in ORG_COLUMNS])
            low += width
        insert_many(Organisation, ORG_COLUMNS, rows)
    return ids


def _blank(name: str) -> Any:
    column: Any = Organisation._meta.get_field(name)
    return None if column.null else column.get_default()


BLANK = {name: _blank(name) for name in sorted(rules.CHANGEABLE)}
ORG_COLUMNS = (
    "id", "code", "parent", "lft", "rgt", "changed_at", "name", "name_key", "pinyin", "initials", "kind", "founded_on", "route",
    "new_form_on", "new_economy_on", "new_field_on", "legal_status", "credit_code", "certificate_number", "certificate_valid_to",
    "end_reason", *BLANK,
)  # fmt: skip
BLANK["end_reason"] = ""
TERM_COLUMNS = ("org", "number", "years", "elected_on", "valid_from", "valid_to", "extended_to", "approval_number", "ended_on")
EMPLOYER_BLANK: dict[str, Any] = {
    "registration_type": "", "industry": "", "scale": None, "is_platform": False, "address": "", "staff_total": None, "ended_on": None,
}  # fmt: skip


def _insert_beside(foundings: Sequence[Founding], ids: Sequence[int]) -> list[list[int]]:
    """Placements, names, terms, employers and coverages of new organisations; returns the employers' ids by organisation."""
    pairs = list(zip(foundings, ids, strict=True))
    insert_many(Placement, ("org", "parent", "valid_from"), [(org, each.parent, each.founded_on) for each, org in pairs])
    insert_many(OrgName, ("org", "name", "valid_from"), [(org, clean_text(each.name), each.founded_on) for each, org in pairs])
    insert_many(Term, TERM_COLUMNS, [row for each, org in pairs for row in _term_rows(org, each.terms)])
    covered = _insert_employers([(org, employer) for each, org in pairs for employer in each.employers])
    given = iter(covered)
    taken = [[next(given) for _ in each.employers] for each in foundings]
    coverages = [(org, number, each.founded_on) for (each, org), numbers in zip(pairs, taken, strict=True) for number in numbers]
    insert_many(Coverage, ("union", "employer", "valid_from"), coverages)
    return taken


def _insert_employers(wanted: Sequence[tuple[int, NewEmployer]]) -> list[int]:
    """The id of each employer, in order; one known by its credit code already, or given twice, is not registered again."""
    codes = [rules.check_credit_code(employer.credit_code) if employer.credit_code else None for _, employer in wanted]
    known = dict(Employer.objects.filter(credit_code__in=filter(None, codes)).values_list("credit_code", "pk"))
    ids, rows = [], []
    for (org, employer), code, number in zip(wanted, codes, take_ids(Employer, len(wanted)), strict=True):
        ids.append(known.get(code, number))
        if ids[-1] != number:
            continue
        if code:
            known[code] = number
        rules.check_facts(employer.facts, rules.EMPLOYER_FACTS)
        name = clean_text(employer.name)
        facts = EMPLOYER_BLANK | dict(employer.facts)
        rows.append((number, code, name, name_key(name), employer.nature, org, *facts.values()))
    insert_many(Employer, ("id", "credit_code", "name", "name_key", "nature", "answering_org", *EMPLOYER_BLANK), rows)
    return ids


def _term_rows(org: int, terms: Sequence[NewTerm]) -> list[tuple[Any, ...]]:
    """Each term ends on the day of the next election."""
    ends = [term.elected_on for term in terms[1:]]
    return [
        (org, term.number, term.years, term.elected_on, term.elected_on, term.valid_to, term.extended_to, term.approval_number, end)
        for term, end in zip_longest(terms, ends)
    ]


def _above(parents: Mapping[int, Organisation]) -> int:
    """The lowest organisation above all of these, or one of them that is."""
    low, high = min(parent.lft for parent in parents.values()), max(parent.rgt for parent in parents.values())
    return Organisation.objects.filter(lft__lte=low, rgt__gte=high).order_by("-lft").values_list("pk", flat=True)[0]


def _shown(org: Organisation) -> dict[str, Any]:
    return {
        "code": org.code, "name": org.name, "kind": org.kind, "parent": org.parent.name if org.parent else "",
        "founded_on": org.founded_on, "route": org.route,
    }  # fmt: skip
