"""Before money goes out: a sample drawn by a number whose digest was published before, and a second person for large sums (抽查、复核)."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import transaction

from niangjia.base.calendar import now, today
from niangjia.base.scope import elevated
from niangjia.base.sealing import seal, unseal
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import Refused, require
from niangjia.core.ledger.models import Fund
from niangjia.core.orgs.actions.codes import take_codes
from niangjia.core.trail.actions import record
from niangjia.work.mutual_aid.enums import LookKind, LookState, Sort
from niangjia.work.mutual_aid.enums import SettlementState as State
from niangjia.work.mutual_aid.models import NUMBER, Claim, Draw, Look, Settlement
from niangjia.work.mutual_aid.queries import deciders
from niangjia.work.mutual_aid.rules import check_reason, is_drawn, refuse


@transaction.atomic
def publish_draw(fund: Fund, *, by: Actor, on: date | None = None) -> Draw:
    """Make the secret number of the next drawing from a fund and publish its digest; the one that waits already stays."""
    require(by, "ledger.make", fund.org)
    on = on or today()
    if settings.MUTUAL_AID_SAMPLE <= 0:
        refuse("本区没有设抽查比例（NIANGJIA_MUTUAL_AID_SAMPLE），不用公布号码。")
    with elevated("publish_draw: the right over the fund was checked"):
        if waiting := Draw.objects.filter(fund=fund, drawn_at__isnull=True).first():
            return waiting
        number = secrets.token_hex(16)
        made = Draw.objects.create(
            code=f"CC-{settings.DIVISION}-{on.year}-{take_codes('ma_draw', on.year):04d}", fund=fund, share=settings.MUTUAL_AID_SAMPLE,
            digest=hashlib.sha256(number.encode()).hexdigest(), number_sealed=seal(number, NUMBER), published_at=now(),
        )  # fmt: skip
        record("mutual_aid.publish_draw", subject=fund.subject, by=by, org=fund.org_id, on=on, code=made.code, digest=made.digest)
    return made


def ask_for_looks(fund: Fund, waiting: Sequence[Settlement], *, by: Actor, on: date) -> set[int]:
    """Of those that wait to be paid: draw the sample, put large sums before a second person. Returns the ids that may not be paid yet.

    A settlement is drawn once at most; what was looked at and passed at its present sum is free. The caller checked the right.
    """
    looks = {one.settlement_id: one for one in Look.objects.filter(settlement__in=waiting).order_by("pk")}
    drawn = _draw(fund, [one for one in waiting if not one.by_hand and one.pk not in looks], by, on)
    kinds = dict.fromkeys(drawn, LookKind.SAMPLE)
    lumps = set(Claim.objects.filter(sort=Sort.LUMP, settlement__in=waiting).values_list("settlement", flat=True))
    kinds |= {one.pk: LookKind.ABOVE for one in waiting if one.benefit > settings.MUTUAL_AID_SECOND_ABOVE}
    kinds |= dict.fromkeys(lumps, LookKind.LUMP)
    sums = {one.pk: one.benefit for one in waiting}
    free = {pk for pk, look in looks.items() if look.state == LookState.PASSED and look.benefit == sums[pk]}
    open_ = {pk for pk, look in looks.items() if look.state == LookState.OPEN}
    asked = {pk: kind for pk, kind in kinds.items() if pk not in free | open_}
    draw = Draw.objects.filter(fund=fund, drawn_at__isnull=False).order_by("-pk").first() if drawn else None
    Look.objects.bulk_create(
        Look(settlement_id=pk, kind=kind, benefit=sums[pk], opened_on=on, draw=draw if kind == LookKind.SAMPLE else None)
        for pk, kind in asked.items()
    )
    return open_ | set(asked)


def _draw(fund: Fund, candidates: Sequence[Settlement], by: Actor, on: date) -> list[int]:
    """Use the number that waits for these, reveal it, and publish the next; nothing where none was published."""
    draw = Draw.objects.select_for_update().filter(fund=fund, drawn_at__isnull=True).first()
    if draw is None or not candidates:
        return []
    number = unseal(bytes(draw.number_sealed), NUMBER)
    draw.codes, draw.drawn_at = sorted(one.code for one in candidates), now()
    draw.save(update_fields=["codes", "drawn_at"])
    found = [one.pk for one in candidates if is_drawn(number, one.code, draw.share)]
    record("mutual_aid.draw", subject=fund.subject, by=by, org=fund.org_id, on=on, code=draw.code, of=len(candidates), drawn=len(found))
    if settings.MUTUAL_AID_SAMPLE > 0:
        publish_draw(fund, by=by, on=on)
    return found


@transaction.atomic
def ask_for_look(settlement: Settlement, *, kind: str, on: date) -> Look:
    """A second person is asked at once; part of a verb that checked the right."""
    return Look.objects.create(settlement=settlement, kind=kind, benefit=settlement.benefit, opened_on=on)


@transaction.atomic
def look(look: Look, *, passes: bool, words: str, by: Actor, on: date | None = None) -> Look:
    """A second person, another than who decided, lets a settlement be paid, or puts it back before a person."""
    on, words = on or today(), check_reason(words, "words")
    with elevated("look: the settlement's union decides about the right"):
        one = Settlement.objects.select_related("org").select_for_update(of=("self",)).get(pk=look.settlement_id)
        require(by, "mutual_aid.review", one.org)
        held = Look.objects.select_for_update().get(pk=look.pk)
        if held.state != LookState.OPEN:
            refuse("这一笔已经复核过了。")
        if by.actor_key in deciders(one):
            raise Refused("复核要另一个人办：这一笔是你核定的。")
        held.state = LookState.PASSED if passes else LookState.STOPPED
        held.words, held.on, held.by, held.by_name = words, on, by.actor_key, by.name
        held.save(update_fields=["state", "words", "on", "by", "by_name"])
        if not passes and one.state == State.APPROVED and not one.paying:
            one.state, one.by_hand, one.due, one.reason = State.REVIEW, True, Decimal(0), f"复核没有同意付：{words}"[:200]
            one.save(update_fields=["state", "by_hand", "due", "reason"])
        record("mutual_aid.look", subject=one.subject, by=by, org=one.org_id, on=on, reason=words, passes=passes, kind=held.kind)
    return held
