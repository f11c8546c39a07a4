"""Papers of working together: offered only when there is something to print, with every name and sum on them."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.papers.paper import as_json
from niangjia.work.rights import actions
from niangjia.work.rights.actions import Worker
from niangjia.work.rights.enums import Kind
from niangjia.work.rights.papers import PAPERS
from niangjia.work.rights.tests.factories import new_dispute
from tests.world import World

pytestmark = pytest.mark.django_db
ON = date(2023, 12, 18)
SHEET = {
    "sort": "notice-pay", "total": "7000.00", "steps": ["没有提前三十日书面通知（劳动合同法第四十条）。"],
    "sums": [{"kind": "D04", "item": "代通知金", "amount": "7000.00", "basis": "劳动合同法第四十条"}],
}  # fmt: skip


def written(name: str, case: Any) -> str:
    kind = next(one for one in PAPERS if one.name == name)
    with elevated("test"):
        assert kind.when
        if not kind.when(case):
            return ""
        return str(as_json(kind.make(case, by=SYSTEM, on=ON, number="", facts={})))


def test_the_worksheet_and_the_element_form_are_printed_once_they_exist() -> None:
    world = World()
    case = new_dispute(world)
    assert written("rights-worksheet", case) == written("rights-elements", case) == ""
    actions.take_over(case, sheet=SHEET, by=SYSTEM)
    actions.fill_elements(case, answers={"post": "骑手"}, by=SYSTEM)
    sheet = written("rights-worksheet", case)
    assert "7,000.00" in sheet and "第四十条" in sheet
    assert "骑手" in written("rights-elements", case)


def test_everybody_of_a_collective_case_stands_on_its_papers() -> None:
    world = World()
    with elevated("test"):
        people = [world.new_person(name=f"工友{number}") for number in "甲乙丙丁戊己庚辛壬癸"]
    case = new_dispute(world, applicants=people, kinds=[Kind.WAGES], claims=())
    assert written("rights-mandate", case) == written("rights-shares", case) == ""
    actions.add_workers(case, parts=[Worker(person, Decimal(1000)) for person in people], by=SYSTEM)
    actions.elect_representatives(case, persons=people[:3], by=SYSTEM)
    mandate, shares = written("rights-mandate", case), written("rights-shares", case)
    assert all(person.name in mandate and person.name in shares for person in people)
    assert "工友甲、工友乙、工友丙" in mandate
    assert "10,000.00" in shares
