"""Legal aid from the application to the fee: the good way, and each refusal with its reason."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from niangjia.base.scope import Scope, elevated, scoped
from niangjia.core.access.actor import SYSTEM, worker
from niangjia.core.access.rules import Refused
from niangjia.core.cases.actions import add_party, advance, assign
from niangjia.core.cases.models import Case, Clock
from niangjia.work.rights import actions
from niangjia.work.rights.enums import Kind, MandateState, TieSide
from niangjia.work.rights.models import Fee, LawyerNote, LegalAid, Mandate, Settlement
from niangjia.work.rights.queries import money_of
from niangjia.work.rights.tests.factories import acting, new_dispute
from niangjia.work.rights.tests.helpers import new_aid, new_lawyer, rates, walk
from tests.world import World

pytestmark = pytest.mark.django_db
GRANT = ("grant", "11-15", {"forms_of_aid": ["arb"], "reason": "追索劳动报酬", "means": "月收入低"})
SCOPE = {"scope": "一般代理"}


@pytest.fixture
def world() -> World:
    return World()


def aid_of(case: Case) -> LegalAid:
    with elevated("test"):
        return LegalAid.objects.get(case=case)


def test_the_whole_way_from_a_dispute_to_the_fee(world: World) -> None:
    rates()
    lawyer = new_lawyer(world, account=True)
    me = acting(lawyer.account)  # type: ignore[arg-type]
    matter = new_dispute(world)
    case = new_aid(world, matter)
    walk(case, GRANT, ("assign", "11-16", {"helper": lawyer}))
    walk(
        case, ("accept", "11-17", SCOPE), ("log", "11-20", {"hours": Decimal("2.5"), "what": "会见"}),
        ("obtain", "12-01", {"ground": "agreement", "amount": Decimal("7000.00"), "plan": [(date(2023, 12, 8), Decimal("7000.00"))]}),
        ("finish", "12-04", {"result": "settled"}), ("report", "12-05", {"remark": "当事人满意"}), by=me,
    )  # fmt: skip
    walk(case, ("review", "12-06", {"grade": 5}), ("fees", "12-07", {}))
    second = acting(world.officer(world.district, "service_centre"))
    walk(case, ("approve", "12-08", {}), by=second)
    with elevated("test"):
        case.refresh_from_db()
        aid, fee = LegalAid.objects.get(case=case), Fee.objects.get()
        clocks = dict(Clock.objects.filter(case=case).values_list("term", "state"))
        assert Settlement.objects.get().case_id == matter.pk, "the money is counted in the dispute, once"
        assert money_of(case).agreed == 0
    assert (case.code[:2], case.state, case.came_from_id) == ("FY", "fee_settled", matter.pk)
    assert (aid.verdict, aid.decided_on, aid.grade) == ("granted", date(2023, 11, 15), 5)
    assert (fee.amount, fee.month, fee.approved_by) == (Decimal("1200.00"), date(2024, 1, 1), second.actor_key)
    assert clocks == {"legal_aid.decide": "met", "legal_aid.assign": "met", "legal_aid.report": "met"}
    for words in ("史可为", "2.5 小时", "7,000.00 元", "调解、和解结案", "当事人满意", "追索劳动报酬"):
        assert words in aid.report


def test_facts_are_carried_from_the_dispute_and_exemption_is_found(world: World) -> None:
    with elevated("test"):
        migrant = world.new_person(name="罗小满", household=2)
    aid = aid_of(new_aid(world, new_dispute(world, applicants=[migrant])))
    assert (aid.kinds, aid.exempt, aid.limitation_on) == (["D02", "D04"], ["migrant"], date(2024, 10, 31))
    assert aid.exempt_reasons == ["户籍为农村，请求劳动报酬（法律援助法第四十二条）"]


def test_ten_together_need_no_check_of_means(world: World) -> None:
    with elevated("test"):
        people = [world.new_person(name=f"工友{number}") for number in "甲乙丙丁戊己庚辛壬癸"]
    case = new_aid(world, new_dispute(world, applicants=people, claims=()))
    assert aid_of(case).exempt == ["collective"]
    walk(case, ("grant", "11-15", {"forms_of_aid": ["arb"], "reason": "集体争议"}))


def test_without_exemption_the_means_are_looked_into(world: World) -> None:
    with pytest.raises(ValidationError, match="经济状况"):
        walk(new_aid(world), ("grant", "11-15", {"forms_of_aid": ["arb"], "reason": "理由"}))


def test_papers_are_asked_for_once_only(world: World) -> None:
    case = walk(new_aid(world), ("papers", "11-14", {"missing": "工资条、身份证"}))
    with pytest.raises(ValidationError, match="只能告知一次"):
        walk(case, ("papers", "11-15", {"missing": "劳动合同"}))
    walk(case, ("papers_in", "11-15", {}), GRANT)
    assert aid_of(case).complete_on == date(2023, 11, 15)


def test_aid_is_given_first_only_where_time_presses(world: World) -> None:
    facts = {"forms_of_aid": ["arb"], "reason": "时效将满", "means": ""}
    with pytest.raises(ValidationError, match="7 天以上"):
        walk(new_aid(world), ("urgent", "11-14", facts))
    pressing = new_aid(world, new_dispute(world, kinds=[Kind.WAGES], claims=()), limitation_on=date(2023, 11, 20))
    walk(pressing, ("urgent", "11-14", facts))
    assert aid_of(pressing).verdict == "urgent"


def test_a_refusal_says_why_and_where_to_object(world: World) -> None:
    case = walk(new_aid(world), ("refuse", "11-15", {"reason": "不属于劳动争议", "where": "向区总工会申诉"}))
    with elevated("test"):
        case.refresh_from_db()
    assert (case.state, case.closed_on) == ("refused", date(2023, 11, 15))
    assert aid_of(case).reason == "不属于劳动争议。不服的，可以向区总工会申诉"


@pytest.mark.parametrize(("taken", "state", "verdict"), [(True, "state_taken", "state"), (False, "applied", "")])
def test_the_states_legal_aid_answers(world: World, taken: bool, state: str, verdict: str) -> None:
    case = walk(
        new_aid(world), ("refer", "11-15", {"body": "区法律援助中心", "reason": "本人也符合国家援助"}),
        ("state_answer", "11-20", {"taken": taken, "number": "援字1号"}),
    )  # fmt: skip
    with elevated("test"):
        case.refresh_from_db()
    assert (case.state, aid_of(case).verdict) == (state, verdict)


@pytest.mark.parametrize("of_firm", [True, False])
def test_whoever_acted_for_the_employer_is_never_assigned(world: World, of_firm: bool) -> None:
    lawyer, colleague = new_lawyer(world), new_lawyer(world, name="应书同")
    with elevated("test"):
        somebody = world.new_person(name="江一帆")
    earlier = new_dispute(world, applicants=[somebody])
    add_party(
        earlier,
        part="agent",
        by=SYSTEM,
        permission="rights.mediate",
        name="浙江三江口律师事务所" if of_firm else "史可为律师",
        represents=None,
    )
    case = walk(new_aid(world, new_dispute(world)), GRANT)
    with pytest.raises(ValidationError, match=r"要回避：.*代理过对方"):
        walk(case, ("assign", "11-16", {"helper": lawyer, "although": "本人坚持要求"}))
    if of_firm:
        with pytest.raises(ValidationError, match="所在机构"):
            walk(case, ("assign", "11-16", {"helper": colleague}))
    else:
        walk(case, ("assign", "11-16", {"helper": colleague}))


def test_declared_ties_bar_the_firm_or_the_person(world: World) -> None:
    lawyer, colleague = new_lawyer(world), new_lawyer(world, name="应书同")
    with elevated("test"):
        actions.declare_tie(lawyer, side=TieSide.ADVISER, employer_name="迅帆配送", source="本人申报", since=date(2021, 1, 1), by=SYSTEM)
        actions.declare_tie(lawyer, side=TieSide.KIN, employer_name="迅帆配送", source="本人申报", since=date(2021, 1, 1), by=SYSTEM)
    case = walk(new_aid(world), GRANT)
    found = {one.helper.pk: one for one in actions.proposals(case)}
    assert found[lawyer.pk].barred
    assert [conflict.text for conflict in found[colleague.pk].against if conflict.hard] == [
        "同一机构的同事登记过：对方单位的法律顾问（2021年起）"
    ]
    assert [conflict.text for conflict in found[colleague.pk].against if not conflict.hard] == [
        "同一机构的同事登记过：近亲属或者其他密切关系（2021年起）"
    ]


def test_the_mediator_of_the_dispute_does_not_act_in_it(world: World) -> None:
    lawyer = new_lawyer(world, account=True)
    matter = new_dispute(world)
    assign(matter, user=lawyer.account, duty="mediator", by=SYSTEM, permission="cases.manage")  # type: ignore[arg-type]
    case = walk(new_aid(world, matter), GRANT)
    with pytest.raises(ValidationError, match="做过调解员"):
        walk(case, ("assign", "11-16", {"helper": lawyer}))


def test_turns_go_round_and_fit_comes_before_turn(world: World) -> None:
    first = new_lawyer(world, name="甲一", firm="一所")
    second = new_lawyer(world, name="乙二", firm="二所")
    other = new_lawyer(world, name="丙三", firm="三所", fields=["D07"])
    order: list[int] = []
    for _ in range(3):
        case = walk(new_aid(world, new_dispute(world)), GRANT)
        order.append(actions.proposals(case)[0].helper.pk)
        with elevated("test"):
            chosen = actions.proposals(case)[0].helper
        walk(case, ("assign", "11-16", {"helper": chosen}))
    assert order == [first.pk, second.pk, first.pk]
    assert other.pk not in order


def test_a_full_desk_is_passed_over_only_with_a_reason(world: World) -> None:
    lawyer = new_lawyer(world, capacity=1)
    walk(new_aid(world, new_dispute(world)), GRANT, ("assign", "11-16", {"helper": lawyer}))
    case = walk(new_aid(world, new_dispute(world)), GRANT)
    with pytest.raises(ValidationError, match="满了"):
        walk(case, ("assign", "11-16", {"helper": lawyer}))
    walk(case, ("assign", "11-16", {"helper": lawyer, "although": "同一事件，一并办理"}))
    with elevated("test"):
        assert "同一事件" in Mandate.objects.get(case=case).why_chosen


def test_a_lawyer_who_declines_gives_the_matter_back_with_the_reason(world: World) -> None:
    lawyer = new_lawyer(world, account=True)
    me = acting(lawyer.account)  # type: ignore[arg-type]
    case = walk(new_aid(world), GRANT, ("assign", "11-16", {"helper": lawyer}))
    with elevated("test"):
        case.refresh_from_db()
        assert lawyer.account_id in case.accounts
    walk(case, ("decline", "11-17", {"reason": "近期出庭排满"}), by=me)
    with elevated("test"):
        case.refresh_from_db()
        mandate = Mandate.objects.get(case=case)
    assert (case.state, mandate.state, mandate.reason) == ("granted", MandateState.DECLINED, "近期出庭排满")
    assert lawyer.account_id not in case.accounts


def test_a_mandate_nobody_answered_is_taken_back_after_its_days(world: World) -> None:
    case = walk(new_aid(world), GRANT, ("assign", "11-16", {"helper": new_lawyer(world)}))
    with elevated("test"):
        assert Mandate.objects.get(case=case).answer_by == date(2023, 11, 20), "two working days"
    with pytest.raises(ValidationError, match="最晚答复"):
        walk(case, ("lapse", "11-20", {"reason": "没有答复"}))
    assert actions.take_back_unanswered(by=SYSTEM, on=date(2023, 11, 21)) == 1
    with elevated("test"):
        case.refresh_from_db()
    assert (case.state, case.risk) == ("granted", "watch")
    assert actions.take_back_unanswered(by=SYSTEM, on=date(2023, 11, 21)) == 0


def test_only_the_lawyers_own_account_takes_the_lawyers_steps(world: World) -> None:
    lawyer = new_lawyer(world, account=True)
    case = walk(new_aid(world), GRANT, ("assign", "11-16", {"helper": lawyer}))
    for somebody in (acting(world.officer(world.district, "lawyer")), acting(world.officer(world.district, "service_centre"))):
        with pytest.raises(Refused, match="承办律师本人"):
            advance(case, "accept", by=somebody, on=date(2023, 11, 17), **SCOPE)


def test_an_officer_writes_down_what_a_lawyer_without_an_account_says(world: World) -> None:
    case = walk(new_aid(world), GRANT, ("assign", "11-16", {"helper": new_lawyer(world)}))
    walk(case, ("accept", "11-17", SCOPE), by=acting(world.officer(world.district, "service_centre")))


def test_the_lawyers_notes_are_read_by_nobody_else_even_by_sql(world: World) -> None:
    lawyer = new_lawyer(world, account=True)
    me = acting(lawyer.account)  # type: ignore[arg-type]
    case = walk(new_aid(world), GRANT, ("assign", "11-16", {"helper": lawyer}))
    actions.add_lawyers_note(case, text="底线是六千", by=me)
    with scoped(me.scope):
        assert [note.text for note in LawyerNote.objects.all()] == ["底线是六千"]
        assert "底线".encode() not in bytes(LawyerNote.objects.get().text_sealed)
    for role in ("district_leader", "dept_officer", "service_centre", "auditor", "auditadmin", "lawyer"):
        with scoped(acting(world.officer(world.district, role)).scope):
            assert LawyerNote.objects.count() == 0, role
    with elevated("test: the system itself"):
        assert LawyerNote.objects.count() == 0
    with scoped(Scope(person=world.person.pk)):
        assert LawyerNote.objects.count() == 0
    with pytest.raises(Refused, match="承办"):
        actions.add_lawyers_note(case, text="偷写", by=acting(world.officer(world.district, "lawyer")))


def test_reckoning_and_approving_want_two_persons(world: World) -> None:
    rates()
    officer = acting(world.officer(world.district, "service_centre"))
    case = walk(
        new_aid(world), GRANT, ("assign", "11-16", {"helper": new_lawyer(world)}), ("accept", "11-17", SCOPE), ("finish", "11-20", {"result": "won"}),
        ("report", "11-21", {}), ("review", "11-22", {"grade": 4}), ("fees", "11-23", {}), by=officer,
    )  # fmt: skip
    with pytest.raises(Refused, match="两个人"):
        walk(case, ("approve", "11-24", {}), by=officer)


def test_a_report_comes_before_the_review_and_a_rate_before_the_fee(world: World) -> None:
    case = walk(
        new_aid(world),
        GRANT,
        ("assign", "11-16", {"helper": new_lawyer(world)}),
        ("accept", "11-17", SCOPE),
        ("finish", "11-20", {"result": "won"}),
    )
    with pytest.raises(ValidationError, match="还没有归档"):
        walk(case, ("review", "11-21", {"grade": 4}))
    walk(case, ("report", "11-21", {}), ("review", "11-22", {"grade": 4}))
    with pytest.raises(ValidationError, match="补贴标准"):
        walk(case, ("fees", "11-23", {}))


def test_reviews_are_drawn_by_a_seed_and_never_twice(world: World) -> None:
    done = [
        walk(
            new_aid(world, new_dispute(world)), GRANT, ("assign", "11-16", {"helper": new_lawyer(world, name=f"律师{number}")}), ("accept", "11-17", SCOPE),
            ("finish", "11-20", {"result": "won"}), ("report", "11-21", {}),
        )
        for number in "甲乙丙丁"
    ]  # fmt: skip
    first = actions.draw_reviews(org=world.district, number=2, seed="2023-11", by=SYSTEM)
    second = actions.draw_reviews(org=world.district, number=5, seed="2023-11", by=SYSTEM)
    assert {case.pk for case in first} | {case.pk for case in second} == {case.pk for case in done}
    assert not {case.pk for case in first} & {case.pk for case in second}
    with pytest.raises(ValidationError, match="没有可以抽的"):
        actions.draw_reviews(org=world.district, number=1, seed="2023-11", by=SYSTEM)


def test_a_worker_applies_for_themselves_and_says_how_it_was(world: World) -> None:
    matter = new_dispute(world)
    with elevated("test"):
        me = worker(world.officer(world.here), world.person.pk)
        other = worker(world.officer(world.here), world.new_person(name="江一帆").pk)
    with pytest.raises(Refused, match="只能为自己"):
        new_aid(world, matter, by=other)
    case = new_aid(world, matter, by=me)
    with pytest.raises(ValidationError, match="已经有一件"):
        new_aid(world, matter, by=me)
    walk(
        case, GRANT, ("assign", "11-16", {"helper": new_lawyer(world)}), ("accept", "11-17", SCOPE), ("finish", "11-20", {"result": "won"})
    )
    walk(case, ("content", "11-21", {"satisfied": 5}), by=me)
    assert aid_of(case).satisfied == 5


def test_an_officer_decides_within_reach_only(world: World) -> None:
    case = new_aid(world)
    for org, role in ((world.elsewhere, "town_officer"), (world.here, "town_officer"), (world.union, "grassroots_chair")):
        with pytest.raises(Refused):
            walk(case, GRANT, by=acting(world.officer(org, role)))
