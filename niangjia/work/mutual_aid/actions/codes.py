"""Codes of a bureau's own that were given a known meaning, so that settlements with them are no longer parked (代码对照)."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from niangjia.base.calendar import today
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.orgs.models import Organisation
from niangjia.core.orgs.queries import root
from niangjia.core.trail.actions import record
from niangjia.work.mutual_aid.enums import CodeField
from niangjia.work.mutual_aid.models import KnownCode
from niangjia.work.mutual_aid.plan.record import EMPLOYEE, INPATIENT, INSURANCES, OUTPATIENT, PERSONS
from niangjia.work.mutual_aid.rules import refuse

IMPORT = "mutual_aid.import"
NATIONAL = {CodeField.MED: INPATIENT | OUTPATIENT, CodeField.INSURANCE: INSURANCES, CodeField.PERSON: PERSONS}
"""Codes that are known by themselves."""


@dataclass(frozen=True)
class Codes:
    """Codes in force: those of stays and of other treatment, of the employees' and of other insurance, and the kind a person's code means."""

    stays: list[str]
    others: list[str]
    employees: list[str]
    insurances: list[str]
    persons: dict[str, str]

    @property
    def parameters(self) -> dict[str, list[str]]:
        """For the SQL that tells settlements apart."""
        return {"stays": self.stays, "treatments": self.stays + self.others, "employees": self.employees, "insurances": self.insurances}

    def kinds(self, person_types: tuple[str, ...]) -> list[str]:
        """The codes of persons for whom a plan is made."""
        return [*person_types, *(code for code, means in self.persons.items() if means in person_types)]


def codes_in_force() -> Codes:
    """The national codes and those that were confirmed."""
    said: dict[str, dict[str, str]] = {field: {} for field in CodeField.values}
    for field, code, means in KnownCode.objects.filter(confirmed_on__isnull=False).values_list("field", "code", "means"):
        said[field][code] = means
    med, insurance = said[CodeField.MED], said[CodeField.INSURANCE]
    stays = sorted(INPATIENT | {code for code, means in med.items() if means in INPATIENT})
    employees = ["", EMPLOYEE, *sorted(code for code, means in insurance.items() if means == EMPLOYEE)]
    return Codes(
        stays,
        sorted((OUTPATIENT | med.keys()) - set(stays)),
        employees,
        sorted({*employees, *INSURANCES, *insurance}),
        said[CodeField.PERSON],
    )


@transaction.atomic
def enter_code(*, field: str, code: str, means: str, source: str, by: Actor, on: date | None = None) -> KnownCode:
    """Say what a code means (a national one, or "" for outside of mutual aid) and by whose word; a second person confirms it."""
    district = _district(by)
    code, means, source = code.strip(), means.strip(), source.strip()
    if code in NATIONAL[CodeField(field)]:
        refuse(f"“{code}”是国标代码，不用对照。", "code")
    if means and means not in NATIONAL[CodeField(field)]:
        refuse(f"“{means}”不是认得的国标代码。", "means")
    if len(source) < 4:
        refuse("请写明依据，例如医保局的编码表和日期，至少 4 个字。", "source")
    with elevated("enter_code: the right over the district was checked"):
        known = KnownCode(
            field=field,
            code=code,
            means=means,
            source=source[:120],
            entered_by=by.actor_key,
            entered_by_name=by.name,
            entered_on=on or today(),
        )
        known.full_clean()
        known.save()
        record("mutual_aid.enter_code", subject=known.subject, by=by, org=district.pk, on=on, field=field, code=code, means=means)
    return known


@transaction.atomic
def confirm_code(known: KnownCode, *, by: Actor, on: date | None = None) -> int:
    """The second look: from now on the code counts, and what was parked for it is reckoned. Returns how many settlements changed."""
    from niangjia.work.mutual_aid.actions.reviewing import look_again

    district = _district(by)
    with elevated("confirm_code: the right over the district was checked"):
        held = KnownCode.objects.select_for_update().get(pk=known.pk)
        if held.confirmed_on:
            refuse("这个代码已经核对过了。")
        if held.entered_by == by.actor_key:
            refuse("登记和核对要两个人，请另一位同事核对。")
        held.confirmed_by, held.confirmed_by_name, held.confirmed_on = by.actor_key, by.name, on or today()
        held.save(update_fields=["confirmed_by", "confirmed_by_name", "confirmed_on"])
        record("mutual_aid.confirm_code", subject=held.subject, by=by, org=district.pk, on=on, field=held.field, code=held.code)
    return look_again(by=by, on=on)


@transaction.atomic
def withdraw_code(known: KnownCode, *, by: Actor, on: date | None = None) -> None:
    """Take back a meaning that nobody confirmed yet."""
    district = _district(by)
    with elevated("withdraw_code: the right over the district was checked"):
        held = KnownCode.objects.select_for_update().get(pk=known.pk)
        if held.confirmed_on:
            refuse("已经核对生效的不能撤回：按它核算过的结算不会自己改回来。")
        record("mutual_aid.withdraw_code", subject=held.subject, by=by, org=district.pk, on=on, field=held.field, code=held.code)
        held.delete()


def _district(by: Actor) -> Organisation:
    with elevated("codes: the district decides about the right"):
        district = root()
    if district is None:
        refuse("还没有建立区总工会。")
    require(by, IMPORT, district)
    return district
