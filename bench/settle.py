"""Settlements, read to approved: our run, beside a per-row way through the ORM and one hand-written statement over clean tables.

python -m bench settle                            # 200,000 lines against 400,000 enrolments
python -m bench.settle --lines 5000 --enrolments 10000
"""

import argparse
import resource
import time
from datetime import date
from decimal import Decimal

from bench.measure import table  # isort: skip
from django.db import connection, transaction

from bench.fill import filled
from niangjia.base.scope import elevated
from niangjia.base.sealing import blind
from niangjia.core.access.actor import SYSTEM
from niangjia.core.people.models import ID_NUMBER, Person
from niangjia.work.mutual_aid.actions import take_settlements
from niangjia.work.mutual_aid.intake import read
from niangjia.work.mutual_aid.models import Enrolment, Plan, Settlement
from niangjia.work.mutual_aid.plan.catalogue import SHIPPED
from niangjia.work.mutual_aid.plan.rule import document_of

SPEED, FASTER, SLOWER, MEMORY = 20_000, 30, 3, 1024
"""Lines a second; times faster than the ORM; at most times slower than the statement; megabytes."""
PER_ROW = 400
"""Lines on which the ORM's way is measured."""
BEGIN, END = date(2023, 5, 1), date(2024, 4, 30)
HEADINGS = (
    "setl_id,fixmedins_code,mdtrt_id,certno,med_type,insutype,psn_type,setl_time,begntime,endtime,medfee_sumamt,fund_pay_sumamt,psn_part_amt,"
    "acct_pay,psn_cash_pay,act_pay_dedc,hifp_pay,pool_prop_selfpay"
)
ENROL = """INSERT INTO mutual_aid_enrolment (plan_id, person_id, org_id, via, shares, fee, enrolled_on, effective_from, effective_to, late, continuous,
    state, ended_because, batch)
SELECT %(plan)s, id, home_org_id, 'unit', 1, 60, %(begin)s, %(begin)s, %(end)s, FALSE, FALSE, 'effective', '', ''
FROM people_person WHERE id_index IS NOT NULL ORDER BY id LIMIT %(most)s"""
# What the run comes to for lines that are all new, one for each person: no versions, no reversals, no second stay, no reasons, no trail.
BY_HAND = """INSERT INTO bench_benefit
SELECT line.setl_id, enrolment.id, least(p.p, 3000) * 0.8 + greatest(p.p - 3000, 0) * 0.1 + CASE WHEN line.act_pay_dedc > 0 THEN 200 ELSE 0 END
FROM bench_line AS line JOIN people_person AS person ON person.id_index = line.certno_index AND person.merged_into_id IS NULL
JOIN mutual_aid_enrolment AS enrolment ON enrolment.person_id = person.id AND enrolment.state = 'effective'
    AND line.settled_on BETWEEN enrolment.effective_from AND enrolment.effective_to
CROSS JOIN LATERAL (SELECT least(round(line.hifp_pay * (1 - line.pool_prop_selfpay) / line.pool_prop_selfpay, 2), line.psn_cash_pay) AS p) AS p"""


def ground(enrolments: int) -> Plan:
    """The plan, and everybody enrolled."""
    with transaction.atomic(), elevated("bench"), connection.cursor() as cursor:
        rule = SHIPPED["P1"]
        plan, _ = Plan.objects.get_or_create(
            code=rule.code, policy_year="2023",
            defaults={"title": rule.title, "rule": document_of(rule), "mode": "afterwards", "window_from": BEGIN, "window_to": BEGIN,
                      "effective_from": BEGIN, "effective_to": END},
        )  # fmt: skip
        if not Enrolment.objects.filter(plan=plan).exists():
            cursor.execute(ENROL, {"plan": plan.pk, "begin": BEGIN, "end": END, "most": enrolments})
    return plan


def file_of(lines: int) -> bytes:
    """A day's file: one stay for each of the first persons."""
    with transaction.atomic(), elevated("bench"):
        numbers = [person.id_number for person in Person.objects.filter(id_index__isnull=False).order_by("pk").only("id_sealed")[:lines]]
    rows = []
    for at, number in enumerate(numbers):
        fee = Decimal(2000 + at % 30_000)
        fund = (fee * 7 / 10).quantize(Decimal("0.01"))
        rows.append(
            f"B{at:09d},H330200{at % 40:02d},M{at:09d},{number},21,310,1101,2023-{5 + at % 7:02d}-{1 + at % 28:02d} 10:00:00,2023-05-01,2023-05-09,"
            f"{fee},{fund},{fee - fund},0,{fee - fund},600,{fund},0.8"
        )
    return "\n".join([HEADINGS, *rows]).encode()


def ours(data: bytes, lines: int) -> tuple[float, Decimal]:
    """Seconds from the bytes to approved rows; nothing stays."""
    with transaction.atomic():
        start = time.perf_counter()
        outcome = take_settlements(data=data, by=SYSTEM)
        seconds = time.perf_counter() - start
        assert outcome.states == {"auto_approved": lines}, outcome.states
        transaction.set_rollback(True)
    return seconds, outcome.benefit


def one_by_one(data: bytes) -> float:
    """Seconds a line, as a loop over objects does it: find, reckon, save."""
    taken = read(data).rows.head(PER_ROW)
    with transaction.atomic(), elevated("bench"):
        start = time.perf_counter()
        for number, row in enumerate(taken.iter_rows(named=True)):
            _save(row, number)
        seconds = time.perf_counter() - start
        transaction.set_rollback(True)
    return seconds / len(taken)


def _save(row: dict[str, object], number: int) -> None:
    index = blind(str(row["certno"]), ID_NUMBER)
    day = row["settled_on"]
    found = Enrolment.objects.select_related("plan", "person").get(
        person__id_index=index, person__merged_into=None, state="effective", effective_from__lte=day, effective_to__gte=day
    )
    had = Settlement.objects.filter(enrolment=found, had_first=True).exists()
    names = ("act_pay_dedc", "hifp_pay", "pool_prop_selfpay", "psn_cash_pay")
    facts = {name: Decimal(str(row[name])) for name in names}
    known = found.plan.declared.reckon(facts | {"had_first": Decimal(had)})
    Settlement.objects.create(
        code=f"bench-{number}", org_id=found.org_id, person=found.person, enrolment=found, certno_index=index, fixmedins_code=str(row["fixmedins_code"]),
        setl_id=str(row["setl_id"]), med_type="21", settled_on=day, arrival=number + 1, state="auto_approved", benefit=known["benefit"],
        burden=known["burden"], received_at=f"{date(2023, 12, 18)} 00:00+08", **facts,
    )  # fmt: skip


def by_hand(data: bytes) -> tuple[float, Decimal]:
    """Seconds of reading, copying and the one statement into a plain table, and what it grants."""
    with transaction.atomic(), elevated("bench"), connection.cursor() as cursor:
        start = time.perf_counter()
        rows = read(data).rows
        cursor.execute(
            """CREATE TEMP TABLE bench_line (setl_id text, certno_index bytea, settled_on date, act_pay_dedc numeric, hifp_pay numeric,
                pool_prop_selfpay numeric, psn_cash_pay numeric) ON COMMIT DROP"""
        )
        cursor.execute("CREATE TEMP TABLE bench_benefit (setl_id text, enrolment bigint, benefit numeric) ON COMMIT DROP")
        with cursor.copy("COPY bench_line FROM STDIN") as copy:
            for setl, number, *amounts in rows.select(
                "setl_id", "certno", "settled_on", "act_pay_dedc", "hifp_pay", "pool_prop_selfpay", "psn_cash_pay"
            ).iter_rows():
                copy.write_row((setl, blind(number, ID_NUMBER), *amounts))
        cursor.execute("ANALYZE bench_line")
        cursor.execute(BY_HAND)
        seconds = time.perf_counter() - start
        cursor.execute("SELECT sum(benefit) FROM bench_benefit")
        return seconds, cursor.fetchone()[0]


def main() -> int:
    """0 when the limits hold."""
    parser = argparse.ArgumentParser(prog="python -m bench.settle")
    parser.add_argument("--lines", type=int, default=200_000)
    parser.add_argument("--enrolments", type=int, default=400_000)
    arguments = parser.parse_args()
    filled(arguments.enrolments)
    ground(arguments.enrolments)
    data = file_of(arguments.lines)
    seconds, granted = ours(data, arguments.lines)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    per_row, (hand, same) = one_by_one(data), by_hand(data)
    assert abs(granted - same) < Decimal("0.01") * arguments.lines, (granted, same)
    speed, faster, slower = arguments.lines / seconds, per_row * arguments.lines / seconds, seconds / hand
    table(
        f"{arguments.lines:,} lines against {arguments.enrolments:,} enrolments", ("found", "limit"),
        [("lines a second, read to approved", f"{speed:,.0f}", f"{SPEED:,}"), ("times the ORM's speed, row by row", f"{faster:.1f}", FASTER),
         ("times the hand-written statement's time", f"{slower:.1f}", SLOWER), ("memory, MB", memory, MEMORY)],
    )  # fmt: skip
    kept = speed >= SPEED and faster >= FASTER and slower <= SLOWER and memory <= MEMORY
    print("limits kept" if kept else "LIMITS NOT KEPT", "\n")
    return 0 if kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
