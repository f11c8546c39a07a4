"""Cases with row security on: the page of a heavy case, an inbox of 5,000 open cases, the nightly look at 100,000 clocks, one step.

    NIANGJIA_HOME=/tmp/bench .venv/bin/python -m bench.cases

Wants a demo district; what it fills in is marked BN and filled in once. Beside each: the plain statement of the tables' owner.
"""

from datetime import date
from typing import Any

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bench.measure import as_owner, browser, many, milliseconds, p50_p95, page, table, undone
from niangjia.base.database import database_url
from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.cases import actions
from niangjia.core.cases.models import Case
from niangjia.work.rights.actions import ask
from niangjia.work.rights.actions.asking import Facts
from niangjia.work.rights.enums import Kind
from niangjia.work.rights.models import Evidence

OPEN, CLOCKS_EACH, EVENTS, PIECES = 5_000, 20, 1_000, 500
ROUNDS = 20
HEAVY = "BN-330212-2023-00001"
TODAY = date(2023, 12, 18)

CASES = """INSERT INTO cases_case (code, line, flow, title, org_id, scope, state, state_since, opened_on, channel, outside_number, risk,
    holder_id, persons, accounts, sealed, sealed_because, due_on, outcome, steps_taken, made_at)
    SELECT 'BN-330212-2023-' || lpad(n::text, 5, '0'), 'rights', 'dispute', '第' || n || '件：追索劳动报酬', %(org)s, %(scope)s, 'accepted',
    DATE '2023-11-01', DATE '2023-11-01', 'window', '', 'plain', %(user)s, '{}', ARRAY[%(user)s]::bigint[], false, '',
    DATE '2023-12-01' + n %% 60, '', 1, now() FROM generate_series(1, %(open)s) AS n"""
ASSIGNMENTS = """INSERT INTO cases_assignment (case_id, user_id, duty, valid_from)
    SELECT id, holder_id, 'holder', opened_on FROM cases_case WHERE code LIKE 'BN-%%'"""
DISPUTES = """INSERT INTO rights_dispute (case_id, kinds, path, path_reasons, workplace, headcount, is_new_form, is_migrant, mediated_by)
    SELECT id, ARRAY['D02'], 'labour', '{}', '', 1, false, false, '' FROM cases_case WHERE code LIKE 'BN-%%'"""
CLOCKS = """INSERT INTO cases_clock (case_id, term, title, article, status, binds, starts_on, due_on, provisional, state, reason,
    proposed_because, proposed_by) SELECT id, CASE n WHEN 1 THEN 'sue.after_award' ELSE 'bench.' || n END, '调解', '调解仲裁法第十四条',
    'verified', '', opened_on, due_on + n, false, 'running', '', '', '' FROM cases_case, generate_series(1, %(each)s) AS n
    WHERE code LIKE 'BN-%%'"""
STEPS = """INSERT INTO cases_steptaken (case_id, number, step, title, source, target, "on", at, by, by_name, post, facts, for_worker)
    SELECT id, n, 'note', '记一笔', 'accepted', 'accepted', DATE '2023-11-01', now(), 'system', '系统', '', '{}', true
    FROM cases_case, generate_series(1, %(events)s) AS n WHERE code = %(heavy)s"""


def fill(post: Any) -> None:
    """The cases of the bench, once."""
    import psycopg

    said = {
        "org": post.org_id, "scope": post.org.lft, "user": post.user_id, "open": OPEN, "each": CLOCKS_EACH, "events": EVENTS, "heavy": HEAVY,
    }  # fmt: skip
    with psycopg.connect(database_url("owner")) as owner:
        if owner.execute("SELECT 1 FROM cases_case WHERE code = %s", [HEAVY]).fetchone():
            return
        for statement in (CASES, ASSIGNMENTS, DISPUTES, CLOCKS, STEPS):
            owner.execute(statement, said)
        owner.commit()
        with transaction.atomic(), elevated("bench: evidence of a heavy case"):
            case = Case.objects.get(code=HEAVY)
            Evidence.objects.bulk_create(
                Evidence(case=case, number=number, title=f"材料 {number}", received_on=case.opened_on) for number in range(1, PIECES + 1)
            )
        owner.autocommit = True
        owner.execute("ANALYZE cases_case, cases_clock, cases_steptaken, cases_assignment, rights_dispute, rights_evidence")


def pages(client: Any, post: Any) -> None:
    """Whole pages: a heavy case, the inbox, the list."""
    rows = []
    with as_owner() as owner:
        heavy = "SELECT * FROM cases_steptaken JOIN cases_case AS c ON c.id = case_id WHERE code = %s"
        mine = "SELECT * FROM cases_case WHERE holder_id = %s AND closed_on IS NULL ORDER BY due_on NULLS LAST, id LIMIT 400"
        limits = {
            "case": p50_p95(many(lambda: owner.execute(heavy, [HEAVY]).fetchall(), ROUNDS)),
            "inbox": p50_p95(many(lambda: owner.execute(mine, [post.user_id]).fetchall(), ROUNDS)),
        }
    questions = (
        (f"a case with {EVENTS:,} events and {PIECES} pieces of evidence", f"/desk/cases/{HEAVY}/", "300", "case"),
        (f"the inbox of an officer with {OPEN:,} open cases", "/desk/", "100", "inbox"),
        ("the list of cases", "/desk/cases/", "100", "inbox"),
    )
    for title, address, most, limit in questions:
        middle, high = p50_p95(many(page(client, address), ROUNDS))
        rows.append((title, f"{middle:.0f}", f"{high:.0f}", most, f"{limits[limit][1]:.1f}", f"{high / limits[limit][1]:.0f}×"))
    table("pages of cases, ms", ("p50", "p95", "at most", "limit: the rows alone", "of it"), rows)


def nightly() -> None:
    """Every clock past its day marked or ended, with its touches in the trail."""
    with undone("the clocks of a night"):
        total = OPEN * CLOCKS_EACH
        counted: list[int] = []
        ours = milliseconds(lambda: counted.append(actions.lapse_overdue(by=SYSTEM, on=date(2024, 3, 1)))) / 1000
    plain = (
        "UPDATE cases_clock SET lapsed_on = DATE '2024-03-01' WHERE state = 'running' AND due_on < DATE '2024-03-01' AND lapsed_on IS NULL"
    )
    with as_owner() as owner:
        limit = milliseconds(lambda: owner.execute(plain)) / 1000
    rows = [
        (f"{counted[0]:,} run out, each with its touch in the trail", f"{ours:.1f}", "30", f"{limit:.1f}", f"{ours / limit:.1f}×"),
    ]
    table(f"the nightly job over {total:,} open clocks, s", ("s", "at most", "limit: one UPDATE", "of it"), rows)


def steps() -> None:
    """Statements and time of single steps of the busiest flow."""
    with undone("a dispute led on"):
        from niangjia.core.people.models import Person

        person = Person.objects.filter(merged_into=None).select_related("home_org").order_by("pk")[0]
        case: Case = ask(
            applicants=[person], kinds=[Kind.WAGES], org=person.home_org, by=SYSTEM, on=date(2023, 12, 1), respondent="甲公司", facts=Facts()
        )  # fmt: skip
        rows = []
        for step, facts in (
            ("accept", {"mediated_by": "调解室"}), ("plan", {"meets_on": TODAY, "place": "二楼"}), ("fail", {"outcome": "4", "why": "不同意"}),
            ("arbitrate", {"body_name": "仲裁委"}), ("arb_accept", {"number": "1号", "simplified": False}),
        ):  # fmt: skip
            with CaptureQueriesContext(connection) as asked:
                took = milliseconds(lambda step=step, facts=facts: actions.advance(case, step, by=SYSTEM, on=date(2023, 12, 4), **facts))  # type: ignore[misc]
            rows.append((step, len(asked), f"{took:.1f}"))
    table("one step of a dispute", ("statements", "ms"), rows)


def main() -> None:
    """Print the tables."""
    signed_in = browser("service_centre")
    if signed_in is None:
        raise SystemExit("the demo has no service centre")
    client, post = signed_in
    with transaction.atomic(), elevated("bench: the post's organisation"):
        assert post.org.lft
    fill(post)
    pages(client, post)
    nightly()
    steps()


if __name__ == "__main__":
    main()
