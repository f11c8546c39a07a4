"""One member's settlements, explained: bands, the first stay, waiting, reversals in any order, payments by difference."""

import itertools
from decimal import Decimal
from typing import Any

import pytest

from niangjia.work.mutual_aid.plan.catalogue import SHIPPED
from niangjia.work.mutual_aid.plan.member import explained
from niangjia.work.mutual_aid.plan.record import BadRecord

P1 = {"certno": "A1", "plan": "P1", "policy_year": "2023", "effective_from": "2023-05-01", "effective_to": "2024-04-30"}


def stay(setl_id: str = "S1", burden: str = "1000", **fields: Any) -> dict[str, Any]:
    """A stay whose inferred burden is ``burden``: half of the pooled costs."""
    said = {
        "setl_id": setl_id, "fixmedins_code": "H1", "mdtrt_id": f"M-{setl_id}", "certno": "A1", "insutype": "310", "psn_type": "1101",
        "med_type": "21", "setl_time": "2023-09-01 10:20:00", "hifp_pay": burden, "pool_prop_selfpay": "0.5", "psn_cash_pay": "99999",
        "act_pay_dedc": "600", "vali_flag": "1", "refd_setl_flag": "0",
    }  # fmt: skip
    return {"type": "settlement", "record": said | fields}


PAY = {"type": "pay"}


def told(*events: dict[str, Any], policies: Any = (P1,), **config: str) -> dict[str, Any]:
    return explained({"config": config, "policies": list(policies), "events": list(events)}, SHIPPED)


def states(result: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {setl_id: (one["state"], f"{one['benefit']:.2f}") for setl_id, one in result["records"].items()}


@pytest.mark.parametrize(
    ("events", "benefits"),
    [
        ([stay(burden="1000")], ["1000.00"]),
        ([stay(burden="10"), stay("S2", burden="3000")], ["208.00", "2400.00"]),
        ([stay(burden="12000")], ["3500.00"]),
        ([stay(burden="12000", act_pay_dedc="0")], ["3300.00"]),
        ([stay(burden="12000", psn_cash_pay="5000")], ["2800.00"]),
    ],
)
def test_the_examples_of_the_guide(events: list[Any], benefits: list[str]) -> None:
    assert [f"{one['benefit']:.2f}" for one in told(*events)["records"].values()] == benefits


def test_bands_by_the_year_are_used_up_and_the_account_may_count() -> None:
    twice = [stay(burden="2000"), stay("S2", burden="2000")]
    assert [one["benefit"] for one in told(*twice)["records"].values()] == [Decimal("1800.00"), Decimal("1600.00")]
    by_year = told(*twice, band_basis="per_year")["records"]
    assert [one["benefit"] for one in by_year.values()] == [Decimal("1800.00"), Decimal("900.00")]
    paid = stay(burden="3000", psn_cash_pay="1000", acct_pay="500")
    assert told(paid)["total_benefit"] == Decimal("1000.00")
    assert told(paid, cap_basis="cash_plus_account")["total_benefit"] == Decimal("1400.00")


def test_without_the_pool_s_share_the_burden_is_what_is_left() -> None:
    rest = {
        "pool_prop_selfpay": "0",
        "inscp_scp_amt": "8000",
        "hifp_pay": "5000",
        "act_pay_dedc": "600",
        "hifob_pay": "400",
        "maf_pay": "0",
    }
    assert told(stay(**rest))["total_benefit"] == Decimal("1800.00")


def test_half_a_fen_is_rounded_up() -> None:
    third = stay(burden="100.01", pool_prop_selfpay="0.75")
    assert told(third)["total_benefit"] == Decimal("226.67"), "33.34 × 80 % = 26.672, and 200"


@pytest.mark.parametrize(
    ("fields", "state"),
    [({"med_type": "9901"}, "parked"), ({"med_type": "11"}, "out_of_scope"), ({"insutype": "390"}, "out_of_scope"), ({"certno": "B2"}, "unmatched"),
     ({"setl_time": "2024-05-01"}, "not_covered"), ({"medfee_sumamt": "9", "fund_pay_sumamt": "1", "psn_part_amt": "7"}, "manual_review")],
)  # fmt: skip
def test_what_is_not_paid_by_itself_says_why(fields: dict[str, str], state: str) -> None:
    [one] = told(stay(**fields))["records"].values()
    assert one["state"] == state and one["steps"]


def retired(year: int, **more: Any) -> dict[str, Any]:
    return {
        "certno": "A1",
        "plan": "P2",
        "policy_year": str(year),
        "effective_from": f"{year}-05-01",
        "effective_to": f"{year + 1}-04-30",
    } | more


@pytest.mark.parametrize(
    ("policies", "on", "expected"),
    [
        ([retired(2023)], "2023-05-20", ("auto_approved", "400.00")),
        ([retired(2022), retired(2023)], "2023-05-20", ("auto_approved", "500.00")),
        ([P1 | {"effective_from": "2022-05-01", "effective_to": "2023-04-30"}, retired(2023)], "2023-05-20", ("auto_approved", "500.00")),
        ([retired(2023, late=True)], "2023-06-29", ("not_covered", "0.00")),
        ([retired(2023, late=True)], "2023-06-30", ("auto_approved", "400.00")),
        ([retired(2022), retired(2023, late=True)], "2023-05-02", ("auto_approved", "500.00")),
        ([retired(2021), retired(2023, late=True)], "2023-05-20", ("not_covered", "0.00")),
    ],
)
def test_the_late_wait_and_a_break_costs(policies: list[Any], on: str, expected: tuple[str, str]) -> None:
    result = told(stay(psn_type="1201", setl_time=on), policies=policies)
    assert states(result)["S1"] == expected


def back(of: str = "S1", **fields: Any) -> dict[str, Any]:
    return stay(of, refd_setl_flag="1", **fields)


def test_a_reversal_before_the_payment_cancels_after_it_claws_back() -> None:
    assert states(told(stay(), back())) == {"S1": ("cancelled", "0.00")}
    assert states(told(stay(), PAY, back())) == {"S1": ("clawback_open", "0.00")}
    assert told(stay(), PAY, back())["total_benefit"] == 0
    other = stay("R1", refd_setl_flag="1", orig_setl_id="S1")
    assert states(told(stay(), PAY, other))["S1"] == ("clawback_open", "0.00")


def test_a_reversal_that_comes_first_still_takes_back() -> None:
    assert states(told(back(), stay()))["S1"] == ("cancelled", "0.00")


def test_a_stay_settled_anew_pays_the_difference_and_gives_the_first_stay_s_sum_again() -> None:
    anew = stay("S2", burden="3000", mdtrt_id="M-S1")
    result = told(stay(), PAY, back(), anew, PAY)
    assert states(result) == {"S1": ("offset_next", "0.00"), "S2": ("paid", "2600.00")}
    assert "付给本人 1,600.00 元。" in result["records"]["S2"]["steps"]
    assert result["total_benefit"] == Decimal("2600.00")


def test_a_smaller_settlement_leaves_the_rest_owed() -> None:
    result = told(stay(burden="3000"), PAY, back(), stay("S2", burden="1000", mdtrt_id="M-S1"), PAY)
    assert states(result) == {"S1": ("clawback_open", "0.00"), "S2": ("paid", "1000.00")}


@pytest.mark.parametrize("order", list(itertools.permutations([stay(), back(), stay("S2", burden="3000", mdtrt_id="M-S1")])))
def test_without_payments_between_the_order_of_coming_does_not_matter(order: Any) -> None:
    assert states(told(*order)) == {"S1": ("cancelled", "0.00"), "S2": ("auto_approved", "2600.00")}


def test_a_second_settlement_of_one_visit_waits_for_the_first_to_be_reversed() -> None:
    anew = stay("S2", burden="3000", mdtrt_id="M-S1")
    assert states(told(stay(), PAY, anew))["S2"][0] == "manual_review"
    assert states(told(stay(), PAY, anew, back(), PAY)) == {"S1": ("offset_next", "0.00"), "S2": ("paid", "2600.00")}


def test_the_same_record_twice_changes_nothing_and_another_version_is_reckoned_until_it_is_paid() -> None:
    assert told(stay(), stay())["total_benefit"] == Decimal("1000.00")
    assert told(stay(), stay(burden="2000"))["total_benefit"] == Decimal("1800.00")
    paid = told(stay(), PAY, stay(burden="2000"))
    assert states(paid)["S1"] == ("paid", "1000.00") and "金额不同" in paid["records"]["S1"]["steps"][-1]


@pytest.mark.parametrize("fields", [{"setl_id": ""}, {"setl_time": "昨天"}, {"hifp_pay": "一千"}, {"hifp_pay": "NaN"}])
def test_a_record_nobody_can_read_is_refused_by_name(fields: dict[str, str]) -> None:
    with pytest.raises(BadRecord, match=next(iter(fields))):
        told(stay(**fields))
