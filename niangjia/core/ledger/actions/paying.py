"""Payment batches: made, frozen, checked, approved, sent to the bank, settled by its return (付款)."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Sum
from django.urls import reverse

from niangjia.base.calendar import now, parse_date, today
from niangjia.base.chinese import clean_text
from niangjia.base.scope import elevated
from niangjia.base.sealing import seal
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.files.actions import store
from niangjia.core.ledger.actions.limits import PAYS, check_commitment, hold_budget
from niangjia.core.ledger.actions.posting import Line, Posting, post_many
from niangjia.core.ledger.enums import BatchState, LineState, Nature
from niangjia.core.ledger.layouts import Answer, Order, Unreadable, layout
from niangjia.core.ledger.models import BANK_NUMBER, PAYEE, Account, Commitment, Earmark, Entry, Fund, PaymentBatch, PaymentLine
from niangjia.core.ledger.queries.balances import bank_account, payment_followers
from niangjia.core.ledger.rules import check_amounts, check_reason, refuse
from niangjia.core.notices.actions import tell
from niangjia.core.notices.enums import Kind as NoticeKind
from niangjia.core.orgs.actions.codes import take_codes
from niangjia.core.tasks.actions import finish_task, open_task
from niangjia.core.tasks.enums import Kind as TaskKind
from niangjia.core.trail.actions import record

CHUNK = 2000
"""Lines settled in one transaction: a return broken off goes on with the next."""


@dataclass(frozen=True)
class Payment:
    """A payment to be put into a batch: ``key`` names the debt, ``owed`` the liability that it settles; amount in yuan.

    An expense paid without having been posted as owed before names its account as ``owed``, and the ``commitment`` that keeps its money.
    """

    key: str
    payee: str
    account_number: str
    amount: Decimal
    owed: Account
    person_id: int | None = None
    bank: str = ""
    about: str = ""
    commitment: Commitment | None = None


@transaction.atomic
def make_batch(
    fund: Fund, *, title: str, payments: Sequence[Payment], by: Actor, resolution: str = "", on: date | None = None
) -> PaymentBatch:
    """A draft with its lines. Raises ValidationError where a debt already stands in another living batch."""
    require(by, "ledger.make", fund.org)
    on = on or today()
    if not payments:
        refuse("没有要付的。")
    with elevated("make_batch: the right over the fund was checked"):
        batch = PaymentBatch.objects.create(
            code=f"FK-{settings.DIVISION}-{on.year}-{take_codes('payments', on.year):05d}", fund=fund, title=clean_text(title)[:80],
            resolution=clean_text(resolution)[:80], made_by_id=by.user_id, made_at=now(),
        )  # fmt: skip
        _put_lines(batch, payments)
        record("ledger.make_batch", subject=batch.subject, by=by, org=fund.org_id, on=on, code=batch.code, lines=len(payments))
    return batch


def _put_lines(batch: PaymentBatch, payments: Sequence[Payment]) -> None:
    keys = [payment.key for payment in payments]
    living = PaymentLine.objects.filter(fund=batch.fund_id, key__in=keys).exclude(state=LineState.FAILED)
    if (held := living.select_related("batch").first()) or len(set(keys)) < len(keys):
        refuse(f"有一笔已经在批次 {held.batch.code} 里，不能再付。" if held else "同一笔在本批里出现了两次。")
    for payment in payments:
        check_amounts([payment.amount, -payment.amount])
    _check_committed(batch.fund, payments)
    PaymentLine.objects.bulk_create(
        [
            PaymentLine(
                batch=batch, fund_id=batch.fund_id, number=number, key=payment.key, person_id=payment.person_id,
                payee_sealed=seal(payment.payee, PAYEE), number_sealed=seal(payment.account_number, BANK_NUMBER), bank=payment.bank,
                amount=payment.amount, owed=payment.owed, about=payment.about, commitment=payment.commitment,
            )
            for number, payment in enumerate(payments, 1)
        ],
        batch_size=5000,
    )  # fmt: skip


def _check_committed(fund: Fund, payments: Sequence[Payment]) -> None:
    """The bank's return must find the money still there: an expense of a budgeted fund is paid out of a commitment that has so much left."""
    wanted: dict[Commitment, Decimal] = {}
    for payment in payments:
        if payment.owed.nature == Nature.EXPENSE and fund.is_budgeted and payment.commitment is None:
            refuse(f"“{payment.owed.title}”是支出：先登记承诺、付款时写明用哪一笔承诺，或者先记应付。")
        if payment.commitment:
            if (payment.commitment.fund_id, payment.commitment.account_id) != (fund.pk, payment.owed.pk):
                refuse(f"{payment.commitment.code} 不是这本账、这个科目的承诺。")
            wanted[payment.commitment] = wanted.get(payment.commitment, Decimal(0)) + payment.amount
    for commitment, amount in wanted.items():
        hold_budget(fund, commitment.on.year)
        check_commitment(commitment, amount)


@transaction.atomic
def freeze(batch: PaymentBatch, *, by: Actor) -> PaymentBatch:
    """From now on the lines are fast; count and control total are taken from them."""
    with _held(batch, by, "ledger.make", BatchState.DRAFT) as held:
        sums = held.lines.aggregate(count=Count("pk"), total=Sum("amount"))
        _move(held, by, "ledger.freeze", state=BatchState.FROZEN, frozen_at=now(), **sums)
        _ask(held, by, TaskKind.CHECK_PAYMENTS, "ledger.check", held.made_by_id)
    return held


@transaction.atomic
def check_batch(batch: PaymentBatch, *, total: Decimal, count: int, by: Actor) -> PaymentBatch:
    """A second person reckons for themselves; what they typed must be the control total."""
    with _held(batch, by, "ledger.check", BatchState.FROZEN) as held:
        if by.user_id is None or by.user_id == held.made_by_id:
            refuse("复核要由编制人以外的人办。")
        if (total, count) != (held.total, held.count):
            refuse(f"你核出 {count} 笔 {total} 元，和锁定的不一样。请核对明细；编错了的，请编制人作废重编。", "total")
        finish_task(kind=TaskKind.CHECK_PAYMENTS, subject=held.subject, outcome="复核通过", by=by)
        _move(held, by, "ledger.check", state=BatchState.CHECKED, checked_by_id=by.user_id, checked_at=now())
        _ask(held, by, TaskKind.APPROVE_PAYMENTS, "ledger.approve", by.user_id)
    return held


@transaction.atomic
def approve(batch: PaymentBatch, *, by: Actor, resolution: str = "") -> PaymentBatch:
    """A third person lets the money go; ``resolution`` names what the body decided, where its limit wants that."""
    with _held(batch, by, "ledger.approve", BatchState.CHECKED) as held:
        if by.user_id is None or by.user_id in (held.made_by_id, held.checked_by_id):
            refuse("批准要由编制人、复核人以外的人办。")
        named = clean_text(resolution)[:80] or held.resolution
        if held.total >= settings.RESOLUTION_ABOVE and not named:
            refuse(f"{settings.RESOLUTION_ABOVE} 元以上要写明会议决议。", "resolution")
        finish_task(kind=TaskKind.APPROVE_PAYMENTS, subject=held.subject, outcome="批准", by=by)
        _move(held, by, "ledger.approve", state=BatchState.APPROVED, approved_by_id=by.user_id, approved_at=now(), resolution=named)
    return held


@transaction.atomic
def drop_batch(batch: PaymentBatch, *, by: Actor, reason: str) -> PaymentBatch:
    """A batch that did not go out is given up; its debts may go into another one."""
    why = check_reason(reason)
    with _held(batch, by, "ledger.make", BatchState.DRAFT, BatchState.FROZEN, BatchState.CHECKED, BatchState.APPROVED) as held:
        for kind in (TaskKind.CHECK_PAYMENTS, TaskKind.APPROVE_PAYMENTS):
            finish_task(kind=kind, subject=held.subject, outcome="批次作废", by=by)
        held.lines.update(state=LineState.FAILED, fault=f"批次作废：{why}"[:120])
        lines = list(held.lines.select_related("fund__org", "batch"))
        for after_payments in payment_followers():
            after_payments(lines, by=by)
        _move(held, by, "ledger.drop_batch", state=BatchState.DROPPED, dropped_because=why)
    return held


@transaction.atomic
def send_to_bank(batch: PaymentBatch, *, by: Actor) -> PaymentBatch:
    """Write the bank's file and keep it; asked again, the same file is there."""
    with _held(batch, by, "ledger.make", BatchState.APPROVED) as held:
        made, orders = layout(), _orders(held)
        data = made.write(held.code, orders, held.total)
        kept = store(data=data, name=f"{held.code}.{made.ending}", org=held.fund.org, by=by, subject=held.subject)
        _move(held, by, "ledger.send", state=BatchState.SENT, bank_file=kept, sent_at=now())
    return held


@transaction.atomic
def note_taken(batch: PaymentBatch, *, by: Actor) -> None:
    """Somebody took the bank's file, which holds account numbers in full."""
    with elevated("note_taken: the batch was shown within rights"):
        record("ledger.take_file", subject=batch.subject, by=by, org=batch.fund.org_id)


def _orders(batch: PaymentBatch) -> Iterable[Order]:
    for line in batch.lines.order_by("number").iterator(chunk_size=CHUNK):
        yield Order(line.number, line.payee, line.account_number, line.bank, line.amount, batch.title)


def read_return(batch: PaymentBatch, *, data: bytes, by: Actor) -> PaymentBatch:
    """Settle the lines by the bank's return file, chunk by chunk; the same file again changes nothing, broken off it goes on.

    Raises ValidationError for a file that is another batch's, half there, or does not agree with what was sent; nothing happens then.
    """
    answers = _agreed(batch, data, by)
    for first in range(0, len(answers), CHUNK):
        _settle(batch, answers[first : first + CHUNK], by)
    return _finish(batch, data, by)


def _agreed(batch: PaymentBatch, data: bytes, by: Actor) -> list[Answer]:
    with _held(batch, by, "ledger.make", BatchState.SENT, BatchState.SETTLED) as held:
        try:
            answers = layout().read(held.code, data)
        except Unreadable as error:
            raise ValidationError({"file": str(error)}) from error
        sent = dict(held.lines.values_list("number", "amount"))
        said = {answer.number: answer.amount for answer in answers}
        if len(said) < len(answers):
            refuse("回盘文件里有一笔出现了两次。整个文件没有处理。", "file")
        if wrong := sorted(number for number in {*sent, *said} if sent.get(number) != said.get(number)):
            refuse(f"回盘文件和送出的对不上：第 {'、'.join(map(str, wrong[:10]))} 笔。整个文件没有处理。", "file")
        days = [parse_date(answer.on) if answer.on else today() for answer in answers]
        if any(day is None or day > today() for day in days):
            refuse("回盘文件里有看不懂的、或者还没有到的付款日期。整个文件没有处理。", "file")
        done = dict(held.lines.exclude(state=LineState.WAITING).values_list("number", "state"))
        if changed := sorted(
            a.number for a in answers if done.get(a.number, "") not in ("", LineState.PAID if a.done else LineState.FAILED)
        ):
            refuse(f"第 {'、'.join(map(str, changed[:10]))} 笔以前回过盘，结果不一样。整个文件没有处理，请和银行核对。", "file")
    return answers


@transaction.atomic
def _settle(batch: PaymentBatch, answers: Sequence[Answer], by: Actor) -> None:
    """One chunk: entries for what was paid, faults for what was not, and word to the payees."""
    with _held(batch, by, "ledger.make", BatchState.SENT, BatchState.SETTLED) as held:
        said = {answer.number: answer for answer in answers}
        waiting = held.lines.select_for_update(of=("self",)).filter(number__in=said, state=LineState.WAITING)
        lines = list(
            waiting.select_related("owed", "person", "fund__org", "batch", "commitment__earmark", "commitment__account").order_by("number")
        )
        paid = [line for line in lines if said[line.number].done]
        cash = bank_account()
        for line in lines:
            line.paid_on = (parse_date(said[line.number].on) or today()) if line in paid else None
        for day in sorted({line.paid_on for line in paid if line.paid_on}):
            postings = [
                Posting(
                    f"{PAYS}{line.pk}", held.title, [Line(line.owed, line.amount, line.person_id, _earmark_of(line)), Line(cash, -line.amount)],
                    line.about or held.subject, line.commitment,
                )
                for line in paid
                if line.paid_on == day
            ]  # fmt: skip
            post_many(held.fund, postings=postings, by=by, on=day, subject=held.subject)
        keys = {f"{PAYS}{line.pk}": line for line in paid}
        for entry, key in Entry.objects.filter(fund=held.fund, key__in=keys).values_list("pk", "key"):
            keys[key].entry_id, keys[key].state = entry, LineState.PAID
        for line in lines:
            if line.state != LineState.PAID:
                line.state, line.fault = LineState.FAILED, said[line.number].fault or "银行没有说明原因"
        PaymentLine.objects.bulk_update(lines, ["state", "fault", "paid_on", "entry"], batch_size=1000)
        for after_payments in payment_followers():
            after_payments(lines, by=by)
        for line in lines:
            if line.person:
                _tell(held, line, by)


def _earmark_of(line: PaymentLine) -> Earmark | None:
    return line.commitment.earmark if line.commitment else None


def _tell(batch: PaymentBatch, line: PaymentLine, by: Actor) -> None:
    if line.state == LineState.PAID:
        title, once, text = "钱到账了", f"paid {line.pk}", f"{batch.title}：{line.amount} 元已经付到你的银行卡。"
    else:
        title, once = "钱没有付成", f"failed {line.pk}"
        text = f"{batch.title}：{line.amount} 元没有付成，银行说“{line.fault}”。钱给你留着，工会会联系你核对银行卡，你不用重新申请。"
    tell(person=line.person, title=title, text=text, kind=NoticeKind.MESSAGE, by=by, once=once, url="/m/")


@transaction.atomic
def _finish(batch: PaymentBatch, data: bytes, by: Actor) -> PaymentBatch:
    with _held(batch, by, "ledger.make", BatchState.SENT, BatchState.SETTLED) as held:
        failed = held.lines.filter(state=LineState.FAILED).aggregate(count=Count("pk"), total=Sum("amount"))
        if held.state == BatchState.SENT:
            kept = store(data=data, name=f"{held.code}-回盘.{layout().ending}", org=held.fund.org, by=by, subject=held.subject)
            _move(held, by, "ledger.settle", state=BatchState.SETTLED, return_file=kept, settled_at=now())
            if failed["count"]:
                open_task(
                    kind=TaskKind.MEND_PAYMENTS, title=f"{held.code} 有 {failed['count']} 笔没付出去，共 {failed['total']} 元", org=held.fund.org,
                    subject=held.subject, url=reverse("ledger:batch", args=[held.code]), permission="ledger.make", by=by,
                )  # fmt: skip
    return held


@contextmanager
def _held(batch: PaymentBatch, by: Actor, permission: str, *states: str) -> Iterator[PaymentBatch]:
    """The batch locked, in one of these states, for somebody with the right over its fund; elevated inside, one transaction."""
    with transaction.atomic(), elevated("payments: the right over the fund is checked first"):
        locked = PaymentBatch.objects.select_for_update(of=("self",)).select_related("fund__org").get(pk=batch.pk)
        require(by, permission, locked.fund.org)
        if locked.state not in states:
            refuse(f"这一批现在是“{locked.get_state_display()}”，不能这样办。")
        yield locked


def _move(batch: PaymentBatch, by: Actor, verb: str, **facts: Any) -> None:
    for name, value in facts.items():
        setattr(batch, name, value)
    batch.save(update_fields=list(facts))
    record(verb, subject=batch.subject, by=by, org=batch.fund.org_id, state=batch.state, total=batch.total, count=batch.count)


def _ask(batch: PaymentBatch, by: Actor, kind: str, permission: str, not_by: int | None) -> None:
    open_task(
        kind=kind, title=f"{batch.code} {batch.title}：{batch.count} 笔 {batch.total} 元", org=batch.fund.org, subject=batch.subject,
        url=reverse("ledger:batch", args=[batch.code]), permission=permission, by=by, not_by=not_by,
    )  # fmt: skip
