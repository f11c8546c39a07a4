"""The calendar with the table's corrections, and the rates in force on a day."""

from datetime import date

from django.conf import settings
from django.db.models import QuerySet

from niangjia.core.law.models import HolidayNotice, LocalRate, SpecialDay
from niangjia.core.law.workdays import Calendar, Special


def calendar() -> Calendar:
    """The working-day calendar with everything entered; two queries. Build it once for many terms."""
    years = notices().filter(whole_year=True).values_list("year", flat=True)
    # Corrections come after whole years, later ones after earlier ones: the last word counts.
    days = SpecialDay.objects.filter(notice__voided_on__isnull=True).order_by("-notice__whole_year", "notice__issued_on", "id")
    special = {on: Special(is_workday, name) for on, is_workday, name in days.values_list("on", "is_workday", "name")}
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
