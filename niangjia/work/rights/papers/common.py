"""What the papers of a dispute share: who the parties are, days and sums as papers write them, lines where a fact is missing."""

from datetime import date
from decimal import Decimal
from typing import Any

from niangjia.base.calendar import chinese_date
from niangjia.core.access.actor import Actor
from niangjia.core.cases.enums import Part
from niangjia.core.cases.models import Case, Clock, Party
from niangjia.core.papers.paper import BLANK, NOT_YET, Signature
from niangjia.core.people.models import Person
from niangjia.work.rights.models import Dispute

WORKERS = (Part.APPLICANT, Part.REPRESENTATIVE)
BLANK_DAY = "____年__月__日"


def dispute_of(case: Case) -> Dispute:
    """The line's facts of the case."""
    return Dispute.objects.get(case=case)


def parties(case: Case, *parts: str) -> list[Party]:
    """Those who stand in the case now in one of these parts, in the order they were named."""
    return [
        one
        for one in case.parties.filter(until__isnull=True).select_related("person__employer", "employer").order_by("id")
        if one.part in parts
    ]


def workers(case: Case) -> list[Person]:
    """The workers whose case it is."""
    return [one.person for one in parties(case, *WORKERS) if one.person]


def names(case: Case) -> str:
    """The workers by name, as an addressee is written."""
    return "、".join(person.name for person in workers(case)) or BLANK


def other_side(case: Case) -> str:
    """The employer's name, or a line to write it on."""
    return "、".join(one.called for one in parties(case, Part.RESPONDENT)) or BLANK


def day(value: date | None) -> str:
    """2023年12月18日, or a line."""
    return chinese_date(value) if value else BLANK_DAY


def yuan(amount: Decimal | None) -> str:
    """7,120.00, or nothing: a cell to write in."""
    return "" if amount is None else f"{amount:,.2f}"


def clock_of(case: Case, term: str) -> Clock | None:
    """The clock of a term that runs, or last ran, in the case."""
    return case.clocks.filter(term=term).exclude(state="void").order_by("-id").first()


def identity(person: Person, by: Actor, number: str) -> str:
    """The identity number in clear on a paper that is issued by somebody who may see it, masked in a preview, else room to write."""
    if not person.id_sealed or not by.may("people.unmask"):
        return ""
    return person.masked_id_number if number == NOT_YET else person.id_number


def by_hand(who: str) -> Signature:
    """Somebody signs by hand."""
    return Signature(who)


def sealed(org: Any, on: date) -> Signature:
    """The organisation's name and day, the seal over them."""
    return Signature(org.name, on=on, seal=True)
