"""Dismissal notices and union supervision: the way of each, what is refused, who sees what, and the note in a dispute."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from niangjia.base.scope import elevated, scoped
from niangjia.core.access.actor import SYSTEM
from niangjia.core.access.rules import Refused
from niangjia.core.cases.models import Case, Clock
from niangjia.core.cases.queries import own_cases
from niangjia.core.orgs.actions import add_employer, cover
from niangjia.core.orgs.models import Employer
from niangjia.work.rights.actions import Facts
from niangjia.work.rights.actions import supervision as watching
from niangjia.work.rights.enums import Kind
from niangjia.work.rights.models import Dismissal, Dispute, Supervision, Supervisor
from niangjia.work.rights.tests.factories import acting, new_dispute
from niangjia.work.rights.tests.helpers import new_complaint, new_notice, to_the_letter, two_supervisors, walk
from niangjia.work.rights.watch_panels import was_union_told
from tests.world import World

pytestmark = pytest.mark.django_db
OBJECT = {"says": "object", "breaks": "劳动合同法第四十二条", "opinion": "在医疗期内，不能解除"}


@pytest.fixture
def world() -> World:
    return World()


def state_of(case: Case) -> str:
    with elevated("test"):
        case.refresh_from_db()
    return case.state


def client_of(world: World, org: Any, role: str) -> Client:
    client = Client()
    client.force_login(world.officer(org, role))
    return client


# -- Dismissal notices ------------------------------------------------------------------------------------------------------------


def test_the_union_objects_and_the_employer_withdraws(world: World) -> None:
    chair = acting(world.officer(world.union, "grassroots_chair"))
    case = new_notice(world, by=chair)
    walk(case, ("study", "12-05", {"heard_worker": True, "found": "本人在住院"}), ("answer", "12-06", OBJECT), by=chair)
    assert state_of(case) == "answered"
    walk(case, ("handle", "12-08", {"handled": "withdrawn", "words": "不解除了"}), by=chair)
    with elevated("test"):
        row = Dismissal.objects.get(case=case)
    assert (state_of(case), row.says, row.opinion, row.handled, row.heard_worker) == (
        "handled",
        "object",
        "在医疗期内，不能解除",
        "withdrawn",
        True,
    )
    assert "住院".encode() not in bytes(row.opinion_sealed or b"")


def test_no_objection_ends_it_and_silence_is_noted(world: World) -> None:
    assert state_of(walk(new_notice(world), ("answer", "12-05", {"says": "agree", "opinion": "没有异议"}))) == "agreed"
    assert state_of(walk(new_notice(world), ("answer", "12-05", OBJECT), ("ignore", "12-15", {}))) == "ignored"


def test_an_objection_names_the_law(world: World) -> None:
    with pytest.raises(ValidationError, match="违反哪一条"):
        walk(new_notice(world), ("answer", "12-05", OBJECT | {"breaks": ""}))


@pytest.mark.parametrize(
    ("facts", "said"), [({"person": None}, "哪位职工"), ({"employer_name": ""}, "哪家单位"), ({"on": date(2023, 12, 19)}, "还没有到")]
)
def test_a_notice_says_whom_and_whose(world: World, facts: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        new_notice(world, **facts)


def test_the_worker_does_not_learn_of_the_plan_here_and_a_stranger_not_at_all(world: World) -> None:
    case = new_notice(world)
    with elevated("test"):
        assert not own_cases(world.person.pk).exists()
    stranger = acting(world.officer(world.elsewhere))
    with scoped(stranger.scope):
        assert not Dismissal.objects.exists()
    with pytest.raises(Refused):
        walk(case, ("answer", "12-05", OBJECT), by=stranger)
    with pytest.raises(Refused):
        new_notice(world, by=acting(world.officer(world.district, "district_leader")))


def test_the_worker_goes_on_with_a_dispute_at_the_town(world: World) -> None:
    case = walk(new_notice(world), ("dispute", "12-06", {}), by=acting(world.officer(world.here)))
    with elevated("test"):
        dispute = Dispute.objects.select_related("case").get()
    assert (dispute.kinds, dispute.case.outside_number, dispute.facts) == (["D05"], case.code, "旷工三天")


def employer_with_union(world: World) -> Employer:
    with elevated("test: an employer its union covers"):
        employer = add_employer(name="桃源电子有限公司", nature=3, answering_org=world.here, by=SYSTEM)
        cover(world.union, employer=employer, by=SYSTEM, on=date(2020, 1, 1))
    return employer


@pytest.mark.parametrize(
    ("told_on", "said"),
    [
        (None, "没有查到单位事先通知工会的记录"),
        (date(2023, 10, 20), "2023年10月20日通知了工会"),
        (date(2023, 11, 20), "解除以后才通知工会"),
    ],
)
def test_a_dispute_says_whether_the_union_was_told(world: World, told_on: date | None, said: str) -> None:
    employer = employer_with_union(world)
    if told_on:
        new_notice(world, on=told_on, employer=employer, employer_name="")
    left = date(2023, 10, 31)
    case = new_dispute(world, kinds=[Kind.UNLAWFUL], employer=employer, respondent="", claims=(), facts=Facts(left_on=left, known_on=left))
    with elevated("test"):
        (panel,) = was_union_told(case, Dispute.objects.get(case=case))
    assert said in panel.context["text"]


def test_where_there_is_no_union_nothing_is_said(world: World) -> None:
    case = new_dispute(world, kinds=[Kind.UNLAWFUL], claims=())
    with elevated("test"):
        assert was_union_told(case, Dispute.objects.get(case=case)) == []


def test_a_chair_registers_and_answers_on_the_pages(world: World) -> None:
    chair = client_of(world, world.union, "grassroots_chair")
    answers = {
        "worker": world.person.name, "employer": "迅帆配送", "ground": "40-2", "stated": "考核两次不合格", "planned_on": "2023-12-28", "on": "2023-12-18",
        "headcount": "1", "org": world.union.code,
    }  # fmt: skip
    response = chair.post("/desk/dismissals/new", answers)
    assert response.status_code == 302, response.content.decode()
    page = response.headers["Location"]
    assert "考核两次不合格" in chair.get(page).content.decode()
    assert world.person.name in chair.get("/desk/dismissals/").content.decode()
    refused = chair.post(f"{page}step/answer/", {"says": "object", "opinion": "没有培训过", "on": "2023-12-18"})
    assert "违反哪一条" in refused.content.decode()
    assert (
        chair.post(f"{page}step/answer/", {"says": "object", "breaks": "第四十条", "opinion": "没有培训过", "on": "2023-12-18"}).status_code
        == 302
    )
    assert "没有培训过" in client_of(world, world.district, "district_leader").get(page).content.decode()
    assert client_of(world, world.elsewhere, "town_officer").get(page).status_code == 404


# -- Supervision ------------------------------------------------------------------------------------------------------------------


def test_from_a_complaint_to_the_authority(world: World) -> None:
    case = to_the_letter(world)
    with elevated("test"):
        clock = Clock.objects.get(case=case, term="supervision.reply")
    assert (state_of(case), clock.due_on) == ("opinion_sent", date(2023, 12, 18)), "fifteen working days from service"
    with pytest.raises(ValidationError, match="还没有过"):
        walk(case, ("propose", "12-12", {"to": "人社局", "number": "建议〔2023〕1号"}))
    walk(
        case,
        ("reply", "12-12", {"corrected": False, "words": "没有钱"}),
        ("propose", "12-13", {"to": "人社局", "number": "建议〔2023〕1号"}),
    )
    walk(case, ("outcome", "12-18", {"corrected": True, "words": "责令改正，已补发"}))
    with elevated("test"):
        row = Supervision.objects.get(case=case)
    assert (state_of(case), row.answered, row.corrected_on, row.cards) == ("corrected", "没有钱", date(2023, 12, 18), ["JD-1", "JD-2"])


def test_a_complaint_is_answered_in_five_working_days_and_refused_with_the_reason(world: World) -> None:
    case = new_complaint(world)
    with elevated("test"):
        assert Clock.objects.get(case=case).due_on == date(2023, 11, 13)
    walk(case, ("refuse", "11-08", {"because": "forum", "words": "已经申请仲裁"}))
    with elevated("test"):
        assert Supervision.objects.get(case=case).refused_because == "forum"
    assert state_of(case) == "refused"


def test_corrected_in_talks(world: World) -> None:
    case = walk(
        new_complaint(world), ("accept", "11-08", {}), ("hear", "11-10", {"heard_worker": True, "heard_employer": True, "words": "谈了"}),
        ("negotiate", "11-14", {"settled": True, "words": "补发了"}),
    )  # fmt: skip
    assert state_of(case) == "corrected"


def test_both_sides_are_heard_and_two_supervisors_look(world: World) -> None:
    case = walk(new_complaint(world), ("accept", "11-08", {}))
    with pytest.raises(ValidationError, match="双方的意见"):
        walk(case, ("hear", "11-10", {"heard_worker": True, "heard_employer": False, "words": "单位不来"}))
    walk(case, ("hear", "11-10", {"heard_worker": True, "heard_employer": True, "words": "来了"}))
    cards = two_supervisors(world)
    with pytest.raises(ValidationError, match="2 名以上"):
        walk(case, ("investigate", "11-20", {"cards": cards[:1], "found": "属实"}))
    with pytest.raises(ValidationError, match="无效：JD-9"):
        walk(case, ("investigate", "11-20", {"cards": [*cards, "JD-9"], "found": "属实"}))


def test_only_a_leader_signs_the_letter(world: World) -> None:
    town = acting(world.officer(world.here))
    case = walk(
        new_complaint(world), ("accept", "11-08", {}), ("hear", "11-10", {"heard_worker": True, "heard_employer": True, "words": "各说各的"}),
        ("investigate", "11-20", {"cards": two_supervisors(world), "found": "属实"}), by=town,
    )  # fmt: skip
    letter = {"breaks": "劳动法第四十四条", "demands": "补发", "number": "意见〔2023〕1号", "served_on": date(2023, 11, 27)}
    with pytest.raises(Refused):
        walk(case, ("opinion", "11-24", letter), by=town)
    walk(case, ("opinion", "11-24", letter), by=acting(world.officer(world.district, "district_leader")))


def test_a_small_union_elects_one_supervisor(world: World) -> None:
    with elevated("test"):
        first, second = world.new_person(name="甲一"), world.new_person(name="乙二")
    facts = {"org": world.union, "by": SYSTEM, "valid_from": date(2023, 1, 3)}
    with pytest.raises(ValidationError, match="不设委员会"):
        watching.name_supervisor(person=first, post="chair", card="A", **facts)  # type: ignore[arg-type]
    watching.name_supervisor(person=first, post="single", card="A", **facts)  # type: ignore[arg-type]
    with pytest.raises(ValidationError, match="只选一名"):
        watching.name_supervisor(person=second, post="single", card="B", **facts)  # type: ignore[arg-type]


def test_the_pages_of_supervision(world: World) -> None:
    town = client_of(world, world.here, "town_officer")
    named = {"org": world.here.code, "person": world.person.code, "post": "chair", "card": "JD-7", "valid_from": "2023-01-03"}
    assert town.post("/desk/supervision/supervisors/new", named).status_code == 302
    assert "JD-7" in town.get("/desk/supervision/").content.decode()
    answers = {
        "org": world.here.code,
        "persons": "",
        "employer": "迅帆配送",
        "topics": ["wages"],
        "complaint": "加班费不发",
        "on": "2023-12-18",
    }
    response = town.post("/desk/supervision/new", answers)
    assert response.status_code == 302, response.content.decode()
    assert "加班费不发" in town.get(response.headers["Location"]).content.decode()
    assert client_of(world, world.elsewhere, "town_officer").get(response.headers["Location"]).status_code == 404
    assert town.post("/desk/supervision/supervisors/JD-7/end", {"on": "2023-12-18", "reason": "调离本街道"}).status_code == 302
    with elevated("test"):
        assert Supervisor.objects.get().valid_to == date(2023, 12, 18)
    assert "找不到" in town.post("/desk/supervision/supervisors/new", named | {"person": "0"}).content.decode()
