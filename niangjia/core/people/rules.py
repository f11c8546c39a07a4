"""What facts must be like before somebody may join, move or leave; refusals say how to mend them (domain: 会籍)."""

from datetime import date
from typing import NoReturn

from django.core.exceptions import ValidationError
from django.db import connection

from niangjia.base.calendar import add_months, chinese_date, today
from niangjia.base.scope import EVERYTHING
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import Refused
from niangjia.core.orgs.models import Organisation
from niangjia.core.people.models import Membership, Person

YOUNGEST = 16
"""Nobody below the minimum working age joins (劳动法第十五条)."""
SHORTEST_REASON = 4


def refuse(text: str, field: str | None = None) -> NoReturn:
    """Raise a refusal that a form shows beside ``field``, or on top."""
    raise ValidationError({field: text} if field else text)


def check_day(on: date, what: str = "日期") -> None:
    """Nothing is registered as done on a day still to come."""
    if on > today():
        refuse(f"{what}{chinese_date(on)}还没有到，请填今天或以前的日子。", "on")


def check_living(person: Person) -> None:
    """Neither merged into another record nor deceased; nothing is entered for the dead afterwards, not even for an earlier day."""
    if person.merged_into_id:
        refuse(f"{person.name}的这份档案已并入另一份，请打开那一份办理。")
    if person.deceased_on:
        refuse(f"{person.name}已于{chinese_date(person.deceased_on)}去世，档案不再变更。")


def lock(person: Person) -> None:
    """Hold the record until the end of the transaction and read it anew: two verbs about one person follow one another."""
    person.refresh_from_db(from_queryset=Person.objects.select_for_update(of=("self",)))


def check_receiving(union: Organisation, on: date) -> None:
    """A grassroots union or federation that exists on that day receives members."""
    if union.ended_on and on >= union.ended_on:
        refuse(f"{union.name}已于{chinese_date(union.ended_on)}{union.get_end_reason_display()}，不能接收会员。", "union")
    if on < union.founded_on:
        refuse(f"{union.name}{chinese_date(union.founded_on)}才建会，入会日期不能更早。", "on")


def check_may_join(person: Person, union: Organisation, on: date) -> None:
    """Old enough, living, in no union today; whoever is in another union is transferred, never entered twice."""
    check_day(on, "入会日期")
    check_living(person)
    check_receiving(union, on)
    if person.birth and add_months(person.birth, YOUNGEST * 12) > on:
        refuse(f"{person.name}到{chinese_date(on)}未满{YOUNGEST}周岁，不能入会。")
    open_span = person.memberships.filter(until__isnull=True).select_related("union").first()
    if open_span and open_span.union_id == union.pk:
        refuse(f"{person.name}已经是{union.name}的会员。")
    if open_span:
        refuse(f"{person.name}已是{open_span.union.name}的会员，请办转会，不要重复登记。")


def open_span_of(person: Person) -> Membership:
    """The span that goes on today, locked; refused for somebody without membership."""
    span = person.memberships.select_for_update(of=("self",)).select_related("union").filter(until__isnull=True).first()
    if span is None:
        refuse(f"{person.name}现在没有会籍，请先办入会。")
    return span


def check_after_start(span: Membership, on: date) -> None:
    """A span has at least one day."""
    if on <= span.during.lower:
        refuse(f"这一段会籍{chinese_date(span.during.lower)}才开始，变更日期要在它之后。", "on")


def check_reason(reason: str) -> str:
    """Whoever looks at or changes something sensitive says why, in at least four characters."""
    if len(reason.strip()) < SHORTEST_REASON:
        refuse(f"请写明理由，至少{SHORTEST_REASON}个字，例如“核对转账户名”。", "reason")
    return reason.strip()


JOINING = (
    ("入会日期还没有到，请填今天或以前的日子", "row.joined_on > %(today)s"),
    (f"入会时未满{YOUNGEST}周岁，不能入会", f"coalesce(row.birth, person.birth) > row.joined_on - interval '{YOUNGEST} years'"),
    ("登记里这个人已去世，不能再办会籍", "person.deceased_on IS NOT NULL"),
    ("这份档案已并入另一份，请用那一份的编号", "person.merged_into_id IS NOT NULL"),
    ("这家工会那天已经撤销或合并，不能接收会员", "org.ended_on <= row.joined_on"),
    ("已经是这家工会的会员", "span.union_id = row.union_id AND row.left_on IS NULL"),
    ("已是别的工会的会员，请办转会，不要重复登记", "span.union_id <> row.union_id AND row.left_on IS NULL"),
)
"""Refusals of a row of a roster, and when: `check_may_join` set-based. ``row`` is the roster's, ``person`` and ``span`` what is known."""
_ROSTER = """people_roster AS row LEFT JOIN orgs_organisation AS org ON org.id = row.union_id
    LEFT JOIN people_person AS person ON person.id = CASE WHEN NOT row.is_new THEN row.person_id END
    LEFT JOIN people_membership AS span ON span.person_id = CASE WHEN NOT row.is_new THEN row.person_id END AND span.until IS NULL"""
MOVING = (
    ("现在没有会籍，请先办入会", "span.id IS NULL"),
    ("变更日期还没有到，请填今天或以前的日子", "row.moved_on > %(today)s"),
    ("变更日期要在这一段会籍开始之后", "row.moved_on <= lower(span.during)"),
)
"""Refusals of a row that ends or moves a membership."""
_MOVES = """people_moves AS row LEFT JOIN people_person AS person ON person.id = row.person_id
    LEFT JOIN people_membership AS span ON span.person_id = row.person_id AND span.until IS NULL"""
ELECTING = (
    ("当选日期还没有到，请填今天或以前的日子", "row.elected_on > %(today)s"),
    ("已登记去世", "person.deceased_on IS NOT NULL"),
    ("当选日期要在现任主席当选之后", "row.post = 'chair' AND row.elected_on <= former.valid_from"),
)
"""Refusals of a row that enters an officer."""
_ELECTED = """people_elected AS row LEFT JOIN people_person AS person ON person.id = row.person_id
    LEFT JOIN people_officer AS former ON former.org_id = row.org_id AND former.post = 'chair' AND former.valid_to IS NULL"""
MOST_NAMED = 5


def check_roster() -> None:
    """Refuse the working table of `enrol_many` if a row may not join, naming the first rows; call it elevated."""
    _check_rows(_ROSTER, "'第 ' || coalesce(row.row_ref, row.n::text) || ' 行'", JOINING)


def check_moves() -> None:
    """Refuse the working table of a bulk move if a row may not be moved, naming the first persons; call it elevated."""
    _check_rows(_MOVES, "'会员 ' || coalesce(person.code, '？')", MOVING)


def check_elections() -> None:
    """Refuse the working table of `appoint_many` if a row may not be entered, naming the first persons; call it elevated."""
    _check_rows(_ELECTED, "'会员 ' || coalesce(person.code, '？')", ELECTING)


def _check_rows(rows: str, called: str, refusals: tuple[tuple[str, str], ...]) -> None:
    verdict = " ".join(f"WHEN {condition} THEN '{text}'" for text, condition in refusals)
    judged = f"SELECT {called} AS called, CASE {verdict} END AS said FROM {rows}"
    statement = f"""SELECT called || '：' || said, count(*) OVER () FROM ({judged}) AS judged
        WHERE said IS NOT NULL LIMIT {MOST_NAMED}"""
    with connection.cursor() as cursor:
        cursor.execute(statement, {"today": today()})
        found = cursor.fetchall()
    if found:
        more = found[0][1] - len(found)
        refuse("；".join(text for text, _ in found) + (f"；还有 {more} 行。" if more else "。") + "整批没有办理，请改正后再来。")


def check_reach(by: Actor, unions: str) -> None:
    """Every union that the select ``unions`` yields (one column, ids) lies in the subtree of the actor's post; call it elevated."""
    if by.scope == EVERYTHING:
        return
    outside = f"""SELECT count(*) FROM ({unions}) AS named (id) JOIN orgs_organisation AS org USING (id)
        WHERE org.lft NOT BETWEEN %s AND %s"""
    with connection.cursor() as cursor:
        cursor.execute(outside, [by.scope.low or 0, by.scope.high or -1])
        found = cursor.fetchone()[0]
    if found:
        raise Refused(f"有 {found} 行的工会不在当前岗位“{by.post_title}”的管辖范围内，整批没有办理。请去掉这些行，或请上级工会办理。")
