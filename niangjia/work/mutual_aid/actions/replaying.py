"""A plan's real settlements gone through again under another rule, set-based, in the order in which they came (重放).

The same declared rule reckons here and where settlements are taken in. Under the unchanged rule every settlement comes to what was granted:
one that no longer can be told from its year (a stay before it was taken back after the payment) keeps what it was granted under any rule.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from niangjia.base.calendar import today
from niangjia.core.orgs.models import Organisation
from niangjia.work.mutual_aid.actions.reckoning import AMOUNTS, listed
from niangjia.work.mutual_aid.enums import COUNTED, EnrolmentState, SettlementState
from niangjia.work.mutual_aid.models import Plan
from niangjia.work.mutual_aid.plan.impact import Group, months_of, next_year, veiled
from niangjia.work.mutual_aid.plan.rule import BURDEN, Rule, as_sql

AGES = ((0, 30, "30 岁以下"), (30, 40, "30—39 岁"), (40, 50, "40—49 岁"), (50, 60, "50—59 岁"), (60, 200, "60 岁以上"))
BURDENS = ((0, 1000), (1000, 3000), (3000, 10_000), (10_000, 30_000), (30_000, None))
EFFECTIVE = EnrolmentState.EFFECTIVE
_FOLLOWS = f"""enrolment.continuous OR EXISTS (SELECT FROM mutual_aid_enrolment AS earlier WHERE earlier.person_id = enrolment.person_id
    AND earlier.id <> enrolment.id AND earlier.plan_id = ANY(%(kin)s) AND earlier.state = '{EFFECTIVE}'
    AND enrolment.effective_from - 1 BETWEEN earlier.effective_from AND earlier.effective_to)"""
LOAD = f"""CREATE TEMP TABLE replay_stay AS
SELECT stay.id, stay.enrolment_id, row_number() OVER (PARTITION BY stay.enrolment_id ORDER BY stay.arrival) AS turn, stay.settled_on,
    {", ".join(f"stay.{name}" for name in AMOUNTS)}, stay.days, CASE WHEN %(asks)s THEN (NOT ({_FOLLOWS}))::integer ELSE 0 END AS is_first,
    stay.state <> '{SettlementState.REVIEW}' AS counts, stay.benefit AS was, stay.burden AS was_burden, stay.had_first AS was_first,
    stay.benefit, stay.burden, stay.had_first AS first, FALSE AS fixed, town.id AS town_id,
    extract(year FROM age(%(begins)s::date, person.birth))::integer AS age
FROM mutual_aid_settlement AS stay JOIN mutual_aid_enrolment AS enrolment ON enrolment.id = stay.enrolment_id
JOIN people_person AS person ON person.id = stay.person_id JOIN orgs_organisation AS org ON org.id = stay.org_id
LEFT JOIN orgs_organisation AS town ON town.parent_id = %(root)s AND org.lft BETWEEN town.lft AND town.rgt
WHERE enrolment.plan_id = %(plan)s AND stay.state IN ({listed(COUNTED)})"""
_AS_SETTLED = f"""SELECT * FROM (SELECT id, settled_on, {", ".join(AMOUNTS)}, days, is_first, sum(was_burden) OVER before AS used,
    sum(days) OVER before AS days_used, sum(was) OVER before AS granted, max(was_first::integer) OVER before AS had_first
    FROM replay_stay WINDOW before AS (PARTITION BY enrolment_id ORDER BY turn ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
) AS known WHERE settled_on BETWEEN %(since)s AND %(until)s"""
_FIRST_TURN = f"""SELECT id, {", ".join(AMOUNTS)}, days, is_first, 0 AS used, 0 AS days_used, 0 AS granted, 0 AS had_first
FROM replay_stay WHERE turn = 1 AND NOT fixed AND settled_on BETWEEN %(since)s AND %(until)s"""
_LATER_TURN = f"""SELECT stay.id, {", ".join(f"stay.{name}" for name in AMOUNTS)}, stay.days, stay.is_first, given.*
FROM replay_stay AS stay CROSS JOIN LATERAL (
    SELECT sum(burden) AS used, sum(days) AS days_used, sum(benefit) AS granted, max(first::integer) AS had_first
    FROM replay_stay AS other WHERE other.enrolment_id = stay.enrolment_id AND other.turn < stay.turn) AS given
WHERE stay.turn = %(turn)s AND NOT stay.fixed AND stay.settled_on BETWEEN %(since)s AND %(until)s"""
_GROUPED = """SELECT {key}, count(*), count(*) FILTER (WHERE more > 0), coalesce(sum(more) FILTER (WHERE more > 0), 0),
    count(*) FILTER (WHERE more < 0), coalesce(-sum(more) FILTER (WHERE more < 0), 0), sum(before), sum(after)
FROM (SELECT enrolment_id, min(town_id) AS town_id, min(age) AS age, sum(was) AS before, sum(benefit) AS after, sum(benefit - was) AS more
    FROM replay_stay WHERE counts GROUP BY enrolment_id) AS person GROUP BY 1"""


def replay(plan: Plan, rule: Rule, assumed: Mapping[str, Decimal], *, root: Organisation) -> dict[str, Any]:
    """A `Replay` from its beginning to its end in the caller's transaction; call it elevated."""
    run = Replay(plan, rule, assumed, root)
    try:
        for _done, _total in run.steps():
            pass
        return run.result
    finally:
        run.drop()


class Replay:
    """What ``rule`` would have granted for a plan's settlements; ``result``, as JSON keeps it, holds sums of groups of enough persons.

    ``assumed``: growth of enrolments and of costs in percent. The working table lives with the connection, so that each step may be a
    transaction of its own, read by `elevated`.
    """

    def __init__(self, plan: Plan, rule: Rule, assumed: Mapping[str, Decimal], root: Organisation) -> None:
        self.plan, self.rule, self.assumed, self.root = plan, rule, assumed, root
        self.pairs = [(old, changed(plan.declared, rule, old), since, until) for old, since, until in plan.stretches]
        self.result: dict[str, Any] = {}

    def steps(self) -> Iterator[tuple[int, int]]:
        """Do one step after another; after each say how many of how many are done."""
        with connection.cursor() as cursor:
            turns = self._load(cursor)
            yield 1, turns + 3
            for old, _new, since, until in self.pairs:
                cursor.execute(_checking(old), {"since": since, "until": until})
            yield 2, turns + 3
            for turn in range(1, turns + 1):
                for _old, new, since, until in self.pairs:
                    cursor.execute(_walking(new, turn), {"turn": turn, "since": since, "until": until})
                yield turn + 2, turns + 3
            found = _sums(cursor, self.root)
            self.result = found | {"fund": fund_of(cursor, self.plan, self.rule, found, self.assumed)}
            yield turns + 3, turns + 3

    def drop(self) -> None:
        """The working table goes; within a transaction that failed it goes with it."""
        pg = connection.connection
        if pg is not None and not pg.closed and pg.info.transaction_status.name != "INERROR":
            with connection.cursor() as cursor:
                cursor.execute("DROP TABLE IF EXISTS pg_temp.replay_stay")

    def _load(self, cursor: CursorWrapper) -> int:
        """The working table; how many stays the busiest person has."""
        cursor.execute("DROP TABLE IF EXISTS pg_temp.replay_stay")
        kin = [one.pk for one in Plan.objects.all() if one.declared.bands or one.declared.daily]
        asks = any(band.first_rate is not None for old, new, *_ in self.pairs for rule in (old, new) for band in rule.bands)
        values: dict[str, Any] = {"plan": self.plan.pk, "kin": kin, "asks": asks, "begins": self.plan.effective_from, "root": self.root.pk}
        cursor.execute(LOAD, values)
        cursor.execute("SELECT coalesce(max(turn), 0) FROM replay_stay")
        turns = int(cursor.fetchone()[0])
        if turns > 1:
            cursor.execute("CREATE INDEX ON replay_stay (enrolment_id, turn)")
        cursor.execute("ANALYZE replay_stay")
        return turns


def changed(now: Rule, wanted: Rule, old: Rule) -> Rule:
    """An older version of a rule with what ``wanted`` changes of ``now``."""
    return replace(
        old, **{one.name: getattr(wanted, one.name) for one in fields(Rule) if getattr(wanted, one.name) != getattr(now, one.name)}
    )


def _again(rule: Rule, source: str) -> str:
    """What a rule makes of the stays of ``source``: the benefit, the burden that it counts, whether the first stay's sum is in it."""
    names = {step.name for step in rule.steps()}
    burden, first = f"round({BURDEN}, 2)" if BURDEN in names else "0", "first_stay > 0" if "first_stay" in names else "FALSE"
    return f"SELECT id, round(benefit, 2) AS benefit, {burden} AS bore, {first} AS got FROM ({as_sql(rule, source, 'id')}) AS steps"


def _checking(rule: Rule) -> str:
    """Which settlements the rule of their day does not bring to what was granted, beside what stands granted before them."""
    return f"""UPDATE replay_stay AS stay SET fixed = TRUE FROM ({_again(rule, _AS_SETTLED)}) AS again
    WHERE again.id = stay.id AND (again.benefit, again.bore, again.got) IS DISTINCT FROM (stay.was, stay.was_burden, stay.was_first)"""


def _walking(rule: Rule, turn: int) -> str:
    """A rule over the stays of one turn, of everybody."""
    return f"""UPDATE replay_stay AS stay SET benefit = again.benefit, burden = again.bore, first = again.got
    FROM ({_again(rule, _FIRST_TURN if turn == 1 else _LATER_TURN)}) AS again WHERE again.id = stay.id"""


def _sums(cursor: CursorWrapper, root: Organisation) -> dict[str, Any]:
    towns: dict[int | None, str] = dict(Organisation.objects.filter(parent=root).values_list("pk", "short_name"))
    ages = " ".join(f"WHEN age >= {low} AND age < {high} THEN {at}" for at, (low, high, _) in enumerate(AGES))
    by_town = _groups(cursor, "town_id", towns | {None: "区直属"})
    by_age = _groups(cursor, f"CASE {ages} END", {at: title for at, (_, _, title) in enumerate(AGES)} | {None: "没有登记出生日期"})
    [whole] = _groups(cursor, "0", {0: "合计"}) or [Group("合计")]
    cursor.execute(
        "SELECT count(*) FILTER (WHERE counts), count(*) FILTER (WHERE NOT counts), count(*) FILTER (WHERE fixed) FROM replay_stay"
    )
    stays, review, fixed = cursor.fetchone()
    return {
        "stays": stays, "review": review, "fixed": fixed, "before": str(whole.before), "after": str(whole.after),
        "whole": veiled([whole])[0].document(), "by_town": [row.document() for row in veiled(by_town)],
        "by_age": [row.document() for row in veiled(by_age)], "by_burden": [row.document() for row in veiled(_by_burden(cursor))],
    }  # fmt: skip


def _groups(cursor: CursorWrapper, key: str, titles: Mapping[Any, str]) -> list[Group]:
    cursor.execute(_GROUPED.format(key=key))
    found = {row[0]: row[1:] for row in cursor.fetchall()}
    return [Group(title, *found[value]) for value, title in titles.items() if value in found]


def _by_burden(cursor: CursorWrapper) -> list[Group]:
    """Stays by what the person bore: persons, what was granted and what would be."""
    groups = []
    for low, high in BURDENS:
        cursor.execute(
            """SELECT count(DISTINCT enrolment_id), count(*) FILTER (WHERE benefit > was), coalesce(sum(benefit - was) FILTER (WHERE benefit > was), 0),
                count(*) FILTER (WHERE benefit < was), coalesce(sum(was - benefit) FILTER (WHERE benefit < was), 0), coalesce(sum(was), 0),
                coalesce(sum(benefit), 0)
            FROM replay_stay WHERE counts AND burden >= %s AND (%s::numeric IS NULL OR burden < %s)""",
            [low, high, high],
        )
        title = f"{low:,} 元以上" if high is None else f"{high:,} 元以内" if not low else f"{low:,}—{high:,} 元"
        if (row := cursor.fetchone())[0]:
            groups.append(Group(title, *row))
    return groups


def fund_of(cursor: CursorWrapper, plan: Plan, rule: Rule, found: Mapping[str, Any], assumed: Mapping[str, Decimal]) -> dict[str, Any]:
    """Next year's premiums and payouts by the old and the new rule, and what that assumes."""
    cursor.execute("SELECT coalesce(sum(shares), 0) FROM mutual_aid_enrolment WHERE plan_id = %s AND state = %s", [plan.pk, EFFECTIVE])
    shares = int(cursor.fetchone()[0])
    told = months_of(plan.effective_from, plan.effective_to, today())
    told_by = {
        "old": next_year(plan.declared.fee, shares, Decimal(found["before"]), told, assumed),
        "new": next_year(rule.fee, shares, Decimal(found["after"]), told, assumed),
    }
    return {"shares": shares, "days_told": told[0], "days": told[1], "as_of": str(min(today(), plan.effective_to))} | told_by
