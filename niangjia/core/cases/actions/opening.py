"""Opening a case and naming who is in it. The right to do so is checked by the line's verb that calls."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction

from niangjia.base.calendar import chinese_date, today
from niangjia.base.chinese import clean_text, name_key
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.cases.actions.clocks import start_term
from niangjia.core.cases.actions.rows import lock, renew_readers, write_step
from niangjia.core.cases.enums import Part, Risk
from niangjia.core.cases.models import Case, Party
from niangjia.core.cases.queries import flows
from niangjia.core.cases.rules import check_open, refuse, require_reach
from niangjia.core.orgs.actions.codes import take_codes
from niangjia.core.orgs.models import Employer, Organisation
from niangjia.core.people.models import Person
from niangjia.core.trail.actions import record


@transaction.atomic
def open_case(
    *,
    line: str,
    flow: str,
    org: Organisation,
    title: str,
    by: Actor,
    on: date | None = None,
    applicants: Sequence[Person] = (),
    employer: Employer | None = None,
    respondent: str = "",
    channel: str = "",
    outside_number: str = "",
    risk: str = Risk.PLAIN,
    came_from: Case | None = None,
    terms: Sequence[tuple[str, date]] = (),
    note: str = "",
    facts: dict[str, Any] | None = None,
) -> Case:
    """A new case in the first state of its flow. ``terms`` are (code, first day) of clocks that run from the beginning.

    The calling verb has checked the right; the person whom it is about may open their own.
    """
    table, on = flows()[line, flow], on or today()
    if on > today():
        refuse(f"收到日期{chinese_date(on)}还没有到，请填今天或以前的日子。", "on")
    with elevated("open_case: the case may answer to an organisation outside the opener's reach"):
        case = Case.objects.create(
            code=f"{table.module}-{settings.DIVISION}-{on.year}-{take_codes(f'case-{table.module}'[:10], on.year):05d}", line=line,
            flow=flow, title=title.strip()[:160], org=org, scope=org.lft, state=table.first.key, state_since=on, opened_on=on,
            channel=channel, outside_number=clean_text(outside_number), risk=risk, person=applicants[0] if applicants else None,
            employer=employer, came_from=came_from,
        )  # fmt: skip
        parties = [Party(case=case, part=Part.APPLICANT, person=person, since=on) for person in applicants]
        if employer or respondent:
            called = clean_text(respondent)
            parties.append(Party(case=case, part=Part.RESPONDENT, employer=employer, name=called, name_key=name_key(called), since=on))
        Party.objects.bulk_create(parties)
        renew_readers(case)
        write_step(case, step="open", title="收到，立案", source="", by=by, on=on, note=note, facts=facts)
        for term, since in terms:
            start_term(case, term=term, since=since, by=by)
        record("cases.open", subject=case.subject, by=by, org=org.pk, on=on, code=case.code, line=line, flow=flow, channel=channel)
    return case


@transaction.atomic
def add_party(
    case: Case, *, part: str, by: Actor, permission: str, on: date | None = None, person: Person | None = None,
    employer: Employer | None = None, name: str = "", represents: Party | None = None, note: str = "",
) -> Party:  # fmt: skip
    """Name somebody else in the case; an applicant or representative sees it as their own from then on."""
    on = on or today()
    with elevated("add_party: the person may belong to another union"):
        lock(case)
        check_open(case)
        require_reach(by, case, permission)
        party = Party(
            case=case, part=part, person=person, employer=employer, name=clean_text(name), name_key=name_key(clean_text(name)),
            represents=represents, note=clean_text(note), since=on,
        )  # fmt: skip
        party.full_clean()
        party.save()
        renew_readers(case)
        record("cases.add_party", subject=case.subject, by=by, org=case.org_id, on=on, party=party.pk, part=part)
    return party
