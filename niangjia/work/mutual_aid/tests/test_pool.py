"""A city's platform holds the pool of mutual aid for its districts: it takes the settlements and pays; a district sees its own people."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from niangjia.core.access.actor import SYSTEM, Actor, under
from niangjia.core.access.queries import grants_in_force, visible
from niangjia.core.access.rules import Refused
from niangjia.core.ledger import actions as ledger
from niangjia.core.ledger.enums import Source
from niangjia.core.ledger.models import Fund
from niangjia.core.orgs.actions import found_federation, found_union
from niangjia.core.orgs.enums import Kind, Route
from niangjia.core.orgs.models import Organisation
from niangjia.core.orgs.queries import checks, root
from niangjia.core.people.actions import admit, register_person
from niangjia.core.people.models import Person
from niangjia.core.people.tests.factories import id_number
from niangjia.work.mutual_aid.actions import make_payments, take_settlements
from niangjia.work.mutual_aid.models import Settlement
from niangjia.work.mutual_aid.tests.factories import enrol, file_of, make_plan, stay
from tests.world import FOUNDED, World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeing_all")]


@dataclass
class City:
    """Two districts under one city, a member in each."""

    city: Organisation
    districts: list[Organisation]
    members: list[Person]
    fund: Fund

    def acting(self, org: Organisation, role: str) -> Actor:
        return under(grants_in_force(World().officer(org, role=role)).get())


@pytest.fixture
def city() -> City:
    top = found_federation(name="临江市总工会", kind=Kind.CITY, parent=None, founded_on=FOUNDED, by=SYSTEM)
    districts = [
        found_federation(name=name, kind=Kind.DISTRICT, parent=top, founded_on=FOUNDED, by=SYSTEM) for name in ("东区总工会", "西区总工会")
    ]
    fund = ledger.open_fund(code="SHZ", title="市医疗互助金", org=top, source=Source.MUTUAL_AID, by=SYSTEM, on=date(2023, 1, 1))
    made = City(top, districts, [_member(district) for district in districts], fund)
    plan = make_plan(pool=fund)
    for member in made.members:
        enrol(member, plan)
    return made


def _member(district: Organisation) -> Person:
    town = found_federation(name="中山街道总工会", kind=Kind.TOWN, parent=district, founded_on=FOUNDED, by=SYSTEM)
    union = found_union(name="印染厂工会", kind=Kind.SINGLE, parent=town, founded_on=FOUNDED, route=Route.values[0], by=SYSTEM)
    person = register_person(home_org=union, name="何静川", id_number=id_number(), bank_account="6217000000000001", by=SYSTEM, on=FOUNDED)
    admit(person, union=union, by=SYSTEM, on=date(2019, 5, 7))
    return person


def test_the_city_is_the_top_of_a_sound_tree(city: City) -> None:
    assert root() == city.city
    assert [check.name for check in checks() if not check.ok] == []


def test_one_file_and_one_batch_pay_the_people_of_both_districts(city: City) -> None:
    take_settlements(
        data=file_of(*(stay(member.id_number, f"S{member.pk}") for member in city.members)), by=city.acting(city.city, "service_centre"),
        said={"count": 2},
    )  # fmt: skip
    made = make_payments(city.fund, by=city.acting(city.city, "accountant"))
    assert made.batch is not None
    lines = made.batch.lines.order_by("number")
    assert [(line.person_id, line.amount) for line in lines] == [(member.pk, Decimal("1000.00")) for member in city.members]


def test_a_district_sees_what_its_own_people_got_and_pays_nothing(city: City) -> None:
    take_settlements(data=file_of(*(stay(member.id_number, f"S{member.pk}") for member in city.members)), by=SYSTEM)
    east, west = city.districts
    seen = visible(city.acting(east, "service_centre"), Settlement.objects.all(), "mutual_aid.view")
    assert [one.person for one in seen] == [city.members[0]]
    with pytest.raises(Refused):
        make_payments(city.fund, by=city.acting(west, "accountant"))
    with pytest.raises(Refused):
        take_settlements(data=file_of(stay(city.members[0].id_number, "S9")), by=city.acting(east, "service_centre"))


def test_a_district_s_officer_opens_their_own_settlement_and_not_the_neighbour_s(city: City) -> None:
    take_settlements(data=file_of(*(stay(member.id_number, f"S{member.pk}") for member in city.members)), by=SYSTEM)
    client = Client()
    client.force_login(World().officer(city.districts[0], role="service_centre"))
    mine, other = (Settlement.objects.get(person=member).code for member in city.members)
    assert client.get(f"/desk/mutual-aid/settlements/{mine}/").status_code == 200
    assert client.get(f"/desk/mutual-aid/settlements/{other}/").status_code == 404
