"""What mutual aid adds to the page of a case: the claim, the appeal, the claw-back; for the worker the answer and how to object."""

from typing import Any

from django.urls import reverse

from niangjia.base.calendar import chinese_date
from niangjia.core.access.actor import Actor
from niangjia.core.cases.models import Case
from niangjia.core.cases.views.card import Panel
from niangjia.core.faces.shapes import Fact
from niangjia.work.mutual_aid.enums import Sort
from niangjia.work.mutual_aid.models import Appeal, Claim, Clawback, Settlement
from niangjia.work.mutual_aid.queries import claim_of, like_stays, settlement_of_claim
from niangjia.work.mutual_aid.sheet import sheet_of

REVIEW = "mutual_aid.review"


def panels(case: Case, actor: Actor) -> list[Panel]:
    """The panel of a case of mutual aid, by its flow."""
    made = {"claim": _claim, "lump": _claim, "appeal": _appeal, "clawback": _clawback}[case.flow](case, actor)
    return [made] if made else []


def _yuan(amount: Any) -> str:
    return f"{amount:,.2f} 元" if amount is not None else ""


def _settlement(one: Settlement | None, actor: Actor) -> Fact:
    url = reverse("mutual_aid:settlement", args=[one.code]) if one and actor.may(REVIEW) else ""
    return Fact("结算", f"{one.code} {one.get_state_display()}" if one else "", url)


def _claim(case: Case, actor: Actor) -> Panel:
    claim = Claim.objects.select_related("settlement__enrolment__plan", "enrolment__plan", "proxy").get(case=case)
    facts = [Fact("申请", claim.get_sort_display())]
    if claim.sort == Sort.STAY:
        facts += [
            Fact("医院", claim.hospital), Fact("入院", claim.admitted_on), Fact("出院", claim.left_on), Fact("总费用", _yuan(claim.total)),
            Fact("医保支付", _yuan(claim.fund)), Fact("自己付的现金", _yuan(claim.cash)),
        ]  # fmt: skip
    else:
        facts += [Fact("保障", str(claim.enrolment.plan) if claim.enrolment else ""), Fact("确诊", claim.diagnosed_on)]
    if claim.proxy:
        facts.append(Fact("代办", f"{claim.proxy.name}（{claim.get_kinship_display()}）"))
    if claim.payee_name:
        facts.append(Fact("收款", f"{claim.payee_name} {claim.masked_account}"))
    facts += [Fact("还要补", claim.missing)] if claim.missing else []
    facts += [Fact("资金池答复", f"{claim.pool_number} {_yuan(claim.pool_amount)}")] if claim.pool_number else []
    facts += [_settlement(claim.settlement, actor)] if claim.settlement else []
    context = {
        "facts": facts, "sheet": sheet_of(claim.settlement) if claim.settlement else [],
        "alike": [_settlement(one, actor) for one in like_stays(claim)],
        "illness_url": reverse("mutual_aid:illness", args=[case.code]) if claim.illness_sealed and actor.may(REVIEW) else "",
    }  # fmt: skip
    return Panel("申请", "mutual_aid/panel_claim.html", context)


def _appeal(case: Case, actor: Actor) -> Panel:
    found = Appeal.objects.select_related("settlement", "claim__case").get(case=case)
    facts = [Fact("理由", found.get_reason_display()), Fact("对什么", found.against), _settlement(found.settlement, actor)]
    facts += [Fact("过了申诉期", "是，照样受理")] if found.late else []
    facts += [Fact("转给", f"{found.get_forwarded_to_display()} {found.forward_number}")] if found.forwarded_to else []
    facts += [Fact("对方答复", f"{found.reply_number} {chinese_date(found.replied_on)}")] if found.replied_on else []
    facts += [Fact("答复本人", found.answer)] if found.answer else []
    said = case.steps.filter(step="open").first()
    return Panel("申诉", "mutual_aid/panel_appeal.html", {"facts": facts, "said": said.note if said else ""})


def _clawback(case: Case, actor: Actor) -> Panel:
    found = Clawback.objects.select_related("settlement").get(case=case)
    facts = [
        _settlement(found.settlement, actor), Fact("为什么", found.settlement.reason), Fact("要收回", _yuan(found.amount)), Fact("已抵回", _yuan(found.offset)),
        Fact("已退回", _yuan(found.repaid)), Fact("已核销", _yuan(found.written_off)), Fact("还有", _yuan(found.rest)), Fact("告知本人", found.notified_on),
    ]  # fmt: skip
    facts += [Fact("核销决议", found.resolution)] if found.resolution else []
    return Panel("钱", "mutual_aid/panel_appeal.html", {"facts": facts, "said": ""})


def own_panels(case: Case) -> list[Panel]:
    """For the worker: what is missing, the answer, what was granted and how it was reckoned, what is owed back and how to object."""
    if case.flow in ("claim", "lump"):
        return [Panel("", "mutual_aid/worker/panel_claim.html", _own_claim(case))]
    if case.flow == "appeal":
        return [Panel("", "mutual_aid/worker/panel_appeal.html", {"answer": Appeal.objects.get(case=case).answer})]
    found = Clawback.objects.select_related("settlement").get(case=case)
    url = reverse("mutual_aid:appeal", args=[found.settlement.code])
    return [Panel("", "mutual_aid/worker/panel_clawback.html", {"found": found, "one": found.settlement, "appeal_url": url})]


def _own_claim(case: Case) -> dict[str, Any]:
    claim = claim_of(case)
    one, refusal = settlement_of_claim(claim), case.steps.filter(step__in=("refuse", "pool_answer")).order_by("-number").first()
    return {
        "claim": claim, "one": one, "sheet": sheet_of(one) if one and claim.proxy_id is None else [],
        "reason": refusal.facts.get("reason", "") if refusal else "",
        "appeal_url": reverse("mutual_aid:appeal-claim", args=[case.code]) if case.state == "refused" else "",
    }  # fmt: skip
