"""Closing a period: from then on nothing is posted into it, and its entries have their numbers (结账)."""

from datetime import date

from django.db import connection, transaction

from niangjia.base.calendar import chinese_date, now, today
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.ledger.models import Closing, Fund
from niangjia.core.ledger.queries import closed_up_to
from niangjia.core.ledger.rules import refuse
from niangjia.core.trail.actions import record


@transaction.atomic
def close_period(fund: Fund, *, up_to: date, by: Actor) -> Closing:
    """Close everything up to the last day of a month; postings under way are waited for. A closed period is never opened again."""
    require(by, "ledger.close", fund.org)
    if not _is_month_end(up_to):
        refuse("结账要结到月末。", "up_to")
    if up_to >= today():
        refuse(f"{chinese_date(up_to)}还没有过完，不能结账。", "up_to")
    with elevated("close_period: the right over the fund was checked"):
        Fund.objects.select_for_update(of=("self",)).get(pk=fund.pk)
        before = closed_up_to(fund)
        if before and up_to <= before:
            refuse(f"账已经结到{chinese_date(before)}。", "up_to")
        closing = Closing.objects.create(fund=fund, up_to=up_to, closed_at=now(), by=by.actor_key)
        with connection.cursor() as cursor:
            cursor.execute(_NUMBERS, {"fund": fund.pk, "up_to": up_to})
            numbered = cursor.rowcount
        record("ledger.close", subject=fund.subject, by=by, org=fund.org_id, on=up_to, entries=numbered)
    return closing


_NUMBERS = """
INSERT INTO ledger_vouchernumber (entry_id, fund_id, year, month, number)
SELECT id, fund_id, extract(year FROM "on"), extract(month FROM "on"),
    row_number() OVER (PARTITION BY date_trunc('month', "on") ORDER BY "on", id)
FROM ledger_entry WHERE fund_id = %(fund)s AND "on" <= %(up_to)s
    AND "on" > coalesce((SELECT max(up_to) FROM ledger_closing WHERE fund_id = %(fund)s AND up_to < %(up_to)s), '-infinity')"""


def _is_month_end(day: date) -> bool:
    return (day.toordinal() + 1) == date(day.year + day.month // 12, day.month % 12 + 1, 1).toordinal()
