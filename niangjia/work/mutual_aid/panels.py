"""What mutual aid adds to the page of a case: what is claimed, objected to or owed back, at the desk and on the worker's own page."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from niangjia.core.access.actor import Actor
from niangjia.core.cases.models import Case
from niangjia.core.cases.views.card import Panel
from niangjia.core.faces.shapes import Fact
from niangjia.work.mutual_aid.enums import Sort
from niangjia.work.mutual_aid.models import Appeal, Claim, Clawback, Settlement
from niangjia.work.mutual_aid.queries import like_stays
from niangjia.work.mutual_aid.sheet import sheet_of

REVIEW = "mutual_aid.review"


def panels(case: Case, actor: Actor) -> list[Panel]:
    """The panel of a case of mutual aid, by its flow."""
    made = {"claim": _claim, "lump": _claim, "appeal": _appeal, "clawback": _clawback}
    return [made[case.flow](case, actor)]


def _claim(case: Case, actor: Actor) -> Panel:
    claim = Claim.objects.select_related("person", "proxy", "enrolment__plan", "settlement__enrolment__plan").get(case=case)
    facts = [Fact("申请", claim.get_sort_display()), Fact("本人", claim.person.name, reverse("people:detail", args=[claim.person.code]))]
    facts += (
        _stay(claim)
        if claim.sort == Sort.STAY
        else [Fact("保障", str(claim.enrolment.plan) if claim.enrolment else ""), Fact("确诊日期", claim.diagnosed_on)]
    )
    facts += [Fact("代办", f"{claim.proxy.name}（{claim.get_kinship_display()}）")] if claim.proxy else []
    facts += [Fact("收款人", claim.payee_name)] if claim.payee_name else []
    facts += [Fact("还要补", claim.missing)] if claim.missing and case.is_open else []
    facts += [Fact("资金池答复", f"{claim.pool_number}，{claim.pool_amount or 0:,.2f} 元")] if claim.pool_number else []
    facts += [_settled(claim.settlement)] if claim.settlement else []
    context: dict[str, Any] = {
        "facts": facts,
        "alike": like_stays(claim) if case.is_open else [],
        "sheet": sheet_of(claim.settlement) if claim.settlement else [],
    }
    if claim.sort == Sort.LUMP and actor.may(REVIEW):
        context["illness_url"] = reverse("mutual_aid:illness", args=[case.code])
    return Panel("申请的内容", "mutual_aid/panel_claim.html", context)


def _stay(claim: Claim) -> list[Fact]:
    sums = (
        (title, value)
        for title, value in (("总费用", claim.total), ("医保支付", claim.fund), ("自己付的现金", claim.cash))
        if value is not None
    )
    return [
        Fact("医院", claim.hospital), Fact("入院", claim.admitted_on), Fact("出院", claim.left_on), *(Fact(title, f"{value:,.2f} 元") for title, value in sums)
    ]  # fmt: skip


def _settled(one: Settlement) -> Fact:
    return Fact("结算", f"{one.code}：{one.get_state_display()}，{one.benefit:,.2f} 元", reverse("mutual_aid:settlement", args=[one.code]))


def _appeal(case: Case, actor: Actor) -> Panel:
    found = Appeal.objects.select_related("settlement", "claim__case").get(case=case)
    facts = [Fact("理由", found.get_reason_display()), Fact("对什么不服", found.against)]
    facts += [Fact("期限", "过了申诉期，也要答复")] if found.late else []
    facts += [_settled(found.settlement)] if found.settlement else []
    facts += [Fact("申请", found.claim.case.code, reverse("cases:detail", args=[found.claim.case.code]))] if found.claim else []
    facts += (
        [Fact("转给", f"{found.get_forwarded_to_display()} {found.forward_number}".strip()), Fact("转出日期", found.forwarded_on)]
        if found.forwarded_to
        else []
    )
    facts += [Fact("对方答复", found.reply_number), Fact("答复日期", found.replied_on)] if found.reply_number else []
    facts += [Fact("答复本人", found.answer)] if found.answer else []
    return Panel("申诉", "mutual_aid/panel_claim.html", {"facts": facts, "sheet": sheet_of(found.settlement) if found.settlement else []})


def _clawback(case: Case, actor: Actor) -> Panel:
    found = Clawback.objects.select_related("settlement").get(case=case)
    sums = (
        ("要收回", found.amount),
        ("已抵回", found.offset),
        ("已退回", found.repaid),
        ("已核销", found.written_off),
        ("还差", found.rest),
    )
    facts = [_settled(found.settlement), *(Fact(title, f"{value:,.2f} 元") for title, value in sums if value or title == "还差")]
    facts += [Fact("告知日期", found.notified_on)] if found.notified_on else []
    facts += [Fact("核销的决议", found.resolution)] if found.resolution else []
    return Panel("要收回的钱", "mutual_aid/panel_claim.html", {"facts": facts})


def own_panels(case: Case) -> list[Panel]:
    """For the worker: what it came to, why, and what they may do."""
    made: dict[str, Callable[[Case], dict[str, Any]]] = {
        "claim": _own_claim,
        "lump": _own_claim,
        "appeal": _own_appeal,
        "clawback": _own_clawback,
    }
    return [Panel("", "mutual_aid/worker/panel_own.html", made[case.flow](case))]


def _own_claim(case: Case) -> dict[str, Any]:
    claim = Claim.objects.select_related("settlement__enrolment__plan").get(case=case)
    told: dict[str, Any] = {"sentences": [], "facts": []}
    if claim.missing and case.state == "returned":
        told["sentences"].append(_("还要补：%(what)s") % {"what": claim.missing})
    if claim.settlement:
        one = claim.settlement
        told["sentences"].append(_("互助金 %(sum)s 元，%(state)s。") % {"sum": f"{one.benefit:,.2f}", "state": _(one.get_state_display())})
        told["sheet"] = sheet_of(one) if claim.sort == Sort.STAY else []
    if claim.sort == Sort.STAY:
        told["facts"] = [(_("医院"), claim.hospital), (_("住院"), claim.admitted_on), (_("出院"), claim.left_on)]
    if case.state == "refused":
        told["appeal_url"] = reverse("mutual_aid:appeal-claim", args=[case.code])
    return told


def _own_appeal(case: Case) -> dict[str, Any]:
    found = Appeal.objects.get(case=case)
    return {"sentences": [found.answer] if found.answer else [], "facts": [(_("对什么不服"), found.against)]}


def _own_clawback(case: Case) -> dict[str, Any]:
    found = Clawback.objects.select_related("settlement").get(case=case)
    sums = ((_("多给了"), found.amount), (_("从重新结算里抵了"), found.offset), (_("你退了"), found.repaid), (_("还差"), found.rest))
    sentences = [_("医保取消了这次住院的结算，原来给的互助金要收回。不会动你别的钱，也不和别人的钱互抵。")]
    if case.is_open and found.rest:
        sentences.append(_("退到工会的账户，打 12351 问账号；一次拿不出，可以商量分几次。"))
    told: dict[str, Any] = {"sentences": sentences, "facts": [(title, f"{value:,.2f}") for title, value in sums if value]}
    if case.is_open:
        told["appeal_url"] = reverse("mutual_aid:appeal-settlement", args=[found.settlement.code])
    return told
