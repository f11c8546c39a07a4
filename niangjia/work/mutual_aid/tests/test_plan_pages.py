"""Plans, simulations, campaign and fund in the browser: who sees what, what is refused, what is never shown."""

import json
from argparse import Namespace
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from niangjia.base.scope import elevated
from niangjia.config.commands.plan import simulate_one
from niangjia.core.access.actor import SYSTEM
from niangjia.core.people.tests.factories import id_number
from niangjia.work.mutual_aid import actions
from niangjia.work.mutual_aid import campaign as going
from niangjia.work.mutual_aid.models import Bill, Enrolment, Plan, Settlement, Simulation
from niangjia.work.mutual_aid.plan.catalogue import SHIPPED
from niangjia.work.mutual_aid.plan_forms import PlanForm, SamplesForm, VersionForm
from niangjia.work.mutual_aid.simulation_forms import ASSUMED
from niangjia.work.mutual_aid.tests.factories import enrol, file_of, make_plan, stay
from niangjia.work.mutual_aid.tests.ids import ON, bill_in, plan_in
from niangjia.work.mutual_aid.tests.test_pages import client_of
from niangjia.work.mutual_aid.tests.test_plans import posted
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def page(client: Client, name: str, *args: str, **query: Any) -> str:
    return client.get(reverse(f"mutual_aid:{name}", args=args), query).content.decode()


def as_sent(form: Any, **changes: str) -> dict[str, Any]:
    """What a browser sends for a form as shown, with some fields changed."""
    said = {name: values if len(values) > 1 else values[0] for name, values in posted(form).lists()}
    return said | changes


def draft_in(world: World, writer: Client) -> Plan:
    """Next year's draft, opened in the browser."""
    plan_in(world)
    writer.post(reverse("mutual_aid:next-plan", args=["P1-2023"]))
    with elevated("test: the draft"):
        return Plan.objects.get(policy_year="2024")


# -- Plans ----------------------------------------------------------------------------------------------------------------------


def test_next_year_s_plan_is_opened_written_with_a_preview_and_published_by_somebody_else(world: World) -> None:
    writer, second, town = (
        client_of(world, "service_centre", "district"),
        client_of(world, "district_leader", "district"),
        client_of(world, "town_officer"),
    )
    draft = draft_in(world, writer)
    assert draft.window_from == date(2024, 5, 27)
    assert town.get(reverse("mutual_aid:plan", args=["P1-2024"])).status_code == 404 and "P1-2024" not in page(town, "plans")
    with elevated("test: the form as the writer sees it"):
        said = as_sent(PlanForm(plan=draft, funds=type(draft.collects).objects.all()), band1_rate="85", document_number="甬总工〔2024〕8号")  # type: ignore[union-attr]
    said.pop("is_example")
    address = reverse("mutual_aid:edit-plan", args=["P1-2024"])
    shown = writer.post(address, said | posted(SamplesForm()).dict() | {"preview": "1"})
    text = shown.content.decode()
    assert shown.status_code == 200 and "3,000 元以内的补 85%" in text and "1,143.50" in text, "words and examples follow what is typed"
    with elevated("test: nothing was kept"):
        assert Plan.objects.get(pk=draft.pk).declared.bands[0].rate == Decimal("0.8")
    assert writer.post(address, said | {"band1_rate": "185"}).status_code == 422
    assert "请另一位同事核对" in writer.post(address, said, follow=True).content.decode()
    publish = reverse("mutual_aid:publish-plan", args=["P1-2024"])
    assert "起草的人不能自己发布" in writer.post(publish).content.decode()
    assert town.post(publish).status_code == 403
    assert "核对、发布" in page(second, "plan", "P1-2024")
    assert "已发布" in second.post(publish, follow=True).content.decode()
    assert town.get(reverse("mutual_aid:plan", args=["P1-2024"])).status_code == 200


def test_a_new_plan_begins_with_an_example_and_a_draft_may_be_thrown_away(world: World) -> None:
    writer = client_of(world, "service_centre", "district")
    days = {"window_from": "20240401", "window_to": "20240430", "effective_from": "20240501", "effective_to": "20250430"}
    assert writer.post(reverse("mutual_aid:open-plan"), {"code": "RJT", "policy_year": "24", **days}).status_code == 422
    told = writer.post(reverse("mutual_aid:open-plan"), {"code": "RJT", "policy_year": "2024", **days}, follow=True).content.decode()
    assert "住院津贴互助" in told and "形态示例" in told
    assert (
        "草稿丢弃了"
        in writer.post(reverse("mutual_aid:discard-plan", args=["RJT-2024"]), {"reason": "写错年度了"}, follow=True).content.decode()
    )
    assert writer.get(reverse("mutual_aid:plan", args=["RJT-2024"])).status_code == 404


def test_another_version_is_written_shown_with_its_difference_and_published(world: World) -> None:
    plan = plan_in(world)
    writer, second = client_of(world, "service_centre", "district"), client_of(world, "service_centre", "district")
    address = reverse("mutual_aid:plan-version", args=[plan.slug])
    said = as_sent(VersionForm(base=plan.declared), band1_rate="90", reason="市总补充通知")
    assert "只能从今天以后" in writer.post(address, said | {"from_on": "2023-12-18"}).content.decode()
    shown = writer.post(address, said | {"from_on": "2024-01-01"}, follow=True).content.decode()
    assert "有新版规则等发布" in shown and "3,000 元以内的补 90%" in shown and "3,000 元以内的补 80%" in shown
    assert "已发布" in second.post(reverse("mutual_aid:publish-plan", args=[plan.slug]), follow=True).content.decode()
    shown = page(client_of(world, "auditor", "district"), "plan", plan.slug)
    assert "第 2 版" in shown and "市总补充通知" in shown and "规则改过" in shown


def test_a_plan_is_taken_back_before_its_window_only(world: World) -> None:
    writer = client_of(world, "service_centre", "district")
    plan_in(world)
    assert "已开" in writer.post(reverse("mutual_aid:take-back-plan", args=["P1-2023"]), {"reason": "文件改了"}).content.decode()
    with elevated("test: a plan to come"):
        make_plan(year="2024")
    assert (
        "退回草稿了"
        in writer.post(reverse("mutual_aid:take-back-plan", args=["P1-2024"]), {"reason": "文件改了"}, follow=True).content.decode()
    )


# -- Simulator ------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def year(world: World) -> Plan:
    """Six persons of one town, each with a stay that was approved."""
    with elevated("test: a year"):
        plan, rows = make_plan(), []
        for at in range(6):
            person = world.new_person(id_number=id_number())
            enrol(person, plan)
            rows.append(stay(person.id_number, f"S{at}", str(1000 + 500 * at)))
        actions.take_settlements(data=file_of(*rows), by=SYSTEM)
        return plan


def run_in(plan: Plan, title: str = "少给一些", first_stay: int = 100) -> Simulation:
    with elevated("test: a run"):
        made = actions.simulate(
            plan, rule=replace(plan.declared, first_stay=Decimal(first_stay)), assumed=ASSUMED, title=title, by=SYSTEM, queue=False
        )
    actions.work_on(code=made.code)
    return made


def test_a_changed_rule_is_asked_for_and_its_run_is_read(world: World, year: Plan) -> None:
    officer = client_of(world, "service_centre", "district")
    form = page(officer, "simulate", year.slug)
    assert "开始试算" in form and "lump_amount" not in form
    said = {
        "title": "少给一些",
        "fee": "70",
        "first_stay": "100",
        "band1_up_to": "3000",
        "band1_rate": "80",
        "band2_rate": "10",
        "band_basis": "per_stay",
        "cap_basis": "cash",
        "enrolments": "3",
        "costs": "-5",
    }
    asked = officer.post(reverse("mutual_aid:simulate", args=[year.slug]), said)
    with elevated("test: the run"):
        made = Simulation.objects.get()
    assert asked.url == reverse("mutual_aid:simulation", args=[made.code])
    assert "等后台开始" in page(officer, "simulation", made.code) and "HX-Refresh" not in officer.get(
        reverse("mutual_aid:simulation-progress", args=[made.code])
    )
    actions.work_on(code=made.code)
    assert officer.get(reverse("mutual_aid:simulation-progress", args=[made.code]))["HX-Refresh"] == "true"
    told = page(officer, "simulation", made.code)
    assert "-600.00" in told and "每份 70 元" in told and "下一年增长 3%" in told and "人均费用增长 -5%" in told
    assert officer.post(reverse("mutual_aid:simulate", args=[year.slug]), said | {"band1_rate": ""}).status_code == 422


def test_losers_by_town_are_for_those_with_that_right_and_never_exported(world: World, year: Plan) -> None:
    made = run_in(year)
    officer, leader = client_of(world, "service_centre", "district"), client_of(world, "district_leader", "district")
    assert "按镇街" not in page(officer, "simulation", made.code)
    shown = page(leader, "simulation", made.code)
    assert "按镇街" in shown and world.here.short_name in shown
    for answer in (
        leader.get(reverse("mutual_aid:simulation", args=[made.code]), {"format": "csv"}),
        leader.get(reverse("mutual_aid:simulations"), {"format": "csv"}),
    ):
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert answer["Content-Type"].startswith("text/html") or world.here.short_name.encode() not in body
    assert client_of(world, "town_officer").get(reverse("mutual_aid:simulation", args=[made.code])).status_code == 403
    assert client_of(world, "auditor", "district").get(reverse("mutual_aid:simulations")).status_code == 403


def test_runs_are_ticked_put_side_by_side_and_stopped(world: World, year: Plan) -> None:
    one, other = run_in(year), run_in(year, "多给一些", 300)
    officer = client_of(world, "service_centre", "district")
    assert "少给一些" in page(officer, "simulations")
    chosen = officer.post(reverse("mutual_aid:pick-simulations"), {"pick": [one.code, other.code]})
    shown = officer.get(chosen.url).content.decode()
    assert "-600.00 元" in shown and "600.00 元" in shown and "另补 300 元" in shown
    assert "没有选算好的" in page(officer, "compare-simulations")
    with elevated("test: a run that waits"):
        waits = actions.simulate(year, rule=year.declared, assumed=ASSUMED, title="等着", by=SYSTEM, queue=False)
    assert "已停下" in officer.post(reverse("mutual_aid:stop-simulation", args=[waits.code]), follow=True).content.decode()


def test_a_rule_is_simulated_on_the_command_line(year: Plan, capsys: pytest.CaptureFixture[str]) -> None:
    said = {"plan": year.slug, "set": ["first_stay=100"], "enrolments": Decimal(0), "costs": Decimal(0)}
    for as_json in (False, True):
        simulate_one(Namespace(json=as_json, **said))
    text, machine = capsys.readouterr().out.strip().split("\n{", 1)
    assert "多给 -600.00 元" in text
    assert json.loads("{" + machine)["whole"]["losers"] == 6


# -- Campaign -------------------------------------------------------------------------------------------------------------------


def test_the_campaign_tells_progress_beside_last_year_and_who_lacks_what(world: World) -> None:
    plan = plan_in(world)
    with elevated("test: last year, and this"):
        world.union.staff_total = 40
        world.union.save(update_fields=["staff_total"])
        before = make_plan(year="2022")
        persons = [world.new_person() for _ in range(6)]
        for person in persons[:2]:
            enrol(person, before, enrolled_on=date(2022, 6, 1))
    bill = bill_in(world)
    officer = client_of(world, "town_officer")
    shown = page(officer, "campaign")
    assert "比去年同日少 1 人" in shown and "还差的单位" in shown and "60.00" in shown
    assert "催办的话" in shown and "60.00 元" in shown
    with elevated("test: names"):
        assert not any(person.name in shown for person in persons)
    with elevated("test: what is behind"):
        [unit] = going.behind(type(world.union).objects.all(), plan)
        assert (unit.insured, unit.enrolled, unit.wanted, unit.lacking, unit.owes) == (1, 1, 1, 0, bill.amount)
        Bill.objects.update(insured=None)
        [unit] = going.behind(type(world.union).objects.all(), plan)
        assert (unit.insured, unit.wanted, unit.lacking) == (40, 32, 31)
        text = going.reminders(plan, [unit], on=date(2023, 6, 20))
    assert "还剩 10 天" in text[0].text and "还差 31 人" in text[0].text and text[1].title == "账单还没缴的"
    listed = page(officer, "behind", plan.slug, why="owes")
    assert unit.name[:6] in listed
    written = b"".join(officer.get(reverse("mutual_aid:campaign"), {"format": "csv"}).streaming_content).decode()
    assert "去年同日" in written
    stranger = client_of(world, "town_officer", "elsewhere")
    assert unit.name[:6] not in page(stranger, "behind", plan.slug) and unit.name[:6] not in page(stranger, "campaign")


def test_retired_persons_are_the_ones_a_plan_for_them_counts(world: World) -> None:
    with elevated("test: a plan for the retired"):
        plan = make_plan(SHIPPED["P2"])
        retired = world.new_person()
        world.new_person()
        type(retired).objects.filter(pk=retired.pk).update(employment_status=4)
        enrol(retired, plan, via="phone", enrolled_on=ON)
        [town] = going.towns(plan, [world.here])
        assert (town.eligible, town.enrolled, town.share) == (1, 1, 100.0)
        assert going.vias(plan, world.here) == [("本人手机参保", 1)]
        labels, now, past = going.weeks(plan, world.here)
        assert now[-1] == 1 and past == [0] * len(labels)


def test_a_town_with_few_persons_is_no_middle_and_no_best() -> None:
    few = [going.Town(None, eligible=n, enrolled=n) for n in (4, 4, 4, 9)]  # type: ignore[arg-type]
    assert going.standing(few) is None
    enough = [going.Town(None, eligible=10, enrolled=n) for n in (1, 5, 9)]  # type: ignore[arg-type]
    assert going.standing(enough) == going.Standing(50.0, 90.0)


# -- Fund -----------------------------------------------------------------------------------------------------------------------


def test_the_fund_tells_what_came_in_and_went_out_and_who_holds_the_pool(world: World, year: Plan) -> None:
    with elevated("test: money in, money out"):
        Plan.objects.update(title="试验计划")
        union = Enrolment.objects.first().org  # type: ignore[union-attr]
        bill = Bill.objects.create(
            code="B1", plan=year, org=union, headcount=6, amount=360, issued_on=ON, paid_on=ON, state="paid", refunded=60
        )
        paid = Settlement.objects.filter(setl_id__in=["S0", "S1"])
        paid.update(state="paid", paid=800, paid_on=date(2023, 9, 6))
    leader = client_of(world, "district_leader", "district")
    shown = page(leader, "fund")
    assert "宁波市总工会，本级不付" in shown and "300.00" in shown and "1,600.00" in shown and "533.3%" in shown
    assert reverse("mutual_aid:purse", args=[year.slug]) in shown
    assert reverse("mutual_aid:purse", args=[year.slug]) not in page(leader, "fund", year="2022") and year.slug in page(
        leader, "fund", year="all"
    )
    detail = page(leader, "purse", year.slug)
    assert "本级的账不付" in detail and "平均几天到账" in detail and "5.0 天" in detail and "500—1,000 元" in detail
    assert bill.amount and detail.count("data-row") == 2
    written = b"".join(leader.get(reverse("mutual_aid:fund"), {"format": "csv"}).streaming_content).decode()
    assert "533.33" in written
    assert client_of(world, "town_officer").get(reverse("mutual_aid:fund")).status_code == 403


def test_where_no_payment_was_ever_seen_no_ratio_is_claimed(world: World, year: Plan) -> None:
    shown = page(client_of(world, "auditor", "district"), "fund")
    assert "0.0%" not in shown
