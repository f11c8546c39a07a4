"""Years of enrolments taken over: judged, billed by unit, receipted, posted and with their trail, beside ways that do none of that.

    python -m bench enrol                            # four policy years of a register of 400,000 persons, in a register emptied before
    python -m bench.enrol --persons 10000

The peers only store: the rows by `bulk_create` into the same table, and one INSERT of as many into a plain one with the same columns and keys.
"""

import argparse
import resource
import time
from datetime import date

from bench.measure import table  # isort: skip
import psycopg
from django.db import connection, transaction

from bench.fill import analyse, filled
from niangjia.base.database import database_url
from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.ledger.actions import open_fund
from niangjia.core.ledger.enums import Source
from niangjia.core.ledger.queries import checks
from niangjia.core.orgs.queries import root
from niangjia.work.mutual_aid.actions import enrol_paid, open_plan
from niangjia.work.mutual_aid.models import Enrolment, Plan

SPEED, MEMORY = 20_000, 1024
"""Enrolments a second; megabytes."""
YEARS, BY_ORM = (2020, 2021, 2022, 2023), 20_000
EVERYBODY = "SELECT span.person_id, span.union_id, 1, NULL::date FROM people_membership AS span WHERE span.during @> %(on)s::date ORDER BY span.union_id"
PLAIN = """CREATE TABLE bench_enrolment (LIKE mutual_aid_enrolment INCLUDING DEFAULTS INCLUDING IDENTITY);
ALTER TABLE bench_enrolment ADD PRIMARY KEY (id);
CREATE INDEX ON bench_enrolment (person_id);
CREATE INDEX ON bench_enrolment (org_id, plan_id)"""


def year(number: int) -> tuple[int, float]:
    """One year's plan opened and everybody enrolled in it, committed. Returns heads and seconds."""
    begin = date(number, 5, 1)
    with transaction.atomic(), elevated("bench"):
        district = root()
        assert district is not None
        fund = open_fund(
            code=f"HZ{number}",
            title=f"医疗互助金{number}",
            org=district,
            source=Source.MUTUAL_AID,
            by=SYSTEM,
            on=date(number, 1, 1),
            is_budgeted=False,
        )
        plan = open_plan(
            code="P1", policy_year=str(number), window=(date(number, 4, 1), date(number, 4, 30)), period=(begin, date(number + 1, 4, 30)),
            pool=fund, by=SYSTEM, on=date(number, 4, 1),
        )  # fmt: skip
    start = time.perf_counter()
    with transaction.atomic(), elevated("bench"):
        billed = enrol_paid(
            plan, rows=EVERYBODY, params={"on": date(number, 4, 28)}, by=SYSTEM, on=date(number, 4, 28), paid_on=date(number, 4, 30)
        )
    return billed.heads, time.perf_counter() - start


def by_orm() -> float:
    """Seconds a row of `bulk_create`, rolled back."""
    with transaction.atomic(), elevated("bench"):
        plan = Plan.objects.latest("policy_year")
        other = Plan.objects.create(code="PX", policy_year="2023", title="x", rule=plan.rule, mode=plan.mode, window_from=plan.window_from,
            window_to=plan.window_to, effective_from=plan.effective_from, effective_to=plan.effective_to)  # fmt: skip
        rows = list(Enrolment.objects.filter(plan=plan)[:BY_ORM])
        start = time.perf_counter()
        for row in rows:
            row.pk, row.plan, row.bill = None, other, None
        Enrolment.objects.bulk_create(rows, batch_size=5_000)
        seconds = time.perf_counter() - start
        transaction.set_rollback(True)
    return seconds / len(rows)


def bare() -> tuple[float, int]:
    """Seconds and rows of one INSERT into a plain logged table, committed."""
    with psycopg.connect(database_url("owner")) as owner:
        owner.execute(PLAIN)
        owner.commit()
        start = time.perf_counter()
        rows = owner.execute("INSERT INTO bench_enrolment SELECT * FROM mutual_aid_enrolment").rowcount
        owner.commit()
        seconds = time.perf_counter() - start
        owner.execute("DROP TABLE bench_enrolment")
    return seconds, rows


def main() -> int:
    """0 when the limits hold."""
    parser = argparse.ArgumentParser(prog="python -m bench.enrol")
    parser.add_argument("--persons", type=int, default=400_000)
    arguments = parser.parse_args()
    filled(arguments.persons)
    analyse()
    done = [year(number) for number in YEARS]
    heads, seconds = sum(n for n, _ in done), sum(spent for _, spent in done)
    per_row, (plain, rows) = by_orm(), bare()
    with elevated("bench"), connection.cursor():
        assert all(check.ok for check in checks()), "the books hold"
    speed, memory = heads / seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    table(
        f"{heads:,} enrolments of {len(YEARS)} years", ("found", "limit"),
        [("enrolments a second, judged, billed and posted", f"{speed:,.0f}", f"{SPEED:,}"), ("times the speed of bulk_create", f"{per_row * speed:.1f}", ""),
         ("times the time of one bare INSERT", f"{seconds / heads / (plain / rows):.1f}", ""), ("memory, MB", memory, MEMORY)],
    )  # fmt: skip
    print("years:", ", ".join(f"{spent:.1f} s" for _, spent in done))
    kept = speed >= SPEED and memory <= MEMORY
    print("limits kept" if kept else "LIMITS NOT KEPT", "\n")
    return 0 if kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
