"""Nothing of a day is paid while it differs from what the bureau says of it; unknown codes wait until two persons know what they mean."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from niangjia.core.access.actor import SYSTEM
from niangjia.core.access.rules import Refused
from niangjia.core.ledger import actions as ledger
from niangjia.core.ledger.enums import Source
from niangjia.core.ledger.models import Fund
from niangjia.core.orgs.actions import add_partner
from niangjia.core.orgs.enums import PartnerKind
from niangjia.core.orgs.models import PartnerBody
from niangjia.core.people.models import Person
from niangjia.core.people.tests.factories import id_number, officer_of
from niangjia.work.mutual_aid import actions
from niangjia.work.mutual_aid.models import DayDifference, DayTotal, KnownCode, Settlement
from niangjia.work.mutual_aid.tests.factories import back, enrol, file_of, make_plan, stay
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeing_all")]
SECOND = replace(SYSTEM, actor_key="system:second", name="系统（核对）")
DAY = date(2023, 9, 1)


@pytest.fixture
def world() -> World:
    made = World()
    assert made.district
    return made


@pytest.fixture
def bureau(world: World) -> PartnerBody:
    return add_partner(name="望湖区医疗保障局", kind=PartnerKind.HEALTH_INSURANCE, answering_org=world.district, by=SYSTEM)


@pytest.fixture
def fund(world: World) -> Fund:
    return ledger.open_fund(code="HZ", title="医疗互助金", org=world.district, source=Source.MUTUAL_AID, by=SYSTEM, on=date(2023, 1, 1))


@pytest.fixture
def person(world: World, fund: Fund) -> Person:
    made = world.new_person(id_number=id_number(), bank_account="6217000000000001")
    enrol(made, make_plan(pool=fund))
    return made


def take(bureau: PartnerBody, *rows: dict[str, str]) -> None:
    actions.take_settlements(data=file_of(*rows), said={"count": len(rows)}, body=bureau, by=SYSTEM)


def differences() -> list[tuple[str, str]]:
    return list(DayDifference.objects.filter(gone_on__isnull=True).order_by("setl_id").values_list("kind", "setl_id"))


def test_a_day_that_agrees_has_no_difference_and_is_paid(bureau: PartnerBody, fund: Fund, person: Person) -> None:
    take(bureau, stay(person.id_number, medfee_sumamt="10.10"), stay(person.id_number, "S2", setl_time="2023-09-02"))
    day = actions.state_day(bureau, day=DAY, said={"count": 1, "medfee": "10.10", "cash": "99999"}, by=SYSTEM)
    assert (day.ours["count"], day.ours["medfee"], day.ours["benefit"]) == (1, "10.10", "0.00") and not differences()
    assert actions.make_payments(fund, by=SYSTEM).batch is not None


def test_a_total_that_differs_stops_paying_until_somebody_decides(bureau: PartnerBody, fund: Fund, person: Person) -> None:
    take(bureau, stay(person.id_number))
    actions.state_day(bureau, day=DAY, said={"count": 2}, by=SYSTEM)
    assert differences() == [("total", "")]
    with pytest.raises(ValidationError, match="2023年9月1日（望湖区医疗保障局）和医保的日对账还有差异"):
        actions.make_payments(fund, by=SYSTEM)
    one = DayDifference.objects.get()
    with pytest.raises(ValidationError, match="理由"):
        actions.decide_difference(one, decision="go_on", reason="好", by=SYSTEM)
    actions.decide_difference(one, decision="hold", reason="等医保补传", by=SYSTEM)
    assert actions.make_payments(fund, by=SYSTEM).batch is None, "the whole day waits"
    actions.decide_difference(one, decision="go_on", reason="医保重复计数，已电话核实", by=SYSTEM)
    assert actions.make_payments(fund, by=SYSTEM).batch is not None


def test_the_bureau_s_list_names_what_is_only_there_only_here_and_different(bureau: PartnerBody, fund: Fund, person: Person) -> None:
    number = person.id_number
    take(
        bureau,
        stay(number, medfee_sumamt="10"),
        stay(number, "S2", medfee_sumamt="20"),
        stay(number, "S3"),
        stay(number, "S4"),
        back(number, "S4"),
    )
    told = [
        stay(number, medfee_sumamt="10"),
        stay(number, "S2", medfee_sumamt="21"),
        stay(number, "S5"),
        stay(number, "S6"),
        back(number, "S6"),
    ]
    [day] = actions.state_days(bureau, data=file_of(*told), by=SYSTEM)
    assert day.said["count"] == "3" and differences() == [("different", "S2"), ("only_here", "S3"), ("only_there", "S5")]
    held = {one.setl_id: one for one in DayDifference.objects.all()}
    assert (held["S2"].ours["medfee"], held["S2"].theirs["medfee"]) == ("20.00", "21.00")
    for setl_id, decision in (("S2", "hold"), ("S3", "go_on"), ("S5", "go_on")):
        actions.decide_difference(held[setl_id], decision=decision, reason="和医保核过了", by=SYSTEM)
    made = actions.make_payments(fund, by=SYSTEM)
    assert made.batch is not None and set(Settlement.objects.exclude(paying="").values_list("setl_id", flat=True)) == {"S1", "S3"}
    take(bureau, stay(number, "S2", medfee_sumamt="21"))
    assert differences() == [("only_here", "S3"), ("only_there", "S5")], "what was put right is gone, what was decided stays decided"
    assert DayDifference.objects.filter(gone_on__isnull=True, decision="").count() == 0


def test_a_difference_that_changes_asks_anew(bureau: PartnerBody, fund: Fund, person: Person) -> None:
    take(bureau, stay(person.id_number))
    actions.state_day(bureau, day=DAY, said={"count": 2}, by=SYSTEM)
    actions.decide_difference(DayDifference.objects.get(), decision="go_on", reason="和医保核过了", by=SYSTEM)
    actions.state_day(bureau, day=DAY, said={"count": 3}, by=SYSTEM)
    assert DayDifference.objects.filter(gone_on__isnull=True, decision="").count() == 1 and DayDifference.objects.count() == 2


def test_another_bureau_s_day_is_another_day(world: World, bureau: PartnerBody, fund: Fund, person: Person) -> None:
    other = add_partner(name="外市医疗保障局", kind=PartnerKind.HEALTH_INSURANCE, answering_org=world.district, by=SYSTEM)
    take(bureau, stay(person.id_number))
    assert actions.state_day(other, day=DAY, said={"count": 0}, by=SYSTEM).ours["count"] == 0 and not differences()


def test_a_list_with_a_row_nobody_can_read_is_not_taken(bureau: PartnerBody, person: Person) -> None:
    with pytest.raises(ValidationError, match=r"有 1 行读不了.*第 3 行"):
        actions.state_days(bureau, data=file_of(stay(person.id_number), stay(person.id_number, "S2", setl_time="昨天")), by=SYSTEM)
    assert not DayTotal.objects.exists()


def test_a_day_to_come_and_a_town_s_officer_are_refused(world: World, bureau: PartnerBody) -> None:
    with pytest.raises(ValidationError, match="还没有到"):
        actions.state_day(bureau, day=date(2023, 12, 19), said={"count": 1}, by=SYSTEM)
    with pytest.raises(Refused):
        actions.state_day(bureau, day=DAY, said={"count": 1}, by=officer_of(world.here))


def test_an_unknown_code_is_reckoned_once_two_persons_know_it(fund: Fund, person: Person) -> None:
    for fields in ({"med_type": "9901"}, {"insutype": "999"}):
        actions.take_settlements(
            data=file_of(stay(person.id_number, f"S{len(fields)}{next(iter(fields))}", mdtrt_id="", **fields)), by=SYSTEM
        )
    assert set(Settlement.objects.values_list("state", flat=True)) == {"parked"}
    known = actions.enter_code(field="med_type", code="9901", means="21", source="市医保局编码表 2023", by=SYSTEM)
    actions.enter_code(field="insutype", code="999", means="310", source="市医保局编码表 2023", by=SYSTEM)
    assert not Settlement.objects.exclude(state="parked").exists(), "nobody looked a second time"
    with pytest.raises(ValidationError, match="两个人"):
        actions.confirm_code(known, by=SYSTEM)
    assert actions.confirm_code(known, by=SECOND) == 1
    assert actions.confirm_code(KnownCode.objects.get(field="insutype"), by=SECOND) == 1
    assert Settlement.objects.filter(state="auto_approved").count() == 2
    assert sum(one.benefit for one in Settlement.objects.all()) == Decimal("1800.00")


def test_a_code_left_outside_is_out_of_scope(fund: Fund, person: Person) -> None:
    actions.take_settlements(data=file_of(stay(person.id_number, med_type="9902")), by=SYSTEM)
    actions.confirm_code(actions.enter_code(field="med_type", code="9902", means="", source="医保局电话 12月1日", by=SYSTEM), by=SECOND)
    assert Settlement.objects.get().state == "out_of_scope"


@pytest.mark.parametrize(("code", "means", "source"), [("21", "", "编码表 2023"), ("9901", "99", "编码表 2023"), ("9901", "21", "无")])
def test_a_national_code_a_guess_and_a_word_without_source_are_refused(world: World, code: str, means: str, source: str) -> None:
    with pytest.raises(ValidationError, match=r"国标代码|写明依据"):
        actions.enter_code(field="med_type", code=code, means=means, source=source, by=SYSTEM)
    assert not KnownCode.objects.exists()


def test_a_code_nobody_confirmed_may_be_taken_back(world: World) -> None:
    known = actions.enter_code(field="med_type", code="9901", means="21", source="编码表 2023", by=SYSTEM)
    actions.withdraw_code(known, by=SYSTEM)
    assert not KnownCode.objects.exists()
