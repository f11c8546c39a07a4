"""The roster of helpers: entered, changed, ended; their ties; what a stage is paid; the secret of a calendar (名册)."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction

from niangjia.base.calendar import today
from niangjia.base.chinese import clean_name, clean_text, name_key
from niangjia.base.scope import elevated
from niangjia.base.sealing import blind, seal
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import Refused, require
from niangjia.core.cases.rules import check_reason, refuse
from niangjia.core.ledger.models import Fund
from niangjia.core.orgs.actions.codes import take_codes
from niangjia.core.orgs.models import Employer, Organisation
from niangjia.core.trail.actions import record
from niangjia.work.rights.models import HELPER_ACCOUNT, HELPER_NAME, HELPER_PHONE, FeedToken, FeeRate, Helper, Tie

ROSTER = "rights.aid"
CHANGEABLE = frozenset({"firm", "licence", "account", "fields", "towns", "languages", "capacity", "published", "kind", "payee", "bank"})


@transaction.atomic
def enlist(
    *, name: str, kind: str, firm: str, org: Organisation, by: Actor, valid_from: date | None = None, phone: str = "",
    account_number: str = "", **facts: Any,
) -> Helper:  # fmt: skip
    """Put somebody on the roster of ``org``. ``facts`` are the other columns of `Helper`. Raises ValidationError.

    The same name in the same body twice at a time is refused.
    """
    require(by, ROSTER, org)
    on = valid_from or today()
    name, firm = clean_name(name), clean_text(firm)
    if not name or not firm:
        refuse("请写明姓名和所在机构。", "name" if not name else "firm")
    with elevated("enlist: the roster may hold the same person already"):
        index, key = blind(name, HELPER_NAME), name_key(firm)
        if Helper.objects.filter(name_index=index, firm_key=key, kind=kind, valid_to__isnull=True).exists():
            refuse(f"{name}已经在名册里，请去改那一条。", "name")
        code = f"BZ-{settings.DIVISION}-{take_codes('helper', 0):04d}"
        helper = Helper(
            code=code, kind=kind, name_sealed=seal(name, HELPER_NAME), name_index=index, firm=firm, firm_key=key, org=org, valid_from=on,
            phone_sealed=seal(phone, HELPER_PHONE) if phone else None,
            account_number_sealed=seal(account_number, HELPER_ACCOUNT) if account_number else None, **facts,
        )  # fmt: skip
        helper.full_clean()
        helper.save()
        record("rights.enlist", subject=helper.subject, by=by, org=org.pk, on=on, code=code, kind=kind)
    return helper


@transaction.atomic
def enlist_many(rows: Sequence[Mapping[str, Any]], *, org: Organisation, by: Actor) -> tuple[int, int]:
    """Everybody of a list, each as `enlist` takes them; those on the roster already stay as they are. Returns how many new, how many known."""
    require(by, ROSTER, org)
    new = known = 0
    with elevated("enlist_many: who is on the roster already"):
        held = set(Helper.objects.filter(valid_to__isnull=True).values_list("name_index", "firm_key", "kind"))
    there = {(bytes(index), key, kind) for index, key, kind in held}
    for row in rows:
        if (blind(clean_name(row["name"]), HELPER_NAME), name_key(clean_text(row["firm"])), row["kind"]) in there:
            known += 1
            continue
        enlist(org=org, by=by, **row)
        new += 1
    return new, known


@transaction.atomic
def change_helper(helper: Helper, *, by: Actor, name: str = "", phone: str | None = None, account_number: str = "", **facts: Any) -> Helper:
    """Correct what the roster says. ``facts`` are columns of CHANGEABLE; an empty ``account_number`` leaves the one that is there."""
    require(by, ROSTER, helper.org)
    if unknown := set(facts) - CHANGEABLE:
        raise TypeError(f"not changeable: {sorted(unknown)}")
    with elevated("change_helper: rows of the roster"):
        helper = Helper.objects.select_for_update(of=("self",)).get(pk=helper.pk)
        if name and clean_name(name) != helper.name:
            helper.name_sealed, helper.name_index = seal(clean_name(name), HELPER_NAME), blind(clean_name(name), HELPER_NAME)
        if phone is not None:
            helper.phone_sealed = seal(phone, HELPER_PHONE) if phone else None
        if account_number:
            helper.account_number_sealed = seal(account_number, HELPER_ACCOUNT)
        for column, value in facts.items():
            setattr(helper, column, value)
        helper.firm_key = name_key(helper.firm)
        helper.full_clean()
        helper.save()
        record("rights.change_helper", subject=helper.subject, by=by, org=helper.org_id, columns=sorted(facts))
    return helper


@transaction.atomic
def end_helper(helper: Helper, *, on: date, by: Actor, reason: str) -> None:
    """From a day on no longer on the roster; refused while matters are in hand."""
    require(by, ROSTER, helper.org)
    reason = check_reason(reason)
    with elevated("end_helper: mandates of the whole district"):
        helper = Helper.objects.select_for_update(of=("self",)).get(pk=helper.pk)
        if helper.valid_to:
            refuse("已经不在名册里了。")
        if open_ones := helper.mandates.filter(state__in=("offered", "accepted")).count():
            refuse(f"手上还有 {open_ones} 件援助没有办完，请先更换承办律师。")
        helper.valid_to = on
        helper.full_clean()
        helper.save(update_fields=["valid_to"])
        FeedToken.objects.filter(helper=helper, revoked_on__isnull=True).update(revoked_on=on)
        record("rights.end_helper", subject=helper.subject, by=by, org=helper.org_id, on=on, reason=reason)


@transaction.atomic
def declare_tie(
    helper: Helper, *, side: str, by: Actor, source: str, since: date, employer: Employer | None = None, employer_name: str = "",
    of_firm: bool = True, until: date | None = None,
) -> Tie:  # fmt: skip
    """Somebody is tied to an employer: as the roster's officer learns it, or as the helper says it of themselves."""
    if helper.account_id is None or helper.account_id != by.user_id:
        require(by, ROSTER, helper.org)
    called = employer.name if employer else clean_text(employer_name)
    if not called:
        refuse("请写明是哪家单位。", "employer")
    with elevated("declare_tie: the employer may lie elsewhere"):
        tie = Tie(
            helper=helper, side=side, employer=employer, employer_name=called, employer_key=name_key(called), of_firm=of_firm,
            source=source.strip(), since=since, until=until,
        )  # fmt: skip
        tie.full_clean()
        tie.save()
        record("rights.declare_tie", subject=helper.subject, by=by, org=helper.org_id, on=since, side=side, tie=tie.pk)
    return tie


@transaction.atomic
def set_fee_rate(
    *, form: str, amount: Decimal, valid_from: date, source: str, by: Actor, checked: bool = False, fund: Fund | None = None
) -> FeeRate:
    """What one stage is paid from a day on, out of which books; ``source`` names the document, unread ones stay marked."""
    require(by, ROSTER)
    if not source.strip():
        refuse("请写明依据哪份文件。", "source")
    rate = FeeRate(form=form, amount=amount, valid_from=valid_from, source=source.strip(), checked=checked, fund=fund)
    rate.full_clean()
    rate.save()
    with elevated("set_fee_rate: the trail of the district"):
        record("rights.fee_rate", subject=f"fee_rate:{form}", by=by, on=valid_from, form=form, amount=amount, source=source)
    return rate


@transaction.atomic
def renew_feed(helper: Helper, *, by: Actor, on: date | None = None) -> str:
    """A new secret for the helper's calendar; an older address leads nowhere from now on. Returns the token, shown once."""
    on, token = on or today(), secrets.token_urlsafe(24)
    _check_own(helper, by)
    with elevated("renew_feed: one's own row of the roster"):
        FeedToken.objects.filter(helper=helper, revoked_on__isnull=True).update(revoked_on=on)
        FeedToken.objects.create(helper=helper, token_hash=feed_hash(token), made_on=on)
        record("rights.renew_feed", subject=helper.subject, by=by, org=helper.org_id, on=on)
    return token


@transaction.atomic
def revoke_feed(helper: Helper, *, by: Actor, on: date | None = None) -> int:
    """The calendar's address leads nowhere from now on; returns how many were in force."""
    on = on or today()
    _check_own(helper, by)
    with elevated("revoke_feed: one's own row of the roster"):
        gone = FeedToken.objects.filter(helper=helper, revoked_on__isnull=True).update(revoked_on=on)
        record("rights.revoke_feed", subject=helper.subject, by=by, org=helper.org_id, on=on)
    return gone


def feed_hash(token: str) -> bytes:
    """Under what a calendar's secret is kept."""
    return hashlib.sha256(token.encode()).digest()


def _check_own(helper: Helper, by: Actor) -> None:
    if helper.account_id is None or helper.account_id != by.user_id:
        raise Refused("只有本人能订阅自己的日历。")
