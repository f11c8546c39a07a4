"""Posting: one entry, many at once, and the red one that takes an entry back (记账、红字冲销)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from niangjia.base.calendar import now, today
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.ledger.actions.limits import check_within, renew_commitments
from niangjia.core.ledger.models import Account, Commitment, Earmark, Entry, Fund
from niangjia.core.ledger.queries import closed_up_to
from niangjia.core.ledger.rules import check_amounts, check_posting_day, check_reason, refuse
from niangjia.core.trail.actions import record, record_bulk

POST = "ledger.post"


@dataclass(frozen=True)
class Line:
    """One leg to be posted: ``amount`` in yuan, debit above zero, credit below; whose it is, for which earmark."""

    account: Account
    amount: Decimal
    person_id: int | None = None
    earmark: Earmark | None = None


@dataclass(frozen=True)
class Posting:
    """One entry to be posted among many; ``key`` makes it exactly once within its fund, ``commitment`` is what its expense uses up."""

    key: str
    text: str
    lines: Sequence[Line]
    about: str = ""
    commitment: Commitment | None = None


@transaction.atomic
def post(
    fund: Fund, *, lines: Sequence[Line], key: str, text: str, by: Actor, on: date | None = None, about: str = "",
    commitment: Commitment | None = None,
) -> Entry:  # fmt: skip
    """Post one balanced entry. With a key that was posted before nothing happens and the earlier entry is returned.

    Raises ValidationError where it does not balance, the day lies in a closed period, or it spends more than the budget or ``commitment`` leaves.
    """
    require(by, POST, fund.org)
    on = on or today()
    check_amounts([line.amount for line in lines])
    with elevated("post: the right over the fund was checked"):
        check_posting_day(fund.opened_on, fund.closed_on, closed_up_to(fund), on)
        _write(fund, [Posting(key, text, lines, about, commitment)], by, on)
        entry = Entry.objects.get(fund=fund, key=key)
        record("ledger.post", subject=entry.subject, by=by, org=fund.org_id, on=on, key=key, fund=fund.code)
    return entry


@transaction.atomic
def post_many(fund: Fund, *, postings: Sequence[Posting], by: Actor, on: date | None = None, subject: str = "") -> int:
    """Post many entries of one day in one statement; those whose key was posted before are passed over. Returns how many are new.

    One bulk event of the trail stands for them all; ``subject`` is what they belong to (a payment batch).
    """
    require(by, POST, fund.org)
    on = on or today()
    for posting in postings:
        check_amounts([line.amount for line in posting.lines])
    if len({posting.key for posting in postings}) < len(postings):
        refuse("同一批里有两张凭证用了同一个唯一标识。")
    with elevated("post_many: the right over the fund was checked"):
        check_posting_day(fund.opened_on, fund.closed_on, closed_up_to(fund), on)
        made = _write(fund, postings, by, on)
        touches = """SELECT 'entry:' || id, NULL::jsonb, jsonb_build_object('key', key) FROM ledger_entry WHERE id = ANY(%s)"""
        if made:
            record_bulk("ledger.post_many", touches=touches, params=[made], subject=subject or fund.subject, by=by, org=fund.org_id, on=on)
    return len(made)


@transaction.atomic
def reverse(entry: Entry, *, by: Actor, reason: str, on: date | None = None) -> Entry:
    """Take an entry back by its own legs in red, on a day that is still open; an entry is taken back once."""
    on, reason = on or today(), check_reason(reason)
    with elevated("reverse: the fund decides about the right"):
        fund = Fund.objects.select_related("org").select_for_update(of=("self",), no_key=True).get(pk=entry.fund_id)
        require(by, POST, fund.org)
        if entry.reverses_id:
            refuse("红字凭证不能再冲销；要恢复，重新记一张。")
        if Entry.objects.filter(reverses=entry).exists():
            refuse("这张凭证已经冲销过。")
        if on < entry.on:
            refuse("冲销的日子不能早于原来那张。", "on")
        check_posting_day(fund.opened_on, fund.closed_on, closed_up_to(fund), on)
        legs = entry.legs.select_related("account", "earmark").order_by("id")
        lines = [Line(leg.account, -leg.amount, leg.person_id, leg.earmark) for leg in legs]
        key = f"reverse {entry.pk}"
        posting = Posting(key, f"冲销：{entry.text}"[:120], lines, entry.about, entry.commitment)
        _write(fund, [posting], by, on, reverses=entry.pk, reason=reason)
        red = Entry.objects.get(fund=fund, key=key)
        record("ledger.reverse", subject=entry.subject, by=by, org=fund.org_id, on=on, reason=reason, red=red.pk)
    return red


# One statement: where constraints were made immediate earlier in the transaction, an entry is looked at when its legs are there.
_WRITE = """
WITH made AS (
    INSERT INTO ledger_entry (fund_id, "on", key, text, about, commitment_id, reverses_id, reason, by, made_at, transaction)
    SELECT %(fund)s, %(on)s, key, text, about, commitment, %(reverses)s, %(reason)s, %(by)s, %(at)s, txid_current()
    FROM unnest(%(keys)s::text[], %(texts)s::text[], %(abouts)s::text[], %(commitments)s::bigint[]) AS new (key, text, about, commitment)
    ON CONFLICT (fund_id, key) DO NOTHING RETURNING id, key
), legs AS (
    INSERT INTO ledger_leg (entry_id, fund_id, "on", account_id, earmark_id, person_id, amount)
    SELECT made.id, %(fund)s, %(on)s, account, earmark, person, amount
    FROM unnest(%(of)s::text[], %(accounts)s::bigint[], %(earmarks)s::bigint[], %(persons)s::bigint[], %(amounts)s::numeric[])
        WITH ORDINALITY AS leg (key, account, earmark, person, amount, place) JOIN made USING (key) ORDER BY place
)
SELECT id FROM made"""


def _write(fund: Fund, postings: Sequence[Posting], by: Actor, on: date, *, reverses: int | None = None, reason: str = "") -> list[int]:
    """The ids of the entries that are new; the others were posted before under their key."""
    check_within(fund, [one for one in postings if not (reverses and one.commitment)], on)
    lines = [(posting.key, line) for posting in postings for line in posting.lines]
    values: dict[str, Any] = {
        "fund": fund.pk, "on": on, "reverses": reverses, "reason": reason, "by": by.actor_key, "at": now(),
        "keys": [posting.key for posting in postings], "texts": [posting.text[:120] for posting in postings],
        "abouts": [posting.about for posting in postings],
        "commitments": [posting.commitment.pk if posting.commitment else None for posting in postings], "of": [key for key, _ in lines],
        "accounts": [line.account.pk for _, line in lines], "earmarks": [line.earmark.pk if line.earmark else None for _, line in lines],
        "persons": [line.person_id for _, line in lines], "amounts": [line.amount for _, line in lines],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, values)
        made = [entry for (entry,) in cursor.fetchall()]
    renew_commitments({posting.commitment.pk for posting in postings if posting.commitment})
    return made
