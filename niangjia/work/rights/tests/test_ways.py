"""Which way a matter goes: the decision as a table, its questions on the phone, the letter, the accident page, the officer's word."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.access.rules import Refused
from niangjia.core.orgs.actions import add_partner
from niangjia.core.orgs.enums import PartnerKind
from niangjia.core.trail.models import Event
from niangjia.work.rights import actions
from niangjia.work.rights.actions import Facts
from niangjia.work.rights.enums import Path
from niangjia.work.rights.happenings import HAPPENINGS
from niangjia.work.rights.models import Dispute, Draft
from niangjia.work.rights.tests.factories import acting, new_dispute
from niangjia.work.rights.tests.test_pages import client_of
from niangjia.work.rights.ways import Situation, decide
from tests.test_english import chinese_left, phone_of
from tests.world import World

NOW, LATER = date(2023, 12, 18), date(2025, 10, 1)


@pytest.mark.parametrize(
    ("said", "on", "path", "source"),
    [
        (Situation("unpaid", "contract"), NOW, Path.LABOUR, ""),
        (Situation("injured", "orders", False), NOW, Path.CIVIL, "职业伤害保障"),
        (Situation("injured", "orders", False), LATER, Path.NEW_FORM_INJURY, "职业伤害保障"),
        (Situation("injured", "orders", False, accident_on=date(2025, 8, 20)), LATER, Path.CIVIL, "职业伤害保障"),
        (Situation("injured", "station", True), NOW, Path.UNSURE, "劳社部发〔2005〕12号"),
        (Situation("injured", "contract", over_age=True), NOW, Path.SINGLE_INJURY, "单险种"),
        (Situation("injured", "contract", over_age=True, accident_on=date(2023, 6, 30)), NOW, Path.CIVIL, "单险种"),
        (Situation("unpaid", "contract", over_age=True), NOW, Path.CIVIL, "第三十二条"),
        (Situation("unpaid", "contract", over_age=True), LATER, Path.UNSURE, "法释〔2025〕12号"),
        (Situation("fined", "orders", False), NOW, Path.PLATFORM, ""),
        (Situation("unpaid", "orders", False), NOW, Path.CIVIL, "人社部发〔2021〕56号"),
        (Situation("unpaid", "orders", None), NOW, Path.UNSURE, "人社部发〔2021〕56号"),
        (Situation("unpaid", "station", None), NOW, Path.UNSURE, "劳社部发〔2005〕12号"),
        (Situation("insurance", "contract"), NOW, Path.AGENCY, "劳动争议解释（一）第二条"),
        (Situation("grade", "contract"), NOW, Path.AGENCY, "劳动争议解释（一）第二条"),
        (Situation("unpaid", "family"), NOW, Path.CIVIL, "劳动争议解释（一）第二条"),
        (Situation("unpaid", "farm"), NOW, Path.CIVIL, "劳动争议解释（一）第二条"),
        (Situation("unpaid", "helper"), NOW, Path.CIVIL, "劳动争议解释（一）第二条"),
    ],
)  # fmt: skip
def test_the_way_follows_from_the_facts_and_the_day(said: Situation, on: date, path: str, source: str) -> None:
    found = decide(said, on)
    assert found.way.path == path
    assert source in "".join(found.in_words)
    assert bool(found.reasons) is (path != Path.LABOUR)
    assert found.way.needs and found.way.places and found.way.by_when


def test_a_rule_nobody_read_says_so_and_one_that_was_read_does_not() -> None:
    assert "待核" in decide(Situation("injured", "orders", False), LATER).in_words[0]
    assert "待核" not in decide(Situation("grade"), NOW).in_words[0]


@pytest.mark.django_db
def test_the_questions_come_one_by_one_and_nothing_is_kept(client: Client) -> None:
    assert "出了什么事？" in client.get("/m/rights/where/").content.decode()
    said: dict[str, str] = {}
    for name, value, following in (
        ("trouble", "injured", "你给谁干活？"), ("work", "orders", "过了退休年龄吗？"), ("age", "no", "有人管你几点上班吗？"), ("managed", "no", "按民事要钱"),
    ):  # fmt: skip
        said[name] = value
        page = client.post("/m/rights/where/", said | {"asked": name})
        assert following in page.content.decode()
    assert "有人管你几点上班吗？" in client.post("/m/rights/where/", said | {"back": "last"}).content.decode()
    assert not Draft.objects.exists()


@pytest.mark.django_db
def test_an_unanswered_question_stays_and_a_made_up_answer_is_none(client: Client) -> None:
    assert client.post("/m/rights/where/", {"asked": "trouble"}).status_code == 422
    assert client.post("/m/rights/where/", {"asked": "trouble", "trouble": "nothing"}).status_code == 422
    assert client.post("/m/rights/where/ask/", {"trouble": "injured"}).headers["Location"] == "/m/rights/where/"


@pytest.mark.django_db
def test_the_answers_go_along_into_the_request_for_help(client: Client) -> None:
    said = {"trouble": "fined", "work": "orders", "age": "no", "managed": "no"}
    shown = client.post("/m/rights/where/", said).content.decode()
    assert "先向平台申诉" in shown and "/m/rights/where/letter/" in shown
    assert client.post("/m/rights/where/ask/", said).headers["Location"] == "/m/rights/ask/"
    answers = actions.draft_of(client.cookies["asking"].value)
    assert (answers["kinds"], answers["relation"], answers["over_age"]) == (["D17"], "free", False)


@pytest.mark.django_db
def test_the_letter_to_the_platform_is_ready_to_be_sent(client: Client) -> None:
    said = {"platform": "迅帆", "what": "fine", "on": "2023-12-01", "amount": "200", "why": "那一单商家出餐晚了半小时"}
    letter = client.post("/m/rights/where/letter/", said).content.decode()
    for part in ("迅帆：", "2023年12月1日", "金额 200 元", "商家出餐晚了半小时", "2023年12月18日"):
        assert part in letter
    assert client.post("/m/rights/where/letter/", said | {"why": ""}).status_code == 422


@pytest.mark.django_db
def test_after_an_accident_the_calls_come_first_and_asking_starts_with_the_injury(client: Client) -> None:
    page = client.get("/m/rights/accident/").content.decode()
    assert all(f'href="tel:{number}"' in page for number in ("120", "122", "12351"))
    assert client.post("/m/rights/accident/").headers["Location"] == "/m/rights/ask/"
    assert actions.draft_of(client.cookies["asking"].value) == {"kinds": ["D07"]}


@pytest.mark.django_db
def test_an_officer_decides_the_way_with_a_reason() -> None:
    world = World()
    case, client = new_dispute(world), client_of(world, world.here)
    page = f"/desk/rights/{case.code}/path"
    assert client.get(page).status_code == 200
    assert client.post(page, {"path": "unsure", "reason": "短"}).status_code == 422
    assert client.post(page, {"path": "unsure", "reason": "站点排班，按月发工资"}).status_code == 302
    with elevated("test"):
        assert Dispute.objects.get().path_reasons == ["承办认定：站点排班，按月发工资"]
        assert Event.objects.get(verb="rights.decide_path").reason == "站点排班，按月发工资"
    shown = client.get(f"/desk/cases/{case.code}/").content.decode()
    assert "先弄清算不算劳动关系" in shown and "承办认定：站点排班" in shown
    with pytest.raises(Refused):
        actions.decide_path(case, path="civil", reason="随便改一改", by=acting(world.officer(world.elsewhere)))
    with pytest.raises(ValidationError, match="没有这条路"):
        actions.decide_path(case, path="nowhere", reason="随便改一改", by=acting(world.officer(world.here)))


@pytest.mark.django_db
def test_the_reasons_stay_chinese_however_the_page_speaks(client: Client) -> None:
    client.post("/language", {"language": "en", "next": "/"})
    shown = client.post("/m/rights/where/", {"trouble": "fined", "work": "orders", "age": "no", "managed": "no"}).content.decode()
    assert "Appeal to the platform first" in shown
    assert "先向平台申诉" not in shown


@pytest.mark.django_db
def test_every_new_page_of_the_phone_speaks_english(client: Client) -> None:
    client.post("/language", {"language": "en", "next": "/"})
    pages = [client.get(f"/m/rights/{page}/") for page in ("calculate", "where", "where/letter", "accident")]
    pages += [client.get(f"/m/rights/calculate/{what}/") for what in HAPPENINGS]
    pages += [client.post(f"/m/rights/calculate/{what}/", {}) for what in HAPPENINGS]
    said = {"trouble": "unpaid", "work": "station", "age": "no", "managed": "unsure"}
    pages += [client.post("/m/rights/where/", dict(list(said.items())[:number])) for number in range(4)]
    for page in pages:
        assert not chinese_left(page), page.request["PATH_INFO"]


@pytest.mark.django_db
def test_the_worker_reads_which_way_it_goes_and_who_has_it_now() -> None:
    world = World()
    case = new_dispute(world, kinds=["D17"], facts=Facts(fined=True, outside_labour_relation=True), claims=())
    with elevated("test"):
        place = add_partner(name="望湖区社会治理中心", kind=PartnerKind.GOVERNANCE_CENTRE, answering_org=world.district, by=SYSTEM)
    actions.enter_joint(case, basis="consent", basis_note="本人签了同意书", by=SYSTEM)
    actions.hand_to(case, body=place, asked="请接着调解", by=SYSTEM)
    client = phone_of(world.person)
    client.post("/language", {"language": "zh-hans", "next": "/"})
    shown = client.get(f"/m/cases/{case.code}/").content.decode()
    assert "先向平台申诉" in shown and "望湖区社会治理中心" in shown and "12351" in shown


@pytest.mark.django_db
def test_the_door_leads_to_what_nobody_needs_an_account_for(client: Client) -> None:
    page = client.get("/").content.decode()
    assert all(f'href="/m/rights/{address}/"' in page for address in ("ask", "calculate", "accident"))
