"""Claims by hand: received from the worker or at the window, completed, granted by the same rule as a settlement of the insurance (手工申请)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from niangjia.base.calendar import now, today
from niangjia.base.chinese import clean_text
from niangjia.base.scope import elevated
from niangjia.base.sealing import seal, unseal
from niangjia.core.access.actor import SYSTEM, Actor
from niangjia.core.access.rules import Refused, require
from niangjia.core.cases.actions import add_party, attach_to_step, open_case
from niangjia.core.cases.enums import Part
from niangjia.core.cases.models import Case, StepTaken
from niangjia.core.orgs.models import Organisation
from niangjia.core.orgs.queries import root
from niangjia.core.people.actions import change_details
from niangjia.core.people.enums import EmploymentStatus
from niangjia.core.people.models import Person
from niangjia.core.trail.actions import record
from niangjia.work.mutual_aid import clocks
from niangjia.work.mutual_aid.actions.clawing import start_clock
from niangjia.work.mutual_aid.actions.looking import ask_for_look
from niangjia.work.mutual_aid.actions.reckoning import ONE_AT_A_TIME, next_arrival
from niangjia.work.mutual_aid.actions.reviewing import OF_ONE, note_decision, reckon_of
from niangjia.work.mutual_aid.enums import EnrolmentState, LookKind, Sort
from niangjia.work.mutual_aid.enums import SettlementState as State
from niangjia.work.mutual_aid.models import DRAFT, ILLNESS, PAYEE_ACCOUNT, Claim, ClaimDraft, Enrolment, Settlement
from niangjia.work.mutual_aid.plan.lump import granted
from niangjia.work.mutual_aid.queries import granted_for, like_stays
from niangjia.work.mutual_aid.rules import refuse
from niangjia.work.mutual_aid.sheet import illness_of

REVIEW = "mutual_aid.review"
BY_CLAIM = "SGSQ"
"""What stands for the hospital's code where a claim gives its name only (手工申请)."""
DAYS_KEPT = 30


@dataclass(frozen=True)
class Stay:
    """A stay as its invoice says it; yuan."""

    hospital: str
    admitted_on: date
    left_on: date
    total: Decimal
    fund: Decimal
    cash: Decimal


@dataclass(frozen=True)
class Diagnosed:
    """An illness for which a policy grants a sum, and the day on which it was found."""

    enrolment: Enrolment
    illness: str
    on: date


@dataclass(frozen=True)
class Asking:
    """Who asks, and to whom it is paid: a relative for somebody else, an account where the register knows none. ``files`` by what they show."""

    proxy: Person | None = None
    kinship: str = ""
    account: str = ""
    payee: str = ""
    files: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    channel: str = "phone"


@transaction.atomic
def claim_stay(person: Person, *, stay: Stay, by: Actor, asking: Asking | None = None, on: date | None = None) -> Case:
    """Receive a claim for a stay of which the insurance sends nothing; who asks for a relative is named with the kinship."""
    asking, on = asking or Asking(), on or today()
    _check_stay(stay, on)
    with elevated("claim_stay: the district answers; the person's own records"):
        org = _answers(person, by, asking)
        _check_covered(person)
        _check_new(person, stay, own=by.person_id == person.pk)
        case = _open(person, org, "claim", f"{person.name}：住院互助金申请", by, on, asking)
        facts = {
            "hospital": clean_text(stay.hospital)[:80], "admitted_on": stay.admitted_on, "left_on": stay.left_on, "total": stay.total,
            "fund": stay.fund, "cash": stay.cash,
        }  # fmt: skip
        Claim.objects.create(case=case, sort=Sort.STAY, person=person, **facts, **_payee(person, asking))
        record("mutual_aid.claim", subject=case.subject, by=by, org=org.pk, on=on, sort=Sort.STAY, person=person.pk)
    return case


@transaction.atomic
def claim_lump(person: Person, *, found: Diagnosed, by: Actor, asking: Asking | None = None, on: date | None = None) -> Case:
    """Receive a claim for the sum that a policy grants for an illness; the illness lies sealed in the claim and stands in no title, list or event."""
    asking, on = asking or Asking(), on or today()
    if found.on > on:
        refuse("确诊日期还没有到。", "diagnosed_on")
    with elevated("claim_lump: the district answers; the person's own records"):
        org = _answers(person, by, asking)
        if found.enrolment.person_id != person.pk or found.enrolment.plan.declared.lump is None:
            refuse("这份保障不给一次性的钱，请选重病或女职工安康的保障。", "enrolment")
        if Claim.objects.filter(enrolment=found.enrolment, case__closed_on__isnull=True).exists():
            refuse("这份保障已经有一份申请在办，请在“我的事”里看。")
        case = _open(person, org, "lump", f"{person.name}：一次性互助金申请", by, on, asking)
        Claim.objects.create(
            case=case, sort=Sort.LUMP, person=person, enrolment=found.enrolment, illness_sealed=seal(found.illness.strip(), ILLNESS),
            diagnosed_on=found.on, **_payee(person, asking),
        )  # fmt: skip
        record("mutual_aid.claim", subject=case.subject, by=by, org=org.pk, on=on, sort=Sort.LUMP, person=person.pk)
    return case


def _answers(person: Person, by: Actor, asking: Asking) -> Organisation:
    """The district, which answers claims; refused where neither the person, nor the relative named, nor an officer asks."""
    org = root()
    if org is None:
        refuse("还没有建立区总工会，不能申请。")
    if by.person_id is None:
        require(by, REVIEW, org)
    elif by.person_id != person.pk and not (asking.proxy and asking.proxy.pk == by.person_id and asking.kinship):
        raise Refused("只能为自己申请；替家里人申请的，要写明是什么关系。")
    return org


def _check_stay(stay: Stay, on: date) -> None:
    if not clean_text(stay.hospital):
        refuse("请写医院的名字。", "hospital")
    if stay.left_on < stay.admitted_on:
        refuse("出院日期不能早于入院日期。", "left_on")
    if stay.left_on > on:
        refuse("还没有出院，出院结了账再申请。", "left_on")
    if stay.total <= 0:
        refuse("总费用要大于 0。", "total")
    if stay.fund + stay.cash > stay.total:
        refuse("医保付的加上自己付的，比总费用还多。请照发票再看一遍。", "cash")


def _check_covered(person: Person) -> None:
    policies = Enrolment.objects.filter(person=person, state=EnrolmentState.EFFECTIVE).select_related("plan")
    if not any(one.plan.declared.bands or one.plan.declared.daily for one in policies):
        refuse("没有找到参加住院互助的记录。请找单位工会，或打 12351。")


def _check_new(person: Person, stay: Stay, *, own: bool) -> None:
    """Refused where the same days are claimed already; where the insurance sent the stay itself, the person alone is told so here."""
    claims = Claim.objects.filter(person=person, sort=Sort.STAY, admitted_on__lte=stay.left_on, left_on__gte=stay.admitted_on)
    for claim in claims.select_related("case"):
        if claim.case.closed_on is None or claim.case.state == "granted":
            refuse(f"这次住院已经申请过（{claim.case.code}），不用再交。")
    known = like_stays(Claim(person=person, hospital=clean_text(stay.hospital), admitted_on=stay.admitted_on, left_on=stay.left_on))
    if own and known:
        refuse(f"这次住院医保已经送来了，现在是“{known[0].get_state_display()}”，不用再申请。觉得不对，在“医疗互助”里点申诉。")


def _open(person: Person, org: Organisation, flow: str, title: str, by: Actor, on: date, asking: Asking) -> Case:
    case = open_case(
        line="mutual_aid", flow=flow, org=org, title=title, by=by, on=on, applicants=[person], channel=asking.channel
    )  # fmt: skip
    if asking.proxy and asking.proxy.pk != person.pk:
        add_party(case, part=Part.REPRESENTATIVE, person=asking.proxy, by=SYSTEM, permission=REVIEW, on=on, note="亲属代办")
    start_clock(case, clocks.CHECK, since=on, by=by)
    first = StepTaken.objects.select_related("case__org").get(case=case, number=1)
    for called, files in asking.files.items():
        attach_to_step(first, files=files, by=by, title=called)
    return case


def _payee(person: Person, asking: Asking) -> dict[str, Any]:
    """The columns that say to whom it is paid: the living person's own account, after a death the relative's."""
    facts: dict[str, Any] = {"proxy": asking.proxy, "kinship": asking.kinship if asking.proxy else ""}
    if asking.account:
        name = (asking.payee or (asking.proxy.name if asking.proxy else "")) if person.deceased_on else person.name
        facts |= {"payee_name": clean_text(name), "payee_account_sealed": seal(asking.account, PAYEE_ACCOUNT)}
    return facts


def note_missing(case: Case, *, missing: str, by: Actor, on: date) -> None:
    """What is missing, in words the worker reads; part of a step."""
    Claim.objects.filter(case=case).update(missing=missing.strip()[:200])
    start_clock(case, clocks.SUPPLY, since=on, by=by)


def note_supplied(case: Case, *, by: Actor, on: date) -> None:
    """Nothing is missing any more, the checking goes on; part of a step."""
    Claim.objects.filter(case=case).update(missing="")
    start_clock(case, clocks.CHECK, since=on, by=by)


def name_payee(case: Case, *, payee: str, account: str, kinship: str) -> None:
    """Who of the family is paid after a death; part of a step."""
    claim = Claim.objects.select_related("person").get(case=case)
    if claim.person.deceased_on is None:
        refuse("本人在世，互助金只付给本人。请在会员档案里登记本人的银行卡。", "payee")
    claim.payee_name, claim.kinship, claim.payee_account_sealed = clean_text(payee)[:60], kinship, seal(account, PAYEE_ACCOUNT)
    claim.save(update_fields=["payee_name", "kinship", "payee_account_sealed"])


def settle_stay(case: Case, *, by: Actor, on: date, reason: str, **amounts: Decimal | None) -> Settlement:
    """A granted claim becomes a settlement, reckoned by the same rule, decided by hand; part of a step. ``amounts`` by national name.

    Raises ValidationError where the same stay was granted already, the rule grants nothing, or somebody else's pool pays.
    """
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME)
        claim = _held(case)
        if same := granted_for(claim):
            refuse(f"这次住院已经按医保送来的 {same.setl_id} 核定过（{same.benefit:,.2f} 元），不能再付。请办“医保已有记录”。")
        one = _new_settlement(
            claim, settled_on=claim.left_on, days=claim.days, fixmedins_name=claim.hospital, medfee_sumamt=claim.total,
            fund_pay_sumamt=claim.fund, psn_cash_pay=claim.cash, med_type="21", insutype="310", certno_index=claim.person.id_index,
            psn_type="1201" if claim.person.employment_status in (EmploymentStatus.RETIRED, EmploymentStatus.VETERAN) else "1101", **amounts,
        )  # fmt: skip
        reckon_of(cursor, OF_ONE, one.pk, subject=one.subject, by=by, on=on)
        one.refresh_from_db()
        if one.state != State.APPROVED:
            refuse(f"按规则现在不能给付：{one.reason}请核对金额和参保，或办“不予给付”。")
        if not one.benefit:
            refuse("按规则算出来是 0 元，请核对金额，或办“不予给付”。")
        _check_our_pool(one.enrolment)
        _decided(one, claim, by, on, reason)
    return one


def settle_lump(case: Case, *, by: Actor, on: date, reason: str) -> Settlement:
    """A granted sum for an illness, put before a second person at once; part of a step. Raises ValidationError with the rule's reason."""
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME)
        claim = _held(case)
        policy = Enrolment.objects.select_related("plan").select_for_update(of=("self",)).get(claims=claim)
        came = granted(policy.plan.declared, illness_of(claim, policy))
        if came.refusal:
            refuse(f"按规则不能给付：{came.refusal}请办“不予给付”。")
        _check_our_pool(policy)
        one = _new_settlement(
            claim, settled_on=claim.diagnosed_on, enrolment=policy, org_id=policy.org_id, benefit=came.amount, fixmedins_name="一次性给付"
        )
        _decided(one, claim, by, on, reason)
        ask_for_look(one, kind=LookKind.LUMP, on=on)
    return one


def _held(case: Case) -> Claim:
    claim = Claim.objects.select_related("person").select_for_update(of=("self",)).get(case=case)
    if claim.settlement_id:
        refuse("这份申请已经核定过。")
    if claim.person.deceased_on and not claim.payee_account:
        refuse("本人已登记去世，请先办“登记收款的亲属”。")
    if not claim.person.id_index:
        refuse("本人没有登记证件号码，对不上参保。请先在会员档案里补登。")
    return claim


def _new_settlement(claim: Claim, **facts: Any) -> Settlement:
    with connection.cursor() as cursor:
        arrival = next_arrival(cursor)
    facts = {"org_id": claim.case.org_id, "fixmedins_code": BY_CLAIM} | {name: value for name, value in facts.items() if value is not None}
    one = Settlement.objects.create(
        code=claim.case.code,
        setl_id=claim.case.code,
        person=claim.person,
        arrival=arrival,
        received_at=now(),
        state=State.RECEIVED,
        **facts,
    )
    claim.settlement = one
    claim.save(update_fields=["settlement"])
    return one


def _check_our_pool(policy: Enrolment | None) -> None:
    if policy is None or policy.plan.pool_id is None:
        owner = policy.plan.pool_owner if policy else ""
        refuse(f"这份保障由{owner}给付，本级不付。请办“转给资金池所在的工会”。")


def _decided(one: Settlement, claim: Claim, by: Actor, on: date, reason: str) -> None:
    one.state, one.by_hand, one.approved_on, one.due, one.reason = State.APPROVED, True, on, one.benefit, "手工申请，人工核定。"
    one.save(update_fields=["state", "by_hand", "approved_on", "due", "reason"])
    note_decision(one, approved=True, reason=reason, by=by, on=on)
    record("mutual_aid.decide", subject=one.subject, by=by, org=one.org_id, on=on, reason=reason[:120], state=one.state)
    person = claim.person
    if claim.payee_account and person.deceased_on is None and not person.bank_account:
        change_details(person, bank_account=claim.payee_account, by=SYSTEM, on=on)


def note_pool(case: Case, *, number: str, amount: Decimal | None) -> None:
    """What the owner of the pool answered; part of a step."""
    Claim.objects.filter(case=case).update(pool_number=clean_text(number)[:60], pool_amount=amount)


@transaction.atomic
def claim_again(claim: Claim, *, by: Actor, came_from: Case, on: date) -> Case:
    """A refused claim is taken up anew, as an appeal found: another case with the same facts; part of a step."""
    old = claim.case
    case = open_case(
        line="mutual_aid", flow=old.flow, org=old.org, title=old.title, by=by, on=on, applicants=[claim.person], channel=old.channel,
        outside_number=old.code, came_from=came_from,
    )  # fmt: skip
    claim.pk, claim.case, claim.settlement, claim._state.adding = None, case, None, True
    claim.save()
    start_clock(case, clocks.CHECK, since=on, by=by)
    return case


@transaction.atomic
def see_illness(claim: Claim, *, reason: str, by: Actor) -> str:
    """The illness in clear, for whoever decides, against a reason; the person sees that it was looked at."""
    require(by, REVIEW, claim.case.org)
    if len(reason.strip()) < 4:
        refuse("请写明理由，至少4个字。", "reason")
    record("people.unmask", subject=claim.person.subject, by=by, org=claim.person.home_org_id, reason=reason.strip()[:120], field="illness")
    return claim.illness


@transaction.atomic
def keep_draft(person: Person, *, answers: Mapping[str, Any]) -> None:
    """Keep what was answered so far; nobody acts yet: no trail."""
    sealed = seal(json.dumps(dict(answers), ensure_ascii=False), DRAFT)
    ClaimDraft.objects.update_or_create(person=person, defaults={"answers_sealed": sealed})


def draft_of(person: Person) -> dict[str, Any]:
    """The answers kept for a person; none where there are none."""
    row = ClaimDraft.objects.filter(person=person).first()
    return json.loads(unseal(bytes(row.answers_sealed), DRAFT)) if row else {}


@transaction.atomic
def forget_draft(person: Person) -> None:
    """What was sent, or given up, is kept no longer."""
    ClaimDraft.objects.filter(person=person).delete()


@transaction.atomic
def forget_old_drafts() -> int:
    """Drafts nobody touched for thirty days; returns how many."""
    return ClaimDraft.objects.filter(changed_at__lt=now() - timedelta(days=DAYS_KEPT)).delete()[0]
