"""What rights says to arbitration, courts and bureaus, and what they say back: the same by interface, file or letter.

Outgoing messages follow steps of the flow; incoming ones take steps by the line's own verbs, so that states, clocks, money and trail
come out the same as when an officer enters a letter by hand.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from ninja import Schema
from pydantic import ConfigDict, Field

from niangjia.core.cases.actions import advance
from niangjia.core.cases.models import Case
from niangjia.core.cases.queries import flow_of
from niangjia.core.cases.rules import refuse
from niangjia.core.exchange.kinds import END, SENDER, Incoming, Outgoing
from niangjia.core.exchange.models import Message
from niangjia.core.orgs.enums import PartnerKind
from niangjia.core.people.models import Person
from niangjia.work.rights import actions
from niangjia.work.rights.enums import Channel, Forum, Kind
from niangjia.work.rights.forms import REFERRED_TO
from niangjia.work.rights.models import Claim, Dispute
from niangjia.work.rights.queries import money_of, settlement_of

Money = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)]
Number = Annotated[str, Field(min_length=1, max_length=60)]
Text = Annotated[str, Field(max_length=200)]
Told = Annotated[str, Field(max_length=4000)]
WORK = ("rights.mediate",)
TAKING_OVER = tuple(kind.value for kind in REFERRED_TO)
COURT, ARBITRATION = (PartnerKind.COURT.value,), (PartnerKind.ARBITRATION.value, PartnerKind.LABOUR_BUREAU.value)


class Facts(Schema):
    """Facts of a message: nothing else than what is named."""

    model_config = ConfigDict(extra="forbid")


# -- Out ------------------------------------------------------------------------------------------------------------------------


class Someone(Facts):
    """An applicant with what an application must say of them."""

    name: str = Field(title="姓名")
    id_number: str = Field("", title="证件号")
    phone: str = Field("", title="手机")


class Item(Facts):
    """One claim: its kind (D01 …), words, yuan asked for, yuan agreed."""

    kind: str = Field(title="类型")
    item: str = Field(title="请求")
    claimed: Money | None = Field(None, title="主张（元）")
    agreed: Money | None = Field(None, title="说定（元）")


class Application(Facts):
    """An application to arbitration, a court or a bureau, about one dispute."""

    to: str = Field(title="提交给")
    applicants: list[Someone] = Field(title="申请人")
    respondent: str = Field(title="被申请人")
    respondent_code: str = Field("", title="统一社会信用代码")
    claims: list[Item] = Field(title="请求")
    told: str = Field("", title="事情经过")
    workplace: str = Field("", title="上班地点")
    entry_on: date | None = Field(None, title="入职")
    left_on: date | None = Field(None, title="离职")
    mediated_by: str = Field("", title="调解组织")
    evidence: int | None = Field(None, title="证据份数")
    paper: str = Field("", title="依据文书")
    paper_number: str = Field("", title="文号")
    effective_on: date | None = Field(None, title="生效")
    agreed: Money | None = Field(None, title="说定（元）")
    received: Money | None = Field(None, title="到手（元）")
    missing: Money | None = Field(None, title="还差（元）")
    number: str = Field("", title="案号")
    why: str = Field("", title="理由")


class Result(Facts):
    """How a case ended that another body had sent us."""

    their_number: str = Field(title="来源单号")
    outcome: str = Field(title="结果")
    closed_on: date = Field(title="办结")
    received: Money = Field(title="到手（元）")
    answer: str = Field(title="答复")


def _application(forum: str = "") -> Callable[[Case, Mapping[str, Any]], Application]:
    def make(case: Case, said: Mapping[str, Any]) -> Application:
        dispute, paper, money = Dispute.objects.get(case=case), settlement_of(case), money_of(case)
        earlier = case.proceedings.exclude(number="").order_by("-id").first()
        return Application(
            to=str(said.get("body_name") or said.get("to", "")), applicants=_applicants(case), respondent=_respondent(case),
            respondent_code=(case.employer.credit_code or "") if case.employer else "",
            claims=[Item(kind=one.kind, item=one.item, claimed=one.claimed, agreed=one.agreed) for one in _claims(case)],
            told=dispute.facts, workplace=dispute.workplace, entry_on=dispute.entry_on, left_on=dispute.left_on,
            mediated_by=dispute.mediated_by, evidence=case.evidence.filter(removed_on__isnull=True).count() or None,
            paper=paper.get_ground_display() if paper else "", paper_number=paper.number if paper else "",
            effective_on=paper.effective_on if paper else None, agreed=money.agreed or None, received=money.received or None, missing=money.missing or None,
            number=earlier.number if earlier else "", why=str(said.get("why", "")),
        )  # fmt: skip

    return make


def _applicants(case: Case) -> list[Someone]:
    rows = Person.objects.filter(pk__in=case.persons).order_by("id")
    return [Someone(name=one.name, id_number=one.id_number or "", phone=one.phone or "") for one in rows]


def _respondent(case: Case) -> str:
    party = case.parties.filter(part="respondent").select_related("employer").first()
    return party.called if party else ""


def _claims(case: Case) -> list[Claim]:
    return list(Claim.objects.filter(case=case).order_by("id"))


def _result(case: Case, said: Mapping[str, Any]) -> Result:
    title = "已并案" if case.merged_into_id else flow_of(case).state(case.state).title
    received = money_of(case).received
    answer = f"{title}。到手 {received} 元。" if received else f"{title}。"
    if why := str(said.get("why", "")):
        answer += f"{why}。"
    return Result(
        their_number=case.outside_number,
        outcome=title,
        closed_on=case.closed_on or case.state_since,
        received=received,
        answer=answer,
    )


CODES = {"kind": dict(Kind.choices), "kinds": dict(Kind.choices), "channel": dict(Channel.choices)}
OUTGOING = (
    Outgoing(
        "rights.arbitration", "仲裁申请", "rights", "dispute", ("arbitrate",), Application, _application(Forum.ARBITRATION), to=ARBITRATION, codes=CODES,
        answered_by="arbitration.accept",
    ),
    Outgoing(
        "rights.confirmation", "司法确认申请", "rights", "dispute", ("confirm",), Application, _application(Forum.CONFIRMATION), to=COURT, codes=CODES,
        answered_by="judicial_confirmation.accept",
    ),
    Outgoing("rights.suit", "起诉", "rights", "dispute", ("sue", "overdue_sue"), Application, _application(Forum.FIRST), to=COURT, codes=CODES),
    Outgoing("rights.appeal", "上诉", "rights", "dispute", ("appeal",), Application, _application(Forum.SECOND), to=COURT, codes=CODES),
    Outgoing("rights.enforcement", "强制执行申请", "rights", "dispute", ("enforce",), Application, _application(Forum.ENFORCEMENT), to=COURT, codes=CODES),
    Outgoing(
        "rights.referral", "转办件", "rights", "dispute", ("refer",), Application, _application(), named_by="to", codes=CODES,
        to=TAKING_OVER,
    ),
    Outgoing("rights.answer", "办理结果答复", "rights", "dispute", (END,), Result, _result, to=(SENDER,)),
)  # fmt: skip


# -- In -------------------------------------------------------------------------------------------------------------------------


class Accepted(Facts):
    """Taken up under the body's own number."""

    number: Number = Field(title="案号")


class ArbitrationAccepted(Accepted):
    """``simplified``: by the simplified procedure, thirty days (浙江调解仲裁条例第三十九条)."""

    simplified: bool = Field(False, title="适用简易程序")


class Declined(Facts):
    """Not taken up, and why."""

    reason: Text = Field(title="理由")


class TakenOver(Facts):
    """A matter that was referred is taken over."""

    number: Annotated[str, Field(max_length=60)] = Field("", title="编号")


class Hearing(Facts):
    """The day of a hearing."""

    hearing_on: date = Field(title="开庭日期")


class Nothing(Facts):
    """The day of the message says all."""


class Decision(Facts):
    """An award or a judgment: made on one day, served on the worker on another; what it brings, in yuan."""

    number: Number = Field(title="案号")
    decided_on: date = Field(title="作出日期")
    served_on: date = Field(title="送达日期")
    result: Text = Field(title="结果")
    amount: Money = Field(title="金额（元）")
    is_final: bool = Field(False, title="终局")


class Confirmation(Facts):
    """Whether the court confirmed the agreement."""

    number: Number = Field(title="案号")
    valid: bool = Field(title="确认有效")
    reason: Text = Field("", title="理由")


class Applicant(Facts):
    """Somebody who asks, as the sending body knows them."""

    name: Annotated[str, Field(min_length=2, max_length=60)] = Field(title="姓名")
    phone: Annotated[str, Field(pattern=r"^(1\d{10})?$")] = Field("", title="手机")
    id_number: Annotated[str, Field(max_length=18)] = Field("", title="证件号")


class ItemAsked(Facts):
    """One claim of a case that comes in."""

    kind: Kind = Field(title="类型")
    item: Annotated[str, Field(min_length=1, max_length=80)] = Field(title="请求")
    claimed: Annotated[Decimal, Field(gt=0, max_digits=14, decimal_places=2)] | None = Field(None, title="主张（元）")


class NewCase(Facts):
    """A dispute sent to the union: by a court's mediation platform, the governance centre, 12345, the arrears platform, petitions.

    ``answer_by`` is the day by which the sender wants to know the result. ``town`` is the street or town of the workplace.
    """

    channel: Channel = Field(title="来源")
    number: Number = Field(title="来源单号")
    answer_by: date | None = Field(None, title="答复期限")
    applicants: Annotated[list[Applicant], Field(min_length=1, max_length=50)] = Field(title="申请人")
    respondent: Annotated[str, Field(min_length=2, max_length=120)] = Field(title="被申请人")
    respondent_code: Annotated[str, Field(max_length=18)] = Field("", title="统一社会信用代码")
    kinds: Annotated[list[Kind], Field(min_length=1, max_length=6)] = Field(title="争议类型")
    claims: Annotated[list[ItemAsked], Field(max_length=20)] = Field([], title="请求")
    town: Annotated[str, Field(max_length=40)] = Field("", title="上班的镇街")
    told: Told = Field("", title="事情经过")
    left_on: date | None = Field(None, title="离职")
    entry_on: date | None = Field(None, title="入职")


SENDERS = {
    PartnerKind.COURT: {Channel.COURT, Channel.COURT_PLATFORM}, PartnerKind.GOVERNANCE_CENTRE: {Channel.CENTRE, Channel.SOLVE_CODE},
    PartnerKind.HOTLINE: {Channel.CITY_HOTLINE}, PartnerKind.ARREARS: {Channel.ARREARS}, PartnerKind.PETITION: {Channel.PETITION},
    PartnerKind.ARBITRATION: {Channel.ARBITRATION}, PartnerKind.INSPECTION: {Channel.INSPECTION},
    PartnerKind.LABOUR_BUREAU: {Channel.ARBITRATION, Channel.INSPECTION, Channel.ARREARS},
}  # fmt: skip
"""By which channels a kind of body may send a case."""


def _takes(step: str, *names: str, note: str = "") -> Callable[[Message, Any, Any], Case]:
    """A message that takes a step with the facts named; ``note`` names the fact that becomes the step's note."""

    def apply(message: Message, facts: Any, by: Any) -> Case:
        assert message.case is not None
        said = {name: getattr(facts, name) for name in names}
        advance(message.case, step, by=by, on=message.said_on, note=getattr(facts, note) if note else "", **said)
        return message.case

    return apply


def _confirmed(message: Message, facts: Confirmation, by: Any) -> Case:
    step = _takes("confirmed", "number") if facts.valid else _takes("not_confirmed", note="reason")
    return step(message, facts, by)


def _sent_back(message: Message, facts: Declined, by: Any) -> Case:
    assert message.case is not None
    advance(message.case, "sent_back", by=by, on=message.said_on, why=facts.reason)
    return message.case


def _enforcement_taken(message: Message, facts: Accepted, by: Any) -> Case:
    assert message.case is not None
    actions.note_proceeding(message.case, Forum.ENFORCEMENT, accepted_on=message.said_on, number=facts.number)
    return message.case


def _opened(message: Message, facts: NewCase, by: Any) -> Case:
    if facts.channel not in SENDERS.get(PartnerKind(message.partner.kind), set()):
        refuse(f"“{facts.channel.label}”的来件不由{message.partner.name}发来。")
    case = actions.arrive(
        applicants=[actions.Arrived(one.name, one.phone, one.id_number) for one in facts.applicants], kinds=[kind.value for kind in facts.kinds],
        respondent=facts.respondent, credit_code=facts.respondent_code, town=facts.town, channel=facts.channel.value,
        outside_number=facts.number, home=message.partner.org, by=by, on=message.said_on,
        claims=[actions.Asked(one.kind.value, one.item, one.claimed) for one in facts.claims],
        facts=actions.Facts(entry_on=facts.entry_on, left_on=facts.left_on, known_on=facts.left_on, told=facts.told),
    )  # fmt: skip
    message.due_on = facts.answer_by
    return case


def _words(said: str) -> dict[str, dict[str, Any]]:
    """Outcomes as bureaus write them; they stand for no further fact."""
    return {word: {} for word in said.split()}


DECIDED = ("decided_on", "served_on", "result", "amount", "number")
INCOMING = (
    Incoming(
        "rights.case", "移送的争议", NewCase, _opened, ("rights.register", "people.change"), sent_by=tuple(kind.value for kind in SENDERS),
        opens=True, codes=CODES,
    ),
    Incoming(
        "rights.arbitration.accepted", "仲裁受理通知", ArbitrationAccepted, _takes("arb_accept", "number", "simplified"), WORK,
        sent_by=ARBITRATION, states=("filed",), answers="rights.arbitration", words=_words("受理 予以受理 立案受理 已受理"),
    ),
    Incoming(
        "rights.arbitration.declined", "仲裁不予受理通知", Declined, _takes("arb_refuse", note="reason"), WORK, sent_by=ARBITRATION,
        states=("filed",), answers="rights.arbitration", words=_words("不予受理 不受理 不予立案"),
    ),
    Incoming(
        "rights.arbitration.served", "副本已送达单位", Nothing, _takes("served"), WORK, sent_by=ARBITRATION, states=("arbitrating",),
        waits_in=("filed",), words=_words("已送达 副本送达"),
    ),
    Incoming(
        "rights.hearing", "开庭通知", Hearing, _takes("hearing", "hearing_on"), WORK, sent_by=(*ARBITRATION, *COURT),
        states=("arbitrating", "first", "second"), waits_in=("filed",), words=_words("开庭 定期开庭"),
    ),
    Incoming(
        "rights.award", "仲裁裁决", Decision, _takes("award", *DECIDED, "is_final"), WORK, sent_by=ARBITRATION, states=("arbitrating",),
        waits_in=("filed",), answers="rights.arbitration", words=_words("裁决 仲裁裁决 已裁决"),
    ),
    Incoming(
        "rights.referral.taken", "转办件接收回执", TakenOver, _takes("taken_over", "number"), WORK, sent_by=TAKING_OVER, states=("referred",),
        answers="rights.referral", words=_words("接收 已接收 受理 已受理 立案"),
    ),
    Incoming(
        "rights.referral.declined", "转办件退回", Declined, _sent_back, WORK, sent_by=TAKING_OVER, states=("referred",),
        answers="rights.referral", words=_words("退回 不予受理 不受理 不属于受理范围"),
    ),
    Incoming(
        "rights.confirmation.accepted", "司法确认立案", Accepted, _takes("confirm_accepted", "number"), WORK, sent_by=COURT,
        states=("confirming",), answers="rights.confirmation", words=_words("确认立案 司法确认立案"),
    ),
    Incoming(
        "rights.confirmation.decided", "司法确认裁定", Confirmation, _confirmed, WORK, sent_by=COURT, states=("confirming",),
        answers="rights.confirmation", words={"确认有效": {"valid": True}, "裁定有效": {"valid": True}, "驳回": {"valid": False}, "驳回申请": {"valid": False}, "不予确认": {"valid": False}},
    ),
    Incoming(
        "rights.suit.accepted", "一审立案通知", Accepted, _takes("first_accept", "number"), WORK, sent_by=COURT, states=("first",),
        answers="rights.suit", words=_words("立案 一审立案"),
    ),
    Incoming(
        "rights.judgment", "一审判决", Decision, _takes("judge", *DECIDED), WORK, sent_by=COURT, states=("first",), answers="rights.suit",
        words=_words("判决 一审判决"),
    ),
    Incoming(
        "rights.judgment.final", "二审判决", Decision, _takes("final", *DECIDED), WORK, sent_by=COURT, states=("second",),
        answers="rights.appeal", words=_words("二审判决 终审判决"),
    ),
    Incoming(
        "rights.enforcement.accepted", "执行立案通知", Accepted, _enforcement_taken, WORK, sent_by=COURT, states=("enforcing",),
        answers="rights.enforcement", words=_words("执行立案"),
    ),
)  # fmt: skip
