"""A file of settlements is matched, reckoned and approved by SQL, and says just what one member's explanation says."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from niangjia.core.access.actor import SYSTEM
from niangjia.core.access.rules import Refused
from niangjia.core.people.models import Person
from niangjia.core.people.tests.factories import id_number, officer_of
from niangjia.core.trail.queries import checks
from niangjia.work.mutual_aid.actions import take_settlements
from niangjia.work.mutual_aid.actions.settling import Outcome
from niangjia.work.mutual_aid.models import Intake, Settlement, SettlementVersion
from niangjia.work.mutual_aid.tests.factories import back, enrol, file_of, make_plan, stay
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeing_all")]


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def person(world: World) -> Person:
    """A member who takes part in the plan of those at work."""
    made = world.new_person(id_number=id_number())
    enrol(made, make_plan())
    return made


def take(*rows: dict[str, str], **facts: Any) -> Outcome:
    return take_settlements(data=file_of(*rows), by=SYSTEM, **facts)


def standing() -> dict[str, tuple[str, str]]:
    return {one.setl_id: (one.state, str(one.benefit)) for one in Settlement.objects.order_by("arrival")}


def test_a_file_is_approved_in_one_go(person: Person) -> None:
    number = person.id_number
    outcome = take(stay(number), stay(number, "S2", "3000"), stay(id_number(), "S3"), stay(number, "S4", med_type="9901"))
    assert outcome.states == {"auto_approved": 2, "parked": 1, "unmatched": 1} and outcome.benefit == Decimal("3400.00")
    assert standing() == {
        "S1": ("auto_approved", "1000.00"), "S2": ("auto_approved", "2400.00"), "S3": ("unmatched", "0.00"), "S4": ("parked", "0.00")
    }  # fmt: skip
    one = Settlement.objects.get(setl_id="S1")
    assert (one.person, one.org_id, one.due) == (person, person.home_org_id, Decimal("1000.00")) and not one.certno_sealed
    assert Settlement.objects.get(setl_id="S3").certno, "whose number nobody has may be found later"
    assert all(check.ok for check in checks())


def test_without_apply_nothing_is_kept(person: Person) -> None:
    outcome = take(stay(person.id_number), apply=False)
    assert outcome.states == {"auto_approved": 1} and not outcome.applied and not outcome.code
    assert not Settlement.objects.exists() and not Intake.objects.exists()


def test_the_same_bytes_again_change_nothing(person: Person) -> None:
    first, again = (take(stay(person.id_number)) for _ in range(2))
    assert again.known and (again.code, again.states) == (first.code, first.states) and Settlement.objects.count() == 1


def test_half_a_file_is_refused_by_its_control_totals(person: Person) -> None:
    rows = [stay(person.id_number, medfee_sumamt="10.10"), stay(person.id_number, "S2", medfee_sumamt="20.20")]
    said = {"count": 2, "medfee": "30.30", "cash": "199998.00"}
    with pytest.raises(ValidationError, match=r"笔数：控制总额 2，文件里 1；总费用：控制总额 30\.30，文件里 10\.10"):
        take(rows[0], said=said)
    assert take(*rows, said=said).states == {"auto_approved": 2}


def test_rows_nobody_can_read_come_back_with_the_reason(person: Person) -> None:
    number = person.id_number
    outcome = take(
        stay(number), stay(number, "S2", setl_time="昨天"), stay(number, "S3", hifp_pay="一千"), stay("", "S4"), stay(number, "S5", "-5")
    )
    assert outcome.states == {"auto_approved": 1}
    assert [(refusal.row, refusal.reason[:6]) for refusal in outcome.refusals] == [
        (3, "结算时间（s"), (4, "基本医疗保险"), (5, "缺少证件号码"), (6, "不是冲正记录")
    ]  # fmt: skip


def test_a_bureau_s_own_headings_and_encoding_are_read(person: Person) -> None:
    text = f"结算ID,医院编码,身份证号,医疗类别,结算日期,统筹基金支付,统筹基金支付比例,个人现金支付,性别\nS1,H1,{person.id_number},21,2023/09/01,1000,0.5,9999,男"
    outcome = take_settlements(data=text.encode("gb18030"), by=SYSTEM)
    assert outcome.states == {"auto_approved": 1} and outcome.benefit == Decimal("800.00")


def test_another_version_is_kept_and_reckoned_anew(person: Person) -> None:
    take(stay(person.id_number))
    take(stay(person.id_number, burden="2000"), stay(person.id_number, "S2"))
    assert standing() == {"S1": ("auto_approved", "1800.00"), "S2": ("auto_approved", "800.00")}
    [version] = SettlementVersion.objects.all()
    assert (version.version, version.changes) == (2, {"hifp_pay": [1000.0, 2000.0]})


def test_a_number_that_changes_its_person_is_refused(person: Person) -> None:
    take(stay(person.id_number))
    outcome = take(stay(id_number()), stay(person.id_number, "S2"))
    assert [refusal.row for refusal in outcome.refusals] == [2] and "另一个证件号码" in outcome.refusals[0].reason


def test_a_reversal_takes_back_in_either_order(person: Person) -> None:
    take(back(person.id_number, "S2"))
    take(stay(person.id_number), stay(person.id_number, "S2"), back(person.id_number))
    assert {state for state, _ in standing().values()} == {"cancelled"}


def test_what_the_hospital_deducted_is_not_paid_again(person: Person) -> None:
    deducted = stay(person.id_number, mutual_aid_pay="1000.00")
    take(deducted)
    take(stay(person.id_number, "S2", mdtrt_id="M-S1"))
    assert standing() == {"S1": ("paid_elsewhere", "1000.00"), "S2": ("manual_review", "800.00")}


def test_somebody_without_the_right_may_not(world: World, person: Person) -> None:
    with pytest.raises(Refused):
        take_settlements(data=file_of(stay(person.id_number)), by=officer_of(world.here))


def test_a_settlement_that_for_a_while_did_not_count_takes_a_new_place_also_within_one_file(person: Person) -> None:
    number = person.id_number
    take(stay(number, "S2"), stay(number), stay(number, "S2", med_type="11"), stay(number, "S2"))
    assert standing() == {"S1": ("auto_approved", "1000.00"), "S2": ("auto_approved", "800.00")}


def test_a_file_with_more_rows_than_there_are_places_in_the_order_of_arrival_is_refused_whole(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("niangjia.work.mutual_aid.actions.reckoning.PLACES", 3)
    with pytest.raises(ValidationError, match="最多 2 行"):
        take_settlements(data=file_of(stay(person.id_number), stay(person.id_number, "S2")), by=SYSTEM)
    assert not Settlement.objects.exists()
