"""The way of a labour dispute, from the first call to money in hand, as one table (调裁诉)."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_noop as _

from niangjia.core.cases.actions import clocks
from niangjia.core.cases.models import Case
from niangjia.core.cases.rules import refuse
from niangjia.core.cases.steps import SAME, WORKER, Flow, Start, Step
from niangjia.work.rights import actions, aid_forms, forms
from niangjia.work.rights.enums import AidForm, Forum, Ground, Outcome
from niangjia.work.rights.models import Share
from niangjia.work.rights.queries import money_of, receipts_of, settlement_of
from niangjia.work.rights.steps import STAGES, STATES

WORK = "rights.mediate"
MEDIATION, AWARD = "mediation.end", ("arbitration.award", "arbitration.award_extended", "arbitration.award_simplified_zhejiang")


def _accept(case: Case, *, mediated_by: str, **_: Any) -> None:
    actions.note_dispute(case, mediated_by=mediated_by)


def _plan(case: Case, *, meets_on: Any, place: str, at: Any = None, **_: Any) -> None:
    actions.plan_session(case, meets_on=meets_on, place=place, at=at)


def _record(case: Case, *, on: Any, both_came: bool = False, minutes: str = "", **_: Any) -> None:
    actions.record_session(case, on=on, both_came=both_came, minutes=minutes)


def _check_extension(case: Case, *, until: Any, **_: Any) -> None:
    running = case.clocks.filter(term=MEDIATION, state="running").first()
    if running is None:
        refuse("调解期限没有在走，不用延期。")
    if until <= running.due_on:
        refuse("延到的日子要在现在的期限之后。", "until")


def _extend(case: Case, *, by: Any, until: Any, why: str, **_: Any) -> None:
    """Both sides agree to go on (浙江调解仲裁条例第十条): their written word takes the place of the fifteen days."""
    clocks.agree_term(case, term=MEDIATION, due_on=until, by=by, reason=f"双方同意延期：{why}")


def _settle(ground: str) -> Any:
    def do(case: Case, *, by: Any, on: Any, amount: Decimal, plan: Any = (), agreed: Any = None, number: str = "", **_: Any) -> None:
        actions.agree(case, ground=ground, amount=amount, plan=plan, by=by, on=on, agreed=agreed, number=number)

    return do


def _settle_orally(case: Case, *, by: Any, on: Any, amount: Decimal, proof_note: str, agreed: Any = None, **_: Any) -> None:
    actions.agree(case, ground=Ground.ORAL, amount=amount, plan=[(on, amount)], by=by, on=on, agreed=agreed)
    if amount:
        actions.receive(case, amount=amount, on=on, proof_note=proof_note, by=by)


def _by_paper(case: Case, *, by: Any, on: Any, ground: str, amount: Decimal, plan: Any = (), agreed: Any = None, **rest: Any) -> None:
    actions.agree(case, ground=ground, amount=amount, plan=plan, by=by, on=on, agreed=agreed, number=rest.get("number", ""))


def _confirmed(case: Case, *, on: Any, **_: Any) -> None:
    actions.confirm_settlement(case, on=on)


def _file(forum: str) -> Any:
    def do(case: Case, *, on: Any, body_name: str, **_: Any) -> None:
        actions.file_at(case, forum=forum, on=on, body_name=body_name)

    return do


def _accepted(forum: str) -> Any:
    def do(case: Case, *, on: Any, number: str, **_: Any) -> None:
        actions.note_proceeding(case, forum, accepted_on=on, number=number)

    return do


def _hear(case: Case, *, hearing_on: Any, **_: Any) -> None:
    forum = {"arbitrating": Forum.ARBITRATION, "first": Forum.FIRST, "second": Forum.SECOND}[case.state]
    actions.note_proceeding(case, forum, hearing_on=hearing_on)


def _decide(forum: str, ground: str) -> Any:
    def do(
        case: Case, *, by: Any, decided_on: Any, served_on: Any, result: str, amount: Decimal, plan: Any = (), agreed: Any = None,
        number: str = "", is_final: bool = False, **_: Any,
    ) -> None:  # fmt: skip
        actions.note_proceeding(case, forum, decided_on=decided_on, served_on=served_on, result=result, is_final=is_final)
        actions.agree(
            case, ground=ground, amount=amount, plan=plan or ([(served_on, amount)] if amount else []), by=by, on=served_on, agreed=agreed,
            number=number,
        )  # fmt: skip

    return do


def _check_decision(case: Case, *, on: Any, decided_on: Any, served_on: Any, **_: Any) -> None:
    if served_on < decided_on:
        refuse("送达不能早于作出。", "served_on")
    if served_on > on or decided_on > on:
        refuse("作出和送达的日期不能晚于办理日期。", "served_on")


def _receive(case: Case, *, by: Any, on: Any, amount: Decimal, proof_note: str, **_: Any) -> None:
    actions.receive(case, amount=amount, on=on, proof_note=proof_note, by=by)


def _check_all_arrived(case: Case, **_: Any) -> None:
    shares = Share.objects.filter(case=case, stays_out=False)
    if shares.filter(agreed__isnull=True).exists():
        refuse("集体案件要写好每人说定的金额，再办结。")
    money = money_of(case)
    if money.missing > 0:
        refuse(f"还差 {money.missing} 元没有到账，不能办结。到了先登记到账，没到办“逾期未付”。")


def _check_something_due(case: Case, *, on: Any, **_: Any) -> None:
    paper = settlement_of(case)
    due = sum((one.amount for one in paper.instalments.filter(due_on__lt=on)), Decimal(0)) if paper else Decimal(0)
    got = sum((one.amount for one in receipts_of(case)), Decimal(0))
    if paper is None or got >= due:
        refuse("到今天为止该付的都付了，还没有逾期。")


def _check_not_rated(case: Case, **_: Any) -> None:
    if case.dispute.satisfied:
        refuse("你已经说过了，谢谢。还有话说，给工会打电话。")


def _satisfied(case: Case, *, satisfied: int, **_: Any) -> None:
    actions.note_dispute(case, satisfied=satisfied)


def _ask_aid(
    case: Case, *, by: Any, on: Any, forms_of_aid: Any = (AidForm.ARBITRATION,), means: str = "", exempt: Any = (), **_: Any
) -> None:
    actions.apply_for_aid(matter=case, by=by, on=on, forms=forms_of_aid, means=means, exempt=exempt)


OPEN_TALK = ("accepted", "mediating")
ENDED = tuple(state.key for state in STATES if state.final and state.key not in ("withdrawn", "refused"))
DUE_STATES = ("agreed", "performing", "breached", "enforcing", "awarded", "judged")

AIDABLE = (
    "registered",
    "accepted",
    "mediating",
    "failed",
    "breached",
    "filed",
    "arbitrating",
    "awarded",
    "setting_aside",
    "first",
    "judged",
    "second",
    "enforcing",
)

MEDIATION_STEPS = (
    Step(
        "accept", "受理", ("registered",), "accepted", WORK, form=forms.AcceptForm, starts=(Start(MEDIATION),), do=_accept,
        kept=("mediated_by",), tells="工会受理了你的事，会约你和单位谈。", primary=True, bulk=True,
    ),
    Step("refer", "转办", ("registered", "accepted"), "referred", WORK, form=forms.ReferForm, kept=("to", "why"), voids=(MEDIATION,), tells="你的事转给管这件事的部门了。"),
    Step(
        "taken_over", "对方接收，办结", ("referred",), "handed_over", WORK, form=forms.TakenOverForm, kept=("number",), outcome=Outcome.REFERRED,
        tells="管这件事的部门接过去了。", primary=True,
    ),
    Step("sent_back", "对方退回", ("referred",), "registered", WORK, form=forms.SentBackForm, kept=("why",), tells="对方没有接，工会接着帮你。"),
    Step("refuse", "不予受理", ("registered",), "refused", WORK, form=forms.RefuseForm, kept=("why",), outcome=Outcome.NOT_TAKEN, tells="你的事有答复了，请看理由和去处。", dangerous=True),
    Step("plan", "约调解会", OPEN_TALK, "mediating", WORK, form=forms.PlanForm, do=_plan, kept=("meets_on", "place"), tells="约好调解会了，请看时间地点。", primary=True),
    Step("record", "记录调解会", ("mediating",), SAME, WORK, form=forms.SessionForm, do=_record, kept=("both_came",)),
    Step("extend", "双方同意延期", ("mediating",), SAME, WORK, form=forms.ExtendForm, check=_check_extension, do=_extend, kept=("until", "why")),
    Step(
        "agree", "达成协议", OPEN_TALK, "agreed", WORK, form=forms.MoneyForm, do=_settle(Ground.AGREEMENT), meets=(MEDIATION,),
        starts=(Start("judicial_confirmation.apply"),), kept=("amount",), outcome=Outcome.AGREED, tells="谈成了，等单位付钱。", primary=True,
    ),
    Step(
        "oral", "口头和解并付清", OPEN_TALK, "oral", WORK, form=forms.OralForm, do=_settle_orally, meets=(MEDIATION,), kept=("amount",),
        outcome=Outcome.ORAL, tells="当场谈好付清，这件事办结了。",
    ),
    Step(
        "fail", "调解不成", OPEN_TALK, "failed", WORK, form=forms.FailForm, meets=(MEDIATION,), kept=("outcome", "why"),
        outcome=Outcome.FAILED, tells="没谈成，可以申请仲裁，不收费。",
    ),
    Step("drop", "不再申请仲裁，办结", ("failed",), "dropped", WORK, outcome=Outcome.FAILED),
    Step(
        "withdraw", "撤回", ("registered", "accepted", "mediating", "failed", "referred"), "withdrawn", WORK, outcome=Outcome.WITHDRAWN, dangerous=True
    ),
    Step("give_up", _("我不办了"), ("registered", "accepted", "mediating", "referred"), "withdrawn", WORKER, outcome=Outcome.WITHDRAWN),
)  # fmt: skip

PERFORMANCE_STEPS = (
    Step(
        "confirm", "申请司法确认", ("agreed",), "confirming", WORK, form=forms.FileForm, do=_file(Forum.CONFIRMATION),
        meets=("judicial_confirmation.apply",), starts=(Start("judicial_confirmation.accept"),), kept=("body_name",),
    ),
    Step(
        "confirm_accepted", "法院立案", ("confirming",), SAME, WORK, form=forms.NumberForm, do=_accepted(Forum.CONFIRMATION),
        meets=("judicial_confirmation.accept",), starts=(Start("judicial_confirmation.special"),), kept=("number",), primary=True,
    ),
    Step(
        "confirmed", "确认有效", ("confirming",), "performing", WORK, form=forms.NumberForm, do=_confirmed,
        meets=("judicial_confirmation.special", "judicial_confirmation.accept"), kept=("number",), tells="法院确认了协议，单位不付可以强制执行。",
    ),
    Step(
        "not_confirmed", "驳回或不予受理", ("confirming",), "agreed", WORK,
        meets=("judicial_confirmation.special", "judicial_confirmation.accept"),
    ),
    Step("perform", "等待履行", ("agreed", "awarded", "judged"), "performing", WORK, meets=("sue.after_award", "appeal.judgment", "set_aside.employer"), voids=("judicial_confirmation.apply",)),
    Step(
        "receive", "登记到账", DUE_STATES, SAME, WORK, form=forms.ReceiveForm, do=_receive, kept=("amount",), tells="登记了一笔到账，请核对。",
        primary=True,
    ),
    Step("complete", "全部到账，办结", ("agreed", "performing", "breached", "enforcing"), "performed", WORK, check=_check_all_arrived, outcome=Outcome.PERFORMED, tells="钱都到了，这件事办结。觉得办得怎样，告诉我们。"),
    Step(
        "breach", "逾期未付", ("agreed", "performing"), "breached", WORK, check=_check_something_due, tells="单位没有按时付，工会接着帮你。",
        starts=(Start("enforcement.apply"),), voids=("judicial_confirmation.apply",),
    ),
    Step(
        "enforce", "申请强制执行", ("breached", "performing"), "enforcing", WORK, form=forms.FileForm, do=_file(Forum.ENFORCEMENT),
        meets=("enforcement.apply",), kept=("body_name",),
    ),
    Step("lose", "未获支持，办结", ("awarded", "judged", "second", "enforcing"), "lost", WORK, outcome=Outcome.LOST, dangerous=True),
    Step(
        "rate", _("说说办得怎样"), ENDED, SAME, WORKER, form=forms.SatisfiedForm, check=_check_not_rated, do=_satisfied,
        kept=("satisfied",), primary=True, after_end=True,
    ),
)  # fmt: skip

FORUM_STEPS = (
    Step(
        "arbitrate", "申请仲裁", ("registered", "accepted", "failed", "breached"), "filed", WORK, form=forms.ArbitrationForm,
        do=_file(Forum.ARBITRATION), voids=(MEDIATION, "judicial_confirmation.apply", "enforcement.apply"), starts=(Start("arbitration.accept"),), kept=("body_name",),
        tells="仲裁申请交上去了。",
    ),
    Step(
        "arb_accept", "仲裁受理", ("filed",), "arbitrating", WORK, form=forms.AcceptedForm, do=_accepted(Forum.ARBITRATION),
        meets=("arbitration.accept",), kept=("number",), primary=True, tells="仲裁受理了。",
        starts=(
            Start("arbitration.serve"), Start("arbitration.award"), Start("arbitration.award_simplified_zhejiang", when="simplified"),
        ),
    ),
    Step("arb_refuse", "仲裁不予受理", ("filed",), "failed", WORK, meets=("arbitration.accept",), starts=(Start("sue.after_award"),)),
    Step("served", "副本已送达单位", ("arbitrating",), SAME, WORK, meets=("arbitration.serve",), starts=(Start("arbitration.answer"),), for_worker=False),
    Step("answered", "收到答辩书", ("arbitrating",), SAME, WORK, meets=("arbitration.answer",), starts=(Start("arbitration.serve_answer"),), for_worker=False),
    Step("answer_served", "答辩书已送达申请人", ("arbitrating",), SAME, WORK, meets=("arbitration.serve_answer",)),
    Step("hearing", "定开庭日期", ("arbitrating", "first", "second"), SAME, WORK, form=forms.HearingForm, do=_hear, kept=("hearing_on",), tells="开庭日期定了，请看。"),
    Step(
        "arb_extend", "批准延长裁决期限", ("arbitrating",), SAME, WORK, voids=("arbitration.award",),
        do=lambda case, by, on, **_: _lengthen(case, by),
    ),
    Step(
        "arb_settle", "仲裁、法院调解书", ("arbitrating", "first", "second"), "performing", WORK, form=forms.GroundForm, do=_by_paper,
        meets=AWARD, kept=("amount", "ground"), outcome=Outcome.AWARDED, tells="双方签了调解书，等单位付钱。",
    ),
    Step(
        "award", "收到裁决", ("arbitrating",), "awarded", WORK, form=forms.DecisionForm, check=_check_decision,
        do=_decide(Forum.ARBITRATION, Ground.AWARD), meets=AWARD, outcome=Outcome.AWARDED, primary=True,
        starts=(Start("sue.after_award", since="served_on"), Start("set_aside.employer", since="served_on", when="is_final")),
        kept=("amount", "decided_on", "served_on", "is_final", "result"), tells="裁决下来了，不服的十五天内可以起诉。",
    ),
    Step("overdue_sue", "逾期未裁决，直接起诉", ("arbitrating",), "first", WORK, form=forms.FileForm, do=_file(Forum.FIRST), voids=AWARD, kept=("body_name",)),
    Step("set_aside", "单位申请撤销", ("awarded",), "setting_aside", WORK, form=forms.FileForm, do=_file(Forum.SET_ASIDE), meets=("set_aside.employer",), kept=("body_name",)),
    Step("kept", "裁定维持", ("setting_aside",), "performing", WORK),
    Step("set_aside_done", "裁定撤销", ("setting_aside",), "failed", WORK, starts=(Start("sue.after_set_aside"),)),
    Step(
        "sue", "起诉", ("awarded", "failed"), "first", WORK, form=forms.FileForm, do=_file(Forum.FIRST), kept=("body_name",),
        meets=("sue.after_award", "sue.after_set_aside"), voids=("set_aside.employer",), tells="起诉交到法院了。",
    ),
    Step("first_accept", "一审立案", ("first",), SAME, WORK, form=forms.NumberForm, do=_accepted(Forum.FIRST), starts=(Start("court.simple"),), kept=("number",), primary=True),
    Step(
        "judge", "收到一审判决", ("first",), "judged", WORK, form=forms.DecisionForm, check=_check_decision,
        do=_decide(Forum.FIRST, Ground.JUDGMENT), meets=("court.simple",), starts=(Start("appeal.judgment", since="served_on"),),
        kept=("amount", "decided_on", "served_on", "result"), outcome=Outcome.AWARDED, tells="判决下来了，不服的十五天内可以上诉。",
    ),
    Step("appeal", "上诉", ("judged",), "second", WORK, form=forms.FileForm, do=_file(Forum.SECOND), meets=("appeal.judgment",), starts=(Start("court.second_instance"),), kept=("body_name",)),
    Step(
        "final", "收到二审判决", ("second",), "performing", WORK, form=forms.DecisionForm, check=_check_decision,
        do=_decide(Forum.SECOND, Ground.JUDGMENT), meets=("court.second_instance",), outcome=Outcome.AWARDED, primary=True,
        kept=("amount", "decided_on", "served_on", "result"), tells="二审判了，这次就生效。",
    ),
)  # fmt: skip

WORKERS_STEPS = (Step("ask_aid", _("请律师帮我（法律援助）"), AIDABLE, SAME, WORKER, form=aid_forms.WorkerAskAidForm, do=_ask_aid),)
"""What the worker may do stands before giving up."""
AID_STEPS = (
    Step(
        "aid", "转工会法律援助", AIDABLE, SAME, "rights.register", form=aid_forms.AskAidForm, do=_ask_aid, tells="工会替你申请了法律援助。"
    ),
)


def _lengthen(case: Case, by: Any) -> None:
    """Forty-five days and fifteen more, counted from the same day (调解仲裁法第四十三条)."""
    first = case.clocks.filter(term="arbitration.award").latest("id")
    clocks.start_term(case, term="arbitration.award_extended", since=first.starts_on, by=by)


DISPUTE = Flow(
    line="rights", name="dispute", title="劳动争议", module="LD", view="rights.view", stages=STAGES, states=STATES,
    steps=WORKERS_STEPS + MEDIATION_STEPS + PERFORMANCE_STEPS + FORUM_STEPS + AID_STEPS,
    joined=actions.join_disputes, parted=actions.part_dispute, closed=actions.close_joint,
)  # fmt: skip
