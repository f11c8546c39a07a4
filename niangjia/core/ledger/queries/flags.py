"""What an auditor should look at (疑点): rules run over all payments, entries and lines of the bank. A flag is a question, no verdict."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Max, Min, QuerySet
from django.db.models.expressions import RawSQL

from niangjia.base.calendar import today
from niangjia.core.law.queries import calendar
from niangjia.core.law.workdays import days_between
from niangjia.core.ledger.enums import BatchState, LineState
from niangjia.core.ledger.models import BankLine, Entry, Leg, PaymentBatch, PaymentLine
from niangjia.core.ledger.queries.balances import bank_account

GONE_OUT = (BatchState.APPROVED, BatchState.SENT, BatchState.SETTLED)
FIRST_DAY = """coalesce((SELECT min(paid_on) FROM ledger_paymentline WHERE batch_id = {0}.id), {0}.made_at::date)"""


@dataclass(frozen=True)
class Flag:
    """A rule: its words with the thresholds in force, and the rows it finds among all."""

    key: str
    title: str
    words: Callable[[], str]
    rows: Callable[[], QuerySet[Any]]


def _found(query: str, *values: object) -> RawSQL:
    """The ids that a query of ours finds."""
    return RawSQL(query, values)  # noqa: S611 (no word of a reader is in the query)


def repeated() -> QuerySet[PaymentLine]:
    return PaymentLine.objects.filter(pk__in=_found(_REPEATED, settings.AUDIT_DAYS), state=LineState.PAID)


_REPEATED = """SELECT one.id FROM ledger_paymentline AS one JOIN ledger_paymentline AS other ON other.person_id = one.person_id
    AND other.amount = one.amount AND other.id <> one.id AND other.state = 'paid' AND abs(other.paid_on - one.paid_on) <= %s
WHERE one.state = 'paid'"""


def split() -> QuerySet[PaymentBatch]:
    limit = settings.RESOLUTION_ABOVE
    values = [limit * settings.AUDIT_NEAR, limit, limit * settings.AUDIT_NEAR, limit, settings.AUDIT_DAYS]
    return PaymentBatch.objects.filter(pk__in=_found(_SPLIT, *values))


_SPLIT = f"""SELECT one.id FROM ledger_paymentbatch AS one JOIN ledger_paymentbatch AS other ON other.fund_id = one.fund_id AND other.id <> one.id
WHERE one.state <> 'dropped' AND other.state <> 'dropped' AND one.total >= %s AND one.total < %s AND other.total >= %s AND other.total < %s
    AND abs({FIRST_DAY.format("one")} - {FIRST_DAY.format("other")}) <= %s"""


def on_rest_days() -> QuerySet[Entry]:
    days = Entry.objects.aggregate(first=Min("on"), last=Max("on"))
    if days["first"] is None:
        return Entry.objects.none()
    known = calendar()
    return Entry.objects.filter(on__in=[day for day in days_between(days["first"], days["last"]) if not known.is_workday(day)])


def undecided() -> QuerySet[PaymentBatch]:
    return PaymentBatch.objects.filter(state__in=GONE_OUT, total__gte=settings.RESOLUTION_ABOVE, resolution="")


def posted_again() -> QuerySet[Entry]:
    return Entry.objects.filter(pk__in=_found(_AGAIN, settings.AUDIT_DAYS))


_DEBITS = "(SELECT sum(amount) FROM ledger_leg WHERE entry_id = {}.id AND amount > 0)"
_AGAIN = f"""SELECT again.id FROM ledger_entry AS red JOIN ledger_entry AS first ON first.id = red.reverses_id
    JOIN ledger_entry AS again ON again.fund_id = red.fund_id AND again.id > red.id AND again.reverses_id IS NULL
        AND abs(again."on" - red."on") <= %s AND (again.text = first.text OR (first.about <> '' AND again.about = first.about))
WHERE {_DEBITS.format("again")} = {_DEBITS.format("first")}"""


def by_others() -> QuerySet[PaymentBatch]:
    return PaymentBatch.objects.filter(pk__in=_found(_BY_OTHERS))


_BY_OTHERS = """WITH out AS (SELECT * FROM ledger_paymentbatch WHERE state IN ('approved', 'sent', 'settled')),
usual AS (
    SELECT fund_id, mode() WITHIN GROUP (ORDER BY made_by_id) AS made, mode() WITHIN GROUP (ORDER BY checked_by_id) AS checked,
        mode() WITHIN GROUP (ORDER BY approved_by_id) AS approved FROM out GROUP BY fund_id
)
SELECT out.id FROM out JOIN usual USING (fund_id) WHERE out.made_by_id IS NULL OR out.made_by_id <> usual.made
    OR out.checked_by_id IS DISTINCT FROM usual.checked OR out.approved_by_id IS DISTINCT FROM usual.approved"""


def only_bank() -> QuerySet[BankLine]:
    return BankLine.objects.filter(match__isnull=True, on__lt=today() - timedelta(days=settings.AUDIT_OPEN_DAYS))


def only_books() -> QuerySet[Leg]:
    rows = Leg.objects.filter(account=bank_account(), matched__isnull=True, on__lt=today() - timedelta(days=settings.AUDIT_OPEN_DAYS))
    return rows.filter(pk__in=_found(_KNOWN))


_KNOWN = """SELECT leg.id FROM ledger_leg AS leg JOIN (
    SELECT fund_id, min(start) AS start, max("end") AS "end" FROM ledger_bankstatement GROUP BY fund_id
) AS known ON known.fund_id = leg.fund_id AND leg."on" BETWEEN known.start AND known."end" """


def _limit() -> str:
    return f"{settings.RESOLUTION_ABOVE:,.0f}"


FLAGS = (
    Flag(
        "repeated", "同一个人、同一金额付了两次", lambda: f"{settings.AUDIT_DAYS} 天以内付给同一个人的两笔，金额一分不差。没有登记本人的收款方不在里面。",
        repeated,
    ),
    Flag(
        "split", "拆成几批，都刚好低于限额",
        lambda: f"同一本账 {settings.AUDIT_DAYS} 天以内有两批以上，每批都在 {settings.AUDIT_NEAR * settings.RESOLUTION_ABOVE:,.0f} 元到 {_limit()} 元之间"
        f"（{_limit()} 元起要会议决议）。",
        split,
    ),
    Flag("undecided", "大额付款没有写决议", lambda: f"已经批准的批次，总额 {_limit()} 元以上，没有写依据的会议决议。", undecided),
    Flag(
        "by-others", "经手人和平时不一样", lambda: "编制、复核、批准里有一个不是这本账平时（批数最多）的那个人，或者没有人。", by_others,
    ),
    Flag(
        "posted-again", "冲销以后又照原样记了一遍", lambda: f"冲销后 {settings.AUDIT_DAYS} 天以内又记了一张，金额相同，摘要相同或者是同一件事。", posted_again,
    ),
    Flag("rest-days", "休息日、节假日记的账", lambda: "记账日期是周末或放假的日子；放假和调休按国务院办公厅的通知。", on_rest_days),
    Flag("only-bank", "银行动了，账上一直没有", lambda: f"银行流水 {settings.AUDIT_OPEN_DAYS} 天还没有和账上勾对。", only_bank),
    Flag("only-books", "账上记了，银行一直没有", lambda: f"账上的银行存款分录 {settings.AUDIT_OPEN_DAYS} 天还没有和银行流水勾对。", only_books),
)  # fmt: skip
