"""Questions about the exchange: which partner a message goes to, keys in force, what waits, what the reader may see."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet

from niangjia.base import signing
from niangjia.base.calendar import chinese_date, now, today
from niangjia.base.chinese import clean_text
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.cases.models import Case
from niangjia.core.cases.queries import readable as readable_cases
from niangjia.core.exchange.enums import TO_LOOK_AT, Direction, State
from niangjia.core.exchange.kinds import incomings
from niangjia.core.exchange.models import Message, OwnKey, Partner, PartnerKey
from niangjia.core.orgs.models import PartnerBody
from niangjia.core.papers.models import IssuedPaper
from niangjia.core.trail.queries import Check

LATELY = timedelta(days=30)
"""What went wrong longer ago is left to the list."""


def partners_on(day: date) -> QuerySet[Partner]:
    """The partners in force on a day."""
    return Partner.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day).order_by("name")


def partner_named(name: str, kinds: Iterable[str], day: date) -> Partner | None:
    """The partner of these kinds that an officer means by a name; None where nobody takes part under it."""
    said = clean_text(name)
    return partners_on(day).filter(kind__in=list(kinds)).filter(Q(name=said) | Q(code=said)).first() if said else None


def names_of(kinds: Iterable[str]) -> list[str]:
    """The names of partners of these kinds today, for the form in which an officer says where a matter goes."""
    return list(partners_on(today()).filter(kind__in=list(kinds)).values_list("name", flat=True))


def key_in_force(key_id: str, partner: Partner | None = None) -> PartnerKey | None:
    """A partner's key that counts today: confirmed, within its days, not revoked, of a partner in force."""
    day = today()
    rows = PartnerKey.objects.select_related("partner").filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=day), key_id=key_id[:60], valid_from__lte=day, confirmed_on__isnull=False, revoked_on__isnull=True,
        partner__in=partners_on(day),
    )  # fmt: skip
    return (rows.filter(partner=partner) if partner else rows).first()


def own_keys() -> QuerySet[OwnKey]:
    """Our keys, the one that signs first."""
    return OwnKey.objects.order_by("-id")


def messages(actor: Actor) -> QuerySet[Message]:
    """The messages this actor may see, newest first: those of cases they may read, and those of no case within their post."""
    own = Q(case__in=readable_cases(actor).values("pk"))
    low, high = actor.scope.low, actor.scope.high
    alone = Q(case__isnull=True, org__lft__range=(low, high)) if low is not None else Q(pk__in=[])
    return Message.objects.select_related("partner", "case").filter(own | alone).order_by("-id")


def to_look_at(actor: Actor) -> tuple[int, int]:
    """How many messages of the last thirty days want an officer, and how many of them went wrong: for the menu."""
    since = today() - LATELY
    rows = messages(actor).filter(state__in=TO_LOOK_AT, made_on__gte=since).order_by()
    found = rows.aggregate(all=Count("pk"), wrong=Count("pk", filter=~Q(state=State.PARKED)))
    return found["all"], found["wrong"]


def of_case(case: Case) -> QuerySet[Message]:
    """The messages about a case in the order they were made."""
    return case.messages.select_related("partner").order_by("id")


def due_to_send(moment: datetime | None = None) -> QuerySet[Message]:
    """Messages by interface whose next attempt is due. For the job."""
    return Message.objects.filter(state=State.QUEUED, transport="api", next_try_at__lte=moment or now()).order_by("id")


def parked(case: Case) -> QuerySet[Message]:
    """Messages about a case that wait for the one before them."""
    return Message.objects.filter(case=case, state=State.PARKED).order_by("id")


def came_by(case: Case) -> Message | None:
    """The message by which a case came from another body; None where it did not."""
    opening = [kind.kind for kind in incomings().values() if kind.opens]
    return Message.objects.select_related("partner").filter(case=case, direction=Direction.IN, kind__in=opening).order_by("id").first()


def letter_of(message: Message) -> IssuedPaper | None:
    """The letter that carries a message; None where it travels otherwise."""
    return IssuedPaper.objects.filter(case=message.case_id, number=message.letter).first() if message.letter else None


@dataclass(frozen=True)
class SignatureCheck:
    """Whether the signature of a message still holds: by which key, signed when, and in words."""

    ok: bool
    text: str
    key_id: str = ""
    signed_at: datetime | None = None


def signature_of(message: Message) -> SignatureCheck | None:
    """The partner's signature checked again from what was kept: over a message that came in, or over the receipt for one we sent.

    None where no signature was made: by letter, by file, or before a receipt came. Keys that were revoked since still verify what they
    signed; the text says so.
    """
    kept = message.envelope
    if message.transport != "api" or not kept.get("headers"):
        return None
    request = signing.Request("POST", kept["url"], dict(kept["headers"]), message.raw)
    keys = {key.key_id: key for key in message.partner.keys.filter(confirmed_on__isnull=False)}
    known = {key_id: key.public for key_id, key in keys.items()}
    try:
        if message.direction == Direction.IN:
            key_id, headers = signing.verify_request(request, known.get, max_age=None), kept["headers"]
        elif message.receipt_sealed:
            answer = signing.Answer(request, kept["status"], dict(kept["answer"]), message.receipt_text.encode())
            key_id, headers = signing.verify_answer(answer, known.get, max_age=None), kept["answer"]
        else:
            return None
    except signing.NotSigned as fault:
        return SignatureCheck(False, fault.chinese)
    since = f"，这把密钥{chinese_date(revoked)}已停用" if (revoked := keys[key_id].revoked_on) else ""
    return SignatureCheck(True, f"签名有效{since}", key_id, signing.moment(headers))


def body_named(name: str, kind: str) -> PartnerBody | None:
    """The partner body with this name and kind; call it elevated."""
    return PartnerBody.objects.select_related("answering_org").filter(name=clean_text(name), kind=kind).order_by("id").first()


def partner_of(body: PartnerBody) -> Partner | None:
    """The body's part in the exchange; None where it takes none."""
    return Partner.objects.select_related("org").filter(body=body).first()


def works_with(partner: Partner) -> str:
    """The name of the union that works with a partner: open to everybody, as its telephone is."""
    with elevated("works_with: the name of a union above the reader's own"):
        return partner.org.short_name


def partners() -> QuerySet[Partner]:
    """Everybody who takes or took part in the exchange."""
    return Partner.objects.order_by("name")


def money_in(facts: Mapping[str, Any]) -> Decimal:
    """The money a message is about, in yuan: what is claimed in it, else the amount of its decision or receipt. For control sums."""
    claimed = [Decimal(one["claimed"]) for one in facts.get("claims", ()) if one.get("claimed")]
    return sum(claimed, Decimal(0)) if claimed else Decimal(facts.get("amount") or facts.get("received") or 0)


def was_said(case: Case, kind: str) -> bool:
    """Whether a message of this kind about the case was put into the outbox already."""
    return Message.objects.filter(case=case, kind=kind, direction=Direction.OUT).exists()


def checks() -> list[Check]:
    """Whether every message still says what was signed or sent, and every receipt in hand still verifies; call it elevated."""
    altered = unsigned = seen = 0
    for message in Message.objects.select_related("partner").order_by("id").iterator(500):
        seen += 1
        altered += hashlib.sha256(message.raw).hexdigest() != message.body_hash
        found = signature_of(message)
        unsigned += found is not None and not found.ok
    return [
        Check("exchange.bodies", altered == 0, f"{seen} 件，{altered} 件内容和摘要不符"),
        Check("exchange.signatures", unsigned == 0, f"{seen} 件，{unsigned} 件签名不再成立"),
    ]


def knows_case(partner: Partner, case: Case) -> bool:
    """Whether the partner was ever told of the case by us, or told us of it."""
    return Message.objects.filter(case=case, partner=partner).exclude(direction=Direction.IN, state=State.REFUSED).exists()
