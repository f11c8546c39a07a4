"""The calendar with the table's corrections, and the rates in force on a day."""

from datetime import date

from django.conf import settings
from django.db.models import QuerySet

from niangjia.core.law.models import HolidayNotice, LocalRate
from niangjia.core.law.workdays import Calendar, Special


def calendar() -> Calendar:
    """The working-day calendar with everything entered; one query. Build it once for many terms."""
    # Corrections come after whole years, later ones after earlier ones: the last word counts.
    rows = HolidayNotice.objects.filter(voided_on__isnull=True).order_by("-whole_year", "issued_on", "days__id")
    special, years = {}, set()
    for year, whole, on, is_workday, name in rows.values_list("year", "whole_year", "days__on", "days__is_workday", "days__name"):
        if whole:
            years.add(year)
        if on:
            special[on] = Special(is_workday, name)
    return Calendar(special, frozenset(years), weekends_roll=settings.WEEKENDS_ROLL)


def notices() -> QuerySet[HolidayNotice]:
    """Notices that hold."""
    return HolidayNotice.objects.filter(voided_on__isnull=True).order_by("-year", "-issued_on", "-id")


def rates() -> QuerySet[LocalRate]:
    """Rates that hold, the latest first within each kind and area."""
    return LocalRate.objects.filter(voided_on__isnull=True)


def rate_on(kind: str, area: str, day: date, tier: str = "") -> LocalRate | None:
    """The rate of this kind in force in an area on a day; None where none is known. ``tier`` "" takes the area's own."""
    return rates().filter(kind=kind, area=area, tier=tier, valid_from__lte=day).order_by("-valid_from").first()
