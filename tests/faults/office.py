"""What the killed processes do with cases: `python -m tests.faults.office open|work|race|state`; prints one JSON line."""

import json
import sys
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from niangjia.config.commands.ground import start_django

OPENED = date(2023, 11, 6)
WAGES = Decimal("8600.00")
WAY: tuple[tuple[str, int, dict[str, Any]], ...] = (
    ("accept", 1, {"mediated_by": "东柳街道调解室"}),
    ("plan", 2, {"meets_on": OPENED + timedelta(days=4), "place": "调解室"}),
    ("record", 4, {"both_came": True, "minutes": "双方到会。"}),
    ("agree", 4, {"amount": WAGES, "plan": [(OPENED + timedelta(days=9), WAGES)]}),
    ("receive", 9, {"amount": WAGES, "proof_note": "银行回单"}),
    ("complete", 9, {}),
)
"""The steps of each dispute: name, days after its opening, facts."""


def open_disputes(number: int) -> object:
    """So many disputes of one member each; returns their codes."""
    start_django()
    from niangjia.base.scope import elevated
    from niangjia.core.access.actor import SYSTEM
    from niangjia.core.orgs.models import Organisation
    from niangjia.core.people.actions import admit, register_person
    from niangjia.work.rights import actions
    from niangjia.work.rights.enums import Kind

    codes = []
    with elevated("faults: the prepared district"):
        union = Organisation.objects.select_related("parent").get(name="第一纺织厂工会")
        for each in range(number):
            person = register_person(name="何静川", home_org=union, phone=f"139{each:08d}", by=SYSTEM, on=OPENED)
            admit(person, union=union, by=SYSTEM, on=OPENED)
            case = actions.ask(
                applicants=[person], kinds=[Kind.WAGES], org=union.parent, by=SYSTEM, on=OPENED, respondent="第一纺织厂",
                claims=[actions.Asked(Kind.WAGES, "工资", WAGES)],
            )  # fmt: skip
            codes.append(case.code)
    return codes


def work(_: str = "") -> object:
    """Every open dispute goes its way to the end."""
    start_django()
    from niangjia.base.scope import elevated
    from niangjia.core.access.actor import SYSTEM
    from niangjia.core.cases.actions import advance
    from niangjia.core.cases.models import Case

    print("going", flush=True)
    with elevated("faults: every case"):
        open_cases = list(Case.objects.filter(closed_on__isnull=True).order_by("pk"))
    for case in open_cases:
        for name, days, facts in WAY[case.steps_taken - 1 :]:
            advance(case, name, by=SYSTEM, on=OPENED + timedelta(days=days), seen=case.steps_taken, **facts)
    return True


def race(code: str) -> object:
    """Take the next step of one dispute from the page as it stands: done, or the reason why not."""
    start_django()
    from django.core.exceptions import ValidationError

    from niangjia.base.scope import elevated
    from niangjia.core.access.actor import SYSTEM
    from niangjia.core.cases.actions import advance
    from niangjia.core.cases.models import Case

    with elevated("faults: one case"):
        case = Case.objects.get(code=code)
    name, days, facts = WAY[case.steps_taken - 1]
    print("going", flush=True)
    sys.stdin.readline()
    try:
        advance(case, name, by=SYSTEM, on=OPENED + timedelta(days=days), seen=case.steps_taken, **facts)
    except ValidationError as refusal:
        return refusal.messages
    return "done"


def state() -> object:
    """What does not fit together, and how far the disputes have come."""
    start_django()
    from django.db import connection

    from niangjia.base.scope import elevated
    from niangjia.core.cases.models import Case
    from niangjia.core.trail.queries import checks
    from niangjia.work.rights.models import Receipt, Settlement

    with elevated("faults: every case"), connection.cursor() as cursor:
        found = {name: _count(cursor, query) for name, query in WRONG.items()}
        return {
            "wrong": {name: number for name, number in found.items() if number},
            "open": Case.objects.filter(closed_on__isnull=True).count(),
            "steps": sum(Case.objects.values_list("steps_taken", flat=True)),
            "papers": Settlement.objects.count(),
            "receipts": Receipt.objects.count(),
            "messages": _count(cursor, "SELECT count(*) FROM notices_notice WHERE channel = 'sms'"),
            "broken": [check.name for check in checks() if not check.ok],
        }


def _count(cursor: Any, query: str) -> int:
    cursor.execute(query)
    return int(cursor.fetchone()[0])


TOLD = "('accept', 'plan', 'agree', 'receive', 'complete')"
WRONG = {
    "a gap or a double among the steps of a case": """SELECT count(*) FROM cases_case c
        WHERE steps_taken <> (SELECT count(*) FROM cases_steptaken s WHERE s.case_id = c.id)
           OR steps_taken <> (SELECT max(number) FROM cases_steptaken s WHERE s.case_id = c.id)""",
    "a case not where its last step led": """SELECT count(*) FROM cases_case c
        WHERE state <> (SELECT target FROM cases_steptaken s WHERE s.case_id = c.id ORDER BY number DESC LIMIT 1)""",
    "a case whose clocks are not those of its state": """SELECT count(*) FROM cases_case c
        WHERE (state IN ('accepted', 'mediating')) <> EXISTS (SELECT FROM cases_clock k WHERE k.case_id = c.id AND k.state = 'running' AND k.term = 'mediation.end')
           OR (state = 'agreed') <> EXISTS (SELECT FROM cases_clock k WHERE k.case_id = c.id AND k.state = 'running' AND k.term = 'judicial_confirmation.apply')""",
    "a case whose nearest day is not that of its clocks": """SELECT count(*) FROM cases_case c
        WHERE due_on IS DISTINCT FROM (SELECT min(due_on) FROM cases_clock k WHERE k.case_id = c.id AND k.state = 'running')""",
    "a step of which the worker was not told once": f"""SELECT abs((SELECT count(*) FROM cases_steptaken WHERE step IN {TOLD})
        - (SELECT count(*) FROM notices_notice WHERE channel = 'app' AND kind = 'case'))""",
    "a message without its short message": """SELECT abs((SELECT count(*) FROM notices_notice WHERE channel = 'app' AND kind = 'case')
        - (SELECT count(*) FROM notices_notice WHERE channel = 'sms' AND kind = 'case'))""",
    "a short message without exactly one job": """SELECT abs((SELECT count(*) FROM notices_notice WHERE channel = 'sms')
        - (SELECT count(DISTINCT args->>'notice_id') FROM procrastinate_jobs WHERE task_name = 'notices.deliver'))
        + (SELECT count(*) - count(DISTINCT args->>'notice_id') FROM procrastinate_jobs WHERE task_name = 'notices.deliver')""",
    "an agreement without its step": """SELECT abs((SELECT count(*) FROM rights_settlement) - (SELECT count(*) FROM cases_steptaken WHERE step = 'agree'))""",
    "money without its step": """SELECT abs((SELECT count(*) FROM rights_receipt) - (SELECT count(*) FROM cases_steptaken WHERE step = 'receive'))""",
    "a step without its trail": """SELECT abs((SELECT count(*) FROM trail_event WHERE verb = 'cases.advance') - (SELECT count(*) FROM cases_steptaken WHERE step <> 'open'))""",
}
"""What must be nothing at any moment: a count by name."""


if __name__ == "__main__":
    verb, *rest = sys.argv[1:]
    arguments = [int(word) if word.isdecimal() else word for word in rest]
    print(json.dumps({"open": open_disputes, "work": work, "race": race, "state": state}[verb](*arguments)))
