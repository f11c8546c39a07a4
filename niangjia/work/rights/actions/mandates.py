"""Mandates of legal aid: offered after the search for conflicts, answered, worked on (指派、工时)."""

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import transaction

from niangjia.base.calendar import today
from niangjia.base.scope import Scope, elevated, scoped
from niangjia.base.sealing import seal
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import Refused
from niangjia.core.cases.actions import advance
from niangjia.core.cases.actions.rows import renew_readers
from niangjia.core.cases.enums import Duty, Risk
from niangjia.core.cases.models import Assignment, Case
from niangjia.core.cases.rules import check_reason, refuse
from niangjia.core.law.queries import calendar
from niangjia.core.trail.actions import record
from niangjia.work.rights import aiding, helping
from niangjia.work.rights.enums import MandateState
from niangjia.work.rights.helping import Proposal
from niangjia.work.rights.models import LAWYERS_NOTE, Effort, Helper, LawyerNote, LegalAid, Mandate


def proposals(case: Case, *, on: date | None = None) -> list[Proposal]:
    """Every lawyer on the roster for this case, the one whose turn it is first, with what speaks against each. Reads all history."""
    with elevated("proposals: conflicts of interest are searched in every case there was"):
        return helping.proposals(case, on or today())


@transaction.atomic
def offer(case: Case, *, helper: Helper, by: Actor, on: date, although: str = "") -> Mandate:
    """Offer a matter to a lawyer. A hard conflict is never passed over; a soft one, or a full desk, wants the reason in ``although``.

    The lawyer reads case and dispute from now on, and answers within the days of AID_ANSWER_DAYS. Raises ValidationError.
    """
    with elevated("offer: conflicts are searched over all history; the lawyer stands outside the tree"):
        helper = Helper.objects.select_for_update(of=("self",)).get(pk=helper.pk)
        if not helper.is_lawyer or not helping.on_roster(on).filter(pk=helper.pk).exists():
            refuse("他现在不在律师名册里。", "helper")
        against = helping.conflicts(helper, helping.other_side(case))
        if hard := [conflict.text for conflict in against if conflict.hard]:
            refuse(f"不能指派，要回避：{'；'.join(hard)}。请另选一位。", "helper")
        load = helping.loads(on).get(helper.pk, 0)
        soft = [conflict.text for conflict in against] + ([f"手上已有 {load} 件，满了"] if load >= helper.capacity else [])
        if soft and len(although.strip()) < 4:
            refuse(f"请先看清：{'；'.join(soft)}。仍要指派的，写明理由。", "although")
        aid = LegalAid.objects.get(case=case)
        chosen = helping.proposed(helper, aid, case, helping.other_side(case), load)
        mandate = Mandate(
            case=case, helper=helper, offered_on=on, answer_by=calendar().add_workdays(on, settings.AID_ANSWER_DAYS),
            why_chosen=f"{chosen.why}{f'；{although.strip()}' if soft else ''}"[:300],
        )  # fmt: skip
        mandate.full_clean()
        mandate.save()
        Helper.objects.filter(pk=helper.pk).update(last_offered_on=on)
        _let_read(case, helper, on)
        record("rights.offer", subject=case.subject, by=by, org=case.org_id, on=on, helper=helper.subject, mandate=mandate.pk)
    return mandate


def _let_read(case: Case, helper: Helper, on: date) -> None:
    """The lawyer's account reads the case and the dispute behind it."""
    if helper.account_id is None:
        return
    for one in _both(case):
        facts = {"case": one, "user": helper.account, "duty": Duty.LAWYER, "valid_to": None}
        Assignment.objects.get_or_create(**facts, defaults={"valid_from": on})
        renew_readers(one)
    case.refresh_from_db(fields=["accounts"])


def _no_longer(case: Case, helper: Helper, on: date) -> None:
    for one in _both(case):
        Assignment.objects.filter(case=one, user=helper.account_id, duty=Duty.LAWYER, valid_to__isnull=True).update(valid_to=on)
        renew_readers(one)
    case.refresh_from_db(fields=["accounts"])


def _both(case: Case) -> list[Case]:
    matter = aiding.matter_of(case)
    return [case] if matter.pk == case.pk else [case, matter]


@transaction.atomic
def accept(case: Case, *, scope: str, by: Actor, on: date) -> Mandate:
    """The lawyer takes the matter, with the scope of the mandate."""
    with elevated("accept: the lawyer stands outside the tree"):
        mandate = _held(case, MandateState.OFFERED)
        mandate.state, mandate.accepted_on, mandate.scope = MandateState.ACCEPTED, on, scope.strip()[:200]
        mandate.save(update_fields=["state", "accepted_on", "scope"])
        record("rights.accept", subject=case.subject, by=by, org=case.org_id, on=on, mandate=mandate.pk)
    return mandate


@transaction.atomic
def give_back(case: Case, *, state: str, reason: str, by: Actor, on: date) -> Mandate:
    """The mandate ends before its work is done: declined, lapsed, or changed, with the reason; the lawyer no longer reads the case."""
    reason = check_reason(reason)
    with elevated("give_back: the lawyer stands outside the tree"):
        mandate = _held(case, MandateState.OFFERED, MandateState.ACCEPTED)
        mandate.state, mandate.reason, mandate.ended_on = state, reason[:200], on
        mandate.save(update_fields=["state", "reason", "ended_on"])
        _no_longer(case, mandate.helper, on)
        record("rights.give_back", subject=case.subject, by=by, org=case.org_id, on=on, reason=reason, mandate=mandate.pk, state=state)
    return mandate


@transaction.atomic
def finish(case: Case, *, on: date) -> None:
    """The work is done; the lawyer goes on reading the case until it is paid and closed."""
    with elevated("finish: the lawyer stands outside the tree"):
        mandate = _held(case, MandateState.ACCEPTED)
        mandate.state, mandate.ended_on = MandateState.ENDED, on
        mandate.save(update_fields=["state", "ended_on"])


@transaction.atomic
def log_effort(case: Case, *, hours: Decimal, what: str, on: date) -> Effort:
    """Hours worked on a day."""
    with elevated("log_effort: the lawyer stands outside the tree"):
        effort = Effort(mandate=_held(case, MandateState.ACCEPTED), on=on, hours=hours, what=what.strip()[:60])
        effort.full_clean()
        effort.save()
    return effort


@transaction.atomic
def add_lawyers_note(case: Case, *, text: str, by: Actor, on: date | None = None) -> LawyerNote:
    """A note for the lawyer's own eyes: sealed, and read by no other account, post or job."""
    with elevated("add_lawyers_note: whether the matter is in this lawyer's hands"):
        if by.user_id is None or not Mandate.objects.filter(case=case, helper__account=by.user_id).exists():
            raise Refused("只有承办这件援助的律师能写手记。")
        if not text.strip():
            refuse("请写下要记的内容。", "text")
        record("rights.lawyers_note", subject=case.subject, by=by, org=case.org_id, on=on)
    with scoped(Scope(account=by.user_id)):
        return LawyerNote.objects.create(case=case, account_id=by.user_id, on=on or today(), text_sealed=seal(text.strip(), LAWYERS_NOTE))


def take_back_unanswered(*, by: Actor, on: date | None = None) -> int:
    """Matters whose lawyer let the days for an answer pass go back to be assigned anew, marked for attention. Returns how many."""
    on = on or today()
    with elevated("take_back_unanswered: the nightly job"):
        late = Mandate.objects.filter(answer_by__lt=on, state=MandateState.OFFERED).values("case")
        cases = list(Case.objects.filter(pk__in=late, state="assigned"))
    for case in cases:
        with transaction.atomic(), elevated("take_back_unanswered: the nightly job"):
            advance(case, "lapse", by=by, on=on, reason="到期没有答复，收回重派")
            Case.objects.filter(pk=case.pk, risk=Risk.PLAIN).update(risk=Risk.WATCH)
    return len(cases)


def _held(case: Case, *states: str) -> Mandate:
    found = case.mandates.select_for_update(of=("self",)).select_related("helper__account").filter(state__in=states).order_by("-id").first()
    if found is None:
        refuse("现在没有这样的指派。")
    return found
