"""For each argument of this line's addresses a function (world) -> value."""

from datetime import date, time
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.work.rights.actions import Facts, add_evidence, book, call_meeting, decide_item, receive
from niangjia.work.rights.actions.supervision import name_supervisor
from niangjia.work.rights.tests.factories import new_dispute
from niangjia.work.rights.tests.helpers import new_aid, new_duty, new_lawyer
from tests.house import word

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64


def code(world: Any) -> str:
    """A dispute received by the town, with a photo and a receipt in it."""
    case = new_dispute(world)
    with elevated("test: what a dispute holds"):
        add_evidence(case, files=[SimpleUploadedFile("工资条.png", PNG)], by=SYSTEM)
        receive(case, amount=Decimal("100.00"), on=case.opened_on, proof_note="收条", by=SYSTEM)
    return case.code


def aid(world: Any) -> str:
    """A matter of legal aid."""
    return new_aid(world).code


def helper(world: Any) -> str:
    """A lawyer on the district's roster."""
    return new_lawyer(world, name="甲一").code


def meeting(world: Any) -> str:
    """A joint meeting of the town with a case on its list."""
    new_dispute(world, on=date(2023, 9, 1), facts=Facts())
    with elevated("test: a meeting"):
        return call_meeting(org=world.here, on=date(2023, 12, 18), place="二楼", by=SYSTEM).code


def duty(world: Any) -> str:
    """Today's duty of a lawyer in the town."""
    return new_duty(world, new_lawyer(world, name="乙二")).code


def rota(world: Any) -> int:
    """The arrangement behind it."""
    return new_duty(world, new_lawyer(world, name="丙三")).rota_id or 0


def consult(world: Any) -> str:
    """A booking of the world's member."""
    made = new_duty(world, new_lawyer(world, name="丁四"))
    with elevated("test: a booking"):
        return book(made, at=time(9), kind="D02", by=SYSTEM, person=world.person).code


def card(world: Any) -> str:
    """The card of a member of the town's committee."""
    with elevated("test: a supervisor"):
        return name_supervisor(org=world.here, person=world.new_person(name="戊四"), post="member", card="JD-901", by=SYSTEM).card


def followed(world: Any) -> str:
    """A case about which a meeting asked for something."""
    case = new_dispute(world, on=date(2023, 9, 4), facts=Facts())
    with elevated("test: a decision"):
        held = call_meeting(org=world.here, on=date(2023, 12, 11), place="二楼", by=SYSTEM)
        item = held.items.select_related("meeting__org", "case__org").get(case=case)
        decide_item(item, minutes="", decision="再约一次", follow_up="约双方", follow_up_on=date(2023, 12, 22), by=SYSTEM)
        return case.code


IDS = {
    "card": card,
    "duty": duty, "slot": duty, "rota": rota, "consult": consult, "how": word("aid"), "give-up:how": word("missed"), "token": word("none"),
    "code": code, "number": word(1), "what": word("dismissed"), "sort": word("severance"), "note:code": aid, "helper": helper,
    "meeting:code": meeting, "followed:code": followed, "meeting-decide:code": meeting, "meeting-drop:code": meeting, "verb": word("enter"), "act": word("add"),
}  # fmt: skip
