"""What the page of a matter of legal aid shows: the application and its decision, the lawyer, hours, money, the report."""

from niangjia.base.calendar import chinese_date
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.cases.models import Case
from niangjia.core.cases.queries import readable
from niangjia.core.cases.views.card import Panel
from niangjia.core.faces.shapes import BigNumber, Fact
from niangjia.work.rights import aiding
from niangjia.work.rights.enums import AidForm, Exempt, Kind
from niangjia.work.rights.models import Effort, LawyerNote, LegalAid
from niangjia.work.rights.queries import money_of


def panels(case: Case, actor: Actor) -> list[Panel]:
    """The panels of a matter of legal aid."""
    aid = LegalAid.objects.select_related("matter").get(case=case)
    found = [_story(case, aid, actor), _work(case)]
    if actor.may("rights.lawyer") and actor.user_id in case.accounts:
        rows = list(LawyerNote.objects.filter(case=case).order_by("-id"))
        found.append(Panel("我的手记", "rights/panel_notes.html", {"rows": rows, "case": case}, note="只有你看得到"))
    return [*found, _facts(aid, case)]


def _story(case: Case, aid: LegalAid, actor: Actor) -> Panel:
    """Before the client sits down: what happened, the evidence, the money, the clocks of the dispute."""
    with elevated("aid: the dispute behind the matter, which the reader of the matter may read"):
        matter = aiding.matter_of(case)
        money = money_of(matter)
        dispute = getattr(matter, "dispute", None)
        context = {
            "matter": matter if matter.pk != case.pk else None,
            "open": readable(actor).filter(pk=matter.pk).exists(),
            "told": (dispute.facts if dispute else "") or aid.facts,
            "claims": list(matter.claims.order_by("id")),
            "evidence": list(matter.evidence.filter(removed_on__isnull=True).select_related("file").order_by("number")),
            "proceedings": list(matter.proceedings.order_by("filed_on", "id")),
            "sums": [
                BigNumber("主张", money.claimed, exact=True),
                BigNumber("取得", money.agreed, exact=True),
                BigNumber("到手", money.received, tone="ok" if money.received else "", exact=True),
            ],
        }
    return Panel("案情和证据", "rights/panel_aid_story.html", context, note="钱只在争议里算一次")


def _work(case: Case) -> Panel:
    with elevated("aid: who helps in a matter that the reader may read"):
        mandates = list(case.mandates.select_related("helper").order_by("-id"))
        efforts = list(Effort.objects.filter(mandate__case=case).order_by("on", "id"))
        context = {
            "mandates": mandates, "efforts": efforts, "hours": sum(one.hours for one in efforts), "fees": list(aiding.fees_of(case)),
            "report": LegalAid.objects.get(case=case).report,
        }  # fmt: skip
    return Panel("承办律师", "rights/panel_aid_work.html", context)


def _facts(aid: LegalAid, case: Case) -> Panel:
    facts = [
        Fact("争议", "、".join(Kind(kind).label for kind in aid.kinds)),
        Fact("援助形式", "、".join(AidForm(form).label for form in aid.forms)),
        Fact("免予核查", "、".join(Exempt(one).label for one in aid.exempt) or "没有，要核查经济状况"),
    ]
    facts += [Fact("决定", f"{aid.get_verdict_display()}，{chinese_date(aid.decided_on)}")] if aid.decided_on else []
    facts += [Fact("转给", f"{aid.state_body}{f'（{aid.state_number}）' if aid.state_number else ''}")] if aid.state_body else []
    facts += [Fact("涉及", f"{aid.headcount} 人")] if aid.headcount > 1 else []
    facts += [Fact("要补的材料", aid.missing)] if aid.missing and not aid.complete_on else []
    facts += [Fact("结果", aid.get_result_display())] if aid.result else []
    facts += [Fact("抽中评查", f"{chinese_date(aid.sampled_on)}，种子“{aid.sample_seed}”")] if aid.sampled_on else []
    facts += [Fact("评查", f"{aid.grade} 分")] if aid.grade else []
    facts += [Fact("满意度", f"{aid.satisfied} 分")] if aid.satisfied else []
    scope = aiding.scope_reasons(aid.kinds)
    context = {"facts": facts, "aid": aid, "reasons": [*scope, *aid.exempt_reasons], "reason": aid.reason, "open": case.is_open}
    return Panel("援助", "rights/panel_aid_facts.html", context, aside=True)
