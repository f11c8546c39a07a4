"""Who works on a case: assignment, leave and deputies, sealing (承办)."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from niangjia.base.calendar import chinese_date, today
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.models import User
from niangjia.core.access.rules import Refused
from niangjia.core.cases.actions.reminding import tell_holder
from niangjia.core.cases.actions.rows import lock, renew_readers, renew_readers_many
from niangjia.core.cases.enums import Duty
from niangjia.core.cases.models import Absence, Assignment, Case
from niangjia.core.cases.rules import check_open, check_reason, refuse, require_reach
from niangjia.core.trail.actions import record


@transaction.atomic
def assign(case: Case, *, user: User, duty: str, by: Actor, permission: str, on: date | None = None) -> Assignment:
    """Give an account a duty in the case; a new holder takes over from the old one, who no longer reads it by name."""
    on = on or today()
    with elevated("assign: the case may go to somebody outside its subtree"):
        lock(case)
        check_open(case)
        require_reach(by, case, permission)
        if not user.is_active or not user.is_staff:
            refuse("这个账号已停用，不能承办。", "user")
        if duty == Duty.HOLDER:
            if case.holder_id == user.pk:
                refuse(f"已经由{user.name}承办。", "user")
            _end(Assignment.objects.filter(case=case, duty=Duty.HOLDER, valid_to__isnull=True), on)
            Case.objects.filter(pk=case.pk).update(holder=user)
            case.holder = user
        row = Assignment(case=case, user=user, duty=duty, valid_from=on)
        row.full_clean()
        row.save()
        renew_readers(case)
        tell_holder(case, user=user, by=by)
        record("cases.assign", subject=case.subject, by=by, org=case.org_id, on=on, account=f"user:{user.pk}", duty=duty)
    return row


@transaction.atomic
def name_accounts(case: Case, *, users: Sequence[User], duty: str, on: date) -> None:
    """Exactly these accounts have this duty from a day on, in place of those before: part of a verb that checked the right and holds the case."""
    with elevated("name_accounts: the accounts may stand anywhere"):
        now = Assignment.objects.filter(case=case, duty=duty, valid_to__isnull=True)
        _end(now.exclude(user__in=users), on)
        held = set(now.values_list("user", flat=True))
        Assignment.objects.bulk_create(Assignment(case=case, user=user, duty=duty, valid_from=on) for user in users if user.pk not in held)
        renew_readers(case)


@transaction.atomic
def release(case: Case, *, user: User, duty: str, by: Actor, permission: str, reason: str, on: date | None = None) -> None:
    """An account no longer has this duty."""
    on, reason = on or today(), check_reason(reason)
    with elevated("release: the case may lie outside the actor's subtree"):
        lock(case)
        require_reach(by, case, permission)
        if not _end(Assignment.objects.filter(case=case, user=user, duty=duty, valid_to__isnull=True), on):
            refuse(f"{user.name}现在不办这件案子。", "user")
        if duty == Duty.HOLDER:
            Case.objects.filter(pk=case.pk).update(holder=None)
            case.holder = None
        renew_readers(case)
        record("cases.release", subject=case.subject, by=by, org=case.org_id, on=on, reason=reason, account=f"user:{user.pk}", duty=duty)


def _end(rows: QuerySet[Assignment], on: date) -> int:
    return rows.update(valid_to=on)


@transaction.atomic
def seal_case(case: Case, *, readers: Sequence[User], by: Actor, permission: str, reason: str) -> None:
    """Only those named and the persons concerned read it from now on (密办): harassment, danger of retaliation."""
    reason = check_reason(reason)
    with elevated("seal_case: those named may stand anywhere"):
        lock(case)
        require_reach(by, case, permission)
        if not readers:
            refuse("密办要指定至少一位可以看的人。", "readers")
        for user in readers:
            Assignment.objects.get_or_create(case=case, user=user, duty=Duty.NAMED, valid_to=None, defaults={"valid_from": today()})
        Case.objects.filter(pk=case.pk).update(sealed=True, sealed_because=reason)
        case.sealed, case.sealed_because = True, reason
        renew_readers(case)
        record("cases.seal", subject=case.subject, by=by, org=case.org_id, readers=sorted(f"user:{user.pk}" for user in readers))


@transaction.atomic
def unseal_case(case: Case, *, by: Actor, permission: str, reason: str) -> None:
    """The case is read by its organisation again."""
    reason = check_reason(reason)
    with elevated("unseal_case: those named may stand anywhere"):
        lock(case)
        require_reach(by, case, permission)
        if not case.sealed:
            refuse("这件案子没有密办。")
        Case.objects.filter(pk=case.pk).update(sealed=False)
        case.sealed = False
        record("cases.unseal", subject=case.subject, by=by, org=case.org_id, reason=reason)


@transaction.atomic
def go_on_leave(*, user: User, deputy: User, first_day: date, last_day: date, by: Actor) -> Absence:
    """From day to day another account does the work of this one: its open cases wait for both (请假托付)."""
    if by.user_id != user.pk and not by.may("cases.manage"):
        raise Refused("只能为自己请假；替同事登记请有管理案件权限的人办理。")
    if last_day < today():
        refuse(f"{chinese_date(last_day)}已经过去，请填今天或以后的日子。", "last_day")
    absence = Absence(user=user, deputy=deputy, first_day=first_day, last_day=last_day)
    absence.full_clean()
    absence.save()
    with elevated("go_on_leave: the cases of one account, wherever they are"):
        held = list(
            Case.objects.select_for_update(of=("self",))
            .filter(holder=user, closed_on__isnull=True)
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        Assignment.objects.bulk_create(
            [Assignment(case_id=pk, user=deputy, duty=Duty.DEPUTY, valid_from=first_day, stands_in_for=user) for pk in held],
            ignore_conflicts=True,
        )
        renew_readers_many(held)
        record("cases.go_on_leave", subject=f"user:{user.pk}", by=by, on=first_day, until=last_day, deputy=f"user:{deputy.pk}")
    return absence


@transaction.atomic
def come_back(*, user: User, by: Actor, on: date | None = None) -> int:
    """The account is at work again: its deputies no longer read its cases. Returns how many cases that were."""
    on = on or today()
    if by.user_id not in (None, user.pk) and not by.may("cases.manage"):
        raise Refused("只能为自己销假；替同事登记请有管理案件权限的人办理。")
    with elevated("come_back: the cases of one account, wherever they are"):
        Absence.objects.filter(user=user, ended_on__isnull=True, first_day__lte=on).update(ended_on=on)
        rows = Assignment.objects.filter(stands_in_for=user, duty=Duty.DEPUTY, valid_to__isnull=True)
        cases = sorted(set(rows.values_list("case", flat=True)))
        list(Case.objects.select_for_update(of=("self",)).filter(pk__in=cases).order_by("pk").values_list("pk"))
        rows.update(valid_to=on)
        renew_readers_many(cases)
        record("cases.come_back", subject=f"user:{user.pk}", by=by, on=on, cases=len(cases))
    return len(cases)
