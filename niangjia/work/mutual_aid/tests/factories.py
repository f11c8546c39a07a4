"""Plans, enrolments and files of settlements for tests: plain rows, no verbs under test. Call it elevated."""

from datetime import date
from typing import Any

from niangjia.core.ledger.models import Fund
from niangjia.core.people.models import Person
from niangjia.work.mutual_aid.enums import EnrolmentState
from niangjia.work.mutual_aid.models import Enrolment, Plan
from niangjia.work.mutual_aid.plan.catalogue import SHIPPED
from niangjia.work.mutual_aid.plan.rule import Rule, document_of

FIRST, LAST = date(2023, 5, 1), date(2024, 4, 30)


def make_plan(rule: Rule = SHIPPED["P1"], *, year: str = "2023", pool: Fund | None = None, **facts: Any) -> Plan:
    begins, ends = FIRST.replace(year=int(year)), LAST.replace(year=int(year) + 1)
    facts = {"mode": "afterwards", "effective_from": begins, "effective_to": ends} | facts
    return Plan.objects.create(
        code=rule.code, policy_year=year, title=rule.title, rule=document_of(rule), pool=pool, window_from=begins, window_to=begins, **facts
    )


def enrol(person: Person, plan: Plan, **facts: Any) -> Enrolment:
    """A policy in force, with the separate consent unless ``consent_on`` is None."""
    standing = {"effective_from": plan.effective_from, "effective_to": plan.effective_to, "state": EnrolmentState.EFFECTIVE}
    facts = standing | {"consent_on": plan.effective_from} | facts
    facts = {"enrolled_on": facts["effective_from"]} | facts
    return Enrolment.objects.create(plan=plan, person=person, org_id=person.home_org_id, fee=plan.declared.fee, **facts)


def stay(certno: str, setl_id: str = "S1", burden: str = "1000", **fields: Any) -> dict[str, str]:
    """A stay whose inferred burden is ``burden``: half of the pooled costs."""
    said = {
        "setl_id": setl_id, "fixmedins_code": "H1", "mdtrt_id": f"M-{setl_id}", "certno": certno, "insutype": "310", "psn_type": "1101",
        "med_type": "21", "setl_time": "2023-09-01 10:20:00", "hifp_pay": burden, "pool_prop_selfpay": "0.5", "psn_cash_pay": "99999",
        "act_pay_dedc": "600", "vali_flag": "1", "refd_setl_flag": "0",
    }  # fmt: skip
    return said | fields


def back(certno: str, of: str = "S1", **fields: Any) -> dict[str, str]:
    return stay(certno, of, refd_setl_flag="1", **fields)


def file_of(*rows: dict[str, str]) -> bytes:
    """The rows as the bureau's CSV."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [",".join(names), *(",".join(row.get(name, "") for name in names) for row in rows)]
    return "\n".join(lines).encode()
