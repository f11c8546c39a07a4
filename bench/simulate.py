"""A changed rule on a year's real stays: our set-based run, beside one member after another in Python and a bare sum in SQL.

python -m bench simulate                          # 200,000 stays of 120,000 persons, up to five each
python -m bench.simulate --stays 5000 --enrolments 10000
"""

import argparse
import resource
import time
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from bench.measure import table  # isort: skip
from django.db import connection, transaction

from bench.fill import filled
from bench.settle import HEADINGS, ground
from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.orgs.queries import root
from niangjia.core.people.models import Person
from niangjia.work.mutual_aid.actions import take_settlements
from niangjia.work.mutual_aid.actions.replaying import replay
from niangjia.work.mutual_aid.models import Enrolment, Plan, Settlement
from niangjia.work.mutual_aid.plan.catalogue import SHIPPED
from niangjia.work.mutual_aid.plan.record import MONEY
from niangjia.work.mutual_aid.plan.rule import BURDEN, PER_YEAR, Band, Daily, Rule

SECONDS, MEMORY = 30, 1024
"""Limits of a run: seconds, megabytes."""
MEMBERS = 500
"""Members on whom the way one by one is measured."""
AGAIN, MORE = Decimal("0.6"), 4
"""Which part of the stays are a person's first; who comes back has so many more."""
CHANGED = replace(
    SHIPPED["P1"], bands=(Band(Decimal(4000), Decimal("0.75")), Band(None, Decimal("0.15"))), band_basis=PER_YEAR, first_stay=Decimal(300),
    cap_year=Decimal(8000), daily=Daily(Decimal(20), 3, 60),
)  # fmt: skip
KNOWN = tuple(name for name in MONEY if name in {field.name for field in Settlement._meta.fields})


def file_of(stays: int) -> bytes:
    """A year's file: most persons once, some five times."""
    firsts = int(stays * AGAIN)
    with transaction.atomic(), elevated("bench"):
        numbers = [person.id_number for person in Person.objects.filter(id_index__isnull=False).order_by("pk").only("id_sealed")[:firsts]]
    again = [numbers[at // MORE % len(numbers)] for at in range(stays - len(numbers))]
    return "\n".join([HEADINGS, *lines([*numbers, *again])]).encode()


def lines(numbers: list[str]) -> Iterator[str]:
    for at, number in enumerate(numbers):
        fee = Decimal(2000 + at % 30_000)
        fund = (fee * 7 / 10).quantize(Decimal("0.01"))
        yield (
            f"V{at:09d},H330200{at % 40:02d},M{at:09d},{number},21,310,1101,2023-{5 + at % 7:02d}-{1 + at % 28:02d} 10:00:00,2023-05-01,2023-05-09,"
            f"{fee},{fund},{fee - fund},0,{fee - fund},600,{fund},0.8"
        )


def one_by_one(plan: Plan, rule: Rule) -> tuple[float, int]:
    """Seconds and stays of a loop over members and their stays; both rules, as the run does."""
    ids = list(
        Settlement.objects.filter(enrolment__plan=plan).order_by("enrolment").values_list("enrolment", flat=True).distinct()[:MEMBERS]
    )
    start, stays = time.perf_counter(), 0
    for enrolment in Enrolment.objects.filter(pk__in=ids):
        for tried in (plan.declared, rule):
            used = granted = days = Decimal(0)
            had_first = False
            for one in Settlement.objects.filter(enrolment=enrolment).order_by("arrival"):
                facts = {name: value for name in KNOWN if (value := getattr(one, name)) is not None}
                before = {"used": used, "granted": granted, "days_used": days, "had_first": Decimal(had_first), "days": Decimal(one.days)}
                known = tried.reckon(facts | before)
                used, granted, days = used + known[BURDEN], granted + known["benefit"], days + one.days
                had_first = had_first or known["first_stay"] > 0
                stays += tried is rule
    return time.perf_counter() - start, stays


def bare_sum() -> float:
    """Seconds of one sum over the granted amounts."""
    start = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(benefit), count(*) FROM mutual_aid_settlement")
        cursor.fetchone()
    return time.perf_counter() - start


def main() -> int:
    """0 when the limits hold."""
    parser = argparse.ArgumentParser(prog="python -m bench.simulate")
    parser.add_argument("--stays", type=int, default=200_000)
    parser.add_argument("--enrolments", type=int, default=400_000)
    arguments = parser.parse_args()
    filled(arguments.enrolments)
    plan = ground(arguments.enrolments)
    with transaction.atomic(), elevated("bench"):
        outcome = take_settlements(data=file_of(arguments.stays), by=SYSTEM)
        assert outcome.states == {"auto_approved": arguments.stays}, outcome.states
        district = root()
        assert district is not None
        nothing = {"enrolments": Decimal(0), "costs": Decimal(0)}
        same = replay(plan, plan.declared, nothing, root=district)
        assert (same["fixed"], same["before"]) == (0, same["after"]), same
        start = time.perf_counter()
        found = replay(plan, CHANGED, nothing, root=district)
        seconds = time.perf_counter() - start
        assert found["after"] != found["before"]
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        spent, stays = one_by_one(plan, CHANGED)
        bare = bare_sum()
        transaction.set_rollback(True)
    table(
        f"a changed rule on {arguments.stays:,} stays",
        ("found", "limit"),
        [("seconds of a run", f"{seconds:.1f}", SECONDS), ("stays a second", f"{arguments.stays / seconds:,.0f}", ""),
         ("times as fast as one member after another in Python", f"{spent / stays * arguments.stays / seconds:.0f}", ""),
         ("times the time of a bare sum in SQL", f"{seconds / bare:.0f}", ""), ("memory, MB", memory, MEMORY)],
    )  # fmt: skip
    kept = seconds <= SECONDS and memory <= MEMORY
    print("limits kept" if kept else "LIMITS NOT KEPT", "\n")
    return 0 if kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
