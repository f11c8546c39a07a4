"""Files as bureaus really write them: workbooks, own headings remembered, fen and yuan, days in several shapes."""

import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from niangjia.core.access.actor import SYSTEM
from niangjia.core.access.rules import Refused
from niangjia.core.orgs.actions import add_partner
from niangjia.core.orgs.enums import PartnerKind
from niangjia.core.orgs.models import PartnerBody
from niangjia.core.people.tests.factories import id_number, officer_of
from niangjia.work.mutual_aid import actions, intake
from niangjia.work.mutual_aid.models import Settlement
from niangjia.work.mutual_aid.tests.factories import enrol, make_plan
from tests.world import World

OWN = "单据流水,就医地机构,参保人证件,类别,清算时间,统筹(分),比例,自付现金(分)"
CHOSEN = {
    "单据流水": "setl_id", "就医地机构": "fixmedins_code", "参保人证件": "certno", "类别": "med_type", "清算时间": "setl_time",
    "统筹(分)": "hifp_pay", "比例": "pool_prop_selfpay", "自付现金(分)": "psn_cash_pay",
}  # fmt: skip


def workbook(*rows: tuple[Any, ...]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_is_read_below_its_title_without_its_sum() -> None:
    number = id_number()
    taken = intake.read(
        workbook(
            ("鄞州区结算明细",), ("结算ID*", "医院编码", "证件号码", "医疗类别", "结算日期", "统筹基金支付（元）", "统筹基金支付比例"),
            ("S1", "H1", number, "21", "2023年9月1日", "1,000.50", "85%"), ("合计", None, None, None, None, 1000.5, None),
        )
    )  # fmt: skip
    assert taken.count == 1 and not taken.refusals
    row = taken.rows.row(0, named=True)
    assert (row["row"], row["setl_id"], row["certno"], str(row["settled_on"])) == (3, "S1", number, "2023-09-01")
    assert (row["hifp_pay"], row["pool_prop_selfpay"]) == ("1000.50", "0.85")


def test_a_number_that_lost_its_digits_in_the_workbook_is_refused() -> None:
    taken = intake.read(workbook(("结算ID", "医院编码", "证件号码", "结算日期"), ("S1", "H1", 330203199001011234, "2023-09-01")))
    assert [(refusal.row, refusal.reason[:19]) for refusal in taken.refusals] == [(2, "证件号码被表格当成数字，丢了后几位：请")]


@pytest.mark.parametrize("text", ["2023-09-01", "20230901", "2023/9/1", "2023.09.01", "2023年9月1日 10:20", "2023-09-01T10:20:00", "45170"])
def test_days_in_several_shapes_are_one_day(text: str) -> None:
    taken = intake.read(f"结算ID,医院编码,证件号码,结算日期\nS1,H1,X,{text}".encode())
    assert [str(day) for day in taken.rows["settled_on"]] == ["2023-09-01"]


@given(st.integers(min_value=0, max_value=10**12), st.booleans())
def test_fen_become_yuan_to_the_fen(fen: int, negative: bool) -> None:
    said = f"{'-' if negative and fen else ''}{fen}"
    data = f"结算ID,医院编码,证件号码,结算日期,总费用,冲正标志\nS1,H1,X,2023-09-01,{said},1".encode()
    taken = intake.read(data, in_fen=True)
    assert Decimal(taken.rows["medfee_sumamt"][0]) == Decimal(said) / 100 == taken.totals["medfee"]


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00\x01\x81", b"PK\x03\x04nothing", b"a,b\n1,2"])
def test_what_is_no_table_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(intake.UnreadableSettlements):
        intake.read(data)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def bureau(world: World) -> PartnerBody:
    return add_partner(name="外市医疗保障局", kind=PartnerKind.HEALTH_INSURANCE, answering_org=world.district, by=SYSTEM)


@pytest.mark.django_db
@pytest.mark.usefixtures("seeing_all")
def test_headings_chosen_once_are_remembered_for_that_bureau_only(world: World, bureau: PartnerBody) -> None:
    person = world.new_person(id_number=id_number())
    enrol(person, make_plan())
    data = f"{OWN}\nS1,H1,{person.id_number},21,2023.09.01,100000,0.5,9999900".encode("gb18030")
    with pytest.raises(ValidationError, match="列名对照"):
        actions.take_settlements(data=data, body=bureau, by=SYSTEM)
    layout = actions.read_headings(bureau, data=data, by=SYSTEM)
    assert set(layout.headings) == set(CHOSEN)
    actions.choose_headings(bureau, headings=CHOSEN, in_fen=True, by=SYSTEM)
    with pytest.raises(ValidationError, match="列名对照"):
        actions.take_settlements(data=data, by=SYSTEM)
    outcome = actions.take_settlements(data=data, body=bureau, by=SYSTEM)
    assert outcome.states == {"auto_approved": 1} and Settlement.objects.get().benefit == Decimal("800.00")
    assert actions.read_headings(bureau, data=data, by=SYSTEM).headings == CHOSEN, "looked at again it keeps what was chosen"


@pytest.mark.django_db
@pytest.mark.usefixtures("seeing_all")
def test_two_headings_for_one_field_an_unknown_field_and_a_stranger_are_refused(world: World, bureau: PartnerBody) -> None:
    for headings in ({"一": "setl_id", "二": "setl_id"}, {"一": "password"}):
        with pytest.raises(ValidationError):
            actions.choose_headings(bureau, headings=headings, in_fen=False, by=SYSTEM)
    with pytest.raises(Refused):
        actions.choose_headings(bureau, headings=CHOSEN, in_fen=False, by=officer_of(world.here))
