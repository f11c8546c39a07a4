"""What rights adds to the page of a case: the money, the facts of the dispute, meetings and proceedings."""

from typing import Any

from django.urls import reverse

from niangjia.base.calendar import chinese_date
from niangjia.core.access.actor import Actor
from niangjia.core.cases.enums import Part
from niangjia.core.cases.models import Case
from niangjia.core.cases.rules import COLLECTIVE
from niangjia.core.cases.views.card import Panel
from niangjia.core.faces.shapes import BigNumber, Fact
from niangjia.work.rights import aid_panels, watch_panels
from niangjia.work.rights.actions.intake import REPLY
from niangjia.work.rights.enums import Kind, Path
from niangjia.work.rights.joint import OURS, follow_ups, holding_of, joint_of
from niangjia.work.rights.models import Dispute, Reckoning
from niangjia.work.rights.queries import BEFORE_ARBITRATION, evidence_of, money_of, receipts_of, settlement_of
from niangjia.work.rights.reckoning import SORTS
from niangjia.work.rights.views.joint import moves_of
from niangjia.work.rights.ways import WAYS

BESIDE_DISPUTES = {"aid": aid_panels.panels, "dismissal": watch_panels.of_dismissal, "supervision": watch_panels.of_supervision}
"""Flows whose pages are made elsewhere."""


def panels(case: Case, actor: Actor) -> list[Panel]:
    """The panels of a case of rights, by its flow."""
    if case.flow in BESIDE_DISPUTES:
        return BESIDE_DISPUTES[case.flow](case, actor)
    dispute = Dispute.objects.filter(case=case).first()
    if dispute is None:
        return []
    found = [_money(case, actor)]
    if worksheets := list(case.reckonings.filter(replaced_on__isnull=True).order_by("id")):
        found.append(_worksheets(worksheets))
    if case.sessions.exists() or case.proceedings.exists():
        found.append(_hearings(case))
    if case.is_open or case.evidence.filter(removed_on__isnull=True).exists():
        found.append(_evidence(case))
    if actor.may("rights.joint"):
        found.append(_joint(case, actor))
    return [*found, _facts(dispute, case, actor), *watch_panels.was_union_told(case, dispute)]


def own_panels(case: Case) -> list[Panel]:
    """For the worker: which way the matter goes where it is no plain labour dispute, and which body has it now."""
    dispute = Dispute.objects.filter(case=case).first()
    if dispute is None or not case.is_open:
        return []
    found = joint_of(case)
    now = holding_of(found) if found else None
    way = WAYS.get(dispute.path) if dispute.path != Path.LABOUR else None
    context = {"way": way, "now": now if now and now.body else None}
    return [Panel("", "rights/worker/panel_way.html", context)] if way or context["now"] else []


def _money(case: Case, actor: Actor) -> Panel:
    money, paper = money_of(case), settlement_of(case)
    share = int(money.received * 100 / money.claimed) if money.claimed else 0
    context = {
        "money": money,
        "sums": [
            BigNumber("主张", money.claimed, exact=True),
            BigNumber("说定", money.agreed, exact=True),
            BigNumber("到手", money.received, tone="ok" if money.received else "", exact=True),
        ],
        "share": min(share, 100),
        "claims": list(case.claims.order_by("id")),
        "paper": paper,
        "instalments": list(paper.instalments.order_by("due_on")) if paper else [],
        "receipts": list(receipts_of(case)),
        "reversed": list(case.receipts.filter(reversed_on__isnull=False).order_by("on")),
        "may_reverse": actor.may("rights.mediate"),
        "people": _people(case, actor),
        "calculator": reverse("rights:calculator-of", args=[case.code, "severance"]) if actor.may("rights.view") else "",
        "case": case,
    }
    return Panel("钱", "rights/panel_money.html", context, note="单位：元")


def _people(case: Case, actor: Actor) -> dict[str, Any] | None:
    """The way to the table of everybody, with how many are in it; where more than one is in the case."""
    if len(case.persons) < 2 or not actor.may("rights.view"):
        return None
    speaks = case.parties.filter(part=Part.REPRESENTATIVE, until__isnull=True).count()
    wants = len(case.persons) >= COLLECTIVE and not speaks
    return {"url": reverse("rights:people", args=[case.code]), "number": len(case.persons), "speaks": speaks, "wants": wants}


def _worksheets(rows: list[Reckoning]) -> Panel:
    return Panel("计算过程", "rights/panel_worksheets.html", {"rows": [(row, SORTS.get(row.sort, ""), row.sheet) for row in rows]})


def _joint(case: Case, actor: Actor) -> Panel:
    found = joint_of(case)
    now = holding_of(found) if found else None
    past = [one for one in found.holdings.all() if one.ended_on] if found else []
    context = {
        "joint": found, "now": now, "follow_ups": follow_ups(case), "may_follow": actor.may("rights.mediate"), "past": sorted(past, key=lambda one: one.pk), "ours": OURS, "moves": moves_of(actor, case, found),
        "may": case.is_open, "elements_url": reverse("rights:elements", args=[case.code]), "room_url": f"{reverse('rights:book')}?case={case.code}",
    }  # fmt: skip
    return Panel("联合办理", "rights/panel_joint.html", context, aside=True)


def _hearings(case: Case) -> Panel:
    context = {"sessions": list(case.sessions.order_by("on")), "proceedings": list(case.proceedings.order_by("filed_on", "id"))}
    return Panel("调解会和程序", "rights/panel_hearings.html", context)


def _evidence(case: Case) -> Panel:
    rows = evidence_of(case)
    return Panel(
        "证据材料",
        "rights/panel_evidence.html",
        {"rows": rows, "case": case},
        note=f"{len(rows)} 份，{sum(row.pages for row in rows)} 页" if rows else "",
    )


def _facts(dispute: Dispute, case: Case, actor: Actor) -> Panel:
    path_url = reverse("rights:path", args=[case.code]) if case.is_open and actor.may("rights.mediate") else ""
    waits = case.clocks.filter(term=REPLY, state="running").exists()
    answer_url = reverse("rights:answered", args=[case.code]) if waits and actor.may("rights.mediate") else ""
    days = {"入职": dispute.entry_on, "离职": dispute.left_on, "知道受侵害": dispute.known_on}
    facts = [Fact("争议", "、".join(Kind(kind).label for kind in dispute.kinds)), Fact("路径", Path(dispute.path).label)]
    facts += [Fact(title, chinese_date(day)) for title, day in days.items() if day]
    facts += [Fact("涉及", f"{dispute.headcount} 人")] if dispute.headcount > 1 else []
    facts += [Fact("调解组织", dispute.mediated_by)] if dispute.mediated_by else []
    facts += [Fact("上班地点", dispute.workplace)] if dispute.workplace else []
    limitation = dispute.limitation_on if case.is_open and case.state in BEFORE_ARBITRATION else None
    context = {
        "facts": facts, "dispute": dispute, "reasons": dispute.path_reasons, "way": WAYS.get(dispute.path), "path_url": path_url, "answer_url": answer_url,
        "limitation": limitation,
    }  # fmt: skip
    return Panel("争议", "rights/panel_facts.html", context, aside=True)
