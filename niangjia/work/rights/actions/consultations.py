"""Consultations: booked, reminded of, held, missed, cancelled, gone on with as a dispute or as legal aid (咨询)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from niangjia.base.calendar import chinese_day, now, today
from niangjia.base.chinese import clean_text, name_key
from niangjia.base.scope import elevated
from niangjia.base.sealing import seal, seal_many
from niangjia.core.access.actor import SYSTEM, Actor
from niangjia.core.access.rules import Refused, require
from niangjia.core.cases.models import Case
from niangjia.core.cases.rules import refuse
from niangjia.core.notices import actions as notices
from niangjia.core.notices.enums import Kind as NoticeKind
from niangjia.core.orgs.actions.codes import take_codes
from niangjia.core.orgs.models import Employer, Organisation
from niangjia.core.people.models import Person
from niangjia.core.trail.actions import record
from niangjia.work.rights.actions.aid import apply_for_aid
from niangjia.work.rights.actions.asking import Facts, ask
from niangjia.work.rights.consulting import DAYS_AHEAD, slots, to_remind
from niangjia.work.rights.enums import AskedBy, AskedHow, Channel, ConsultationState, DutyState, NextStep
from niangjia.work.rights.models import ANSWER, CONTACT, QUESTION, Consultation, Duty, Helper

WORK = "rights.aid_work"


def _codes(year: int, n: int = 1) -> list[str]:
    first = take_codes("consult", year, n)
    return [f"ZX-{settings.DIVISION}-{year}-{first + place:05d}" for place in range(n)]


@transaction.atomic
def book(duty: Duty, *, at: time, kind: str, by: Actor, question: str = "", person: Person | None = None) -> Consultation:
    """Take a free time with the lawyer on duty; a worker for themselves. Raises ValidationError where it is full, past or too far ahead."""
    if by.person_id is None:
        require(by, WORK)
    with elevated("book: others' bookings decide which times are free"):
        duty = Duty.objects.select_for_update(of=("self",)).select_related("org", "helper").get(pk=duty.pk)
        who = Person.objects.get(pk=by.person_id) if by.person_id is not None else person
        if who is None:
            refuse("请写明谁来问。", "person")
        _check_time(duty, at)
        if Consultation.objects.filter(duty=duty, at=at, state__in=("booked", "held")).exists():
            refuse("这个时间刚被别人约走了，请换一个。", "at")
        if Consultation.objects.filter(duty=duty, person=who, state=ConsultationState.BOOKED).exists():
            refuse("你已经约了这一场，不用再约。要换时间，先取消。", "at")
        made = Consultation(
            code=_codes(today().year)[0], org=duty.org, duty=duty, helper=duty.helper, account_id=duty.account_id, person=who,
            how=AskedHow.BOOKED, on=duty.on, at=at, kind=kind, question_sealed=seal(question.strip(), QUESTION) if question.strip() else None,
            state=ConsultationState.BOOKED, made_on=today(),
        )  # fmt: skip
        try:
            made.full_clean()
            made.save()
        except IntegrityError:
            refuse("这个时间刚被别人约走了，请换一个。", "at")
        record("rights.book", subject=made.subject, by=by, org=duty.org_id, on=duty.on, duty=duty.subject)
    return made


def _check_time(duty: Duty, at: time) -> None:
    if duty.state == DutyState.CANCELLED:
        refuse("这一场取消了，请换一天。", "at")
    if duty.on < today() or (duty.on == now().date() and at <= now().time()):
        refuse("这个时间已经过去了，请换一个。", "at")
    if duty.on > today() + timedelta(days=DAYS_AHEAD):
        refuse(f"最多提前 {DAYS_AHEAD} 天约。", "at")
    if at not in slots(duty):
        refuse("没有这个时间，请从列出来的里面选。", "at")


@transaction.atomic
def cancel_consultation(consultation: Consultation, *, by: Actor, reason: str = "") -> None:
    """The person, or whoever sees people at the window, gives the time back."""
    _check_hand(consultation, by, own=True)
    with elevated("cancel_booking: one's own booking"):
        row = Consultation.objects.select_for_update(of=("self",)).get(pk=consultation.pk)
        _check_state(row, ConsultationState.BOOKED)
        row.state, row.reason = ConsultationState.CANCELLED, reason.strip()[:120] or "本人取消"
        row.save(update_fields=["state", "reason"])
        record("rights.cancel_consultation", subject=row.subject, by=by, org=row.org_id)


@transaction.atomic
def miss(consultation: Consultation, *, by: Actor) -> None:
    """Booked, and nobody came."""
    _check_hand(consultation, by)
    with elevated("miss: the consultation lies with another organisation"):
        row = Consultation.objects.select_for_update(of=("self",)).get(pk=consultation.pk)
        _check_state(row, ConsultationState.BOOKED)
        if row.on > today():
            refuse(f"{chinese_day(row.on)}还没有到。")
        row.state = ConsultationState.MISSED
        row.save(update_fields=["state"])
        record("rights.miss", subject=row.subject, by=by, org=row.org_id, on=row.on)


@dataclass(frozen=True)
class Said:
    """What came of a consultation: the lawyer's answer, how long it took, what follows."""

    answer: str
    minutes: int
    next_step: str = NextStep.NOTHING


@transaction.atomic
def hold(consultation: Consultation, *, said: Said, by: Actor) -> Consultation:
    """A booked consultation was held."""
    _check_hand(consultation, by)
    with elevated("hold: the consultation lies with another organisation"):
        row = Consultation.objects.select_for_update(of=("self",)).get(pk=consultation.pk)
        _check_state(row, ConsultationState.BOOKED)
        if row.on > today():
            refuse(f"{chinese_day(row.on)}还没有到，不能先登记。")
        _put(row, said)
        row.save()
        record("rights.consult", subject=row.subject, by=by, org=row.org_id, on=row.on, minutes=said.minutes, next_step=said.next_step)
    return row


def _put(row: Consultation, said: Said) -> None:
    if not said.answer.strip():
        refuse("请写答复了什么。", "answer")
    row.state, row.answer_sealed = ConsultationState.HELD, seal(said.answer.strip(), ANSWER)
    row.minutes, row.next_step = said.minutes, said.next_step
    row.full_clean(exclude={"duty", "helper", "account", "person", "org", "employer", "became"})


@transaction.atomic
def take_in(
    *, org: Organisation, kind: str, said: Said, by: Actor, how: str = AskedHow.WINDOW, on: date | None = None, person: Person | None = None,
    asked_by: str = AskedBy.WORKER, question: str = "", contact: str = "", employer: Employer | None = None, employer_name: str = "",
    helper: Helper | None = None,
) -> Consultation:  # fmt: skip
    """Somebody walked in or called, with a name or without, and was answered."""
    on = on or today()
    require(by, WORK, org)
    if on > today():
        refuse("日期还没有到。", "on")
    with elevated("take_in: the person may belong to another union"):
        row = Consultation(
            code=_codes(on.year)[0], org=org, helper=helper, account_id=helper.account_id if helper else by.user_id, person=person,
            asked_by=asked_by, how=how, on=on, kind=kind, employer=employer, employer_name=clean_text(employer_name), employer_key=name_key(clean_text(employer_name)),
            question_sealed=seal(question.strip(), QUESTION) if question.strip() else None,
            contact_sealed=seal(contact, CONTACT) if contact else None, made_on=today(),
        )  # fmt: skip
        _put(row, said)
        row.save()
        record("rights.consult", subject=row.subject, by=by, org=org.pk, on=on, minutes=said.minutes, how=how, next_step=said.next_step)
    return row


@dataclass(frozen=True)
class Told:
    """One consultation of the past as a list holds it."""

    org: Organisation
    helper: Helper
    on: date
    kind: str
    how: str
    minutes: int
    question: str
    answer: str
    next_step: str = NextStep.NOTHING
    satisfied: int | None = None
    missed: bool = False


@transaction.atomic
def take_in_many(rows: Sequence[Told], *, by: Actor) -> int:
    """Consultations of the past from a list, set-based: sealed in one go, one event for all. Returns how many."""
    require(by, WORK)
    if not rows:
        return 0
    questions, answers = seal_many([row.question for row in rows], QUESTION), seal_many([row.answer for row in rows], ANSWER)
    with elevated("take_in_many: consultations of the whole district"):
        by_year: dict[int, list[str]] = {}
        for year in sorted({row.on.year for row in rows}):
            by_year[year] = _codes(year, sum(row.on.year == year for row in rows))[::-1]
        made = [
            Consultation(
                code=by_year[row.on.year].pop(), org=row.org, helper=row.helper, account_id=row.helper.account_id, how=row.how, on=row.on,
                kind=row.kind, question_sealed=question, answer_sealed=None if row.missed else answer,
                minutes=None if row.missed else row.minutes, next_step="" if row.missed else row.next_step, satisfied=row.satisfied,
                state=ConsultationState.MISSED if row.missed else ConsultationState.HELD, made_on=row.on,
            )
            for row, question, answer in zip(rows, questions, answers, strict=True)
        ]  # fmt: skip
        Consultation.objects.bulk_create(made, batch_size=1000)
        record("rights.consult_many", subject="consultations", by=by, n=len(made), first=made[0].code, last=made[-1].code)
    return len(made)


@transaction.atomic
def go_on_as_dispute(consultation: Consultation, *, by: Actor, respondent: str = "") -> Case:
    """The matter goes on as a dispute: person, kind, employer and what was told are carried over."""
    row = _to_go_on(consultation, by)
    with elevated("go_on_as_dispute: the case answers to the organisation of the window"):
        case = ask(
            applicants=[row.person] if row.person else [], kinds=[row.kind], org=row.org, by=by, channel=Channel.WINDOW, on=today(),
            employer=row.employer, respondent=respondent or row.employer_name, outside_number=row.code, facts=Facts(told=row.question),
        )  # fmt: skip
        Consultation.objects.filter(pk=row.pk).update(became=case, next_step=NextStep.DISPUTE)
        record("rights.go_on", subject=row.subject, by=by, org=row.org_id, to=case.code)
    return case


@transaction.atomic
def go_on_as_aid(consultation: Consultation, *, by: Actor, respondent: str = "") -> Case:
    """The matter goes on as legal aid, likewise."""
    row = _to_go_on(consultation, by)
    with elevated("go_on_as_aid: the case answers to the organisation of the window"):
        case = apply_for_aid(
            applicants=[row.person] if row.person else [], kinds=[row.kind], org=row.org, by=by, on=today(), employer=row.employer,
            respondent=respondent or row.employer_name, told=row.question, channel=Channel.WINDOW,
        )  # fmt: skip
        Consultation.objects.filter(pk=row.pk).update(became=case, next_step=NextStep.AID)
        record("rights.go_on", subject=row.subject, by=by, org=row.org_id, to=case.code)
    return case


def _to_go_on(consultation: Consultation, by: Actor) -> Consultation:
    _check_hand(consultation, by)
    with elevated("go_on: the consultation lies with another organisation"):
        row = Consultation.objects.select_for_update(of=("self",)).select_related("org", "person", "employer").get(pk=consultation.pk)
    _check_state(row, ConsultationState.HELD)
    if row.became_id:
        refuse("已经转过一次了。")
    if row.person is None:
        refuse("没有留姓名的咨询不能立案：请先登记这个人，再从窗口登记案件。")
    if row.asked_by == AskedBy.EMPLOYER:
        refuse("单位一方的咨询不能转成职工的案件。")
    return row


@transaction.atomic
def say_how_it_was(consultation: Consultation, *, satisfied: int, by: Actor) -> None:
    """The person says how content they are; once."""
    if by.person_id is None or by.person_id != consultation.person_id:
        raise Refused("只有来问的人自己能评价。")
    with elevated("say_how_it_was: one's own consultation"):
        row = Consultation.objects.select_for_update(of=("self",)).get(pk=consultation.pk)
        _check_state(row, ConsultationState.HELD)
        if row.satisfied:
            refuse("已经评价过了。")
        row.satisfied = satisfied
        row.full_clean(exclude={"duty", "helper", "account", "person", "org", "employer", "became"})
        row.save(update_fields=["satisfied"])
        record("rights.consult_opinion", subject=row.subject, by=by, org=row.org_id)


@transaction.atomic
def remind(*, by: Actor, on: date | None = None) -> int:
    """The evening before, everybody who booked hears of it; safe to run twice. Returns how many."""
    on = on or today()
    with elevated("remind: the nightly job"):
        rows = to_remind(on + timedelta(days=1))
        for row in rows:
            assert row.person is not None
            when = f"{chinese_day(row.on)}{row.at:%H:%M}" if row.at else chinese_day(row.on)
            where = row.duty.place if row.duty else "窗口"
            notices.tell(
                person=row.person, title="明天有律师等你", text=f"你约了{when}在{where}问律师。来不了，请提前取消，让给别人。",
                kind=NoticeKind.MESSAGE, by=by, url=f"/m/consultations/{row.code}/",
            )  # fmt: skip
        Consultation.objects.filter(pk__in=[row.pk for row in rows]).update(reminded_on=on)
    return len(rows)


def _check_hand(consultation: Consultation, by: Actor, *, own: bool = False) -> None:
    """The lawyer on duty, an officer who reaches the organisation, or (``own``) the person."""
    if own and by.person_id is not None and by.person_id == consultation.person_id:
        return
    if by is SYSTEM or (by.user_id is not None and by.user_id == consultation.account_id and by.may(WORK)):
        return
    with elevated("check_hand: the organisation of the consultation"):
        org = Organisation.objects.get(pk=consultation.org_id)
    require(by, "rights.aid", org)


def _check_state(row: Consultation, state: str) -> None:
    if row.state != state:
        refuse(f"现在是“{row.get_state_display()}”，不能这样办。")
