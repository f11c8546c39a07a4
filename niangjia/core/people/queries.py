"""Questions about persons: who it is, which unions they belonged to, what was done to their record, who may be there twice."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, Exists, FilteredRelation, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from niangjia.base.chinese import check_id_number, check_phone, clean_text, name_key
from niangjia.base.scope import elevated
from niangjia.base.sealing import blind
from niangjia.core.access.queries import names_of
from niangjia.core.orgs.models import Organisation
from niangjia.core.people.enums import COUNTED_STANDINGS, LOOKED_AT
from niangjia.core.people.models import ID_NUMBER, PHONE, Membership, Officer, Person
from niangjia.core.trail.models import Event
from niangjia.core.trail.queries import Check, facts_of, looks_at, touches_of

WHOLE_LIFE = "the life of one record that the reader was shown already, also under other unions"
MOST_STEPS = 200
"""Lines of history on one page."""
SILENT_DAYS = 15
"""Days after which a transfer goes through without an answer of the other side."""
END = "\U0010ffff"
"""Sorts after every character, so that ``name_key >= q and name_key < q + END`` is a prefix search by index."""


def person_by_code(code: str) -> Person:
    """The person with this code; the code of a merged record leads to the one it was merged into. Raises DoesNotExist."""
    person = Person.objects.select_related("home_org", "merged_into").get(code=code)
    return person_by_code(person.merged_into.code) if person.merged_into else person


def search(q: str) -> QuerySet[Person]:
    """Persons found by ``matching``, without records merged into another. Narrow it with ``visible``."""
    return Person.objects.filter(matching(q), merged_into__isnull=True)


def matching(q: str) -> Q:
    """By identity number, phone, code or card number (whole), or by the beginning of a name, its pinyin or its initials."""
    text = clean_text(q)
    compact = "".join(text.split()).replace("-", "").lstrip("+").upper()
    if compact[:1].isdecimal() and compact[:-1].isdecimal():
        return _by_number(compact)
    key = name_key(text)
    if not key:
        return Q(pk__in=[])
    if key.isascii():
        return _begins("pinyin", key) | _begins("initials", key) | _begins("name_key", key)
    return _begins("name_key", key)


def _begins(field: str, beginning: str) -> Q:
    return Q(**{f"{field}__gte": beginning, f"{field}__lt": beginning + END})


def _by_number(digits: str) -> Q:
    """A typed number may be an identity number, a phone, a code or a card: each found by its own index, then put together.

    One condition with all of them joined by OR would be tried on every row.
    """
    number, (phone, _) = check_id_number(digits), check_phone(digits)
    found = [Person.objects.filter(code=digits).values("pk")]
    if number.value:
        found.append(Person.objects.filter(id_index=blind(number.value, ID_NUMBER), merged_into__isnull=True).values("pk"))
    if phone:
        found.append(Person.objects.filter(phone_index=blind(phone, PHONE)).values("pk"))
    cards = Membership.objects.filter(card_number=digits).exclude(card_number="").values("person")
    return Q(pk__in=cards.union(*found, all=True))


def with_open_span(persons: QuerySet[Person]) -> QuerySet[Person]:
    """Persons with their open membership joined as ``open`` (NULL where there is none)."""
    return persons.annotate(open=FilteredRelation("memberships", condition=Q(memberships__until__isnull=True)))


def open_span(person: Person) -> Membership | None:
    """The membership in force without an end, or None."""
    return person.memberships.filter(until__isnull=True).select_related("union", "transferring_to").first()


def ever_member() -> Exists:
    """For a queryset of persons: whether there is any membership, ended or not."""
    return Exists(Membership.objects.filter(person=OuterRef("pk")))


def is_in_a_union() -> Exists:
    """For a queryset of persons: whether a membership goes on today."""
    return Exists(Membership.objects.filter(person=OuterRef("pk"), until__isnull=True))


def members_on(day: date) -> QuerySet[Membership]:
    """What «实名制会员» counts on a day: one row a member. Narrow it with ``visible``."""
    return Membership.objects.filter(during__contains=day, standing__in=COUNTED_STANDINGS)


def members_below(orgs: Iterable[int], day: date) -> dict[int, int]:
    """How many counted members each of these organisations has on a day, itself and below, by today's tree and within the reader's rows."""
    inside = members_on(day).filter(scope__gte=OuterRef("lft"), scope__lte=OuterRef("rgt")).order_by()
    number = inside.annotate(one=Value(1)).values("one").annotate(n=Count("pk")).values("n")
    counted = Organisation.objects.filter(pk__in=list(orgs)).annotate(members=Coalesce(Subquery(number), 0))
    return dict(counted.values_list("pk", "members"))


def active_members(org: Organisation, day: date) -> QuerySet[Membership]:
    """The counted members on a day of an organisation and all below it, by today's tree."""
    return members_on(day).filter(scope__range=(org.lft, org.rgt))


def transfers_asked() -> QuerySet[Membership]:
    """Open memberships whose transfer to another union was asked for and not answered yet, the longest waiting first."""
    asked = Membership.objects.filter(until__isnull=True, transferring_to__isnull=False)
    return asked.select_related("person", "union", "transferring_to").order_by("transfer_asked_on", "id")


@dataclass(frozen=True)
class Asked:
    """A transfer under way as one side sees it: ``ours_to_answer`` where this side was asked; the day on which silence settles it."""

    span: Membership
    ours_to_answer: bool
    settles_on: date

    @property
    def to(self) -> str:
        """Where the member is to go."""
        return self.span.transferring_to.name if self.span.transferring_to else ""


def transfers_at(low: int | None, high: int | None) -> list[Asked]:
    """Transfers under way out of or into the unions of an interval, those to be answered there first.

    Read elevated: the receiving side learns who wants to come before the row is theirs; numbers are not shown.
    """
    if low is None or high is None:
        return []
    with elevated("transfers: who was asked for, told to both sides"):
        here = Q(union__lft__range=(low, high)) | Q(transferring_to__lft__range=(low, high))
        found = [_asked(span, low, high) for span in transfers_asked().filter(here)]
    return sorted(found, key=lambda one: not one.ours_to_answer)


def _asked(span: Membership, low: int, high: int) -> Asked:
    answering = span.union if span.transfer_asked_by_receiver else span.transferring_to
    day = span.transfer_asked_on or span.during.lower
    return Asked(span, answering is not None and low <= answering.lft <= high, day + timedelta(days=SILENT_DAYS))


def person_by_number(number: str, name: str) -> Person | None:
    """Whoever has this identity number and this name, wherever they are: for a union that was told both by the person."""
    with elevated("a person told a union number and name, and wants to come to it"):
        found = Person.objects.filter(id_index=blind(number, ID_NUMBER), merged_into=None, name_key=name_key(name))
        return found.select_related("home_org").first()


@dataclass(frozen=True)
class Stay:
    """A stay in one union: adjacent spans in one. ``left_on`` is the first day after it, None while it lasts."""

    union: Organisation
    joined_on: date
    left_on: date | None
    spans: Sequence[Membership]

    @property
    def last(self) -> Membership:
        """The span that says how the stay ended, or how it is now."""
        return self.spans[-1]


def stays(person: Person) -> list[Stay]:
    """Every stay of a person, the first one first."""
    with elevated(WHOLE_LIFE):
        spans = list(person.memberships.select_related("union", "transferring_to").order_by("during"))
    grouped = (list(chain) for _, chain in groupby(spans, key=lambda span: (span.union_id, span.joined_on)))
    return [Stay(chain[0].union, chain[0].during.lower, chain[-1].until, chain) for chain in grouped]


def offices(person: Person) -> list[Officer]:
    """Posts held, the latest first."""
    with elevated(WHOLE_LIFE):
        return list(person.offices.select_related("org", "term").order_by("-valid_from"))


def union_names(keys: Iterable[int | str]) -> dict[int | str, str]:
    """Names of the unions that a history speaks of, by id or code."""
    ids, codes = {key for key in keys if isinstance(key, int)}, {key for key in keys if isinstance(key, str)}
    with elevated(WHOLE_LIFE):
        found = Organisation.objects.filter(Q(pk__in=ids) | Q(code__in=codes)).values_list("pk", "code", "name")
        return {key: name for pk, code, name in found for key in (pk, code)}


class Step(NamedTuple):
    """One line of a record's history: an event, and of a bulk event this record's part. ``row`` is the row of the sheet, or ""."""

    event: Event
    before: Any
    after: Any
    row: str

    @property
    def at(self) -> datetime:
        return self.event.at


def history(person: Person) -> list[Step]:
    """What was done to this record, newest first; the events of batches with this record's own part.

    Read elevated: whoever may open the record may know its history, also the part that happened under another union.
    """
    with elevated(WHOLE_LIFE):
        touched = {touch.event_id: touch for touch in touches_of(person.subject)[:MOST_STEPS]}
        events = Event.objects.filter(Q(subject=person.subject) | Q(pk__in=list(touched))).select_related("payload")
        return [_step(event, touched.get(event.pk)) for event in events.order_by("-at", "-id")[:MOST_STEPS]]


def _step(event: Event, touch: Any) -> Step:
    if touch is None:
        return Step(event, None, facts_of(event), "")
    after = dict(touch.after or {})
    return Step(event, touch.before, after, str(after.pop("row", "") or ""))


class Look(NamedTuple):
    """Somebody looked at what is sealed: when, under which post, what and why. ``who`` only where names may be shown."""

    at: datetime
    post: str
    what: str
    reason: str
    who: str


def looks(person: Person, *, with_names: bool = False) -> list[Look]:
    """Who looked at the unmasked data of this person, newest first: department and role; names for auditors only."""
    with elevated("looks at one record, told to its own person or to somebody who was shown it already"):
        events = list(looks_at(person.subject).select_related("payload")[:MOST_STEPS])
        names = names_of(event.actor for event in events) if with_names else {}
        seen = [LOOKED_AT.get(facts_of(event).get("field", ""), "") for event in events]
    return [Look(event.at, event.post, what, event.reason, names.get(event.actor, "")) for event, what in zip(events, seen, strict=True)]


class Pair(NamedTuple):
    """Two records that may be one person. ``kind`` is a key of KINDS; ``one`` is the elder record."""

    kind: str
    one: Person
    other: Person


KINDS = {
    "same": "姓名、出生日期、手机都相同",
    "unnumbered": "姓名、出生日期相同，一份没有证件号",
    "near": "手机、出生日期相同，姓名写法不同",
}

_PAIRS = """
WITH phones AS (
    SELECT phone_index FROM people_person WHERE merged_into_id IS NULL AND phone_index IS NOT NULL
    GROUP BY phone_index HAVING count(*) > 1),
by_phone AS (
    SELECT CASE WHEN one.name_key = other.name_key THEN 'same' ELSE 'near' END AS kind, one.id AS one, other.id AS other
    FROM phones JOIN people_person AS one USING (phone_index) JOIN people_person AS other USING (phone_index)
    WHERE one.id < other.id AND one.birth = other.birth AND one.merged_into_id IS NULL AND other.merged_into_id IS NULL),
unnumbered AS (
    SELECT 'unnumbered' AS kind, least(one.id, other.id) AS one, greatest(one.id, other.id) AS other
    FROM people_person AS one JOIN people_person AS other ON other.name_key = one.name_key AND other.birth = one.birth
    WHERE one.id_index IS NULL AND one.id <> other.id AND (other.id_index IS NOT NULL OR one.id < other.id)
        AND one.merged_into_id IS NULL AND other.merged_into_id IS NULL)
SELECT DISTINCT ON (one, other) kind, one, other FROM (SELECT * FROM by_phone UNION ALL SELECT * FROM unnumbered) AS found
ORDER BY one, other, array_position(ARRAY['same', 'unnumbered', 'near'], kind) LIMIT %s
"""


def duplicates(limit: int = 200) -> list[Pair]:
    """Records within the reader's rows that may be the same person, found set-based over the whole register."""
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS, [limit])
        found = cursor.fetchall()
    persons = Person.objects.select_related("home_org").in_bulk({pk for _, one, other in found for pk in (one, other)})
    return [Pair(kind, persons[one], persons[other]) for kind, one, other in found]


def checks() -> list[Check]:
    """Whether spans, homes and merged records fit together; call it elevated."""
    return [
        _check("people.spans", _GAPS, "段会籍续接的起日与上一段的止日不符"),
        _check("people.home", _ASTRAY, "人的所属工会与在册会籍不符"),
        _check("people.merged", _MERGED_MEMBERS, "份已并入的档案还有会籍"),
    ]


_GAPS = """SELECT count(*) FROM people_membership AS span
LEFT JOIN people_membership AS following ON following.person_id = span.person_id AND following.previous_until = span.until
WHERE span.end_reason IN ('transferred', 'standing', 'form') AND (following.id IS NULL OR lower(following.during) <> span.until)"""
_ASTRAY = """SELECT count(*) FROM people_membership AS span JOIN people_person AS person ON person.id = span.person_id
WHERE span.until IS NULL AND (person.home_org_id <> span.union_id OR person.scope <> span.scope OR person.deceased_on IS NOT NULL)"""
_MERGED_MEMBERS = """SELECT count(*) FROM people_membership AS span JOIN people_person AS person ON person.id = span.person_id
WHERE person.merged_into_id IS NOT NULL"""


def _check(name: str, statement: str, what: str) -> Check:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        wrong = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM people_person")
        persons = cursor.fetchone()[0]
    return Check(name, wrong == 0, f"{persons} 人，{wrong} {what}")
