"""Legal aid by the union, from the application to the fee, as one table (工会法律援助)."""

from typing import Any

from django.utils.translation import gettext_noop as _

from niangjia.core.access.actor import SYSTEM
from niangjia.core.access.rules import Refused
from niangjia.core.cases.models import Case
from niangjia.core.cases.rules import refuse
from niangjia.core.cases.steps import SAME, WORKER, Flow, Stage, Start, State, Step
from niangjia.work.rights import actions, aid_forms, aiding
from niangjia.work.rights.enums import MandateState, Verdict
from niangjia.work.rights.models import LegalAid

DECIDE, LAWYER = "rights.aid", "rights.aid_work"
DECIDE_TERM, ASSIGN_TERM, REPORT_TERM = "legal_aid.decide", "legal_aid.assign", "legal_aid.report"

STAGES = (
    Stage("ask", _("申请")),
    Stage("decide", _("决定")),
    Stage("assign", _("指派")),
    Stage("work", _("办理")),
    Stage("end", _("结案")),
)

STATES = (
    State("applied", "已申请", "ask", _("收到你的申请了"), _("七天内答复给不给")),
    State("state_referred", "已转国家法律援助", "decide", _("转给法律援助中心了"), _("他们答复了就告诉你")),
    State("granted", "已决定援助", "decide", _("答应帮你了，不收钱"), _("三天内给你安排律师")),
    State("assigned", "已指派", "assign", _("找好律师了"), _("律师会打电话给你")),
    State("working", "办理中", "work", _("律师正在办"), _("有开庭、要补材料会通知你")),
    State("closed", "已办完", "end", _("律师办完了"), _("觉得律师帮得怎样，告诉我们")),
    State("reviewed", "已评查", "end", _("办完了，工会看过了")),
    State("fee_due", "待发补贴", "end", _("办完了")),
    State("fee_settled", "已结清", "end", _("办完了"), final=True),
    State("refused", "不予援助", "decide", _("这次没有答应"), _("理由和去处写在下面"), final=True),
    State("state_taken", "国家法律援助已受理", "decide", _("法律援助中心接了"), _("由他们的律师办"), final=True),
    State("withdrawn", "已撤回", "end", _("你撤回了"), _("以后还可以再申请"), final=True),
    State("stopped", "终止援助", "end", _("援助停了"), _("理由写在下面"), final=True),
)


def _aid(case: Case) -> LegalAid:
    return LegalAid.objects.get(case=case)


def _tell_missing(case: Case, *, on: Any, missing: str, **_: Any) -> None:
    actions.note_aid(case, missing=missing, told_missing_on=on)


def _check_told_once(case: Case, **_: Any) -> None:
    if _aid(case).told_missing_on:
        refuse("要补的材料只能告知一次，已经告知过了（法律援助法第四十三条）。", "missing")


def _complete(case: Case, *, on: Any, **_: Any) -> None:
    actions.note_aid(case, complete_on=on)


def _check_asked_for_papers(case: Case, **_: Any) -> None:
    aid = _aid(case)
    if aid.verdict != Verdict.URGENT and not aid.told_missing_on:
        refuse("没有要求补材料，不用登记补齐。")
    if aid.complete_on:
        refuse("材料已经登记补齐。")


def _check_means(case: Case, *, exempt: Any = (), means: str = "", **_: Any) -> None:
    aid = _aid(case)
    if not (aid.exempt or exempt or means.strip() or aid.means_sealed):
        refuse("没有免予核查的情形，请写经济状况核查的结果。", "means")


def _grant(verdict: str) -> Any:
    def do(case: Case, *, by: Any, on: Any, reason: str, forms_of_aid: Any = (), exempt: Any = (), means: str = "", **_: Any) -> None:
        actions.decide_aid(case, verdict=verdict, on=on, by=by, reason=reason, forms=forms_of_aid, exempt=exempt, means=means)
        actions.start_assigning(case, by=by, on=on)

    return do


def _check_urgent(case: Case, *, on: Any, preservation: bool = False, **_: Any) -> None:
    if not preservation and not aiding.is_urgent(_aid(case), on):
        refuse(f"离时效届满还有 {aiding.URGENT_DAYS} 天以上，也不用保全：按平常的步骤决定（法律援助法第四十四条）。")


def _refuse(case: Case, *, by: Any, on: Any, reason: str, where: str, **_: Any) -> None:
    actions.decide_aid(case, verdict=Verdict.REFUSED, on=on, by=by, reason=actions.refusal_words(reason, where))


def _refer(case: Case, *, by: Any, on: Any, body: str, reason: str, **_: Any) -> None:
    actions.decide_aid(case, verdict=Verdict.STATE, on=on, by=by, reason=reason)
    actions.note_aid(case, state_body=body)


def _state_answered(case: Case, *, taken: bool, number: str = "", **_: Any) -> None:
    actions.note_aid(case, state_number=number)
    if not taken:
        actions.reopen_aid(case)


def _offer(case: Case, *, by: Any, on: Any, helper: Any, although: str = "", **_: Any) -> None:
    actions.offer(case, helper=helper, by=by, on=on, although=although)


def _check_lawyer(case: Case, *, by: Any, **_: Any) -> None:
    """The lawyer's own account; an officer writes down what a lawyer without an account says."""
    mandate = aiding.mandate_of(case)
    if mandate is None:
        refuse("现在没有承办律师。")
    account = mandate.helper.account_id
    if by is SYSTEM or (account is None and by.may(DECIDE)):
        return
    if account != by.user_id or by.user_id is None:
        raise Refused("这一步要承办律师本人办理。")


def _accept(case: Case, *, by: Any, on: Any, scope: str, **_: Any) -> None:
    actions.accept(case, scope=scope, by=by, on=on)


def _give_back(state: str) -> Any:
    def do(case: Case, *, by: Any, on: Any, reason: str, **_: Any) -> None:
        actions.give_back(case, state=state, reason=reason, by=by, on=on)
        actions.start_assigning(case, by=by, on=on)

    return do


def _check_lapsed(case: Case, *, on: Any, **_: Any) -> None:
    mandate = aiding.mandate_of(case)
    if mandate is None or mandate.answer_by >= on:
        refuse("还没有到最晚答复的日子。")


def _log(case: Case, *, on: Any, hours: Any, what: str, **_: Any) -> None:
    actions.log_effort(case, hours=hours, what=what, on=on)


def _obtain(
    case: Case, *, by: Any, on: Any, ground: str, amount: Any, plan: Any = (), agreed: Any = None, number: str = "", **_: Any
) -> None:
    actions.agree(aiding.matter_of(case), ground=ground, amount=amount, plan=plan, by=by, on=on, agreed=agreed, number=number)


def _name_opposing(case: Case, *, by: Any, on: Any, name: str, **_: Any) -> None:
    actions.name_opposing_agent(case, name=name, by=by, permission=LAWYER, on=on)


def _finish(case: Case, *, on: Any, result: str, **_: Any) -> None:
    actions.finish(case, on=on)
    actions.note_aid(case, result=result, ended_on=on)


def _report(case: Case, *, by: Any, on: Any, remark: str = "", **_: Any) -> None:
    actions.file_report(case, by=by, on=on, remark=remark)


def _check_reported(case: Case, **_: Any) -> None:
    if not _aid(case).reported_on:
        refuse("结案报告还没有归档，不能评查。")


def _review(case: Case, *, grade: int, **_: Any) -> None:
    actions.note_aid(case, grade=grade)


def _reckon(case: Case, *, by: Any, on: Any, **_: Any) -> None:
    actions.reckon_fees(case, by=by, on=on)


def _approve(case: Case, *, by: Any, on: Any, **_: Any) -> None:
    actions.approve_fees(case, by=by, on=on)


def _stop(case: Case, *, by: Any, on: Any, reason: str, **_: Any) -> None:
    if aiding.in_force().filter(case=case).exists():
        actions.give_back(case, state=MandateState.CHANGED, reason=reason, by=by, on=on)
    actions.note_aid(case, ended_on=on)


def _satisfied(case: Case, *, satisfied: int, **_: Any) -> None:
    actions.note_aid(case, satisfied=satisfied)


def _where_after_state(facts: dict[str, Any]) -> str:
    return "state_taken" if facts.get("taken") else "applied"


DECIDING = (
    Step("papers", "一次告知补材料", ("applied",), SAME, DECIDE, form=aid_forms.PapersForm, check=_check_told_once, do=_tell_missing, kept=("missing",), tells="还要补几样材料，请看是哪几样。"),
    Step("papers_in", "材料补齐", ("applied", "granted", "assigned", "working"), SAME, DECIDE, check=_check_asked_for_papers, do=_complete),
    Step(
        "grant", "决定给予援助", ("applied",), "granted", DECIDE, form=aid_forms.GrantForm, check=_check_means, do=_grant(Verdict.GRANTED),
        meets=(DECIDE_TERM,), kept=("forms_of_aid", "reason"), tells="工会答应给你法律援助，不收钱。", primary=True,
    ),
    Step(
        "urgent", "先行援助", ("applied",), "granted", DECIDE, form=aid_forms.UrgentForm, check=_check_urgent, do=_grant(Verdict.URGENT),
        meets=(DECIDE_TERM,), kept=("forms_of_aid", "reason"), tells="时间紧，工会先帮你，材料后补。",
    ),
    Step(
        "refuse", "不予援助", ("applied",), "refused", DECIDE, form=aid_forms.RefuseAidForm, do=_refuse, meets=(DECIDE_TERM,),
        kept=("reason", "where"), outcome=Verdict.REFUSED, tells="你的援助申请有答复了，请看理由和去处。", dangerous=True,
    ),
    Step(
        "refer", "转国家法律援助机构", ("applied",), "state_referred", DECIDE, form=aid_forms.ReferStateForm, do=_refer, meets=(DECIDE_TERM,),
        kept=("body", "reason"), tells="你的申请转给法律援助中心了。",
    ),
    Step(
        "state_answer", "登记对方答复", ("state_referred",), _where_after_state, DECIDE, form=aid_forms.StateAnswerForm, do=_state_answered,
        targets=("state_taken", "applied"), kept=("taken", "number"), outcome=Verdict.STATE, tells="法律援助中心答复了，请看结果。", primary=True,
    ),
    Step("withdraw", _("我不申请了"), ("applied", "granted"), "withdrawn", WORKER),
)  # fmt: skip

ASSIGNING = (
    Step(
        "assign", "指派律师", ("granted",), "assigned", DECIDE, form=aid_forms.OfferForm, do=_offer, meets=(ASSIGN_TERM,),
        tells="给你找好律师了，律师会打电话给你。", primary=True,
    ),
    Step("accept", "接受指派", ("assigned",), "working", LAWYER, form=aid_forms.AcceptMandateForm, check=_check_lawyer, do=_accept, kept=("scope",), primary=True),
    Step(
        "decline", "不接受", ("assigned",), "granted", LAWYER, form=aid_forms.WhyForm, check=_check_lawyer, do=_give_back(MandateState.DECLINED),
        for_worker=False,
    ),
    Step(
        "lapse", "到期没有接受，收回重派", ("assigned",), "granted", DECIDE, form=aid_forms.WhyForm, check=_check_lapsed,
        do=_give_back(MandateState.LAPSED), for_worker=False,
    ),
    Step(
        "change", "更换律师", ("assigned", "working"), "granted", DECIDE, form=aid_forms.WhyForm, do=_give_back(MandateState.CHANGED),
        tells="要给你换一位律师。", dangerous=True,
    ),
)  # fmt: skip

WORKING = (
    Step("log", "登记工时", ("working",), SAME, LAWYER, form=aid_forms.EffortForm, check=_check_lawyer, do=_log, kept=("hours", "what"), for_worker=False),
    Step("opposing", "登记对方代理人", ("working",), SAME, LAWYER, form=aid_forms.OpposingForm, check=_check_lawyer, do=_name_opposing, for_worker=False),
    Step(
        "obtain", "登记协议、裁决、判决", ("working",), SAME, LAWYER, form=aid_forms.ObtainedForm, check=_check_lawyer, do=_obtain,
        kept=("ground", "amount"), tells="有结果了，请看能拿到多少。",
    ),
    Step(
        "finish", "办完了", ("working",), "closed", LAWYER, form=aid_forms.FinishForm, check=_check_lawyer, do=_finish, starts=(Start(REPORT_TERM),),
        kept=("result",), tells="律师办完了。觉得帮得怎样，告诉我们。", primary=True,
    ),
    Step("stop", "终止援助", ("granted", "assigned", "working"), "stopped", DECIDE, form=aid_forms.WhyForm, do=_stop, kept=("reason",), tells="援助停了，请看理由。", dangerous=True),
)  # fmt: skip

ENDING = (
    Step(
        "report", "结案报告归档", ("closed",), SAME, LAWYER, form=aid_forms.ReportForm, check=_check_lawyer, do=_report, meets=(REPORT_TERM,),
        primary=True, for_worker=False,
    ),
    Step("review", "评查", ("closed",), "reviewed", DECIDE, form=aid_forms.ReviewForm, check=_check_reported, do=_review, kept=("grade",), for_worker=False),
    Step("fees", "核算补贴", ("reviewed",), "fee_due", DECIDE, do=_reckon, primary=True, for_worker=False),
    Step("approve", "审批补贴，结清", ("fee_due",), "fee_settled", DECIDE, do=_approve, primary=True, bulk=True, for_worker=False),
    Step("content", _("说说律师帮得怎样"), ("closed", "reviewed", "fee_due"), SAME, WORKER, form=aid_forms.ContentForm, do=_satisfied, kept=("satisfied",)),
)  # fmt: skip

AID = Flow(
    line="rights", name="aid", title="法律援助", module="FY", view="rights.view", stages=STAGES, states=STATES,
    steps=DECIDING + ASSIGNING + WORKING + ENDING,
)  # fmt: skip
