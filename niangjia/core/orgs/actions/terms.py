"""Terms of office: elections and extensions (工会法第十六条)."""

from datetime import date

from django.db import transaction

from niangjia.base.calendar import today
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.orgs import rules
from niangjia.core.orgs.actions.changing import locked
from niangjia.core.orgs.actions.founding import last_day
from niangjia.core.orgs.models import Organisation, Term
from niangjia.core.trail.actions import record


@transaction.atomic
def start_term(org: Organisation, *, years: int, elected_on: date, by: Actor, on: date | None = None, approval_number: str = "") -> Term:
    """Register an election (换届): a term of three or five years begins, the earlier one ends."""
    require(by, "orgs.change", org)
    with elevated("orgs.start_term: the terms of the organisation"):
        org = locked(org)
        before = org.terms.order_by("-number").first()
        rules.check_election(org, years, elected_on, before)
        if before and before.ended_on is None:
            Term.objects.filter(pk=before.pk).update(ended_on=elected_on)
        number = before.number + 1 if before else 1
        term = Term.objects.create(
            org=org, number=number, years=years, elected_on=elected_on, valid_from=elected_on,
            valid_to=last_day(elected_on, years), approval_number=approval_number,
        )  # fmt: skip
        said = {"number": number, "years": years, "elected_on": elected_on, "valid_to": term.valid_to}
        record("orgs.start_term", subject=f"org:{org.pk}", by=by, org=org.pk, on=on or elected_on, after=said)
    return term


@transaction.atomic
def extend_term(org: Organisation, *, to: date, by: Actor, on: date | None = None) -> Term:
    """Extend the term under way, once and by at most six months."""
    require(by, "orgs.change", org)
    on = on or today()
    with elevated("orgs.extend_term: the terms of the organisation"):
        org = locked(org)
        rules.check_day(on, field="on")
        rules.check_alive(org, on)
        term = rules.check_extension(org.terms.filter(ended_on=None).order_by("-number").first(), to)
        term.extended_to = to
        term.full_clean(exclude=["org"])
        term.save()
        said = {"number": term.number, "extended_to": to}
        record("orgs.extend_term", subject=f"org:{org.pk}", by=by, org=org.pk, on=on, before=term.valid_to, after=said)
    return term
