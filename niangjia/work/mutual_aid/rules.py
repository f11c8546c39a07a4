"""What enrolling refuses, in words: for one person and for a whole roster from the same table of reasons."""

import hashlib
from datetime import date
from decimal import Decimal
from typing import NoReturn

from django.core.exceptions import ValidationError

from niangjia.base.calendar import chinese_date, today
from niangjia.work.mutual_aid.plan.catalogue import IN_SERVICE, RETIRED
from niangjia.work.mutual_aid.plan.rule import Rule

SHORTEST_REASON = 4
BY_UNIT = "%(via)s IN ('unit', 'history')"
STILL_WORKS = "person.employment_status NOT IN (4, 5)"

REFUSALS = (
    ("没有这个人的档案", "person.id IS NULL"),
    ("名单里出现了两次", "row.again > 1"),
    ("档案已经并入另一份", "person.merged_into_id IS NOT NULL"),
    ("已登记去世", "person.deceased_on <= %(on)s"),
    ("那一天不是这家工会的会员", f"{BY_UNIT} AND (span.id IS NULL OR span.union_id <> row.org_id)"),
    ("已经退休，不能参加在职职工的计划", f"%(in_service)s AND %(via)s <> 'history' AND NOT {STILL_WORKS}"),
    ("登记的就业状况不是退休，不能参加退休人员的计划", f"%(retired)s AND {STILL_WORKS}"),
    ("这个计划只收女职工", "%(sex)s = 2 AND person.sex <> 2"),
    ("这个计划只收男职工", "%(sex)s = 1 AND person.sex <> 1"),
    ("没有登记出生日期，看不出年龄合不合", "%(has_ages)s AND person.birth IS NULL"),
    ("年龄不在计划的范围里", "%(has_ages)s AND NOT extract(year FROM age(%(on)s, person.birth)) BETWEEN %(youngest)s AND %(oldest)s"),
    ("份数不在计划允许的范围里", "NOT row.shares BETWEEN 1 AND %(shares)s"),
    ("单独同意的日期晚于参保日期", "row.consent_on > %(on)s"),
    (
        "已经参加了这个计划",
        """EXISTS (SELECT FROM mutual_aid_enrolment AS known WHERE known.person_id = row.person_id AND known.plan_id = %(plan)s
            AND known.state IN ('entered', 'effective'))""",
    ),
)
"""Why a row of a roster may not be enrolled, and when: ``row`` is the roster's, ``person`` and ``span`` what the register knows."""


def refuse(text: str, field: str | None = None) -> NoReturn:
    """Raise a refusal that a form shows beside ``field``, or on top."""
    raise ValidationError({field: text} if field else text)


def check_open(window_from: date, effective_to: date, on: date, *, draft: bool = False) -> None:
    """A plan takes nobody as a draft, before its window, after its end, or on a day to come."""
    if draft:
        refuse("这个计划还是草稿，发布以后才能参保。")
    if on > today():
        refuse(f"{chinese_date(on)}还没有到，不能登记。", "on")
    if on < window_from:
        refuse(f"参保窗口{chinese_date(window_from)}才开。", "on")
    if on >= effective_to:
        refuse(f"这个年度到{chinese_date(effective_to)}为止，已经不能参保。", "on")


def check_reason(reason: str, field: str = "reason") -> str:
    """A reason somebody can understand later."""
    text = reason.strip()
    if len(text) < SHORTEST_REASON:
        refuse(f"请写明理由，至少{SHORTEST_REASON}个字。", field)
    return text[:120]


def is_drawn(number: str, code: str, share: Decimal) -> bool:
    """Whether a settlement is drawn for the sample: eight bytes of SHA-256 over «number:code», as a part of 2⁶⁴, lie below the share."""
    eight = hashlib.sha256(f"{number}:{code}".encode()).digest()[:8]
    return Decimal(int.from_bytes(eight, "big")) < share * (1 << 64)


def is_for_retired(rule: Rule) -> bool:
    """Whether a plan takes retired persons only."""
    return RETIRED in rule.person_types and IN_SERVICE not in rule.person_types


def is_for_in_service(rule: Rule) -> bool:
    """Whether a plan takes persons in service only."""
    return IN_SERVICE in rule.person_types and RETIRED not in rule.person_types
