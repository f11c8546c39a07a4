"""The desk's pages of legal aid and of the roster: the good path, the stranger, and each refusal."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.access.models import User
from niangjia.core.cases.models import Case
from niangjia.work.rights.actions import declare_tie
from niangjia.work.rights.models import FeeRate, Helper, Mandate, Tie
from niangjia.work.rights.tests.factories import new_dispute
from niangjia.work.rights.tests.helpers import new_aid, new_lawyer, rates, walk
from tests.world import World

pytestmark = pytest.mark.django_db
GRANT: dict[str, Any] = {"forms_of_aid": ["arb"], "reason": "追索劳动报酬", "means": "月收入低"}


@pytest.fixture
def world() -> World:
    return World()


def client_of(world: World, role: str = "service_centre", org: Any = None) -> Client:
    client = Client()
    client.force_login(world.officer(org or world.district, role))
    return client


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def post(client: Client, path: str, **facts: Any) -> Any:
    response = client.post(path, facts)
    assert response.status_code == 302, response.content.decode()
    return response.headers["Location"]


def test_a_dispute_is_aided_with_one_click_and_decided_and_assigned(world: World) -> None:
    new_lawyer(world, name="甲一", firm="一所")
    barred = new_lawyer(world, name="乙二", firm="二所")
    with elevated("test"):
        declare_tie(barred, side="adviser", employer_name="迅帆配送", source="本人申报", since=barred.valid_from, by=SYSTEM)
    matter, client = new_dispute(world), client_of(world)
    post(client, f"/desk/cases/{matter.code}/step/aid/", forms_of_aid=["arb"], on="2023-11-13")
    with elevated("test"):
        case = Case.objects.get(flow="aid")
    page = f"/desk/cases/{case.code}/"
    assert f"/desk/cases/{matter.code}/" in client.get(page).content.decode()
    post(client, f"{page}step/grant/", on="2023-11-15", **GRANT)
    shown = client.get(f"{page}step/assign/").content.decode()
    assert "甲一 一所" in shown
    assert "乙*：本人登记过：对方单位的法律顾问" in shown
    with elevated("test"):
        first = Helper.objects.get(firm="一所")
    post(client, f"{page}step/assign/", helper=first.code, on="2023-11-16")
    with elevated("test"):
        assert Mandate.objects.get().helper == first
    assert "擅长追索劳动报酬" in client.get(page).content.decode()


def test_an_application_at_the_window_finds_the_exemption(world: World) -> None:
    with elevated("test"):
        person = world.new_person(name="罗小满", household=2)
    page = post(
        client_of(world), "/desk/aid/new", applicants=person.code, respondent="迅帆配送", kinds=["D02"], forms_of_aid=["arb"], channel="window",
        org=world.here.code, on="2023-12-18", told="少发两个月工资",
    )  # fmt: skip
    shown = client_of(world).get(page).content.decode()
    assert "法律援助法第四十二条" in shown
    assert "少发两个月工资" in shown


def test_the_window_says_what_is_wrong(world: World) -> None:
    said = {
        "applicants": "330212000000",
        "respondent": "迅帆",
        "kinds": ["D02"],
        "forms_of_aid": ["arb"],
        "channel": "window",
        "org": world.here.code,
        "on": "2023-12-18",
    }
    response = client_of(world).post("/desk/aid/new", said)
    assert response.status_code == 422
    assert "找不到这些编号" in response.content.decode()


def test_the_lawyer_sees_the_story_and_keeps_notes_that_officers_do_not_see(world: World) -> None:
    lawyer = new_lawyer(world, account=True)
    case = walk(new_aid(world), ("grant", "11-15", GRANT), ("assign", "11-16", {"helper": lawyer}))
    me = signed_in(lawyer.account)  # type: ignore[arg-type]
    page = f"/desk/cases/{case.code}/"
    assert "2023年10月工资" in me.get(page).content.decode()
    post(me, f"{page}step/accept/", scope="一般代理", on="2023-11-17")
    post(me, f"/desk/aid/{case.code}/note", text="底线是六千")
    assert "底线是六千" in me.get(page).content.decode()
    for role in ("service_centre", "district_leader", "auditor"):
        assert "底线是六千" not in client_of(world, role).get(page).content.decode(), role
    stranger = client_of(world, "lawyer")
    assert stranger.get(page).status_code == 404
    assert stranger.post(f"/desk/aid/{case.code}/note", {"text": "x"}).status_code == 404


def test_the_roster_is_entered_changed_tied_and_ended(world: World) -> None:
    client = client_of(world)
    page = post(
        client, "/desk/aid/helpers/new", name="史可为", kind="lawyer", firm="一所", licence="13302", capacity="5", fields_of_work=["D02"],
        org=world.district.code, valid_from="2023-01-03", published="on", towns=[str(world.here.pk)], languages=["nb"],
    )  # fmt: skip
    with elevated("test"):
        helper = Helper.objects.get()
    assert "史可为".encode() not in bytes(helper.name_sealed)
    assert helper.towns == [world.here.pk]
    post(client, f"{page}change", name="史可为", kind="lawyer", firm="二所", licence="13302", capacity="3")
    post(client, f"{page}tie", side="adviser", employer="迅帆配送", source="本人申报", since="2022-01-01", of_firm="on")
    shown = client.get(page).content.decode()
    assert all(words in shown for words in ("史可为", "二所", "迅帆配送", "全所"))
    post(client, f"{page}end", on="2023-12-18", reason="聘期届满")
    assert "史可为" not in client.get("/desk/aid/helpers/").content.decode()
    assert "史可为" in client.get("/desk/aid/helpers/?stand=ended").content.decode()
    with elevated("test"):
        assert Tie.objects.count() == 1


@pytest.mark.parametrize(
    ("facts", "said"), [({"licence": ""}, "执业证号"), ({"name": ""}, "必填"), ({"account": "nobody"}, "没有这个账号")]
)
def test_the_roster_says_what_is_missing(world: World, facts: dict[str, str], said: str) -> None:
    answers = {
        "name": "史可为",
        "kind": "lawyer",
        "firm": "一所",
        "licence": "13302",
        "capacity": "5",
        "org": world.district.code,
        "valid_from": "2023-01-03",
    }
    response = client_of(world).post("/desk/aid/helpers/new", answers | facts)
    assert response.status_code == 422
    assert said in response.content.decode()


def test_the_same_person_is_entered_once_and_not_ended_with_matters_in_hand(world: World) -> None:
    lawyer = new_lawyer(world)
    walk(new_aid(world), ("grant", "11-15", GRANT), ("assign", "11-16", {"helper": lawyer}))
    client = client_of(world)
    assert (
        "手上还有 1 件" in client.post(f"/desk/aid/helpers/{lawyer.code}/end", {"on": "2023-12-18", "reason": "聘期届满"}).content.decode()
    )
    answers = {
        "name": "史可为",
        "kind": "lawyer",
        "firm": lawyer.firm,
        "licence": "1",
        "capacity": "5",
        "org": world.district.code,
        "valid_from": "2023-01-03",
    }
    assert "已经在名册里" in client.post("/desk/aid/helpers/new", answers).content.decode()


def test_fees_are_listed_by_month_and_approved_by_another(world: World) -> None:
    rates()
    client = client_of(world)
    case = walk(
        new_aid(world), ("grant", "11-15", GRANT), ("assign", "11-16", {"helper": new_lawyer(world)}), ("accept", "11-17", {"scope": "一般"}),
        ("finish", "11-20", {"result": "won"}), ("report", "11-21", {}), ("review", "11-22", {"grade": 4}),
    )  # fmt: skip
    post(client, f"/desk/cases/{case.code}/step/fees/", on="2023-11-23")
    listed = client.get("/desk/aid/fees/?month=2023-12").content.decode()
    assert case.code in listed
    assert "1,200.00" in listed
    refused = client.post("/desk/cases/bulk/approve", {"pick": [case.code], "on": "2023-11-24"}, follow=True).content.decode()
    assert "两个人" in refused
    second = client_of(world, "dept_officer")
    assert "办好 1 件" in second.post("/desk/cases/bulk/approve", {"pick": [case.code], "on": "2023-11-24"}, follow=True).content.decode()
    assert case.code in client.get("/desk/aid/fees/?stand=approved").content.decode()


def test_a_rate_names_its_source(world: World) -> None:
    client = client_of(world)
    post(client, "/desk/aid/rates/new", form="arb", amount="1200", valid_from="2023-01-01", source="示意，待核")
    with elevated("test"):
        assert not FeeRate.objects.get().checked
    assert "待核" in client.get("/desk/aid/rates/").content.decode()


def test_reviews_are_drawn_on_the_page(world: World) -> None:
    case = walk(
        new_aid(world), ("grant", "11-15", GRANT), ("assign", "11-16", {"helper": new_lawyer(world)}), ("accept", "11-17", {"scope": "一般"}),
        ("finish", "11-20", {"result": "won"}), ("report", "11-21", {}),
    )  # fmt: skip
    client = client_of(world)
    assert client.post("/desk/aid/draw", {"number": "1", "seed": "20231218"}).status_code == 302
    assert "20231218" in client.get(f"/desk/cases/{case.code}/").content.decode()


def test_others_find_no_roster(world: World) -> None:
    lawyer = new_lawyer(world)
    for role, org in (("town_officer", world.here), ("grassroots_chair", world.union), ("lawyer", world.district)):
        client = client_of(world, role, org)
        assert client.get("/desk/aid/helpers/").status_code == 403
        assert client.get(f"/desk/aid/helpers/{lawyer.code}/").status_code in (403, 404)


def sheet(*lines: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("名册.csv", "\n".join(lines).encode(), content_type="text/csv")


def test_a_workbook_of_lawyers_is_taken_whole_or_not_at_all(world: World) -> None:
    client = client_of(world)
    head = "律师姓名,身份,执业机构,律师证号,手机号,擅长领域,会说"
    good = ("江一帆,律师,一所,13302,13800001234,欠薪、工伤,宁波话", "何其芳,人民调解员,区调委会,,,,")
    wrong = client.post(
        "/desk/aid/helpers/import", {"org": world.district.code, "file": sheet(head, *good, "丁三,律师,,,12,,", "戊四,木匠,一所,,,,")}
    )
    shown = wrong.content.decode()
    assert wrong.status_code == 422
    assert all(words in shown for words in ("第 4 行：没有写所在机构；律师要写执业证号；电话不对", "第 5 行：类别“木匠”看不懂"))
    assert client.post("/desk/aid/helpers/import", {"org": world.district.code, "file": sheet(head, *good)}).status_code == 302
    with elevated("test"):
        found = {helper.name: helper for helper in Helper.objects.all()}
    assert set(found) == {"江一帆", "何其芳"}
    assert (found["江一帆"].fields, found["江一帆"].languages, found["江一帆"].phone, found["何其芳"].kind) == (
        ["D02", "D07"],
        ["nb"],
        "13800001234",
        "peoples",
    )
    again = client.post("/desk/aid/helpers/import", {"org": world.district.code, "file": sheet(head, *good)}, follow=True)
    assert "列入 0 人，已经在名册里的 2 人没有动" in again.content.decode()
