"""Papers of legal aid, of advice, of dismissal notices and of union supervision: each from the facts of its case."""

from datetime import date
from typing import Any

from django import forms

from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.cases.forms import StepForm
from niangjia.core.cases.models import Case
from niangjia.core.papers.kinds import PaperKind
from niangjia.core.papers.paper import BLANK, Block, Facts, Gap, Heading, Items, Paper, Slip, Text
from niangjia.work.rights import aiding
from niangjia.work.rights.enums import AidForm, DismissGround, Kind, UnionSays, WatchTopic
from niangjia.work.rights.models import Consultation, Dismissal, LegalAid, Mandate, Supervision
from niangjia.work.rights.papers.common import day, issuer, names, other_side, sealed

SERIES = "维"
AID, NOTICE, WATCH = "rights.aid", "rights.dismissal", "rights.supervision"
GIVEN = ("assigned", "working", "closed", "reviewed", "fee_due", "fee_settled")


class HintForm(StepForm):
    """What the employer's attention is drawn to."""

    hint = forms.CharField(
        label="提示什么", max_length=500, widget=forms.Textarea(attrs={"rows": 4}), help_text="写明可能违反哪一条、怎么防止"
    )


def _mandate(case: Case) -> Mandate | None:
    with elevated("papers: who helps in a matter that the reader may read"):
        return aiding.mandate_of(case)


def assignment(case: Case, *, by: Actor, on: date, number: str, facts: dict[str, Any]) -> Paper:
    """To the lawyer's firm: whom to help, in what, until when to answer."""
    aid, mandate = LegalAid.objects.get(case=case), _mandate(case)
    blocks = (
        Text(f"{names(case)}因与{other_side(case)}的争议（{_kinds(aid.kinds)}）向我会申请法律援助，经审查，决定给予援助（{day(aid.decided_on)}），案号{case.code}。现指派你处律师承办："),
        Facts(
            (
                ("承办律师", mandate.helper.name if mandate else ""), ("所在机构", mandate.helper.firm if mandate else ""), ("援助形式", "、".join(AidForm(one).label for one in aid.forms)),
                ("指派日期", day(mandate.offered_on if mandate else None)), ("答复期限", day(mandate.answer_by if mandate else None)), ("仲裁时效", day(aid.limitation_on) if aid.limitation_on else ""),
            ),
            pairs=True,
        ),
        Items(
            (
                "请在答复期限前告知是否接受；有利害关系应当回避的，请立即说明。",
                "不得向受援人收取任何费用或者财物；不得泄露受援人的个人信息和案情。",
                "请及时会见受援人，按期办理，办完后提交结案报告。",
            )
        ),
    )  # fmt: skip
    return Paper("", "工会法律援助指派函", number, "", mandate.helper.firm if mandate else BLANK, on, blocks, (sealed(issuer(case), on),))


def closing(case: Case, *, by: Actor, on: date, number: str, facts: dict[str, Any]) -> Paper:
    """The closing report as it was filed."""
    aid = LegalAid.objects.get(case=case)
    rows = tuple(tuple(line.split("：", 1)) for line in aid.report.splitlines() if "：" in line)
    blocks = (
        Facts((("案号", case.code), *((title, words) for title, words in rows))),
        Facts((("归档日期", day(aid.reported_on)), ("评查", f"{aid.grade} 分" if aid.grade else ""))),
    )
    return Paper("", "工会法律援助结案报告", number, "", issuer(case), on, blocks, (sealed(issuer(case), on),), dense=True)


def to_state_aid(case: Case, *, by: Actor, on: date, number: str, facts: dict[str, Any]) -> Paper:
    """To the state's legal aid: who applies for what, and a slip for the answer."""
    aid = LegalAid.objects.get(case=case)
    blocks = (
        Text(f"{names(case)}因与{other_side(case)}的争议（{_kinds(aid.kinds)}），于{day(case.opened_on)}向我会申请法律援助，案号{case.code}。{aid.reason or ''}经本人同意，现转请你处审查。"),
        Facts((("援助形式", "、".join(AidForm(one).label for one in aid.forms)), ("仲裁时效届满", day(aid.limitation_on) if aid.limitation_on else ""), ("免予核查的情形", "；".join(aid.exempt_reasons)))),
        Text("附：申请材料"),
        Slip("回　执", (Text(f"{issuer(case)}：", flush=True), Facts((("是否受理", "□受理　　□不受理"), ("受理编号", ""), ("不受理的理由", "\n\n"), ("承办人", ""), ("联系电话", ""))), Text("单位（盖章）：____________________　　　____年__月__日", flush=True))),
    )  # fmt: skip
    return Paper("", "关于转介法律援助申请的函", number, "", aid.state_body or BLANK, on, blocks, (sealed(issuer(case), on),))


def union_opinion(case: Case, *, by: Actor, on: date, number: str, facts: dict[str, Any]) -> Paper:
    """The union's answer to the employer before it ends a contract (劳动合同法第四十三条)."""
    with elevated("papers: the worker of a notice that the reader may read"):
        row = Dismissal.objects.select_related("person").get(case=case)
        worker = row.worker
    many = f"等{row.headcount}人" if row.headcount > 1 else ""
    blocks: list[Block] = [
        Text(
            f"你单位于{day(case.opened_on)}通知我会，拟于{day(row.planned_on)}以“{DismissGround(row.ground).label}”为由解除与{worker}{many}的劳动合同。"
            "经研究，我会意见如下："
        ),
        *(Text(line) for line in row.opinion.splitlines() if line.strip()),
    ]
    if row.says != UnionSays.AGREE:
        blocks.append(Text(f"我会认为违反：{row.breaks}。请你单位研究上述意见，并将处理结果书面通知我会（劳动合同法第四十三条）。"))
    return Paper("", "工会对解除劳动合同的意见", number, "", other_side(case), on, blocks, (sealed(issuer(case), on),))


def hint(case: Case, *, by: Actor, on: date, number: str, facts: dict[str, Any]) -> Paper:
    """Draws the employer's attention to a risk, before anything is found."""
    row = Supervision.objects.get(case=case)
    about = "、".join(WatchTopic(topic).label for topic in row.topics)
    blocks: tuple[Block, ...] = (
        Text(f"我会在劳动法律监督中了解到你单位在{about}方面的情况，现提示如下："),
        *(Text(line) for line in str(facts.get("hint") or BLANK).splitlines() if line.strip()),
        Text("请你单位自查，防止发生争议。需要帮助的，请和我会联系。"),
    )  # fmt: skip
    return Paper("", "工会劳动法律监督提示函", number, "", other_side(case), on, blocks, (sealed(issuer(case), on),))


def opinion_letter(case: Case, *, by: Actor, on: date, number: str, facts: dict[str, Any]) -> Paper:
    """What was found, which law it breaks, what to mend; answered in writing within fifteen working days (条例第二十二条)."""
    row = Supervision.objects.get(case=case)
    blocks: tuple[Block, ...] = (
        Text(f"我会依据《浙江省工会劳动法律监督条例》，于{day(row.investigated_on)}由{len(row.cards)}名监督员（证号{'、'.join(row.cards)}）对你单位进行了调查。"),
        Heading("查明的事实"),
        *(Text(line) for line in row.found.splitlines() if line.strip()),
        Heading("违反的规定"),
        Text(f"{row.breaks}。"),
        Heading("改正的要求"),
        Text(f"{row.demands}。请自收到本意见书之日起十五个工作日内改正，并书面答复我会。"),
        Slip("回　执", (Text(f"{issuer(case)}：", flush=True), Facts((("收到日期", ""), ("改正情况", "\n\n\n"), ("经办人", ""), ("联系电话", ""))), Text("单位（盖章）：____________________　　　____年__月__日", flush=True))),
    )  # fmt: skip
    return Paper("", "工会劳动法律监督意见书", number, "", other_side(case), on, blocks, (sealed(issuer(case), on),))


def proposal_letter(case: Case, *, by: Actor, on: date, number: str, facts: dict[str, Any]) -> Paper:
    """To the labour authority: the employer refused, kept silent or did not mend it (条例第二十三条)."""
    row = Supervision.objects.get(case=case)
    answered = f"该单位于{day(row.replied_on)}答复：{row.answered}" if row.replied_on else "该单位没有按期书面答复"
    blocks = (
        Text(f"我会于{day(row.served_on)}向{other_side(case)}送达劳动法律监督意见书（{row.opinion_number or BLANK}），要求{row.demands or BLANK}。{answered}。"),
        Text(f"该单位的行为涉嫌违反{row.breaks or BLANK}。建议你局依法处理，并将处理结果告知我会。"),
        Text("附：意见书、送达回执、调查材料"),
    )  # fmt: skip
    return Paper("", "工会劳动法律监督建议书", number, "", row.proposed_to or BLANK, on, blocks, (sealed(issuer(case), on),))


def advice_record(case: Case, *, by: Actor, on: date, number: str, facts: dict[str, Any]) -> Paper:
    """The consultation from which a case came."""
    with elevated("papers: the consultation from which a case came that the reader may read"):
        row = Consultation.objects.select_related("helper", "person", "org", "duty").get(became=case)
    blocks = (
        Facts((("编号", row.code), ("日期", day(row.on)), ("方式", row.get_how_display()), ("地点", row.duty.place if row.duty else row.org.short_name), ("咨询人", row.person.name if row.person else ""), ("接待", row.helper.name if row.helper else ""), ("问什么", row.get_kind_display()), ("用时", f"{row.minutes} 分钟" if row.minutes else "")), pairs=True),
        Heading("问题"), *([Text(row.question)] if row.question else [Gap("问题", 3)]),
        Heading("答复"), *([Text(row.answer)] if row.answer else [Gap("答复", 3)]),
        Facts((("下一步", row.get_next_step_display()), ("转成", case.code))),
    )  # fmt: skip
    return Paper("", "法律咨询记录", number, "", "", on, blocks, (), dense=True, plain=True)


def _kinds(kinds: list[str]) -> str:
    return "、".join(Kind(kind).label for kind in kinds)


def _came_of_advice(case: Case) -> bool:
    return Consultation.objects.filter(became=case).exists()


def _reported(case: Case) -> bool:
    return LegalAid.objects.filter(case=case, reported_on__isnull=False).exists()


def _sent_on(case: Case) -> bool:
    return LegalAid.objects.filter(case=case).exclude(state_body="").exists()


KINDS = (
    PaperKind("aid-assignment", "指派函", AID, "rights.aid", assignment, states=GIVEN, series=SERIES, lead=True),
    PaperKind("aid-report", "结案报告", AID, "rights.aid_work", closing, when=_reported, lead=True),
    PaperKind("aid-to-state", "转介法律援助机构函", AID, "rights.aid", to_state_aid, when=_sent_on, series=SERIES, lead=True),
    PaperKind("aid-advice", "咨询记录", AID, "rights.aid_work", advice_record, when=_came_of_advice),
    PaperKind("rights-advice", "咨询记录", "rights.dispute", "rights.mediate", advice_record, when=_came_of_advice),
    PaperKind("dismissal-opinion", "工会对解除劳动合同的意见", NOTICE, "rights.dismiss", union_opinion, states=("answered", "agreed", "handled", "ignored"), lead=True),
    PaperKind("watch-hint", "提示函", WATCH, "rights.supervise", hint, states=("accepted", "heard", "negotiating"), form=HintForm, series=SERIES),
    PaperKind(
        "watch-opinion", "工会劳动法律监督意见书", WATCH, "rights.supervise", opinion_letter, states=("opinion_sent", "replied", "proposed", "corrected", "closed"),
        when=lambda case: Supervision.objects.filter(case=case, opinion_on__isnull=False).exists(), series=SERIES, lead=True,
    ),
    PaperKind(
        "watch-proposal", "工会劳动法律监督建议书", WATCH, "rights.supervise", proposal_letter, states=("proposed", "corrected", "closed"),
        when=lambda case: Supervision.objects.filter(case=case, proposed_on__isnull=False).exists(), series=SERIES, lead=True,
    ),
)  # fmt: skip
