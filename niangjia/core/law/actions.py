"""Entering and voiding notices on holidays and local rates. Both hold for the whole district."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction

from niangjia.base.calendar import today
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.law.enums import Checked, RateKind
from niangjia.core.law.models import HolidayNotice, LocalRate, SpecialDay
from niangjia.core.trail.actions import record

MOST_DAYS = 200


@dataclass(frozen=True)
class Arranged:
    """One day of a notice: off, or to be worked."""

    on: date
    is_workday: bool
    name: str = ""


@transaction.atomic
def enter_notice(
    *,
    year: int,
    title: str,
    issued_on: date,
    days: Iterable[Arranged],
    number: str = "",
    whole_year: bool = True,
    by: Actor,
    on: date | None = None,
) -> HolidayNotice:
    """Enter a notice on holidays with every day off that is no weekend and every weekend to be worked.

    Weekends within a holiday may be named too. Raises ValidationError where a day lies outside the year or says nothing new.
    """
    require(by, "law.enter")
    arranged = list(days)
    _check_days(arranged, year, whole_year)
    if not title.strip():
        raise ValidationError({"title": "请写明依据哪份文件。"})
    notice = HolidayNotice(
        year=year, title=title.strip(), number=number.strip(), issued_on=issued_on, whole_year=whole_year, entered_by=by.actor_key
    )
    notice.validate_constraints(exclude={"code"})
    notice.code = _code(HolidayNotice, "JQ")
    notice.save(force_insert=True)
    SpecialDay.objects.bulk_create(SpecialDay(notice=notice, on=one.on, is_workday=one.is_workday, name=one.name) for one in arranged)
    record(
        "law.enter_notice", subject=f"holidaynotice:{notice.code}", by=by, on=on, year=year, title=notice.title, number=notice.number,
        whole_year=whole_year, days=[[one.on, one.is_workday, one.name] for one in arranged],
    )  # fmt: skip
    return notice


def _check_days(arranged: list[Arranged], year: int, whole_year: bool) -> None:
    seen: set[date] = set()
    for one in arranged:
        if one.on.year != year:
            raise ValidationError({"days": f"{one.on.isoformat()} 不在 {year} 年里。"})
        if one.on in seen:
            raise ValidationError({"days": f"{one.on.isoformat()} 写了两次。"})
        if whole_year and one.is_workday and one.on.weekday() < 5:
            raise ValidationError({"days": f"{one.on.isoformat()} 是周一到周五，本来就上班，不用写。"})
        seen.add(one.on)
    if not arranged or len(arranged) > MOST_DAYS:
        raise ValidationError({"days": f"请写出放假和调休上班的日子，1 到 {MOST_DAYS} 天。"})


@transaction.atomic
def void_notice(notice: HolidayNotice, *, reason: str, by: Actor, on: date | None = None) -> HolidayNotice:
    """Take a notice out of force; it stays readable. Clocks already started keep the day they were given."""
    require(by, "law.enter")
    notice = HolidayNotice.objects.select_for_update().get(pk=notice.pk)
    _void(notice, reason, on)
    record("law.void_notice", subject=f"holidaynotice:{notice.code}", by=by, on=on, reason=reason.strip(), year=notice.year)
    return notice


@transaction.atomic
def enter_rate(
    *,
    kind: str,
    area: str,
    valid_from: date,
    amount: Decimal,
    source: str,
    tier: str = "",
    unit: str = "元/月",
    status: str = Checked.UNVERIFIED,
    by: Actor,
    on: date | None = None,
) -> LocalRate:
    """Enter an amount that holds in an area from a day on, with its document."""
    require(by, "law.enter")
    if not area.strip():
        raise ValidationError({"area": "请写明是哪个地区的标准。"})
    if not source.strip():
        raise ValidationError({"source": "请写明来源：哪个机关的哪份文件。"})
    if kind not in RateKind.values or status not in Checked.values:
        raise ValidationError({"kind": "没有这种标准。"})
    rate = LocalRate(
        kind=kind, area=area.strip(), tier=tier.strip(), valid_from=valid_from, amount=amount, unit=unit, source=source.strip(),
        status=status, entered_by=by.actor_key,
    )  # fmt: skip
    rate.validate_constraints(exclude={"code"})
    rate.code = _code(LocalRate, "BZ")
    rate.save(force_insert=True)
    record(
        "law.enter_rate", subject=f"localrate:{rate.code}", by=by, on=on, kind=kind, area=rate.area, tier=rate.tier,
        valid_from=valid_from, amount=str(amount), source=rate.source, status=status,
    )  # fmt: skip
    return rate


@transaction.atomic
def void_rate(rate: LocalRate, *, reason: str, by: Actor, on: date | None = None) -> LocalRate:
    """Take a rate out of force; it stays readable with its reason."""
    require(by, "law.enter")
    rate = LocalRate.objects.select_for_update().get(pk=rate.pk)
    _void(rate, reason, on)
    record("law.void_rate", subject=f"localrate:{rate.code}", by=by, on=on, reason=reason.strip(), kind=rate.kind, amount=str(rate.amount))
    return rate


def _void(row: HolidayNotice | LocalRate, reason: str, on: date | None) -> None:
    if row.voided_on:
        raise ValidationError("这一条已经作废。")
    if not reason.strip():
        raise ValidationError({"reason": "请写明作废理由。"})
    row.voided_on, row.void_reason = on or today(), reason.strip()
    row.save(update_fields=["voided_on", "void_reason"])


def _code(model: type[models.Model], module: str) -> str:
    """JQ for holidays or BZ for rates, division, year, number; two people at once wait for one another."""
    start = f"{module}-{settings.DIVISION}-{today().year}-"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [start])
    return f"{start}{model._default_manager.filter(code__startswith=start).count() + 1:05}"
