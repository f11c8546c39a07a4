"""Looking at personal data beyond a masked page leaves a trace: a list taken out, a paper printed. `unmask` stands with the details."""

from collections.abc import Mapping

from django.db import transaction

from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.people.models import Person
from niangjia.core.people.rules import check_reason
from niangjia.core.trail.actions import record


@transaction.atomic
def note_export(*, rows: int, filters: Mapping[str, str], reason: str, by: Actor) -> int:
    """A list of people leaves the house: how many, under which filters (their words, no names or numbers). Returns the trail event."""
    require(by, "people.export")
    return record("people.export", subject="register", by=by, org=by.org_id, reason=check_reason(reason), rows=rows, filters=dict(filters))


@transaction.atomic
def note_print(person: Person, *, what: str, reason: str, by: Actor) -> int:
    """A paper about one person is printed; the person sees it. Returns the trail event."""
    require(by, "people.view", person.home_org)
    return record("people.print", subject=person.subject, by=by, org=person.home_org_id, reason=check_reason(reason), field=what)
