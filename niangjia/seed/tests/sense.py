"""Whether the rows behind every figure make sense when somebody opens them: days in order, no gaps, a trail."""

import random
from itertools import pairwise
from typing import Any

from niangjia.base.calendar import add_months
from niangjia.core.access.actor import SYSTEM
from niangjia.core.figures import queries
from niangjia.core.figures.figure import Figure, all_figures
from niangjia.core.orgs.models import Coverage, Organisation, Term
from niangjia.core.people.models import Membership
from niangjia.core.trail.queries import events_about
from niangjia.seed.totals import DEMO_DAY

ROWS_OF_EACH = 20
YOUNGEST = 16


def astray(seed: int) -> tuple[int, list[str]]:
    """How many rows of the figures were looked at, chosen by ``seed``, and what does not fit among them; call it elevated."""
    dice = random.Random(seed)
    about = queries.survey(SYSTEM)
    looked, found = 0, list[str]()
    for figure in all_figures():
        if isinstance(figure, Figure):
            ids = list(queries.rows(figure, about, SYSTEM).order_by("pk").values_list("pk", flat=True))
            assert len(ids) == queries.read(figure, about).value or figure.code in UNLIKE_THEIR_LIST, figure.code
            for row in figure.of._default_manager.filter(pk__in=dice.sample(ids, min(ROWS_OF_EACH, len(ids)))):
                looked += 1
                found += [f"{figure.code} {row.pk}: {fault}" for fault in FAULTS[type(row)](row)]
    return looked, found


UNLIKE_THEIR_LIST = {"organising.covered_employers", "organising.staff"}
"""An employer covered twice counts once; staff are a sum."""


def _span(span: Membership) -> list[str]:
    """One stay of a person: inside the union's life, of an age to work, one span after the other, on the trail."""
    person, union, spans = span.person, span.union, list(span.person.memberships.order_by("during"))
    first = min(other.during.lower for other in spans)
    last_day = span.during.upper or DEMO_DAY
    told = {
        "joined before the union was founded": union.founded_on <= span.joined_on <= span.during.lower,
        "a member longer than the union stood": union.ended_on is None or last_day <= union.ended_on,
        "after the demo's day": span.during.lower <= DEMO_DAY,
        "joined before the age to work": person.birth is None or add_months(person.birth, 12 * YOUNGEST) <= first,
        "a member after death": person.deceased_on is None or last_day <= person.deceased_on,
        "spans overlap": all(before.during.upper <= after.during.lower for before, after in pairwise(spans)),
        "an end without a reason": (span.during.upper is None) == (span.end_reason == ""),
        "a span does not follow the one before": [other.previous_until for other in spans[1:]] == [other.until for other in spans[:-1]],
        "no trail": _has_trail(person.subject),
    }
    return [fault for fault, holds in told.items() if not holds]


def _org(org: Organisation) -> list[str]:
    """One union: founded before it was recognised, elected or ended, placed without gaps since, on the trail."""
    places = list(org.placements.order_by("valid_from"))
    known = (org.new_form_on, org.new_economy_on, org.new_field_on, org.ended_on)
    told = {
        "known before it was founded": all(day is None or org.founded_on <= day for day in known),
        "founded after the demo's day": org.founded_on <= DEMO_DAY,
        "placed from another day": bool(places) and places[0].valid_from == org.founded_on,
        "a gap between its places": all(one.valid_to == then.valid_from for one, then in pairwise(places)),
        "its last place ends another day": bool(places) and places[-1].valid_to == org.ended_on,
        "the first member joined before it was founded": not Membership.objects.filter(union=org, joined_on__lt=org.founded_on).exists(),
        "no trail": _has_trail(f"org:{org.pk}"),
    }
    return [fault for fault, holds in told.items() if not holds]


def _term(term: Term) -> list[str]:
    told = {
        "elected before the union was founded": term.org.founded_on <= term.elected_on,
        "ends before it begins": term.valid_from < term.valid_to and (term.extended_to is None or term.valid_to < term.extended_to),
        "closed before it began": term.ended_on is None or term.valid_from <= term.ended_on,
        "an earlier term closed later": not term.org.terms.filter(number__lt=term.number, ended_on__gt=term.valid_from).exists(),
    }
    return [*(fault for fault, holds in told.items() if not holds), *_org(term.org)]


def _coverage(coverage: Coverage) -> list[str]:
    told = {
        "covered before the union was founded": coverage.valid_from >= coverage.union.founded_on,
        "covered backwards": coverage.valid_to is None or coverage.valid_from < coverage.valid_to,
    }
    return [*(fault for fault, holds in told.items() if not holds), *_org(coverage.union)]


def _has_trail(subject: str) -> bool:
    return events_about(subject).exists()


FAULTS: dict[type[Any], Any] = {Membership: _span, Organisation: _org, Term: _term, Coverage: _coverage}
