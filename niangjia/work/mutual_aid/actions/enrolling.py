"""Enrolling: a whole roster in a few statements, one person by the same statements (参保)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction

from niangjia.base.calendar import today
from niangjia.base.scope import EVERYTHING, elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import Refused, require
from niangjia.core.orgs.models import Organisation
from niangjia.core.people.models import Person
from niangjia.core.trail.actions import record, record_bulk
from niangjia.work.mutual_aid.actions.reviewing import release_held
from niangjia.work.mutual_aid.enums import EnrolmentState, Via
from niangjia.work.mutual_aid.models import Enrolment, Plan
from niangjia.work.mutual_aid.queries import kin_of
from niangjia.work.mutual_aid.rules import REFUSALS, check_open, check_reason, is_for_in_service, is_for_retired, refuse

MOST_NAMED = 5
ENROL = "mutual_aid.enrol"


@dataclass(frozen=True)
class Left:
    """A row that was not enrolled: the person's id, and why in words."""

    person_id: int
    why: str


@dataclass(frozen=True)
class Enrolled:
    """What a roster came to: how many were enrolled, and who was left out and why (empty unless that was allowed)."""

    enrolled: int
    left: tuple[Left, ...] = ()


@transaction.atomic
def enrol_many(
    plan: Plan, *, rows: str, by: Actor, params: Mapping[str, Any] | None = None, on: date | None = None, via: str = Via.UNIT,
    batch: str = "", leave_out: bool = False,
) -> Enrolled:  # fmt: skip
    """Enrol a whole roster in a plan: every row that may, waiting for the premium.

    ``rows`` is an SQL select yielding (person_id, org_id, shares, consent_on), the union that enrols each. One row that may not be
    enrolled (`rules.REFUSALS`) refuses them all, unless they are to be left out; the answer then names them with their reasons.
    """
    require(by, ENROL)
    on = on or today()
    check_open(plan.window_from, plan.effective_to, on, draft=plan.is_draft)
    with elevated("enrol_many: rows of several unions, persons known elsewhere"):
        fill(rows, params)
        check_reach(by)
        facts = facts_of(plan, on, via, batch)
        left = judge(facts, leave_out=leave_out)
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, facts)
            count = cursor.rowcount
        if count:
            record_bulk(
                "mutual_aid.enrol_many", touches=TOUCHES, subject=plan.subject, by=by, on=on, batch=batch, plan=plan.slug, enrolled=count
            )
    return Enrolled(count, left)


@transaction.atomic
def enrol(
    person: Person, *, plan: Plan, org: Organisation, by: Actor, shares: int = 1, on: date | None = None, consent_on: date | None = None,
    via: str = Via.UNIT,
) -> Enrolment:  # fmt: skip
    """Enrol one person through a union, by the very statements of `enrol_many`."""
    require(by, ENROL, org)
    row = {"person": person.pk, "org": org.pk, "shares": shares, "consent": consent_on}
    return _enrol_one(plan, row, by, on or today(), via)


@transaction.atomic
def enrol_oneself(person: Person, *, plan: Plan, by: Actor, shares: int = 1, on: date | None = None, agrees: bool = False) -> Enrolment:
    """A retired person enrols by telephone; the separate consent to the use of settlements is given in the same breath."""
    if by.person_id != person.pk:
        raise Refused("只能给本人参保。")
    if not is_for_retired(plan.declared):
        refuse("这个计划由单位统一参保，不能自己办。请找单位工会。")
    if not agrees:
        refuse("请先读过，再同意使用医保结算信息；不同意也可以找单位工会办。", "agrees")
    on = on or today()
    row = {"person": person.pk, "org": person.home_org_id, "shares": shares, "consent": on}
    return _enrol_one(plan, row, by, on, Via.PHONE)


def _enrol_one(plan: Plan, row: dict[str, Any], by: Actor, on: date, via: str) -> Enrolment:
    check_open(plan.window_from, plan.effective_to, on, draft=plan.is_draft)
    with elevated("enrol: the right over the union was checked, or it is the person themselves"):
        fill("SELECT %(person)s, %(org)s, %(shares)s, %(consent)s::date", row)
        facts = facts_of(plan, on, via, "")
        judge(facts, leave_out=False)
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, facts)
        made = Enrolment.objects.select_related("plan", "org").get(plan=plan, person=row["person"], state=EnrolmentState.ENTERED)
        record("mutual_aid.enrol", subject=f"person:{made.person_id}", by=by, org=made.org_id, on=on, plan=plan.slug, via=via)
    return made


@transaction.atomic
def consent(person: Person, *, by: Actor, on: date | None = None) -> int:
    """A person agrees to the use of their settlements for all that covers them; returns for how many policies that was not given yet."""
    if by.person_id != person.pk:
        raise Refused("只能由本人同意。")
    on = on or today()
    with elevated("consent: the person's own policies"):
        rows = Enrolment.objects.filter(
            person=person, consent_on__isnull=True, state__in=(EnrolmentState.ENTERED, EnrolmentState.EFFECTIVE)
        )
        agreed = rows.update(consent_on=on)
        if agreed:
            record("mutual_aid.consent", subject=f"person:{person.pk}", by=by, org=person.home_org_id, on=on, policies=agreed)
            release_held(person, by=by, on=on)
    return agreed


@transaction.atomic
def withdraw(enrolment: Enrolment, *, by: Actor, reason: str, on: date | None = None) -> Enrolment:
    """Take back an enrolment before its premium is asked for; afterwards only a refund ends it."""
    on, why = on or today(), check_reason(reason)
    with elevated("withdraw: the right over the union is checked on the row"):
        held = Enrolment.objects.select_for_update(of=("self",)).select_related("org", "plan").get(pk=enrolment.pk)
        require(by, ENROL, held.org)
        if held.state != EnrolmentState.ENTERED:
            refuse("已经生效的不能中途退保。参错了人的（例如参加的是居民医保），由单位出说明办理退费。")
        if held.bill_id:
            refuse("已经出了账单。请先作废账单，再撤回这个人。")
        held.state, held.ended_on, held.ended_because = EnrolmentState.DROPPED, on, why
        held.save(update_fields=["state", "ended_on", "ended_because"])
        record("mutual_aid.withdraw", subject=f"person:{held.person_id}", by=by, org=held.org_id, on=on, reason=why, plan=held.plan.slug)
    return held


def fill(rows: str, params: Mapping[str, Any] | None) -> None:
    """The working table of those to be enrolled."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.mutual_aid_roster")
        cursor.execute(
            """CREATE TEMP TABLE mutual_aid_roster (n bigint GENERATED ALWAYS AS IDENTITY, person_id bigint, org_id bigint,
                shares smallint, consent_on date, again int DEFAULT 1, why text) ON COMMIT DROP"""
        )
        cursor.execute(f"INSERT INTO mutual_aid_roster (person_id, org_id, shares, consent_on) {rows}", params)
        cursor.execute("ANALYZE mutual_aid_roster")


def check_reach(by: Actor) -> None:
    """Every union of the roster lies in the subtree of the actor's post."""
    if by.scope == EVERYTHING:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*) FROM mutual_aid_roster AS row LEFT JOIN orgs_organisation AS org ON org.id = row.org_id
                AND org.lft BETWEEN %s AND %s WHERE org.id IS NULL""",
            [by.scope.low or 0, by.scope.high or -1],
        )
        found = cursor.fetchone()[0]
    if found:
        raise Refused(f"有 {found} 行的工会不在当前岗位“{by.post_title}”的管辖范围内，整批没有办理。请去掉这些行，或请上级工会办理。")


def facts_of(plan: Plan, on: date, via: str, batch: str) -> dict[str, Any]:
    """What the statements ask of the plan."""
    rule = plan.declared
    late = on > plan.window_to
    return {
        "plan": plan.pk, "on": on, "via": via, "batch": batch, "fee": rule.fee, "sex": rule.sex or 0, "shares": rule.shares,
        "in_service": is_for_in_service(rule), "retired": is_for_retired(rule), "kin": kin_of(plan), "late": late,
        "has_ages": rule.youngest is not None or rule.oldest is not None, "youngest": rule.youngest or 0, "oldest": rule.oldest or 999,
        "begins": plan.effective_from, "ends": plan.effective_to, "in_grace": (on - plan.effective_from).days <= rule.grace_days,
    }  # fmt: skip


def judge(facts: dict[str, Any], *, leave_out: bool) -> tuple[Left, ...]:
    """Write on each row why it may not be enrolled; refuse them all for it unless they are left out."""
    with connection.cursor() as cursor:
        cursor.execute(_AGAIN)
        cursor.execute(_JUDGE, facts)
        cursor.execute(
            """SELECT row.person_id, row.why, coalesce(person.code, '？') FROM mutual_aid_roster AS row
            LEFT JOIN people_person AS person ON person.id = row.person_id WHERE row.why IS NOT NULL ORDER BY row.n"""
        )
        found = cursor.fetchall()
    if found and not leave_out:
        named = "；".join(f"{code}：{why}" for _, why, code in found[:MOST_NAMED])
        more = f"；还有 {len(found) - MOST_NAMED} 人" if len(found) > MOST_NAMED else ""
        refuse(f"{named}{more}。" + ("整批没有办理，请改正后再来。" if len(found) > 1 else ""))
    return tuple(Left(person_id, why) for person_id, why, _ in found)


_AGAIN = """UPDATE mutual_aid_roster AS row SET again = seen.again
    FROM (SELECT n, row_number() OVER (PARTITION BY person_id ORDER BY n) AS again FROM mutual_aid_roster) AS seen
    WHERE seen.n = row.n AND seen.again > 1"""
_JUDGE = f"""UPDATE mutual_aid_roster AS marked SET why = judged.why FROM (
    SELECT row.n, CASE {" ".join(f"WHEN {condition} THEN '{text}'" for text, condition in REFUSALS)} END AS why
    FROM mutual_aid_roster AS row LEFT JOIN people_person AS person ON person.id = row.person_id
    LEFT JOIN people_membership AS span ON span.person_id = row.person_id AND span.during @> %(on)s::date
) AS judged WHERE judged.n = marked.n AND judged.why IS NOT NULL"""
_INSERT_AS = """
INSERT INTO mutual_aid_enrolment (plan_id, person_id, org_id, bill_id, via, shares, fee, enrolled_on, effective_from, effective_to, late, continuous,
    consent_on, state, ended_because, batch)
SELECT %(plan)s, row.person_id, row.org_id, {bill}, %(via)s, row.shares, row.shares * %(fee)s::numeric, %(on)s,
    CASE WHEN NOT %(late)s OR %(in_grace)s AND follows.yes THEN %(begins)s::date ELSE greatest(%(begins)s::date, %(on)s::date + 1) END,
    %(ends)s, %(late)s, follows.yes AND (NOT %(late)s OR %(in_grace)s), row.consent_on, '{state}', '', %(batch)s
FROM mutual_aid_roster AS row {joined} CROSS JOIN LATERAL (SELECT EXISTS (
    SELECT FROM mutual_aid_enrolment AS earlier WHERE earlier.person_id = row.person_id AND earlier.plan_id = ANY(%(kin)s)
        AND earlier.state = 'effective' AND earlier.effective_from < %(begins)s AND earlier.effective_to >= %(begins)s::date - 1
) AS yes) AS follows
WHERE row.why IS NULL ORDER BY row.org_id, row.person_id"""
_INSERT = _INSERT_AS.format(bill="NULL", state="entered", joined="")
INSERT_PAID = _INSERT_AS.format(
    bill="bill.id",
    state="effective",
    joined="JOIN mutual_aid_billed AS billed ON billed.org_id = row.org_id JOIN mutual_aid_bill AS bill ON bill.code = billed.code",
)
TOUCHES = """SELECT 'org:' || org_id, NULL::jsonb, jsonb_build_object('enrolled', count(*),
        'persons', encode(sha256(convert_to(string_agg(person_id::text, ',' ORDER BY person_id), 'UTF8')), 'hex'))
    FROM mutual_aid_roster WHERE why IS NULL GROUP BY org_id"""
