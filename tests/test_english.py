"""A worker who chose English reads English on every page, apart from names and what somebody wrote."""

import html
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client, override_settings
from django.utils.translation import override

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM, worker
from niangjia.core.access.tests.factories import acting
from niangjia.core.notices.actions import tell
from niangjia.core.notices.enums import Kind
from niangjia.core.people import actions as people
from niangjia.core.people import card
from niangjia.core.people.models import Person
from niangjia.core.tasks.actions import ask_correction, refuse_correction
from niangjia.core.tasks.enums import CORRECTED
from tests.world import World
from tools import check_translations

CHINESE = re.compile(r"[\u3001-\u9fff\uff01-\uff5e]+")
DATA = (
    settings.FEDERATION,
    "何静川",
    "罗小云",
    "纺织厂工会",
    "桃源街道总工会",
    "望湖区总工会",
    "组织部",
    "核对转账户名",
    "和身份证一致",
    "湖光平台",
    "中文",
)
"""Names of people, unions, offices and platforms, reasons as officers wrote them, and the language's own name."""
PHONE = "13900002210"


@pytest.fixture(autouse=True)
def no_demo_beside(settings: Any, tmp_path: Any) -> None:
    """A demo district in the same home would offer its accounts, with their Chinese names, on the sign-in pages."""
    settings.DEMO_ACCOUNTS = tmp_path / "none.json"


@pytest.fixture
def world() -> Iterator[World]:
    with elevated("test: the whole district"):
        yield World()


def in_english(client: Client) -> Client:
    assert client.post("/language", {"language": "en", "next": "/"}).status_code == 302
    return client


def phone_of(person: Person) -> Client:
    """A phone on which this person is signed in."""
    client = Client()
    client.force_login(people.give_account(person=person, by=SYSTEM), backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session["person"] = person.pk
    session.save()
    return in_english(client)


def chinese_left(answer: Any) -> list[str]:
    """Chinese on the page, also in attributes, that is no data."""
    text = html.unescape(answer.content.decode())
    text = re.sub(r"第\d+(?=纺织厂)", "", text)
    for name in DATA:
        text = text.replace(name, "")
    return CHINESE.findall(text)


def everything(world: World) -> Person:
    """Somebody with looks, messages, a report that was refused and one that waits, an old membership and a former name."""
    person = world.new_person(phone=PHONE, platform="湖光平台", former_name="罗小云")
    officer = acting("town_officer", world.here)
    for field in people.SEALED:
        people.unmask(person, field=field, reason="核对转账户名", by=officer)
    people.note_print(person, what="certificate", reason="核对转账户名", by=officer)
    themselves = worker(people.give_account(person=person, by=SYSTEM), person.pk)
    ask_correction(person=person, wrong=["name"], by=themselves)
    refuse_correction(person, by=officer, reason="和身份证一致")
    tell(person=person, title=CORRECTED, text="工会核对过了，改了这些：\n手机号", kind=Kind.MESSAGE, by=SYSTEM, url="/m/me/")
    ask_correction(person=person, wrong=["phone", "bank_account", "union", "other"], by=themselves)
    return person


PAGES = ("/", "/m/", "/m/card/", "/m/me/", "/m/me/correct/", "/m/looks/", "/m/messages/", "/nothing")


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["full", "retained", "transferring", "left"])
def test_a_workers_pages_hold_no_chinese_but_data(world: World, state: str) -> None:
    person = everything(world)
    if state == "retained":
        people.change_standing(person, standing="retained", by=SYSTEM, on=date(2023, 12, 1))
    if state == "transferring":
        span = person.memberships.get(until=None)
        type(span).objects.filter(pk=span.pk).update(transferring_to=world.new_union())
    if state == "left":
        people.end_membership(person, end_reason="withdrawn", by=SYSTEM, on=date(2023, 12, 1))
    client = phone_of(person)
    answers = {address: client.get(address) for address in PAGES}
    answers |= {"in full": client.post("/m/me/"), "nothing ticked": client.post("/m/me/correct/", {})}
    answers["told"] = client.post("/m/me/correct/", {"wrong": ["phone"]}, follow=True)
    answers["not for workers"] = client.get(f"/u/{world.union.code}/")
    for address, answer in answers.items():
        assert 'lang="en"' in answer.content.decode(), address
        assert not chinese_left(answer), address


@pytest.mark.django_db
def test_the_way_in_holds_no_chinese_but_data(world: World) -> None:
    world.new_person(phone=PHONE)
    client = in_english(Client())
    steps = [client.get("/m/sign-in/"), client.post("/m/sign-in/", {"phone": ""}), client.post("/m/sign-in/", {"phone": "123"})]
    steps += [client.post("/m/sign-in/", {"phone": phone}) for phone in ("0574-8888", "23900002210", "1390000221x")]
    steps.append(client.post("/m/sign-in/", {"phone": PHONE}, follow=True))
    steps.append(client.post("/m/sign-in/", {"phone": PHONE}))
    steps += [client.post("/m/sign-in/code/", {"digits": "nonsense"}) for _ in range(6)]
    for step in steps:
        assert step.status_code == 200
        assert not chinese_left(step)


@pytest.mark.django_db
def test_whoever_scans_a_card_or_a_poster_reads_english(world: World) -> None:
    person = world.new_person()
    scanner = in_english(Client())
    good, stale = scanner.get(f"/c/{card.token_for(person)}"), scanner.get("/c/nothing")
    assert "A valid member" in good.content.decode() and "no longer works" in stale.content.decode()
    left = [word for word in chinese_left(good) if word not in ("何", "川")]
    assert not left and not chinese_left(stale)
    assert not chinese_left(scanner.get(f"/u/{world.union.code}/"))


@pytest.mark.django_db
def test_staff_sign_in_and_its_refusals_hold_no_chinese(world: World) -> None:
    client = in_english(Client())
    answers = [client.get("/accounts/login/")]
    answers += [client.post("/accounts/login/", {"login": "nobody", "password": "wrong"}) for _ in range(6)]
    assert "locked until" in answers[-1].content.decode()
    assert not [word for answer in answers for word in chinese_left(answer)]


@pytest.mark.django_db
def test_the_choice_is_kept_for_a_year_and_can_be_taken_back(client: Client) -> None:
    in_english(client)
    assert int(client.cookies["django_language"]["max-age"]) == 365 * 24 * 3600
    assert "Who are you?" in client.get("/").content.decode()
    client.post("/language", {"language": "zh-hans", "next": "/"})
    assert "你是哪一位？" in client.get("/").content.decode()


@pytest.mark.django_db
def test_the_api_refuses_in_the_language_the_caller_accepts(world: World, client: Client) -> None:
    client.force_login(world.officer(world.district, "secadmin"), backend="allauth.account.auth_backends.AuthenticationBackend")
    address = f"/api/v1/orgs/{world.union.code}"
    assert "view unions" in client.get(address, headers={"accept-language": "en"}).json()["detail"]
    assert "看工会组织" in client.get(address).json()["detail"]


@pytest.mark.django_db
@override_settings(DEMO=True)
def test_errors_in_english(world: World) -> None:
    client = phone_of(world.new_person())
    assert not chinese_left(client.get("/c/"))
    with override("en"):
        for page in ("400.html", "403.html", "403_csrf.html", "404.html", "500.html"):
            assert not CHINESE.findall(render_to_string(page, {"reference": "E-1218-0001"})), page


def test_the_catalogue_is_whole_and_compiled(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["check_translations"])
    assert check_translations.main() == 0, capsys.readouterr().out


def test_the_check_finds_what_is_missing_fuzzy_or_stale(
    tmp_path: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["check_translations"])
    broken = tmp_path / "locale" / "django.po"
    broken.parent.mkdir()
    text = check_translations.CATALOGUE.read_text()
    text = text.replace('msgstr "Messages"', 'msgstr ""').replace('msgid "首页"', '#, fuzzy\nmsgid "首页"')
    broken.write_text(text.replace('msgstr "Card"', 'msgstr "卡"') + '\nmsgid "没人说的话"\nmsgstr "Said by nobody"\n')
    monkeypatch.setattr(check_translations, "CATALOGUE", broken)
    assert check_translations.main() == 1
    said = capsys.readouterr().out
    for fault in ("no English: ", "fuzzy: ", "Chinese in the English: ", "nobody says: 没人说的话", "stale: "):
        assert fault in said


def test_the_check_finds_words_that_nobody_wrapped(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "page.html").write_text('<p>{% translate "消息" %}，你好</p>{# 注 #}')
    (tmp_path / "view.py").write_text('"""文档。"""\nfrom x import gettext as _\nA = _("消息") + f"你好{A}"\n')
    monkeypatch.setattr(check_translations, "ROOT", tmp_path)
    monkeypatch.setattr(check_translations, "TEMPLATES", ("*.html",))
    monkeypatch.setattr(check_translations, "VIEWS", ("*.py",))
    assert [fault.rpartition(": ")[2] for fault in check_translations._unwrapped_templates()] == ["，你好"]
    assert [fault.rpartition(": ")[2] for fault in check_translations._unwrapped_code()] == ["你好"]
