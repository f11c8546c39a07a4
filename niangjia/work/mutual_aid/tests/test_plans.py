"""A plan is written, published by a second person, changed only forward; the form says the rule and nothing but the rule."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM, Actor, under
from niangjia.core.access.queries import grants_in_force
from niangjia.core.access.rules import Refused
from niangjia.core.ledger.actions import open_fund
from niangjia.core.ledger.models import Fund
from niangjia.core.people.tests.factories import id_number, officer_of
from niangjia.work.mutual_aid import actions
from niangjia.work.mutual_aid.models import Plan, PlanVersion, Settlement
from niangjia.work.mutual_aid.plan.catalogue import EXAMPLES, SHIPPED
from niangjia.work.mutual_aid.plan.rule import CASH_PLUS_ACCOUNT, PER_YEAR, Band, Daily, Lump, Rule, Waiting, document_of, rule_of
from niangjia.work.mutual_aid.plan.whatif import SAMPLES, Sample, year_of
from niangjia.work.mutual_aid.plan.words import differences, in_words
from niangjia.work.mutual_aid.plan_forms import GrantsForm, PlanForm, RateField
from niangjia.work.mutual_aid.queries import history, plan_by
from niangjia.work.mutual_aid.tests.factories import enrol, file_of, make_plan, stay
from niangjia.work.mutual_aid.tests.test_rule import rules
from tests.world import World

WINDOW, PERIOD = (date(2024, 4, 1), date(2024, 4, 30)), (date(2024, 5, 1), date(2025, 4, 30))
ON = date(2023, 12, 18)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def fund(world: World) -> Fund:
    with elevated("test: the books"):
        return open_fund(code="HZ", title="代收医疗互助费", org=world.district, source="held", by=SYSTEM, on=date(2023, 1, 1))


def staff(world: World) -> tuple[Actor, Actor]:
    """Two officers of the service centre: who writes, and who publishes."""
    return actor(world), actor(world)


def actor(world: World, role: str = "service_centre") -> Actor:
    """Somebody of the district with an account of their own."""
    with elevated("test: an account"):
        return under(grants_in_force(world.officer(world.district, role=role)).get())


def drafted(world: World, fund: Fund, writer: Actor, **facts: Any) -> Plan:
    made = actions.open_plan(code="P1", policy_year="2024", window=WINDOW, period=PERIOD, collects=fund, by=writer)
    said = {"document_number": "甬总工〔2024〕8号", "is_example": False} | facts
    return actions.write_draft(made, rule=replace(made.declared, fee=Decimal(70)), facts=said, by=writer)


# -- The form -------------------------------------------------------------------------------------------------------------------


def posted(form: PlanForm | GrantsForm) -> QueryDict:
    """What a browser sends for the form as it is shown."""
    data = QueryDict(mutable=True)
    for bound in form:
        value = bound.field.prepare_value(bound.initial) if isinstance(bound.field, RateField) else bound.value()
        if isinstance(value, list):
            data.setlist(bound.html_name, [str(one) for one in value])
        elif value is True:
            data[bound.html_name] = "on"
        elif value is not None and value is not False:
            data[bound.html_name] = str(value.pk if isinstance(value, Fund) else value)
    return data


@st.composite
def whole_rules(draw: Any) -> Rule:
    """Any rule that a form may hold: what a stay's grant depends on, and whom it takes."""
    base = draw(rules())
    bands = base.bands
    daily = base.daily if base.daily and base.daily.amount else None
    lump = draw(st.none() | st.just(Lump(Decimal("10000.00"), ("尿毒症", "恶性肿瘤"))))
    if not (bands or daily or lump):
        bands = (Band(None, Decimal("0.5")),)
    caps = sorted(cap for cap in (base.cap_stay, base.cap_year) if cap is not None)
    share = draw(st.none() | st.decimals(min_value=Decimal("0.01"), max_value=1, places=2))
    waits = st.integers(0, 200)
    return replace(
        base, bands=bands, daily=daily, lump=lump, cap_stay=caps[0] if caps else None, cap_year=caps[1] if len(caps) > 1 else None,
        fee=draw(st.decimals(min_value=0, max_value=1000, places=2)), years=draw(st.integers(1, 4)), shares=draw(st.integers(1, 3)),
        person_types=draw(st.sampled_from([("1101",), ("1201",), ("1101", "1201")])), sex=draw(st.sampled_from([None, 1, 2])),
        youngest=draw(st.none() | st.integers(0, 20)), oldest=draw(st.none() | st.integers(20, 70)), unit_share=share,
        all_below=draw(st.integers(0, 100)) if share is not None else 0, waiting=Waiting(draw(waits), draw(waits), draw(waits)),
        grace_days=draw(waits),
    )  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(rule=whole_rules())
def test_a_rule_shown_as_a_form_and_sent_back_is_the_same_rule_and_survives_being_kept(rule: Rule) -> None:
    plan = Plan(
        code="X", policy_year="2024", title="试", rule=document_of(rule), mode="claim", pool_owner="市总", window_from=WINDOW[0], window_to=WINDOW[1],
        effective_from=PERIOD[0], effective_to=PERIOD[1],
    )  # fmt: skip
    form = PlanForm(posted(PlanForm(plan=plan, funds=Fund.objects.none())), plan=plan, funds=Fund.objects.none())
    assert form.is_valid(), form.errors.as_json()
    assert form.rule() == rule and rule_of(document_of(form.rule())) == rule
    assert form.facts()["window_from"] == WINDOW[0] and form.facts()["mode"] == "claim"


def test_a_rule_of_more_bands_or_other_kinds_of_persons_loses_nothing_in_the_form() -> None:
    bands = tuple(Band(Decimal(1000 * at), Decimal("0.1")) for at in range(1, 7))
    rule = replace(SHIPPED["P1"], bands=bands, person_types=("1101", "1160"))
    plan = Plan(
        code="X", policy_year="2024", title="试", rule=document_of(rule), mode="claim", window_from=WINDOW[0], window_to=WINDOW[1],
        effective_from=PERIOD[0], effective_to=PERIOD[1],
    )  # fmt: skip
    form = PlanForm(posted(PlanForm(plan=plan, funds=Fund.objects.none())), plan=plan, funds=Fund.objects.none())
    assert form.is_valid() and form.rule() == rule


def refusals(**changes: str) -> dict[str, list[str]]:
    data = posted(GrantsForm(base=SHIPPED["P1"]))
    for name, value in changes.items():
        data[name] = value
    form = GrantsForm(data, base=SHIPPED["P1"])
    assert not form.is_valid()
    return {name: [str(error) for error in errors] for name, errors in form.errors.items()}


def test_what_cannot_be_a_rule_is_refused_beside_its_field_in_words() -> None:
    assert refusals(band1_rate="", band1_up_to="3000") == {"band1_rate": ["第 1 段没有写补百分之几。"]}
    assert refusals(band2_up_to="2000")["band2_up_to"] == ["第 2 段的上限要比前一段大。"]
    assert refusals(band1_up_to="")["band2_up_to"] == ["第 2 段前面的一段没有写到多少元为止，只有最后一段可以不写。"]
    assert refusals(cap_stay="5000", cap_year="4000")["cap_year"] == ["一个年度的上限不能比一次住院的上限小。"]
    assert refusals(lump_amount="10000")["lump_diseases"] == ["写明哪些病给，一行一个。"]
    assert refusals(lump_diseases="尿毒症")["lump_amount"] == ["写明每份给多少元。"]
    assert refusals(daily_most_days="90")["daily_amount"] == ["写了天数，还要写每天补多少元。"]
    assert "至少要有一样" in refusals(band1_rate="", band1_up_to="", band2_rate="", band2_up_to="")["__all__"][0]
    assert "band1_rate" in refusals(band1_rate="120") and "band1_rate" in refusals(band1_rate="八成")


def test_a_plan_whose_days_run_backwards_or_whose_ages_cross_is_refused() -> None:
    plan = Plan(
        code="P1", policy_year="2024", title="试", rule=document_of(SHIPPED["P1"]), mode="claim", window_from=WINDOW[0], window_to=WINDOW[1],
        effective_from=PERIOD[0], effective_to=PERIOD[1],
    )  # fmt: skip
    said = posted(PlanForm(plan=plan, funds=Fund.objects.none()))
    for name, value in {
        "window_to": "2024-03-01",
        "effective_to": "2024-04-30",
        "youngest": "60",
        "oldest": "16",
        "unit_share": "",
    }.items():
        said[name] = value
    form = PlanForm(said, plan=plan, funds=Fund.objects.none())
    assert set(form.errors) == {"window_to", "effective_to", "oldest", "unit_share"}


# -- The shapes of other places -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", EXAMPLES.values(), ids=EXAMPLES)
def test_every_example_survives_being_kept_and_says_itself_and_where_it_was_read(rule: Rule) -> None:
    assert rule_of(document_of(rule)) == rule
    assert rule.source and in_words(rule)


BASE = replace(SHIPPED["P1"], bands=(), first_stay=Decimal(0))
SHAPES: dict[str, tuple[Rule, list[str]]] = {
    "bands of four": (
        replace(BASE, bands=(Band(Decimal(1000), Decimal(0)), Band(Decimal(5000), Decimal("0.5")), Band(Decimal(10000), Decimal("0.6")), Band(None, Decimal("0.7")))),
        ["55.00", "1705.00", "7387.00"],
    ),
    "bands over the year": (replace(BASE, bands=(Band(Decimal(3000), Decimal("0.8")), Band(None, Decimal("0.1"))), band_basis=PER_YEAR), ["888.00", "1764.00", "1341.00"]),
    "so much a day after three days, ninety days a year": (replace(BASE, daily=Daily(Decimal(50), 3, 90)), ["150.00", "550.00", "1450.00"]),
    "so much a day, twenty days a year": (replace(BASE, daily=Daily(Decimal(100), 0, 20)), ["600.00", "1400.00", "0.00"]),
    "a cap a stay and a cap a year": (
        replace(BASE, bands=(Band(None, Decimal("0.5")),), cap_stay=Decimal(2000), cap_year=Decimal(4000)), ["555.00", "2000.00", "1445.00"],
    ),
    "less in the first year": (replace(BASE, bands=(Band(None, Decimal("0.5"), Decimal("0.4")),)), ["444.00", "1764.00", "5364.00"]),
    "cash and account": (replace(BASE, bands=(Band(None, Decimal("0.5")),), cap_basis=CASH_PLUS_ACCOUNT), ["555.00", "2205.00", "6705.00"]),
}  # fmt: skip


@pytest.mark.parametrize(("rule", "granted"), SHAPES.values(), ids=SHAPES)
def test_the_shapes_of_other_places_are_data(rule: Rule, granted: list[str]) -> None:
    assert rule_of(document_of(rule)) == rule
    assert [f"{one.benefit:.2f}" for one in year_of(rule, SAMPLES, is_first=True)] == granted


def test_participation_waiting_and_continuity_are_data_too() -> None:
    rule = replace(BASE, unit_share=Decimal("0.8"), all_below=100, waiting=Waiting(30, 60, 10), grace_days=30)
    assert (rule.needed(100), rule.needed(101), rule.needed(1000)) == (100, 81, 800)
    begins = date(2024, 5, 1)
    assert rule.covers_from(begins, late=False, continuous=False) == date(2024, 5, 31)
    assert rule.covers_from(begins, late=True, continuous=False) == date(2024, 6, 30)
    assert "以前连续参加的，保障期开始后 30 天里补上，还从第一天算起。" in dict(in_words(replace(rule, waiting=Waiting()))).values()


def test_the_first_stay_s_sum_is_given_once_among_the_examples_tried() -> None:
    made = year_of(SHIPPED["P1"], SAMPLES)
    assert [any("起付线补助 200 元：200.00" in line for line in one.steps) for one in made] == [True, False, False]
    assert year_of(SHIPPED["P1"], [Sample(Decimal(1600), Decimal(600), Decimal(0), Decimal(5000))])[0].benefit == Decimal("1000.00")


def test_two_rules_are_told_apart_by_what_went_and_what_came() -> None:
    new = replace(SHIPPED["P1"], bands=(Band(Decimal(3000), Decimal("0.85")), Band(None, Decimal("0.1"))))
    assert differences(SHIPPED["P1"], SHIPPED["P1"]) == []
    assert differences(SHIPPED["P1"], new) == [
        ("给多少", ["住院自己负担的部分，3,000 元以内的补 80%。"], ["住院自己负担的部分，3,000 元以内的补 85%。"])
    ]


# -- Draft, second person, versions ---------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_draft_is_seen_by_nobody_until_a_second_person_publishes_it(world: World, fund: Fund) -> None:
    writer, second = staff(world)
    draft = drafted(world, fund, writer)
    assert draft.is_draft and plan_by("P1-2024") is None and plan_by("P1-2024", drafts=True) == draft
    with pytest.raises(ValidationError, match="起草的人不能自己发布"):
        actions.publish_plan(draft, by=writer)
    with pytest.raises(Refused):
        actions.publish_plan(draft, by=officer_of(world.here))
    published = actions.publish_plan(draft, by=second)
    assert plan_by("P1-2024") == published and published.published_by_id == second.user_id and published.declared.fee == 70
    with pytest.raises(ValidationError, match="已经发布"):
        actions.write_draft(published, rule=draft.declared, by=writer)


@pytest.mark.django_db
def test_the_database_itself_holds_writer_and_publisher_apart(world: World, fund: Fund) -> None:
    writer, _ = staff(world)
    draft = drafted(world, fund, writer)
    with pytest.raises(IntegrityError, match="published_by_another"), transaction.atomic():
        Plan.objects.filter(pk=draft.pk).update(state="published", published_by=writer.user_id)


@pytest.mark.django_db
def test_a_plan_that_is_still_an_example_or_lacks_its_document_or_books_is_not_published(world: World, fund: Fund) -> None:
    writer, second = staff(world)
    draft = drafted(world, fund, writer, is_example=True, document_number="", collects=None)
    with pytest.raises(ValidationError, match=r"还标着“示例”.*文号.*没有选互助费记哪本账"):
        actions.publish_plan(draft, by=second)


@pytest.mark.django_db
def test_nobody_is_enrolled_in_a_draft(world: World, fund: Fund) -> None:
    writer, _ = staff(world)
    draft = drafted(world, fund, writer, window_from=date(2023, 5, 1), effective_from=date(2023, 5, 1), window_to=date(2023, 12, 30))
    with pytest.raises(ValidationError, match="草稿"):
        actions.enrol(world.person, plan=draft, org=world.union, by=SYSTEM, on=ON)


@pytest.mark.django_db
def test_next_year_begins_with_this_year_s_rule_and_days(world: World, fund: Fund) -> None:
    writer, second = staff(world)
    this = actions.publish_plan(drafted(world, fund, writer, window_from=date(2024, 2, 29)), by=second)
    made = actions.open_next(this, by=writer)
    assert (made.slug, made.window_from, made.effective_to, made.collects_id) == ("P1-2025", date(2025, 2, 28), date(2026, 4, 30), fund.pk)
    assert made.is_draft and made.declared == replace(this.declared, edition="2025")
    with pytest.raises(ValidationError, match="这个年度已有这个计划"):
        actions.open_next(this, by=writer)


@pytest.mark.django_db
def test_before_its_window_a_plan_may_be_taken_back_and_published_anew_as_another_version(world: World, fund: Fund) -> None:
    writer, second = staff(world)
    this = actions.publish_plan(drafted(world, fund, writer), by=second)
    back = actions.take_back_plan(this, by=second, reason="文件又改了")
    assert back.is_draft and back.version == 2 and back.published_by_id is None
    assert actions.publish_plan(back, by=writer).version == 2
    with pytest.raises(ValidationError, match="已开"):
        actions.take_back_plan(this, by=second, reason="文件又改了", on=date(2024, 4, 1))


@pytest.mark.django_db
def test_a_draft_is_thrown_away_with_a_reason(world: World, fund: Fund) -> None:
    writer, second = staff(world)
    draft = drafted(world, fund, writer)
    with pytest.raises(ValidationError, match="理由"):
        actions.discard_draft(draft, by=writer, reason="错")
    actions.discard_draft(draft, by=writer, reason="写错了年度")
    assert not Plan.objects.exists()
    kept = actions.publish_plan(drafted(world, fund, writer), by=second)
    with pytest.raises(ValidationError, match="没有可以丢弃的"):
        actions.discard_draft(kept, by=writer, reason="写错了年度")


MORE = replace(SHIPPED["P1"], bands=(Band(Decimal(3000), Decimal("0.9")), Band(None, Decimal("0.2"))))


@pytest.fixture
def running(world: World) -> Plan:
    """The plan of 2023 with somebody in it who was in hospital."""
    with elevated("test: a running plan"):
        person = world.new_person(id_number=id_number())
        plan = make_plan()
        enrol(person, plan)
        actions.take_settlements(data=file_of(stay(person.id_number)), by=SYSTEM)
        return plan


@pytest.mark.django_db
def test_a_version_is_only_forward_only_of_what_is_granted_and_by_two_persons(world: World, running: Plan) -> None:
    writer, second = staff(world)
    for day, words in ((ON, "只能从今天以后"), (date(2024, 6, 1), "要在保障期里")):
        with pytest.raises(ValidationError, match=words):
            actions.write_version(running, rule=MORE, from_on=day, reason="补充通知", by=writer)
    with pytest.raises(ValidationError, match="中途只能改给付"):
        actions.write_version(running, rule=replace(MORE, fee=Decimal(90)), from_on=date(2024, 1, 1), reason="补充通知", by=writer)
    with pytest.raises(ValidationError, match="没有变"):
        actions.write_version(running, rule=running.declared, from_on=date(2024, 1, 1), reason="补充通知", by=writer)
    draft = actions.write_version(running, rule=MORE, from_on=date(2024, 1, 1), reason="补充通知", by=writer)
    assert draft.version == 2 and Plan.objects.get(pk=running.pk).declared == SHIPPED["P1"], "a draft changes nothing"
    with pytest.raises(ValidationError, match="起草的人不能自己发布"):
        actions.publish_version(running, by=writer)
    with pytest.raises(ValidationError, match="只能从今天以后"):
        actions.publish_version(running, by=second, on=date(2024, 1, 1))
    published = actions.publish_version(running, by=second)
    assert published.version == 2 and published.declared == MORE
    assert published.declared_on(date(2023, 12, 31)) == SHIPPED["P1"] and published.declared_on(date(2024, 1, 1)) == MORE
    with pytest.raises(ValidationError, match="没有等着发布"):
        actions.publish_version(running, by=second)
    with pytest.raises(ValidationError, match="要在它以后"):
        actions.write_version(running, rule=SHIPPED["P1"], from_on=date(2023, 12, 25), reason="再改回来", by=writer)


@pytest.mark.django_db
def test_what_is_settled_is_reckoned_by_the_version_of_its_day_and_history_says_so(world: World, running: Plan) -> None:
    writer, second = staff(world)
    actions.write_version(running, rule=MORE, from_on=date(2024, 1, 1), reason="补充通知", by=writer)
    actions.publish_version(running, by=second)
    with elevated("test: a stay before, a stay after"):
        number = running.enrolments.get().person.id_number
        rows = [stay(number, "S2", setl_time="2023-12-31 09:00:00"), stay(number, "S3", setl_time="2024-01-01 09:00:00")]
        actions.take_settlements(data=file_of(*rows), by=SYSTEM)
        granted = dict(Settlement.objects.values_list("setl_id", "benefit"))
        assert granted == {"S1": Decimal("1000.00"), "S2": Decimal("800.00"), "S3": Decimal("900.00")}
        later, first = history(Plan.objects.get(pk=running.pk))
    assert (later.version, later.stays, later.granted, later.reason) == (2, 1, Decimal("900.00"), "补充通知")
    assert (first.stays, first.granted, first.ends, first.changes) == (2, Decimal("1800.00"), date(2023, 12, 31), [])
    assert [heading for heading, _, _ in later.changes] == ["给多少"]


@pytest.mark.django_db
def test_a_published_version_and_a_published_rule_cannot_be_changed_in_the_database(world: World, running: Plan) -> None:
    writer, second = staff(world)
    actions.write_version(running, rule=MORE, from_on=date(2024, 1, 1), reason="补充通知", by=writer)
    actions.publish_version(running, by=second)
    for change in (lambda: PlanVersion.objects.update(reason="别的"), lambda: Plan.objects.update(rule=document_of(SHIPPED["P1"]))):
        with pytest.raises(IntegrityError, match="另立一版"), transaction.atomic():
            change()
