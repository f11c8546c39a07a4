"""Who takes part in the exchange and by which keys: registered by one person, keys confirmed by another."""

from datetime import date
from typing import Any

from django.db import transaction

from niangjia.base.calendar import today
from niangjia.base.scope import elevated
from niangjia.base.sealing import seal_bytes, unseal_bytes
from niangjia.base.signing import KeyPair, new_private_key
from niangjia.core.access.actor import SYSTEM, Actor
from niangjia.core.access.rules import Refused, require
from niangjia.core.cases.rules import check_reason, refuse
from niangjia.core.exchange import rules
from niangjia.core.exchange.enums import Transport
from niangjia.core.exchange.models import PRIVATE, OwnKey, Partner, PartnerKey
from niangjia.core.exchange.queries import partner_named
from niangjia.core.orgs.models import PartnerBody
from niangjia.core.trail.actions import record

MANAGE = "exchange.manage"
CHANGEABLE = ("transport", "endpoint", "address", "contact", "valid_to")


@transaction.atomic
def add_partner(
    *, body: PartnerBody, transport: str, by: Actor, on: date | None = None, endpoint: str = "", address: str = "", contact: str = ""
) -> Partner:
    """Let a partner body take part in the exchange from a day on."""
    on = on or today()
    with elevated("add_partner: the body may answer to an organisation above"):
        require(by, MANAGE, body.answering_org)
        if transport == Transport.API:
            rules.check_endpoint(endpoint)
        if partner_named(body.name, [body.kind], on):
            refuse(f"已经有一家叫“{body.name}”的在往来，同名的分不清发给谁。", "body")
        partner = Partner(
            body=body, code=body.code, name=body.name, kind=body.kind, org=body.answering_org, transport=transport, endpoint=endpoint,
            address=address, contact=contact, valid_from=on,
        )  # fmt: skip
        partner.full_clean()
        partner.save(force_insert=True)
        record("exchange.add_partner", subject=partner.subject, by=by, org=partner.org_id, on=on, code=partner.code, transport=transport)
    return partner


@transaction.atomic
def change_partner(partner: Partner, *, by: Actor, on: date | None = None, **facts: Any) -> Partner:
    """Change how messages travel to a partner, or end its part in the exchange (``valid_to``)."""
    unknown = set(facts) - set(CHANGEABLE)
    if unknown:
        raise TypeError(f"not changeable: {', '.join(sorted(unknown))}")
    with elevated("change_partner: the body may answer to an organisation above"):
        partner = Partner.objects.select_for_update(of=("self",)).select_related("org").get(pk=partner.pk)
        require(by, MANAGE, partner.org)
        before = {name: getattr(partner, name) for name in facts}
        for name, value in facts.items():
            setattr(partner, name, value)
        if partner.transport == Transport.API:
            rules.check_endpoint(partner.endpoint)
        partner.full_clean(exclude=["body"])
        partner.save()
        changed = {name: [before[name], value] for name, value in facts.items() if before[name] != value}
        if changed:
            record("exchange.change_partner", subject=partner.subject, by=by, org=partner.org_id, on=on, changes=changed)
    return partner


@transaction.atomic
def enter_key(
    partner: Partner, *, key_id: str, public: str, by: Actor, on: date | None = None, valid_from: date | None = None,
    valid_to: date | None = None,
) -> PartnerKey:  # fmt: skip
    """Enter a partner's public key. It counts for nothing until a second person has compared its fingerprint with the partner."""
    on = on or today()
    with elevated("enter_key: the body may answer to an organisation above"):
        require(by, MANAGE, partner.org)
        key = PartnerKey(
            partner=partner, key_id=key_id, public=rules.check_key(key_id, public), valid_from=valid_from or on, valid_to=valid_to,
            entered_by=by.actor_key, entered_by_name=by.name,
        )  # fmt: skip
        if OwnKey.objects.filter(public=key.public).exists():
            refuse("这是本方自己的公钥，不能登记成对方的。", "public")
        key.full_clean()
        key.save(force_insert=True)
        record("exchange.enter_key", subject=partner.subject, by=by, org=partner.org_id, on=on, key=key_id, fingerprint=key.fingerprint)
    return key


@transaction.atomic
def confirm_key(key: PartnerKey, *, by: Actor, on: date | None = None) -> PartnerKey:
    """The second person compared the fingerprint with the partner by another way: from now on the key counts."""
    on = on or today()
    with elevated("confirm_key: the body may answer to an organisation above"):
        key = PartnerKey.objects.select_for_update(of=("self",)).select_related("partner__org").get(pk=key.pk)
        require(by, MANAGE, key.partner.org)
        if key.entered_by == by.actor_key:
            raise Refused("登记和核对要两个人：请另一位有权的同事和对方核对指纹。")
        if key.confirmed_on or key.revoked_on:
            refuse("这把公钥已经核对过，或已停用。")
        key.confirmed_by, key.confirmed_on = by.actor_key, on
        key.save(update_fields=["confirmed_by", "confirmed_on"])
        record("exchange.confirm_key", subject=key.partner.subject, by=by, org=key.partner.org_id, on=on, key=key.key_id)
    return key


@transaction.atomic
def revoke_key(key: PartnerKey, *, by: Actor, reason: str, on: date | None = None) -> PartnerKey:
    """From now on nothing signed by this key is taken. One person suffices: stopping must be quick."""
    on, reason = on or today(), check_reason(reason)
    with elevated("revoke_key: the body may answer to an organisation above"):
        key = PartnerKey.objects.select_for_update(of=("self",)).select_related("partner__org").get(pk=key.pk)
        require(by, MANAGE, key.partner.org)
        if key.revoked_on:
            refuse("这把公钥已经停用。")
        key.revoked_on, key.revoked_because = on, reason[:120]
        key.save(update_fields=["revoked_on", "revoked_because"])
        record("exchange.revoke_key", subject=key.partner.subject, by=by, org=key.partner.org_id, on=on, reason=reason, key=key.key_id)
    return key


@transaction.atomic
def make_key(*, by: Actor, on: date | None = None) -> OwnKey:
    """Make a new key pair of ours; from now on it signs. Partners read its public part at /api/v1/exchange/keys."""
    on = on or today()
    require(by, MANAGE)
    number = OwnKey.objects.count() + 1
    private = new_private_key()
    pair = KeyPair(f"niangjia-{on.year}-{number:02d}", private)
    key = OwnKey.objects.create(key_id=pair.key_id, public=pair.public, private_sealed=seal_bytes(private, PRIVATE), valid_from=on)
    record("exchange.make_key", subject=f"ownkey:{key.pk}", by=by, on=on, key=key.key_id)
    return key


@transaction.atomic
def own_pair() -> KeyPair:
    """The key pair that signs, made when there is none yet."""
    key = OwnKey.objects.order_by("-id").first() or make_key(by=SYSTEM)
    return KeyPair(key.key_id, unseal_bytes(bytes(key.private_sealed), PRIVATE))
