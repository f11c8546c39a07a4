"""A settlement that stands alone takes the short way, and comes out in every column as the long way would have it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from niangjia.core.access.actor import SYSTEM
from niangjia.core.people.tests.factories import id_number
from niangjia.work.mutual_aid import intake
from niangjia.work.mutual_aid.actions import alone, take_settlements
from niangjia.work.mutual_aid.actions import reckoning as sql
from niangjia.work.mutual_aid.models import Plan, Settlement
from niangjia.work.mutual_aid.plan.rule import Band, Waiting
from niangjia.work.mutual_aid.tests.factories import back, enrol, file_of, make_plan, stay
from niangjia.work.mutual_aid.tests.test_same_meaning import BY_THE_YEAR, stays
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeing_all")]
CONTINUED = replace(BY_THE_YEAR, code="P2", bands=(Band(Decimal(3000), Decimal("0.8"), Decimal("0.5")),), waiting=Waiting(0, 60, 0))
"""A plan that asks whether a policy continues an earlier one, and lets late ones wait."""


def facts() -> list[tuple[Any, ...]]:
    """Every column but what is another by nature: id, code, nonce of the seal, moment of receiving, the block of arrivals."""
    names = [name for name in sql.KEPT if name not in ("id", "code", "certno_sealed", "received_at", "arrival")]
    return [
        (one.certno_sealed is None, one.arrival % sql.PLACES, *(getattr(one, name) for name in names))
        for one in Settlement.objects.order_by("arrival")
    ]


@pytest.fixture
def numbers() -> list[str]:
    """Persons covered in several ways: by one plan, late, late but continuing, by both, in the year before only, known but not covered, unknown."""
    world, first = World(), make_plan()
    second, before = make_plan(CONTINUED), make_plan(CONTINUED, year="2022")
    covers: list[list[tuple[Plan, dict[str, Any]]]] = [
        [(first, {})], [(first, {"late": True})], [(before, {}), (second, {"late": True})], [(first, {}), (second, {})], [(before, {})], [], [(second, {})],
    ]  # fmt: skip
    known = [id_number() for _ in covers]
    for number, policies in zip(known, covers, strict=True):
        person = world.new_person(id_number=number)
        for plan, said in policies:
            enrol(person, plan, **said)
    return [*known, id_number()]


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn=st.lists(stays(), min_size=8, max_size=8), deducted=st.sampled_from(["", "120.50"]))
def test_the_short_way_says_what_the_long_way_says(numbers: list[str], drawn: list[dict[str, str]], deducted: str) -> None:
    said = [
        row | {"certno": number, "setl_id": f"A{at}", "orig_setl_id": "", "mutual_aid_pay": deducted if at % 2 else ""}
        for at, (number, row) in enumerate(zip(numbers, drawn, strict=True))
    ]
    found, refused = [], []
    for way in (alone.stand_alone, lambda rows: pl.Series("alone", [False] * len(rows), dtype=pl.Boolean)):
        with pytest.MonkeyPatch.context() as patch, transaction.atomic():
            patch.setattr(alone, "stand_alone", way)
            outcome = take_settlements(data=file_of(*said), by=SYSTEM, on=date(2023, 12, 18))
            found.append(facts())
            refused.append((outcome.states, outcome.benefit, outcome.refusals))
            transaction.set_rollback(True)
    assert found[0] == found[1] and refused[0] == refused[1]


def test_only_what_nothing_else_bears_on_stands_alone() -> None:
    one, other, third, fourth, fifth = (id_number() for _ in range(5))
    rows = intake.read(
        file_of(
            stay(one, "S1"), stay(other, "S2"), stay(other, "S3"), stay(third, "S4"), back(fourth, "R4", orig_setl_id="S4"), stay(fifth, "S5", vali_flag="0"),
            stay(id_number(), "S6"), stay(id_number(), "S6"), stay(id_number(), "S6", fixmedins_code="H2"),
        )
    ).rows  # fmt: skip
    assert rows.filter(alone.stand_alone(rows))["setl_id"].to_list() == ["S1", "S6"]


def test_whoever_was_known_before_goes_the_long_way(numbers: list[str]) -> None:
    take_settlements(data=file_of(stay(numbers[0]), stay(numbers[7], "S7")), by=SYSTEM)
    take_settlements(data=file_of(stay(numbers[0], "S2"), stay(numbers[7], "S7", burden="2000")), by=SYSTEM)
    assert [one.benefit for one in Settlement.objects.filter(setl_id__in=["S1", "S2"]).order_by("arrival")] == [1000, 800]
    assert Settlement.objects.get(setl_id="S7").version == 2
