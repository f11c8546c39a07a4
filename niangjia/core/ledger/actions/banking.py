"""What the bank says: statements taken in once, their lines matched with the books, by themselves and by hand (银行对账)."""

import hashlib
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from niangjia.base.calendar import chinese_date, now, today
from niangjia.base.chinese import clean_text
from niangjia.base.locks import hold
from niangjia.base.scope import elevated
from niangjia.base.sealing import seal_many
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.files.actions import store
from niangjia.core.ledger.enums import Matched
from niangjia.core.ledger.matching import Item, pairs
from niangjia.core.ledger.models import BankLine, BankMatch, BankStatement, Fund, Leg, MatchedLeg
from niangjia.core.ledger.models.bank import COUNTERPARTY
from niangjia.core.ledger.queries.balances import bank_account
from niangjia.core.ledger.queries.bank import bank_balance, first_statement, open_legs, open_lines
from niangjia.core.ledger.rules import refuse
from niangjia.core.orgs.actions.codes import take_codes
from niangjia.core.trail.actions import record

TAKE = "ledger.post"
SYSTEM_MATCH = "auto"


@dataclass(frozen=True)
class Moved:
    """One line of a bank's statement as read: ``amount`` in yuan, in above zero; ``number`` is the bank's own."""

    row: int
    on: date
    amount: Decimal
    counterparty: str = ""
    remark: str = ""
    number: str = ""


@dataclass(frozen=True)
class Taken:
    """A statement taken in: how many of its lines are new, how many were matched at once; ``again`` where the file was there before."""

    statement: BankStatement
    fresh: int
    matched: int
    again: bool = False


@transaction.atomic
def take_statement(
    fund: Fund, *, lines: Sequence[Moved], opening: Decimal, closing: Decimal, data: bytes, name: str, by: Actor,
    start: date | None = None, end: date | None = None,
) -> Taken:  # fmt: skip
    """Take in what a statement's file says and match it; the same file again, or lines known from another, change nothing.

    ``start`` and ``end`` are the days it tells of, else those of its first and last line. Raises ValidationError where its balances do not
    agree with its lines or with what the bank said before.
    """
    require(by, TAKE, fund.org)
    days = sorted(line.on for line in lines)
    if not days:
        refuse("流水里一笔也没有。", "file")
    start, end = start or days[0], end or days[-1]
    _check_lines(lines, start, end, opening, closing)
    fingerprint = hashlib.sha256(data).hexdigest()
    with elevated("take_statement: the right over the fund was checked"):
        hold(f"ledger.bank {fund.pk}")
        if before := BankStatement.objects.filter(fund=fund, sha256=fingerprint).first():
            return Taken(before, 0, 0, again=True)
        first = first_statement(fund)
        if first and start < first.start:
            refuse(f"这本账的流水从{chinese_date(first.start)}收起，不能再收更早的。", "file")
        code = f"DZ-{settings.DIVISION}-{end.year}-{take_codes('statements', end.year):05d}"
        kept = store(data=data, name=name, org=fund.org, by=by, subject=f"fund:{fund.pk}")
        keys = _keys(lines)
        known = set(BankLine.objects.filter(fund=fund, key__in=keys).values_list("key", flat=True))
        statement = BankStatement.objects.create(
            code=code, fund=fund, start=start, end=end, opening=opening, closing=closing, rows=len(lines), fresh=len(lines) - len(known),
            sha256=fingerprint, file=kept, by=by.actor_key, taken_at=now(),
        )  # fmt: skip
        _put(statement, [(line, key) for line, key in zip(lines, keys, strict=True) if key not in known])
        _check_follows(fund, statement)
        record(
            "ledger.take_statement", subject=statement.subject, by=by, org=fund.org_id, code=code, rows=len(lines), fresh=statement.fresh
        )
        matched = _match(fund, by)
    return Taken(statement, statement.fresh, matched)


def _check_lines(lines: Sequence[Moved], start: date, end: date, opening: Decimal, closing: Decimal) -> None:
    for line in lines:
        if not start <= line.on <= end or line.on > today():
            refuse(f"第 {line.row} 行的日期{chinese_date(line.on)}不在这份流水的期间里，或者还没有到。", "file")
        if not line.amount or line.amount != line.amount.quantize(Decimal("0.01")):
            refuse(f"第 {line.row} 行的金额“{line.amount}”不对：要到分为止，不能是 0。", "file")
    moved = sum((line.amount for line in lines), Decimal(0))
    if opening + moved != closing:
        refuse(
            f"期初 {opening:,.2f} 元，加逐笔合计 {moved:,.2f} 元，是 {opening + moved:,.2f} 元，和期末 {closing:,.2f} 元差 "
            f"{abs(opening + moved - closing):,.2f} 元。流水可能不全，整个文件没有收。", "closing",
        )  # fmt: skip


def _check_follows(fund: Fund, statement: BankStatement) -> None:
    """What all lines so far come to is what the statement says: nothing lies missing between it and the ones before."""
    reckoned = bank_balance(fund, statement.end)
    if reckoned != statement.closing:
        refuse(
            f"按已收的流水推算，{chinese_date(statement.end)}应有 {reckoned:,.2f} 元，这一份写的是 {statement.closing:,.2f} 元，差 "
            f"{abs((reckoned or 0) - statement.closing):,.2f} 元：中间缺了流水，或者传错了账户。整个文件没有收。", "file",
        )  # fmt: skip


def _keys(lines: Sequence[Moved]) -> list[str]:
    """What makes each line the same in another file: the bank's number, day, amount and remark, and the how-manieth of such it is."""
    seen: Counter[str] = Counter()
    keys = []
    for line in lines:
        said = f"{line.number}\n{line.on}\n{line.amount:.2f}\n{'' if line.number else line.remark}"
        seen[said] += 1
        keys.append(hashlib.sha256(f"{said}\n{seen[said]}".encode()).hexdigest())
    return keys


def _put(statement: BankStatement, fresh: Sequence[tuple[Moved, str]]) -> None:
    sealed = seal_many([line.counterparty or None for line, _ in fresh], COUNTERPARTY)
    BankLine.objects.bulk_create(
        [
            BankLine(
                statement=statement, fund_id=statement.fund_id, row=line.row, key=key, on=line.on, amount=line.amount,
                counterparty_sealed=party, remark=clean_text(line.remark)[:120], number=clean_text(line.number)[:60],
            )
            for (line, key), party in zip(fresh, sealed, strict=True)
        ],
        batch_size=2000,
    )  # fmt: skip


@transaction.atomic
def match_fund(fund: Fund, *, by: Actor) -> int:
    """Match again what is beyond doubt, after entries were posted. Returns how many matches are new."""
    require(by, TAKE, fund.org)
    with elevated("match_fund: the right over the fund was checked"):
        hold(f"ledger.bank {fund.pk}")
        return _match(fund, by)


def _match(fund: Fund, by: Actor) -> int:
    made = _match_batches(fund) + _match_singles(fund)
    if made:
        record("ledger.match", subject=fund.subject, by=by, org=fund.org_id, matches=made)
    return made


def _match_batches(fund: Fund) -> int:
    """A batch that the bank took in one sum: by its number in the remark, else by its total within some days, if no other fits."""
    with connection.cursor() as cursor:
        cursor.execute(_BATCHES, {"fund": fund.pk, "bank": bank_account().pk, "days": settings.BANK_MATCH_DAYS})
        found = cursor.fetchall()
    lines, totals = Counter(line for line, _, _ in found), Counter(tuple(legs) for _, legs, _ in found)
    sure = [(line, legs) for line, legs, named in found if named or (lines[line] == 1 and totals[tuple(legs)] == 1)]
    done: set[int] = set()
    held: set[int] = set()
    for line, legs in sure:
        if line not in done and not held.intersection(legs):
            done.add(line)
            held.update(legs)
            _make(fund, Matched.BATCH, SYSTEM_MATCH, [line], legs)
    return len(done)


_BATCHES = """WITH paid AS (
    SELECT batch.code, payment.paid_on, sum(leg.amount) AS total, array_agg(leg.id ORDER BY leg.id) AS legs
    FROM ledger_paymentline AS payment JOIN ledger_paymentbatch AS batch ON batch.id = payment.batch_id
        JOIN ledger_leg AS leg ON leg.entry_id = payment.entry_id AND leg.account_id = %(bank)s
        LEFT JOIN ledger_matchedleg AS held ON held.leg_id = leg.id
    WHERE payment.fund_id = %(fund)s AND payment.state = 'paid' AND held.id IS NULL GROUP BY 1, 2 HAVING count(*) > 1
)
SELECT line.id, paid.legs, position(paid.code IN line.remark || ' ' || line.number) > 0 AS named
FROM ledger_bankline AS line JOIN paid ON paid.total = line.amount
    AND (position(paid.code IN line.remark || ' ' || line.number) > 0 OR line."on" BETWEEN paid.paid_on - %(days)s AND paid.paid_on + %(days)s)
WHERE line.fund_id = %(fund)s AND line.match_id IS NULL ORDER BY named DESC, line."on", line.id"""


def _match_singles(fund: Fund) -> int:
    lines = [Item(*row) for row in open_lines(fund).order_by("pk").values_list("pk", "on", "amount")]
    legs = [Item(*row) for row in open_legs(fund).order_by("pk").values_list("pk", "on", "amount")] if lines else []
    found = pairs(lines, legs, days=settings.BANK_MATCH_DAYS)
    values: dict[str, Any] = {
        "fund": fund.pk, "how": Matched.SINGLE, "by": SYSTEM_MATCH, "at": now(), "lines": [line for line, _ in found],
        "legs": [leg for _, leg in found],
    }  # fmt: skip
    if found:
        with connection.cursor() as cursor:
            cursor.execute(_PAIRS, values)
    return len(found)


_PAIRS = """
WITH pair AS (
    SELECT nextval(pg_get_serial_sequence('ledger_bankmatch', 'id')) AS id, line, leg FROM unnest(%(lines)s::bigint[], %(legs)s::bigint[]) AS one (line, leg)
), made AS (INSERT INTO ledger_bankmatch (id, fund_id, how, by, at) SELECT id, %(fund)s, %(how)s, %(by)s, %(at)s FROM pair),
held AS (INSERT INTO ledger_matchedleg (match_id, leg_id) SELECT id, leg FROM pair)
UPDATE ledger_bankline SET match_id = pair.id FROM pair WHERE ledger_bankline.id = pair.line"""


def _make(fund: Fund, how: str, by: str, lines: Collection[int], legs: Collection[int]) -> BankMatch:
    made = BankMatch.objects.create(fund=fund, how=how, by=by, at=now())
    BankLine.objects.filter(pk__in=lines).update(match=made)
    MatchedLeg.objects.bulk_create(MatchedLeg(match=made, leg_id=leg) for leg in legs)
    return made


@transaction.atomic
def match_by_hand(fund: Fund, *, lines: Collection[str], entries: Collection[str], by: Actor) -> BankMatch:
    """Somebody says which lines (their codes) are which entries (their codes); the sums must be equal."""
    require(by, TAKE, fund.org)
    with elevated("match_by_hand: the right over the fund was checked"):
        hold(f"ledger.bank {fund.pk}")
        of_bank = list(open_lines(fund).filter(code__in=lines))
        of_books = list(Leg.objects.filter(fund=fund, account=bank_account(), matched__isnull=True, entry__code__in=entries))
        if len(of_bank) < len(set(lines)) or len({leg.entry_id for leg in of_books}) < len(set(entries)) or not of_bank or not of_books:
            refuse("两边各选至少一笔还没有勾对的。选的里面有已经勾对、或者不是这本账的。")
        bank, book = (sum((row.amount for row in rows), Decimal(0)) for rows in (of_bank, of_books))
        if bank != book:
            refuse(f"选的银行流水合计 {bank:,.2f} 元，账上合计 {book:,.2f} 元，差 {abs(bank - book):,.2f} 元，不能勾对。")
        made = _make(fund, Matched.HAND, by.actor_key, [line.pk for line in of_bank], [leg.pk for leg in of_books])
        record("ledger.match", subject=made.subject, by=by, org=fund.org_id, lines=sorted(lines), entries=sorted(entries))
    return made


@transaction.atomic
def unmatch(match: BankMatch, *, by: Actor) -> None:
    """Take a match back: both sides are open again."""
    with elevated("unmatch: the fund decides about the right"):
        fund = Fund.objects.select_related("org").get(pk=match.fund_id)
        require(by, TAKE, fund.org)
        hold(f"ledger.bank {fund.pk}")
        held = BankMatch.objects.filter(pk=match.pk).first()
        if held is None:
            refuse("这组勾对已经撤销。")
        lines = list(held.lines.values_list("code", flat=True))
        entries = list(held.legs.values_list("leg__entry__code", flat=True))
        record("ledger.unmatch", subject=held.subject, by=by, org=fund.org_id, how=held.how, lines=lines, entries=entries)
        BankLine.objects.filter(match=held).update(match=None)
        held.legs.all().delete()
        held.delete()
