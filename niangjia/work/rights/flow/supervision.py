"""Union supervision of labour law, from a complaint to its correction, as one table (浙江省工会劳动法律监督条例第十七至二十三条)."""

from typing import Any

from django.utils.translation import gettext_noop as _

from niangjia.base.sealing import seal
from niangjia.core.cases.models import Case
from niangjia.core.cases.rules import refuse
from niangjia.core.cases.steps import Flow, Stage, Start, State, Step
from niangjia.work.rights import watch_forms
from niangjia.work.rights.actions import supervision as verbs
from niangjia.work.rights.models.supervision import ANSWERED, FOUND

WORK, SIGN = "rights.supervise", "rights.sign"
REFUSE_TERM, REPLY_TERM = "supervision.refuse", "supervision.reply"

STAGES = (
    Stage("ask", _("投诉")),
    Stage("look", _("核实")),
    Stage("letter", _("意见书")),
    Stage("end", _("办结")),
)
STATES = (
    State("complained", "收到投诉", "ask", _("我们收到了"), _("五个工作日内答复管不管")),
    State("accepted", "已受理", "look", _("受理了"), _("工会会听双方怎么说")),
    State("heard", "双方听取", "look", _("听了双方的"), _("先和单位商量改正")),
    State("negotiating", "协商中", "look", _("正在和单位商量")),
    State("investigated", "已调查", "look", _("查清楚了"), _("要给单位发意见书")),
    State("opinion_sent", "意见书已送达", "letter", _("意见书发给单位了"), _("单位十五个工作日内要书面答复")),
    State("replied", "没有改正", "letter", _("单位没有改"), _("工会请人社局处理")),
    State("proposed", "已发建议书", "letter", _("请人社局处理了")),
    State("corrected", "已改正", "end", _("单位改正了"), final=True),
    State("closed", "人社部门处理，办结", "end", _("人社局处理了"), final=True),
    State("refused", "不予受理", "ask", _("这件事不归工会监督"), _("告知书上写着可以找谁"), final=True),
)


def _refuse(case: Case, *, because: str, **_: Any) -> None:
    verbs.note_supervision(case, refused_because=because)


def _check_both_heard(*, heard_worker: bool = False, heard_employer: bool = False, **_: Any) -> None:
    if not (heard_worker and heard_employer):
        refuse("双方的意见都要听过。", "heard_employer" if heard_worker else "heard_worker")


def _after_talks(facts: dict[str, Any]) -> str:
    return "corrected" if facts.get("settled") else "negotiating"


def _talked(case: Case, *, on: Any, settled: bool, **_: Any) -> None:
    if settled:
        verbs.note_supervision(case, corrected_on=on)


def _investigate(case: Case, *, on: Any, cards: Any, found: str, **_: Any) -> None:
    verbs.note_supervision(case, cards=verbs.check_cards(cards, on), investigated_on=on, found_sealed=seal(found, FOUND))


def _sign(case: Case, *, on: Any, breaks: str, demands: str, number: str, served_on: Any, **_: Any) -> None:
    verbs.note_supervision(case, breaks=breaks, demands=demands, opinion_number=number, opinion_on=on, served_on=served_on)


def _after_reply(facts: dict[str, Any]) -> str:
    return "corrected" if facts.get("corrected") else "replied"


def _reply(case: Case, *, on: Any, corrected: bool, words: str, **_: Any) -> None:
    verbs.note_supervision(case, replied_on=on, answered_sealed=seal(words, ANSWERED), corrected_on=on if corrected else None)


def _check_silent(case: Case, *, on: Any, **_: Any) -> None:
    """Refused, silent or not corrected, by article 23: silence only once the fifteen working days are over."""
    clock = case.clocks.filter(term=REPLY_TERM, state="running").first()
    if case.state == "opinion_sent" and clock and clock.due_on and clock.due_on >= on:
        refuse(f"单位答复的期限到{clock.due_on:%Y年%-m月%-d日}，还没有过。")


def _propose(case: Case, *, on: Any, to: str, number: str, **_: Any) -> None:
    verbs.note_supervision(case, proposed_on=on, proposed_to=to, proposal_number=number)


def _after_authority(facts: dict[str, Any]) -> str:
    return "corrected" if facts.get("corrected") else "closed"


def _outcome(case: Case, *, on: Any, corrected: bool, **_: Any) -> None:
    if corrected:
        verbs.note_supervision(case, corrected_on=on)


SUPERVISION = Flow(
    line="rights", name="supervision", title="工会劳动法律监督", module="JD", view="rights.view", stages=STAGES, states=STATES,
    steps=(
        Step("accept", "受理", ("complained",), "accepted", WORK, meets=(REFUSE_TERM,), tells="工会受理了你的投诉。", primary=True),
        Step(
            "refuse", "不予受理，书面告知", ("complained",), "refused", WORK, form=watch_forms.NotTakenForm, do=_refuse, meets=(REFUSE_TERM,),
            kept=("because", "words"), tells="你的投诉有答复了，请看告知书。", dangerous=True,
        ),
        Step("hear", "听取双方意见", ("accepted",), "heard", WORK, form=watch_forms.HearForm, check=_check_both_heard, kept=("words",), primary=True),
        Step(
            "negotiate", "和单位协商", ("heard", "negotiating"), _after_talks, WORK, form=watch_forms.NegotiateForm, do=_talked,
            targets=("corrected", "negotiating"), kept=("settled", "words"), primary=True,
        ),
        Step("investigate", "调查", ("heard", "negotiating"), "investigated", WORK, form=watch_forms.InvestigateForm, do=_investigate, kept=("cards",)),
        Step(
            "opinion", "签发意见书", ("investigated",), "opinion_sent", SIGN, form=watch_forms.OpinionForm, do=_sign,
            starts=(Start(REPLY_TERM, since="served_on"),), kept=("breaks", "demands", "number", "served_on"), tells="工会给单位发了意见书。", primary=True,
        ),
        Step(
            "reply", "登记单位答复", ("opinion_sent",), _after_reply, WORK, form=watch_forms.ReplyForm, do=_reply, meets=(REPLY_TERM,),
            targets=("corrected", "replied"), kept=("corrected",), tells="单位答复了，请看结果。", primary=True,
        ),
        Step(
            "propose", "签发建议书", ("opinion_sent", "replied"), "proposed", SIGN, form=watch_forms.ProposalForm, check=_check_silent, do=_propose,
            voids=(REPLY_TERM,), kept=("to", "number"), tells="工会请人社局处理了。",
        ),
        Step(
            "outcome", "登记处理结果", ("proposed",), _after_authority, WORK, form=watch_forms.OutcomeForm, do=_outcome, targets=("corrected", "closed"),
            kept=("corrected", "words"), tells="有处理结果了。", primary=True,
        ),
    ),
)  # fmt: skip
