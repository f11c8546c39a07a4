"""Money of a dispute: the paper that brings it, its instalments, what arrived, what was wrong (挽回经济损失)."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.db import transaction

from niangjia.base.calendar import chinese_date, today
from niangjia.base.chinese import clean_text
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.cases.actions.rows import lock
from niangjia.core.cases.models import Case
from niangjia.core.cases.rules import check_reason, refuse, require_reach
from niangjia.core.files.models import StoredFile
from niangjia.core.people.models import Person
from niangjia.core.trail.actions import record
from niangjia.work.rights import rules
from niangjia.work.rights.models import Claim, Instalment, Receipt, Settlement, Share
from niangjia.work.rights.queries import late_instalments, money_of, settlement_of

WORK = "rights.mediate"


@transaction.atomic
def agree(
    case: Case,
    *,
    ground: str,
    amount: Decimal,
    plan: Sequence[tuple[date, Decimal]],
    by: Actor,
    on: date,
    agreed: Mapping[int, Decimal] | None = None,
    number: str = "",
) -> Settlement:
    """An effective paper: it takes the place of an earlier one. ``agreed`` says what each claim (by id) came to.

    Part of a step of the flow: the step has checked the right and locked the case.
    """
    if amount > 0:
        rules.check_instalments(plan, amount, on)
    with elevated("agree: the case may lie outside the actor's subtree"):
        if earlier := settlement_of(case):
            earlier.replaced_on = on
            earlier.save(update_fields=["replaced_on"])
            Share.objects.filter(case=case).update(agreed=None)
        paper = Settlement.objects.create(case=case, ground=ground, effective_on=on, amount=amount, number=clean_text(number))
        Instalment.objects.bulk_create(Instalment(settlement=paper, due_on=day, amount=part) for day, part in plan if amount > 0)
        claims = list(Claim.objects.filter(case=case))
        said = agreed or ({claims[0].pk: amount} if len(claims) == 1 else {})
        for claim in claims:
            claim.agreed = said.get(claim.pk, claim.agreed)
        Claim.objects.bulk_update(claims, ["agreed"])
        record("rights.settle", subject=case.subject, by=by, org=case.org_id, on=on, ground=ground, amount=amount, number=number)
    return paper


@transaction.atomic
def confirm_settlement(case: Case, *, on: date) -> None:
    """A court or the arbitration confirmed the paper in force: it can be enforced."""
    with elevated("confirm_settlement: the case may lie outside the actor's subtree"):
        Settlement.objects.filter(case=case, replaced_on__isnull=True).update(confirmed_on=on)


@transaction.atomic
def receive(
    case: Case, *, amount: Decimal, on: date, proof_note: str, by: Actor, person: Person | None = None, proof: StoredFile | None = None
) -> Receipt:
    """Money reached the worker, with its proof; counted only so. Never more than the paper says."""
    with elevated("receive: the case may lie outside the actor's subtree"):
        lock(case)
        require_reach(by, case, WORK)
        if on > today() or on < case.opened_on:
            refuse(f"到账日期要在{chinese_date(case.opened_on)}到今天之间。", "on")
        if proof is None and not proof_note.strip():
            refuse("请附凭证，或写明凭什么知道到账了（回单号、本人电话确认）。", "proof_note")
        money = money_of(case)
        if settlement_of(case) and amount > money.missing:
            refuse(f"按生效文书还差 {money.missing} 元，不能登记 {amount} 元；多付的另行说明。", "amount")
        row = Receipt(case=case, person=person or case.person, on=on, amount=amount, proof=proof, proof_note=proof_note.strip()[:120])
        row.full_clean()
        row.save()
        record("rights.receive", subject=case.subject, by=by, org=case.org_id, on=on, amount=amount, receipt=row.pk)
    return row


@transaction.atomic
def reverse_receipt(receipt: Receipt, *, by: Actor, reason: str, on: date | None = None) -> None:
    """A receipt entered wrongly no longer counts; it stays to be seen."""
    on, reason = on or today(), check_reason(reason)
    with elevated("reverse_receipt: the case may lie outside the actor's subtree"):
        case = receipt.case
        lock(case)
        require_reach(by, case, WORK)
        if receipt.reversed_on:
            refuse("这笔已经冲销过。")
        Receipt.objects.filter(pk=receipt.pk).update(reversed_on=on, reversed_because=reason)
        record("rights.reverse", subject=case.subject, by=by, org=case.org_id, on=on, reason=reason, receipt=receipt.pk)


@transaction.atomic
def tell_late_instalments(*, by: Actor, on: date | None = None) -> int:
    """Instalments whose day passed without the money: each is marked once, for the officer's inbox. Returns how many."""
    on = on or today()
    with elevated("tell_late_instalments: the nightly job"):
        late = list(late_instalments(on).select_for_update(of=("self",)).values_list("pk", flat=True))
        Instalment.objects.filter(pk__in=late).update(late_on=on)
    return len(late)
