"""Plans of a policy year: opened from the shipped examples or from last year's, changed until the window opens (互助计划)."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.db import transaction

from niangjia.base.calendar import chinese_date, today
from niangjia.base.chinese import clean_text
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.ledger.models import Fund
from niangjia.core.trail.actions import record
from niangjia.work.mutual_aid.enums import Mode
from niangjia.work.mutual_aid.models import Plan
from niangjia.work.mutual_aid.plan.catalogue import SHIPPED
from niangjia.work.mutual_aid.plan.rule import Rule, document_of, rule_of
from niangjia.work.mutual_aid.rules import check_reason, refuse

MANAGE = "mutual_aid.plan"


@transaction.atomic
def open_plan(
    *, code: str, policy_year: str, window: tuple[date, date], period: tuple[date, date], by: Actor, mode: str = Mode.AFTERWARDS,
    pool_owner: str = "宁波市总工会", pool: Fund | None = None, collects: Fund | None = None, on: date | None = None,
) -> Plan:  # fmt: skip
    """A plan for a policy year: its rule is last year's where there is one, else the shipped example's, marked so until it is changed."""
    require(by, MANAGE)
    code, policy_year = clean_text(code).upper(), clean_text(policy_year)
    with elevated("open_plan: plans are everybody's"):
        earlier = Plan.objects.filter(code=code, policy_year__lt=policy_year).order_by("-policy_year").first()
        if earlier is None and code not in SHIPPED:
            refuse(f"没有“{code}”的范本，也没有上一年的计划。范本有 {'、'.join(SHIPPED)}。", "code")
        rule = earlier.declared if earlier else SHIPPED[code]
        plan = Plan(
            code=code, policy_year=policy_year, title=rule.title, rule=document_of(rule), mode=mode, pool_owner=clean_text(pool_owner),
            pool=pool, collects=collects, window_from=window[0], window_to=window[1], effective_from=period[0], effective_to=period[1],
            is_example=earlier.is_example if earlier else True,
        )  # fmt: skip
        plan.full_clean()
        plan.save()
        record("mutual_aid.open_plan", subject=plan.subject, by=by, on=on, plan=plan.slug, like=earlier.slug if earlier else "范本")
    return plan


@transaction.atomic
def change_rule(plan: Plan, *, changes: dict[str, Any], by: Actor, reason: str, on: date | None = None) -> Plan:
    """Another edition of a plan's rule, before its window opens; ``changes`` are fields of `Rule` by name. Afterwards the rule is fast."""
    require(by, MANAGE)
    on, why = on or today(), check_reason(reason)
    with elevated("change_rule: plans are everybody's"):
        held = Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
        if on >= held.window_from or held.enrolments.exists():
            refuse(f"参保窗口{chinese_date(held.window_from)}已开，这一年的规则不能再改。下一年的可以改。")
        rule = _changed(held.declared, changes)
        held.rule, held.title, held.version, held.is_example = document_of(rule), rule.title, held.version + 1, False
        held.__dict__.pop("declared", None)
        held.save(update_fields=["rule", "title", "version", "is_example"])
        record("mutual_aid.change_rule", subject=held.subject, by=by, on=on, reason=why, plan=held.slug, version=held.version)
    return held


def _changed(rule: Rule, changes: dict[str, Any]) -> Rule:
    try:
        return rule_of(document_of(replace(rule, **changes)))
    except (TypeError, ValueError, KeyError) as error:
        refuse(f"规则里有看不懂的：{error}")


@transaction.atomic
def set_books(plan: Plan, *, collects: Fund, by: Actor, on: date | None = None) -> Plan:
    """In which books premiums collected for a plan are kept."""
    require(by, MANAGE, collects.org)
    with elevated("set_books: plans are everybody's"):
        held = Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
        held.collects = collects
        held.save(update_fields=["collects"])
        record("mutual_aid.change_plan", subject=held.subject, by=by, org=collects.org_id, on=on, plan=held.slug, collects=collects.code)
    return held
