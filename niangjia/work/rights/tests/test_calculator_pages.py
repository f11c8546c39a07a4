"""The calculator's pages: nothing kept on the phone unless it is taken along; at the desk into the claims of a case."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from niangjia.base.scope import elevated
from niangjia.core.access.rules import Refused
from niangjia.core.cases.models import Case
from niangjia.work.rights import actions
from niangjia.work.rights.models import Claim, Draft, Reckoning
from niangjia.work.rights.tests.factories import acting, new_dispute
from niangjia.work.rights.tests.test_pages import client_of
from niangjia.work.rights.tests.test_worker_pages import sign_in
from tests.world import World

pytestmark = pytest.mark.django_db
DISMISSED = {
    "reason": "illegal_termination", "entry_date": "2020-03-01", "last_day_worked": "2023-11-30", "wage": "8,000", "contract": "at_entry"
}  # fmt: skip
SEVERANCE = {
    "reason": "illegal_termination", "entry_date": "2020-03-01", "last_day_worked": "2023-11-30", "wages_last_12_months": "8000×12",
    "contract": "at_entry",
}  # fmt: skip


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize(
    ("what", "answers", "total", "article"),
    [
        ("dismissed", DISMISSED, "64,000.00", "劳动合同法第八十七条"),
        ("dismissed", DISMISSED | {"reason": "art40_pay_in_lieu", "last_month": "9000"}, "41,000.00", "第四十七条"),
        ("left", DISMISSED | {"reason": "art38_employer_fault"}, "32,000.00", "第三十八条"),
        ("expired", DISMISSED | {"reason": "expiry_not_renewed_by_employer"}, "32,000.00", "第四十六条"),
        ("closed", DISMISSED | {"reason": "bankruptcy"}, "32,000.00", "第四十四条"),
        ("unsigned", {"entry_date": "2023-01-01", "last_day_worked": "2023-06-30", "wage": "6000"}, "30,000.00", "第八十二条"),
        ("overtime", {"wage": "8700", "working_days": "10", "holidays": "8"}, "1,950.00", "第四十四条"),
        ("leave", {"year": "2022", "years": "5", "wage": "8700"}, "4,000.00", "第五条"),
        ("notice", {"wage": "7000", "last_day_worked": "2023-11-30"}, "7,000.00", "第四十条"),
    ],
)  # fmt: skip
def test_each_happening_gives_one_sum_with_its_articles_and_keeps_nothing(
    client: Client, what: str, answers: dict[str, str], total: str, article: str
) -> None:
    assert client.get(f"/m/rights/calculate/{what}/").status_code == 200
    page = client.post(f"/m/rights/calculate/{what}/", answers)
    assert page.status_code == 200
    shown = page.content.decode()
    assert f"<b>{total}</b>" in shown
    assert article in shown
    assert not Draft.objects.exists()
    assert "asking" not in page.cookies


def test_what_is_not_known_and_what_was_not_read_is_said(client: Client) -> None:
    answers = {"entry_date": "2025-01-01", "last_day_worked": "2023-06-30", "wage": "6000"}
    assert "早于" in client.post("/m/rights/calculate/unsigned/", answers).content.decode()
    shown = client.post("/m/rights/calculate/dismissed/", DISMISSED | {"contract": "unsure"}).content.decode()
    assert "本市上年度职工月平均工资没有给，没有核对三倍封顶" in shown
    assert "二倍工资没有算" in shown
    assert "待核" in client.post("/m/rights/calculate/overtime/", {"wage": "8700", "working_days": "1"}).content.decode()


@pytest.mark.parametrize(
    ("what", "answers", "said"),
    [
        ("dismissed", DISMISSED | {"wage": "很多"}, "金额只写数字"),
        ("dismissed", DISMISSED | {"contract": "later"}, "写上哪天签的合同"),
        ("dismissed", DISMISSED | {"last_day_worked": "2023-12-19"}, "还没有到"),
        ("dismissed", DISMISSED | {"entry_date": "2001-01-01", "last_day_worked": "2007-01-01"}, "没有收录"),
        ("overtime", {"wage": "8700"}, "至少写一种"),
    ],
)
def test_what_cannot_be_reckoned_is_said_beside_its_question(client: Client, what: str, answers: dict[str, str], said: str) -> None:
    page = client.post(f"/m/rights/calculate/{what}/", answers)
    assert page.status_code == 422
    assert said in page.content.decode()


def test_there_is_no_happening_of_that_name(client: Client) -> None:
    assert client.get("/m/rights/calculate/nothing/").status_code == 404
    assert client.get("/m/rights/calculate/").content.decode().count("/m/rights/calculate/") >= 8


def test_the_sums_go_along_with_the_request_for_help_and_the_worksheet_stays_with_the_case(client: Client, world: World) -> None:
    taken = client.post("/m/rights/calculate/dismissed/ask/", DISMISSED)
    assert taken.headers["Location"] == "/m/rights/ask/"
    assert b"64,000" not in bytes(Draft.objects.get().answers_sealed)
    assert "64,000.00" in client.get("/m/rights/ask/1/").content.decode()
    client.post("/m/rights/ask/1/", {"respondent": "迅帆配送", "town": world.here.code})
    assert "checked" in client.get("/m/rights/ask/2/").content.decode()
    for number, answers in ((2, {"kinds": ["D04"]}), (3, {"relation": "contract", "left_on": "20231130"}), (4, {"told": ""})):
        assert client.post(f"/m/rights/ask/{number}/", answers).status_code == 302
    sign_in(client)
    client.post("/m/sign-in/who/", {"name": "何小川"})
    assert client.post("/m/rights/send/", {}).status_code == 302
    with elevated("test"):
        claim, kept = Claim.objects.get(), Reckoning.objects.get()
        assert (claim.kind, claim.claimed, claim.reckoning) == ("D05", Decimal("64000.00"), kept)
        assert "第八十七条" in claim.basis
        assert any("2N" in step for step in kept.sheet["steps"])
        assert b"2N" not in bytes(kept.sheet_sealed)
        assert (Case.objects.get().dispute.monthly_wage, Case.objects.get().dispute.kinds) == (Decimal(8000), ["D05"])


def test_an_officer_writes_the_sums_of_a_worksheet_into_the_case_and_reckons_again(world: World) -> None:
    case, client = new_dispute(world), client_of(world, world.here)
    page = f"/desk/rights/{case.code}/calculator/severance/"
    assert 'value="2022年3月14日"' in client.get(page).content.decode()
    assert "64,000.00" in client.post(page, SEVERANCE).content.decode()
    with elevated("test"):
        assert not Reckoning.objects.exists(), "reckoning alone writes nothing"
    for wages in ("8000×12", "9000×12"):
        assert client.post(page, SEVERANCE | {"wages_last_12_months": wages, "take": "1"}).status_code == 302
    with elevated("test"):
        claim = Claim.objects.get(kind="D05")
        assert (claim.claimed, claim.reckoning.total) == (Decimal("72000.00"), Decimal("72000.00"))
        assert Reckoning.objects.filter(replaced_on=None).count() == 1
    shown = client.get(f"/desk/cases/{case.code}/").content.decode()
    assert "72,000.00" in shown and "计算过程" in shown


@pytest.mark.parametrize(
    ("sort", "answers", "total"),
    [
        ("overtime", {"monthly_wage": "8700", "working_days": "10", "paid": "250"}, "500.00"),
        ("annual-leave", {"year": "2022", "cumulative_years": "5", "monthly_wage": "8700", "worked_12_months": "on"}, "4,000.00"),
        ("notice-pay", {"last_month_wage": "7000", "last_day_worked": "2023-11-30"}, "7,000.00"),
        ("severance", SEVERANCE | {"city_average_month": "2000", "minimum_wage": "1500"}, "48,000.00"),
    ],
)  # fmt: skip
def test_every_calculator_stands_at_the_desk(world: World, sort: str, answers: dict[str, Any], total: str) -> None:
    client = client_of(world, world.here)
    assert client.get(f"/desk/rights/calculator/{sort}/").status_code == 200
    shown = client.post(f"/desk/rights/calculator/{sort}/", answers).content.decode()
    assert f"<b>{total}</b>" in shown
    assert ("年限最高 12 年" in shown) is ("city_average_month" in answers)
    assert "写成诉求" not in shown, "there is no case to write into"


def test_wages_that_nobody_can_read_are_refused(world: World) -> None:
    client = client_of(world, world.here)
    for wages, said in (("八千", "看不懂"), ("8000×13", "最多 12 个月"), ("-5", "不是工资")):
        page = client.post("/desk/rights/calculator/", SEVERANCE | {"wages_last_12_months": wages})
        assert page.status_code == 422
        assert said in page.content.decode()


def test_nothing_is_claimed_where_nothing_is_due_nor_by_a_stranger(world: World) -> None:
    case = new_dispute(world)
    sheet = {
        "sort": "notice-pay",
        "total": "7000",
        "sums": [{"kind": "D04", "item": "代通知金", "amount": "7000", "basis": "劳动合同法第四十条"}],
    }
    with pytest.raises(Refused):
        actions.take_over(case, sheet=sheet, by=acting(world.officer(world.elsewhere)))
    with pytest.raises(ValidationError, match="没有可以主张的钱"):
        actions.take_over(case, sheet=sheet | {"sums": []}, by=acting(world.officer(world.here)))
    assert client_of(world, world.elsewhere).get(f"/desk/rights/{case.code}/calculator/severance/").status_code == 404


def test_the_english_page_leaves_only_the_worksheet_in_chinese(client: Client) -> None:
    client.post("/language", {"language": "en", "next": "/"})
    shown = client.post("/m/rights/calculate/dismissed/", DISMISSED).content.decode()
    assert "By what you say, you may claim" in shown
    assert "Compensation for unlawful dismissal" in shown
    assert '<ol class="worksheet" lang="zh-Hans">' in shown
