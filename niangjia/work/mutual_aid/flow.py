"""The flows of mutual aid besides the settlement itself: a claim by hand, a sum for an illness, an appeal, a claw-back."""

from typing import Any

from django.utils.translation import gettext_noop as _

from niangjia.core.cases.models import Case
from niangjia.core.cases.rules import refuse
from niangjia.core.cases.steps import SAME, WORKER, Flow, Stage, State, Step
from niangjia.work.mutual_aid import actions, claim_forms, clocks
from niangjia.work.mutual_aid.models import Claim
from niangjia.work.mutual_aid.queries import like_stays

REVIEW, POST, WRITE_OFF, VIEW = "mutual_aid.review", "ledger.post", "mutual_aid.write_off", "mutual_aid.view"

CLAIM_STAGES = (Stage("ask", _("申请")), Stage("check", _("核对")), Stage("end", _("结果")))
CLAIM_STATES = (
    State("submitted", "待核对", "check", _("收到你的申请了"), _("工会正在核对，有结果会告诉你")),
    State("returned", "待补材料", "ask", _("还差几样材料"), _("补齐了接着办，编号不变")),
    State("forwarded", "已转资金池", "check", _("转给付钱的工会了"), _("他们答复了就告诉你")),
    State("granted", "已核定", "end", _("答应给了"), _("钱打到卡上就告诉你"), final=True),
    State("granted_there", "资金池已给付", "end", _("答应给了"), _("由付钱的工会打到卡上"), final=True),
    State("refused", "不予给付", "end", _("这次不能给"), _("理由写在下面。觉得不对，可以申诉"), final=True),
    State("known", "医保已有记录", "end", _("医保已经送来这次住院"), _("到“医疗互助”里看结果"), final=True),
    State("withdrawn", "已撤回", "end", _("你撤回了"), _("以后还可以再申请"), final=True),
)


def _missing(case: Case, *, by: Any, on: Any, missing: str, **_: Any) -> None:
    actions.note_missing(case, missing=missing, by=by, on=on)


def _supplied(case: Case, *, by: Any, on: Any, **_: Any) -> None:
    actions.note_supplied(case, by=by, on=on)


def _payee(case: Case, *, payee: str, account: str, kinship: str, **_: Any) -> None:
    actions.name_payee(case, payee=payee, account=account, kinship=kinship)


def _grant_stay(case: Case, *, by: Any, on: Any, reason: str, **facts: Any) -> None:
    amounts = {name: facts.get(name) for name in claim_forms.AMOUNTS}
    actions.settle_stay(case, by=by, on=on, reason=reason, **amounts)


def _grant_lump(case: Case, *, by: Any, on: Any, reason: str, **_: Any) -> None:
    actions.settle_lump(case, by=by, on=on, reason=reason)


def _check_known(case: Case, **_: Any) -> None:
    if not like_stays(Claim.objects.get(case=case)):
        refuse("医保还没有送来这次住院的记录。")


def _forwarded(case: Case, *, by: Any, on: Any, **_: Any) -> None:
    actions.start_clock(case, clocks.POOL, since=on, by=by)


def _pool_answered(case: Case, *, number: str, granted: bool, amount: Any = None, **_: Any) -> None:
    actions.note_pool(case, number=number, amount=amount if granted else None)


def _where_after_pool(facts: dict[str, Any]) -> str:
    return "granted_there" if facts.get("granted") else "refused"


CHECKING = (
    Step(
        "ask_more", "请补材料", ("submitted",), "returned", REVIEW, form=claim_forms.MissingForm, do=_missing, meets=(clocks.CHECK.code,),
        kept=("missing",), tells="互助申请还差几样材料，请看是哪几样。",
    ),
    Step("supply", _("补材料"), ("returned",), "submitted", WORKER, form=claim_forms.SupplyForm, do=_supplied, meets=(clocks.SUPPLY.code,)),
    Step("supply_here", "登记补来的材料", ("returned",), "submitted", REVIEW, do=_supplied, meets=(clocks.SUPPLY.code,), primary=True),
    Step("payee", "登记收款的亲属", ("submitted",), SAME, REVIEW, form=claim_forms.PayeeForm, do=_payee, for_worker=False),
)  # fmt: skip
ENDING = (
    Step("forward", "转给资金池所在的工会", ("submitted",), "forwarded", REVIEW, form=claim_forms.NumberForm, do=_forwarded, meets=(clocks.CHECK.code,), kept=("number",), tells="你的申请转给付钱的工会了。"),
    Step(
        "pool_answer", "登记对方答复", ("forwarded",), _where_after_pool, REVIEW, form=claim_forms.PoolAnswerForm, do=_pool_answered,
        targets=("granted_there", "refused"), meets=(clocks.POOL.code,), kept=("granted", "amount", "number", "reason"),
        tells="你的互助申请有答复了，请看结果。", primary=True,
    ),
    Step(
        "refuse", "不予给付", ("submitted", "returned"), "refused", REVIEW, form=claim_forms.TellWhyForm, meets=(clocks.CHECK.code,), kept=("reason",),
        outcome="refused", tells="你的互助申请有答复了，请看理由。", dangerous=True,
    ),
    Step("withdraw", _("我不申请了"), ("submitted", "returned"), "withdrawn", WORKER, outcome="withdrawn"),
)  # fmt: skip

CLAIM = Flow(
    line="mutual_aid", name="claim", title="住院互助金申请", module="BX", view=REVIEW, stages=CLAIM_STAGES, states=CLAIM_STATES,
    steps=(
        *CHECKING,
        Step(
            "grant", "核定给付", ("submitted",), "granted", REVIEW, form=claim_forms.GrantStayForm, do=_grant_stay, meets=(clocks.CHECK.code,),
            kept=claim_forms.AMOUNTS, outcome="granted", tells="你申请的互助金核定了，请看怎么算的。", primary=True,
        ),
        Step("known", "医保已有记录", ("submitted", "returned"), "known", REVIEW, check=_check_known, outcome="known", tells="医保已经送来这次住院，不用再申请。"),
        *ENDING,
    ),
)  # fmt: skip
LUMP = Flow(
    line="mutual_aid", name="lump", title="一次性互助金申请", module="ZB", view=REVIEW, stages=CLAIM_STAGES,
    states=tuple(state for state in CLAIM_STATES if state.key != "known"),
    steps=(
        *CHECKING,
        Step(
            "grant", "核定给付", ("submitted",), "granted", REVIEW, form=claim_forms.WhyForm, do=_grant_lump, meets=(clocks.CHECK.code,),
            outcome="granted", tells="你申请的互助金核定了，复核以后就付。", primary=True,
        ),
        *ENDING,
    ),
)  # fmt: skip


def _check_answer(case: Case, *, by: Any, **_: Any) -> None:
    actions.check_other(case, by=by)
    actions.check_competent(case)


def _appeal_forwarded(case: Case, *, by: Any, on: Any, to: str, number: str = "", **_: Any) -> None:
    actions.note_forwarded(case, to=to, number=number, by=by, on=on)


def _replied(case: Case, *, on: Any, number: str, **_: Any) -> None:
    actions.note_reply(case, number=number, on=on)


def _uphold(case: Case, *, answer: str, **_: Any) -> None:
    actions.note_answer(case, answer=answer)


def _change(case: Case, *, by: Any, on: Any, answer: str, settlement: str = "", **_: Any) -> None:
    actions.change(case, answer=answer, by=by, on=on, settlement=settlement)
    actions.note_answer(case, answer=answer)


APPEAL = Flow(
    line="mutual_aid", name="appeal", title="互助金申诉", module="HS", view=REVIEW,
    stages=(Stage("ask", _("申诉")), Stage("look", _("另一个人再看")), Stage("end", _("答复"))),
    states=(
        State("received", "待答复", "look", _("收到你的申诉了"), _("由另一个人重新看一遍")),
        State("forwarded", "已转出", "look", _("转给做决定的单位了"), _("他们答复了就告诉你")),
        State("upheld", "维持", "end", _("看过了，还是原来的决定"), _("为什么，写在下面"), final=True),
        State("changed", "改判", "end", _("改过来了"), _("怎么改的，写在下面"), final=True),
        State("withdrawn", "已撤回", "end", _("你撤回了"), _("以后还可以再申诉"), final=True),
    ),
    steps=(
        Step("change", "改判", ("received",), "changed", REVIEW, form=claim_forms.ChangeForm, check=_check_answer, do=_change, meets=(clocks.ANSWER.code,), outcome="changed", tells="你的申诉有答复了：改过来了。", primary=True),
        Step("uphold", "维持原来的决定", ("received",), "upheld", REVIEW, form=claim_forms.AnswerForm, check=_check_answer, do=_uphold, meets=(clocks.ANSWER.code,), outcome="upheld", tells="你的申诉有答复了，请看为什么。"),
        Step("forward", "转出", ("received",), "forwarded", REVIEW, form=claim_forms.ForwardAppealForm, do=_appeal_forwarded, kept=("to", "number"), tells="你的申诉转给做决定的单位了。"),
        Step("reply", "登记对方答复", ("forwarded",), "received", REVIEW, form=claim_forms.ReplyForm, do=_replied, meets=(clocks.POOL.code,), kept=("number",), tells="做决定的单位答复了，工会马上告诉你结果。", primary=True),
        Step("withdraw", _("我不申诉了"), ("received", "forwarded"), "withdrawn", WORKER, outcome="withdrawn"),
    ),
)  # fmt: skip


def _told(case: Case, *, by: Any, on: Any, **_: Any) -> None:
    actions.note_told(case, by=by, on=on)


def _repaid(case: Case, *, by: Any, on: Any, amount: Any = None, **_: Any) -> None:
    actions.note_repaid(case.mutual_aid_clawback.settlement, by=by, on=on, amount=amount)


def _check_part(case: Case, *, amount: Any, **_: Any) -> None:
    if amount >= case.mutual_aid_clawback.rest:
        refuse("这就是全部了，请办“全部退回”。", "amount")


def _propose(case: Case, *, by: Any, resolution: str, **_: Any) -> None:
    actions.propose_write_off(case, resolution=resolution, by=by)


def _check_second(case: Case, *, by: Any, **_: Any) -> None:
    actions.check_other_person(case, by)


def _write_off(case: Case, *, by: Any, on: Any, **_: Any) -> None:
    found = case.mutual_aid_clawback
    actions.write_off(found.settlement, resolution=found.resolution, by=by, on=on)


CLAWBACK = Flow(
    line="mutual_aid", name="clawback", title="追回互助金", module="ZH", view=VIEW,
    stages=(Stage("open", _("取消")), Stage("repay", _("退回")), Stage("end", _("了结"))),
    states=(
        State("open", "待告知", "open", _("这次住院医保取消了，有一笔钱要收回"), _("先从重新结算里抵，不够的再请你退")),
        State("notified", "待退回", "repay", _("请把多给的钱退回来"), _("有困难、觉得不对，打电话或点申诉")),
        State("proposed", "待批核销", "repay", _("工会正在商量这笔钱"), _("有结果会告诉你")),
        State("repaid", "已退回", "end", _("钱退清了，谢谢你"), final=True),
        State("offset", "已抵回", "end", _("从重新结算里抵清了"), _("你不用再退"), final=True),
        State("written_off", "已核销", "end", _("这笔钱不用退了"), final=True),
    ),
    steps=(
        Step("notify", "告知本人", ("open",), "notified", REVIEW, do=_told, meets=(clocks.NOTIFY.code,), tells="有一笔互助金要收回，请看为什么、怎么退。", primary=True),
        Step("repaid", "全部退回", ("open", "notified", "proposed"), "repaid", POST, do=_repaid, meets=(clocks.NOTIFY.code, clocks.REPAY.code), outcome="repaid", tells="退的钱收到了，这件事了结了。", primary=True),
        Step("part", "退回一部分", ("open", "notified", "proposed"), SAME, POST, form=claim_forms.PartForm, check=_check_part, do=_repaid, kept=("amount",), tells="收到你退的一部分钱。"),
        Step("offset", "抵清", ("open", "notified", "proposed"), "offset", REVIEW, meets=(clocks.NOTIFY.code, clocks.REPAY.code), outcome="offset", tells="从重新结算里抵清了，你不用再退。"),
        Step("propose", "提出核销", ("notified",), "proposed", REVIEW, form=claim_forms.WriteOffForm, do=_propose, kept=("resolution",), for_worker=False),
        Step("write_off", "批准核销", ("proposed",), "written_off", WRITE_OFF, check=_check_second, do=_write_off, meets=(clocks.REPAY.code,), outcome="written_off", tells="这笔钱不用退了。", dangerous=True),
        Step("not_written_off", "不同意核销", ("proposed",), "notified", WRITE_OFF, form=claim_forms.WhyForm, kept=("reason",), for_worker=False),
    ),
)  # fmt: skip

FLOWS = (CLAIM, LUMP, APPEAL, CLAWBACK)
