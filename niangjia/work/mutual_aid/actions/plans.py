"""Plans of a policy year: opened as a draft, written, published by a second person; later versions of the rule only forward (互助计划)."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from niangjia.base.calendar import chinese_date, today
from niangjia.base.chinese import clean_text
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.ledger.models import Fund
from niangjia.core.trail.actions import record
from niangjia.work.mutual_aid.enums import Mode, PlanState
from niangjia.work.mutual_aid.models import Plan, PlanVersion
from niangjia.work.mutual_aid.plan.catalogue import EXAMPLES
from niangjia.work.mutual_aid.plan.rule import Rule, document_of
from niangjia.work.mutual_aid.rules import check_reason, refuse

MANAGE, PUBLISH = "mutual_aid.plan", "mutual_aid.publish"
DRAFT, PUBLISHED = PlanState.DRAFT, PlanState.PUBLISHED
FACTS = (
    "window_from", "window_to", "effective_from", "effective_to", "mode", "pool_owner", "pool", "collects", "document_number",
    "document_url", "is_example",
)  # fmt: skip
"""What a draft says beside its rule."""
GRANTS = ("bands", "first_stay", "daily", "lump", "cap_stay", "cap_year", "band_basis", "cap_basis", "edition", "source")
"""Fields of the rule that another version may change; the others were what people joined by."""


@transaction.atomic
def open_plan(
    *, code: str, policy_year: str, window: tuple[date, date], period: tuple[date, date], by: Actor, mode: str = Mode.AFTERWARDS,
    pool_owner: str = "宁波市总工会", pool: Fund | None = None, collects: Fund | None = None, on: date | None = None,
) -> Plan:  # fmt: skip
    """A draft for a policy year: its rule is last year's where there is one, else the shipped example's, marked so until it is changed.

    What the system itself sets up has no author to be kept apart from, and is published at once.
    """
    require(by, MANAGE)
    code, policy_year = clean_text(code).upper(), clean_text(policy_year)
    with elevated("open_plan: plans are everybody's"):
        earlier = Plan.objects.filter(code=code, policy_year__lt=policy_year, state=PUBLISHED).order_by("-policy_year").first()
        if earlier is None and code not in EXAMPLES:
            refuse(f"没有“{code}”的范本，也没有上一年的计划。范本有 {'、'.join(EXAMPLES)}。", "code")
        rule = replace(earlier.declared, edition=policy_year) if earlier else EXAMPLES[code]
        plan = Plan(
            code=code, policy_year=policy_year, title=rule.title, rule=document_of(rule), mode=mode, pool_owner=clean_text(pool_owner),
            pool=pool, collects=collects, window_from=window[0], window_to=window[1], effective_from=period[0], effective_to=period[1],
            is_example=earlier.is_example if earlier else True, state=DRAFT if by.user_id else PUBLISHED, made_by_id=by.user_id,
            published_on=None if by.user_id else on or today(),
        )  # fmt: skip
        plan.full_clean(exclude=["made_by", "published_by"])
        plan.save()
        record("mutual_aid.open_plan", subject=plan.subject, by=by, on=on, plan=plan.slug, like=earlier.slug if earlier else "范本")
    return plan


def open_next(plan: Plan, *, by: Actor, on: date | None = None) -> Plan:
    """Next year's draft from this year's plan, every day moved on by a year, each to be looked at before it is published."""
    require(by, MANAGE)
    if not plan.policy_year.isdecimal():
        refuse(f"“{plan.policy_year}”不是一个年份，不能自动开下一年的。")
    days = (plan.window_from, plan.window_to, plan.effective_from, plan.effective_to)
    opens, shuts, begins, ends = (a_year_on(day) for day in days)
    with elevated("open_next: the books of this year's plan"):
        pool, collects = plan.pool, plan.collects
    return open_plan(
        code=plan.code, policy_year=str(int(plan.policy_year) + 1), window=(opens, shuts), period=(begins, ends), by=by, mode=plan.mode,
        pool_owner=plan.pool_owner, pool=pool, collects=collects, on=on,
    )  # fmt: skip


def a_year_on(day: date) -> date:
    """The same day of the next year; the end of February where there is no such day."""
    return day.replace(year=day.year + 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year + 1)


@transaction.atomic
def write_draft(plan: Plan, *, rule: Rule, by: Actor, facts: Mapping[str, Any] | None = None, on: date | None = None) -> Plan:
    """Write a draft anew: its rule, and the ``facts`` of `FACTS` by name. Who wrote last is its author."""
    require(by, MANAGE)
    with elevated("write_draft: plans are everybody's"):
        held = _locked(plan)
        if not held.is_draft:
            refuse("这个计划已经发布，不能直接改。窗口还没开的可以退回草稿；已有人参保的，另立一版规则。")
        for name in FACTS:
            if facts and name in facts:
                setattr(held, name, facts[name])
        held.rule, held.title, held.made_by_id = document_of(rule), rule.title, by.user_id
        held.full_clean(exclude=["made_by", "published_by"])
        held.save()
        record("mutual_aid.write_plan", subject=held.subject, by=by, on=on, plan=held.slug)
    return _fresh(held)


@transaction.atomic
def publish_plan(plan: Plan, *, by: Actor, on: date | None = None) -> Plan:
    """Let a draft hold for everybody; a second person's verb, held apart by the database too."""
    require(by, PUBLISH)
    on = on or today()
    with elevated("publish_plan: plans are everybody's"):
        held = _locked(plan)
        if not held.is_draft:
            refuse("这个计划已经发布了。")
        _check_second(held.made_by_id, by)
        check_complete(held)
        held.state, held.published_by_id, held.published_on = PUBLISHED, by.user_id, on
        held.save(update_fields=["state", "published_by", "published_on"])
        record("mutual_aid.publish_plan", subject=held.subject, by=by, on=on, plan=held.slug, version=held.version)
    return _fresh(held)


def check_complete(plan: Plan) -> None:
    """A plan that is published says where it was read and where its money goes."""
    lacks = []
    if plan.is_example:
        lacks.append("还标着“示例”：按当年文件逐条核对以后，去掉标记")
    if not plan.declared.source or not plan.document_number:
        lacks.append("没有写依据文件的名称和文号")
    if not (plan.pool or plan.collects):
        lacks.append("没有选互助费记哪本账")
    if lacks:
        refuse(f"还不能发布：{'；'.join(lacks)}。")


@transaction.atomic
def take_back_plan(plan: Plan, *, by: Actor, reason: str, on: date | None = None) -> Plan:
    """A published plan becomes a draft again, as long as its window is shut and nobody is in it; published anew it is another version."""
    require(by, MANAGE)
    on, why = on or today(), check_reason(reason)
    with elevated("take_back_plan: plans are everybody's"):
        held = _locked(plan)
        if held.is_draft:
            refuse("这个计划还是草稿。")
        if on >= held.window_from or held.enrolments.exists() or held.versions.exists():
            refuse(f"参保窗口{chinese_date(held.window_from)}已开，或者已有人参保，不能退回草稿。要改规则的，另立一版。")
        held.state, held.version, held.made_by_id, held.published_by_id, held.published_on = DRAFT, held.version + 1, by.user_id, None, None
        held.save(update_fields=["state", "version", "made_by", "published_by", "published_on"])
        record("mutual_aid.take_back_plan", subject=held.subject, by=by, on=on, reason=why, plan=held.slug, version=held.version)
    return _fresh(held)


@transaction.atomic
def discard_draft(plan: Plan, *, by: Actor, reason: str, on: date | None = None) -> None:
    """A draft that is not wanted goes; so does the draft of another version where a published plan has one."""
    require(by, MANAGE)
    why = check_reason(reason)
    with elevated("discard_draft: plans are everybody's"):
        held = _locked(plan)
        found = held if held.is_draft else held.versions.filter(state=DRAFT).first()
        if found is None:
            refuse("没有可以丢弃的草稿。")
        found.delete()
        record("mutual_aid.discard_draft", subject=plan.subject, by=by, on=on, reason=why, plan=plan.slug)


@transaction.atomic
def write_version(plan: Plan, *, rule: Rule, from_on: date, reason: str, by: Actor, on: date | None = None) -> PlanVersion:
    """Write the draft of another version of a published rule: only what is granted may change, and only from a day to come.

    The first time the rule so far is kept as the first version.
    """
    require(by, MANAGE)
    on, why = on or today(), check_reason(reason)
    with elevated("write_version: plans are everybody's"):
        held = _locked(plan)
        if held.is_draft:
            refuse("这个计划还是草稿，直接改草稿就行。")
        check_forward(held, from_on, on)
        check_same_terms(held.declared, rule)
        if not held.versions.exists():
            PlanVersion.objects.create(
                plan=held, version=held.version, rule=held.rule, from_on=held.effective_from, reason="发布时的规则", state=PUBLISHED,
                made_by_id=held.made_by_id, published_by_id=held.published_by_id, published_on=held.published_on,
            )  # fmt: skip
        said = {"rule": document_of(rule), "from_on": from_on, "reason": why, "made_by_id": by.user_id, "version": held.version + 1}
        made, _ = PlanVersion.objects.update_or_create(plan=held, state=DRAFT, defaults=said)
        record("mutual_aid.write_version", subject=held.subject, by=by, on=on, reason=why, plan=held.slug, version=made.version)
    return made


@transaction.atomic
def publish_version(plan: Plan, *, by: Actor, on: date | None = None) -> Plan:
    """Let the drafted version hold for what is settled from its day on; a second person's verb. What was settled before stays as it is."""
    require(by, PUBLISH)
    on = on or today()
    with elevated("publish_version: plans are everybody's"):
        held = _locked(plan)
        draft = PlanVersion.objects.select_for_update(of=("self",)).filter(plan=held, state=DRAFT).first()
        if draft is None:
            refuse("没有等着发布的新版规则。")
        _check_second(draft.made_by_id, by)
        check_forward(held, draft.from_on, on)
        draft.state, draft.published_by_id, draft.published_on = PUBLISHED, by.user_id, on
        draft.save(update_fields=["state", "published_by", "published_on"])
        held.rule, held.version = draft.rule, draft.version
        held.save(update_fields=["rule", "version"])
        record("mutual_aid.publish_version", subject=held.subject, by=by, on=on, plan=held.slug, version=held.version)
    return _fresh(held)


def check_forward(plan: Plan, from_on: date, on: date) -> None:
    """A version holds from a day to come, within the period, after every version before it."""
    if from_on <= on:
        refuse("新版规则只能从今天以后的某一天起；以前结算的按原来的规则，不改。", "from_on")
    if not plan.effective_from <= from_on <= plan.effective_to:
        refuse(f"要在保障期里：{chinese_date(plan.effective_from)}至{chinese_date(plan.effective_to)}。", "from_on")
    last = plan.versions.filter(state=PUBLISHED).order_by("-from_on").first()
    if last is not None and from_on <= last.from_on:
        refuse(f"第 {last.version} 版从{chinese_date(last.from_on)}起，新的一版要在它以后。", "from_on")


def check_same_terms(old: Rule, new: Rule) -> None:
    """Whoever joined did so by the fee, the waiting days, the persons and shares of then: a version leaves these alone."""
    changed = [one.name for one in fields(Rule) if one.name not in GRANTS and getattr(old, one.name) != getattr(new, one.name)]
    if changed:
        refuse("中途只能改给付的规则（分段、津贴、上限、一次给付）；收费、参保人、等待期要等下一年的计划。")
    if document_of(old) == document_of(new):
        refuse("规则没有变。改了再存。")


def _check_second(author: int | None, by: Actor) -> None:
    if by.user_id is None or by.user_id == author:
        raise ValidationError("起草的人不能自己发布，请另一位有发布权限的人核对以后发布。")


def _locked(plan: Plan) -> Plan:
    return Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)


def _fresh(plan: Plan) -> Plan:
    """As it is kept now, without what was read before."""
    return Plan.objects.get(pk=plan.pk)


@transaction.atomic
def set_books(plan: Plan, *, collects: Fund, by: Actor, on: date | None = None) -> Plan:
    """In which books premiums collected for a plan are kept."""
    require(by, MANAGE, collects.org)
    with elevated("set_books: plans are everybody's"):
        held = _locked(plan)
        held.collects = collects
        held.save(update_fields=["collects"])
        record("mutual_aid.change_plan", subject=held.subject, by=by, org=collects.org_id, on=on, plan=held.slug, collects=collects.code)
    return held
