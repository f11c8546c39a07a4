"""What the pages of dismissal notices and of union supervision show, and what a dispute says about the notice to the union."""

from niangjia.base.calendar import chinese_date
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.cases.models import Case
from niangjia.core.cases.views.card import Panel
from niangjia.core.faces.shapes import Fact
from niangjia.core.orgs.models import Coverage
from niangjia.work.rights.enums import Kind, WatchTopic
from niangjia.work.rights.models.dismissal import Dismissal
from niangjia.work.rights.models.dispute import Dispute
from niangjia.work.rights.models.supervision import Supervision

ENDED = {Kind.UNLAWFUL, Kind.SEVERANCE, Kind.LAYOFF}
"""Kinds of disputes in which it matters whether the union was told."""
NOT_TOLD = (
    "没有查到单位事先通知工会的记录。建立了工会的单位，没有按劳动合同法第四十三条事先通知工会就解除的，职工可以请求赔偿金；"
    "起诉前补正有关程序的除外（劳动争议司法解释一第四十七条）。"
)
TOLD_LATE = "单位解除以后才通知工会。起诉前补正了的，不能只凭没有事先通知请求赔偿金（劳动争议司法解释一第四十七条）。"


def of_dismissal(case: Case, actor: Actor) -> list[Panel]:
    """The notice, the union's answer, the employer's handling."""
    row = Dismissal.objects.get(case=case)
    with elevated("dismissal: the worker of a notice that the reader may read"):
        worker = Dismissal.objects.select_related("person").get(pk=row.pk).worker
    facts = [
        Fact("职工", f"{worker}{f'等 {row.headcount} 人' if row.headcount > 1 else ''}"), Fact("理由", row.get_ground_display()),
        Fact("通知工会", chinese_date(case.opened_on)), Fact("打算解除", chinese_date(row.planned_on)),
    ]  # fmt: skip
    facts += [Fact("听过本人意见", "听过" if row.heard_worker else "没有")] if row.heard_worker is not None else []
    facts += [Fact("工会意见", row.get_says_display()), Fact("答复日期", chinese_date(row.answered_on))] if row.answered_on else []
    facts += [Fact("违反", row.breaks)] if row.breaks else []
    facts += [Fact("单位处理", f"{row.get_handled_display()}，{chinese_date(row.handled_on)}")] if row.handled_on else []
    return [Panel("通知和答复", "rights/panel_dismissal.html", {"facts": facts, "row": row}, note="劳动合同法第四十三条")]


def of_supervision(case: Case, actor: Actor) -> list[Panel]:
    """What was complained of, found out, demanded and answered."""
    row = Supervision.objects.get(case=case)
    days = {
        "调查": row.investigated_on,
        "意见书签发": row.opinion_on,
        "送达": row.served_on,
        "单位答复": row.replied_on,
        "改正": row.corrected_on,
        "建议书": row.proposed_on,
    }
    facts = [Fact("监督事项", "、".join(WatchTopic(topic).label for topic in row.topics))]
    facts += [Fact(title, chinese_date(day)) for title, day in days.items() if day]
    facts += [Fact("监督员证", "、".join(row.cards))] if row.cards else []
    facts += [Fact("意见书", row.opinion_number)] if row.opinion_number else []
    facts += [Fact("建议书", f"{row.proposal_number}，{row.proposed_to}")] if row.proposal_number else []
    facts += [Fact("不予受理", row.get_refused_because_display())] if row.refused_because else []
    return [Panel("监督", "rights/panel_supervision.html", {"facts": facts, "row": row}, note="浙江省工会劳动法律监督条例")]


def was_union_told(case: Case, dispute: Dispute) -> list[Panel]:
    """In a dispute about the end of a contract: whether the employer told its union first."""
    if not set(dispute.kinds) & ENDED or case.employer_id is None:
        return []
    day = dispute.left_on or case.opened_on
    with elevated("dismissal: whether the union was told, in a dispute that the reader may read"):
        if not Coverage.objects.filter(employer=case.employer_id, valid_from__lte=day).exists():
            return []
        notice = (
            Dismissal.objects.filter(person__in=case.persons, case__employer=case.employer_id)
            .select_related("case")
            .order_by("case__opened_on")
            .first()
        )
    if notice is None:
        text, tone = NOT_TOLD, "late"
    elif dispute.left_on and notice.case.opened_on > dispute.left_on:
        text, tone = TOLD_LATE, "notice"
    else:
        says = f"，工会意见：{notice.get_says_display()}" if notice.says else "，工会还没有答复"
        text, tone = f"{chinese_date(notice.case.opened_on)}通知了工会{says}。", "info"
    return [Panel("解除前通知工会", "rights/panel_told.html", {"text": text, "tone": tone}, aside=True)]
