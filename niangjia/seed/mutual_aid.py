"""Mutual aid of the demo district: exactly as many enrolments over the term's five policy years as the public total says."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.ledger import actions as ledger
from niangjia.core.ledger.enums import Source
from niangjia.core.ledger.queries import fund_by
from niangjia.core.orgs import queries as orgs
from niangjia.core.people import queries as people
from niangjia.seed.accounts import WORKER_PHONE
from niangjia.seed.chance import shares
from niangjia.seed.progress import Bar
from niangjia.seed.totals import Totals
from niangjia.work.mutual_aid import actions, queries
from niangjia.work.mutual_aid.enums import Mode, Via

APRIL = ((4, 1), (4, 30))
WINDOWS = {2019: APRIL, 2020: APRIL, 2021: APRIL, 2022: ((5, 23), (6, 30)), 2023: ((5, 27), (6, 30))}
"""When one could join: 2021 to 2023 as published (the end of 2023's, and 2019 and 2020, are made up)."""
GROWTH = (17.2, 18.6, 19.9, 21.4, 22.9)
"""How the total spreads over the years, in percent."""
BESIDE_P1 = {"P2": 0.012, "P3": 0.21, "P4": 0.14}
"""Parts of a year's enrolments; the rest is P1, the stays of those in service."""
CLEARED = ("P2", 2023)
"""The plan that hospitals of the demo deduct at discharge."""
FUND, POOL = "HZDS", "HZ2023"
POOLED = ("P1", 2023)
"""The plan whose pool the demo's district holds itself, so that its books show how a stay becomes money; the city holds all others."""

IN_SERVICE = """SELECT span.person_id, span.union_id, 1, %(on)s::date FROM people_membership AS span
    JOIN people_person AS person ON person.id = span.person_id
    WHERE span.during @> %(on)s::date AND span.standing IN ('full', 'floating') AND person.employment_status = 1
        AND person.deceased_on IS NULL AND person.merged_into_id IS NULL AND (NOT %(women)s OR person.sex = 2)
    ORDER BY span.union_id <> %(first)s, hashint8(span.union_id + %(turn)s), span.person_id LIMIT %(n)s"""
RETIRED = """SELECT person.id, person.home_org_id, 1, %(on)s::date FROM people_person AS person
    WHERE person.employment_status = 4 AND person.deceased_on IS NULL AND person.merged_into_id IS NULL AND person.registered_on <= %(on)s
        AND NOT %(women)s AND %(first)s > 0 AND %(turn)s > 0 ORDER BY person.id LIMIT %(n)s"""


@dataclass(frozen=True)
class Year:
    """One policy year: its window, and how many enrolments it has."""

    year: int
    opens: date
    shuts: date
    enrolments: int


def plan(totals: Totals) -> list[Year]:
    """The years with their parts of the total."""
    parts = shares(totals.figure("mutual_aid.enrolments"), GROWTH)
    return [Year(year, date(year, *low), date(year, *high), n) for (year, (low, high)), n in zip(WINDOWS.items(), parts, strict=True)]


def tell(*, scale: float) -> int:
    """Tell what is not told yet, one plan of one year a transaction. Returns how many enrolments were made.

    Members of the union that the demo shows take part before all others.
    """
    made, years = 0, plan(Totals(scale))
    with elevated("seed: the union of the demo's worker"):
        first_union = people.search(WORKER_PHONE).values_list("home_org", flat=True).first() or 0
    with Bar("医疗互助 mutual aid", sum(year.enrolments for year in years)) as bar:
        for year in years:
            left = year.enrolments
            for code in ("P2", "P3", "P4", "P1"):
                wanted = left if code == "P1" else round(year.enrolments * BESIDE_P1[code])
                done = _tell_one(code, year, wanted, first_union)
                left, made = left - done, made + done
                bar.add(done)
            if left:
                raise RuntimeError(f"{year.year}: {left} enrolments short of the public total")
    return made


@transaction.atomic
def _tell_one(code: str, year: Year, wanted: int, first_union: int) -> int:
    with elevated("seed: mutual aid of the demo district"):
        if told := queries.plan_by(f"{code}-{year.year}"):
            return queries.headcount(told)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = off")
        ours = (code, year.year) == POOLED
        opened = actions.open_plan(
            code=code, policy_year=str(year.year), window=(year.opens, year.shuts), by=SYSTEM, on=year.opens,
            period=(date(year.year, 5, 1), date(year.year + 1, 4, 30)), pool=_pool() if ours else None, collects=None if ours else _books(),
            mode=Mode.ONE_STOP if (code, year.year) == CLEARED else Mode.AFTERWARDS, pool_owner="鄞州区总工会 演示由本级给付" if ours else "宁波市总工会",
        )  # fmt: skip
        on = year.shuts - timedelta(days=2)
        params = {"on": on, "n": wanted, "women": code == "P4", "first": first_union, "turn": {"P3": 3, "P4": 4}.get(code, 1)}
        billed = actions.enrol_paid(
            opened, rows=RETIRED if code == "P2" else IN_SERVICE, params=params, by=SYSTEM, on=on, paid_on=year.shuts,
            via=Via.COMMUNITY if code == "P2" else Via.UNIT,
        )  # fmt: skip
        if billed.heads and not ours:
            actions.forward(opened, by=SYSTEM, on=year.shuts + timedelta(days=12))
        return billed.heads


def _root() -> Any:
    root = orgs.root()
    assert root is not None
    return root


def _pool() -> Any:
    """The pool from which the demo's district pays."""
    return fund_by(POOL) or ledger.open_fund(
        code=POOL, title="医疗互助金（2023年度）", org=_root(), source=Source.MUTUAL_AID, purpose="给付在职职工住院医疗互助金",
        by=SYSTEM, on=date(2023, 1, 1), is_budgeted=False,
    )  # fmt: skip


def _books() -> Any:
    """The books of premiums held for the city's pool."""
    return fund_by(FUND) or ledger.open_fund(
        code=FUND, title="代收医疗互助费", org=_root(), source=Source.HELD, purpose="单位缴来、转给市总工会资金池的互助费", by=SYSTEM,
        on=date(2019, 1, 1), is_budgeted=False,
    )  # fmt: skip
