"""The pages of papers: the good path, the stranger, each refusal; what the code on a paper opens."""

from typing import Any

import pypdfium2
import pytest
from django.test import Client

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM, Actor
from niangjia.core.cases.models import Case
from niangjia.core.papers.actions import issue, void_paper
from niangjia.core.papers.models import IssuedPaper
from niangjia.core.people.actions import give_account
from niangjia.core.people.models import Person
from tests.world import World

pytestmark = pytest.mark.django_db


def client_of(world: World, org: Any, role: str = "town_officer") -> Client:
    client = Client()
    client.force_login(world.officer(org, role))
    return client


def the_paper() -> IssuedPaper:
    with elevated("test"):
        return IssuedPaper.objects.select_related("case").latest("id")


def test_a_paper_is_previewed_issued_downloaded_and_voided(world: World, case: Case) -> None:
    client = client_of(world, world.here)
    page = f"/desk/cases/{case.code}/"
    assert "协助函" in client.get(page).content.decode()
    new = f"{page}papers/new/test-letter/"
    assert "工作需要" in client.get(new).content.decode()
    seen = client.post(new, {"why": "核实工资", "on": "20231218", "what": "preview"}).content.decode()
    assert "因核实工资" in seen
    assert "（待编号）" in seen
    done = client.post(new, {"why": "核实工资", "on": "20231218", "what": "issue"})
    assert done.status_code == 302
    shown = client.get(done.headers["Location"]).content.decode()
    assert "桃源街道工说〔2023〕1号" in shown
    copy = client.get(f"{page}papers/1/file.pdf")
    assert copy.headers["Content-Type"] == "application/pdf"
    assert "attachment" in copy.headers["Content-Disposition"]
    assert "核实工资" in pypdfium2.PdfDocument(copy.content)[0].get_textpage().get_text_range()
    assert client.get(f"{page}papers/1/file.docx").content[:2] == b"PK"
    assert client.get(f"{page}papers/1/file.exe").status_code == 404
    assert client.post(f"{page}papers/1/void", {"reason": "短"}).status_code == 422
    assert client.post(f"{page}papers/1/void", {"reason": "单位写错了"}).status_code == 302
    assert "已作废" in client.get(f"{page}papers/1/").content.decode()
    assert "已作废" in pypdfium2.PdfDocument(client.get(f"{page}papers/1/file.pdf").content)[0].get_textpage().get_text_range()


def test_what_is_wanting_is_said_in_the_form(world: World, case: Case) -> None:
    client = client_of(world, world.here)
    new = f"/desk/cases/{case.code}/papers/new/test-letter/"
    assert client.post(new, {"on": "20231218", "what": "issue"}).status_code == 422
    late = client.post(new, {"why": "核实", "on": "20231219", "what": "issue"})
    assert late.status_code == 422
    assert "还没有到" in late.content.decode()
    assert client.get(f"/desk/cases/{case.code}/papers/new/made-up/").status_code == 404


def test_a_stranger_finds_no_paper(world: World, case: Case, officer: Actor) -> None:
    issue(case, kind="test-letter", by=officer)
    client = client_of(world, world.elsewhere)
    for path in ("papers/1/", "papers/1/file.pdf", "papers/1/void", "papers/1/scan.pdf", "papers/new/test-letter/"):
        assert client.get(f"/desk/cases/{case.code}/{path}").status_code == 404, path
    assert client.post("/desk/papers/pack", {"paper": f"{case.code}/1"}).status_code == 404


def test_the_code_opens_a_page_without_anybodys_name(world: World, case: Case, officer: Actor, client: Client) -> None:
    issued = issue(case, kind="test-letter", by=officer)
    page = client.get(f"/p/{issued.token}/")
    said = page.content.decode()
    assert page.status_code == 200
    for words in ("协助函", issued.number, "桃源街道总工会", "2023年12月18日", issued.sha256[:16], "有效"):
        assert words in said, words
    for words in (world.person.name, case.code, case.title):
        assert words not in said, words
    void_paper(issued, by=officer, reason="写错了单位")
    again = client.get(f"/p/{issued.token}/").content.decode()
    assert "已经作废" in again
    assert "写错了单位" not in again
    assert client.get("/p/2222222222222222/").status_code == 404


def test_several_cases_get_a_paper_each_in_one_file(world: World, case: Case, officer: Actor) -> None:
    client = client_of(world, world.here)
    asked = client.post("/desk/papers/bulk", {"pick": [case.code]}).content.decode()
    assert "说事记录" in asked
    assert "协助函" not in asked, "a kind that asks for facts is made one by one"
    assert "出文日期" in client.post("/desk/papers/bulk", {"pick": [case.code], "kind": "test-record"}).content.decode()
    done = client.post("/desk/papers/bulk", {"pick": [case.code], "kind": "test-record", "on": "20231218"}).content.decode()
    assert "出好 1 份" in done
    whole = client.post("/desk/papers/pack", {"paper": [f"{case.code}/1", f"{case.code}/1"]})
    assert len(pypdfium2.PdfDocument(whole.content)) == 4
    refused = client.post("/desk/papers/bulk", {"pick": [case.code], "kind": "test-record", "on": "20231218"}).content.decode()
    assert "出过" in refused
    assert client.post("/desk/papers/bulk", {"pick": []}).status_code == 302


def test_an_auditor_reads_papers_and_makes_none(world: World, case: Case, officer: Actor) -> None:
    issue(case, kind="test-letter", by=officer)
    client = client_of(world, world.here, "auditor")
    assert client.get(f"/desk/cases/{case.code}/papers/1/").status_code == 200
    assert client.get(f"/desk/cases/{case.code}/papers/1/void").status_code == 404
    assert client.get(f"/desk/cases/{case.code}/papers/new/test-letter/").status_code == 404


def test_the_register_lists_searches_and_the_search_box_finds_by_number(world: World, case: Case, officer: Actor) -> None:
    issued = issue(case, kind="test-letter", by=officer)
    void_paper(issue(case, kind="test-letter", by=officer), by=officer, reason="重复出了一份")
    client, stranger = client_of(world, world.here), client_of(world, world.elsewhere)
    everything = client.get("/desk/papers/").content.decode()
    assert issued.number in everything
    assert "已作废" in everything
    assert "〕2号" not in client.get("/desk/papers/?stand=force").content.decode()
    assert issued.number in client.get("/desk/papers/", {"q": "说(2023)1号"}).content.decode(), "however the brackets are typed"
    assert issued.number not in stranger.get("/desk/papers/").content.decode()
    found = client.post("/desk/search", {"q": issued.number}, follow=True).content.decode()
    assert "协助函" in found
    assert "协助函" not in stranger.post("/desk/search", {"q": issued.number}, follow=True).content.decode()


def of_worker(person: Person) -> Client:
    """The person, signed in by phone."""
    client = Client()
    with elevated("test: a worker's account"):
        client.force_login(give_account(person=person, by=SYSTEM))
    session = client.session
    session["person"] = person.pk
    session.save()
    return client


def test_the_person_finds_papers_meant_for_them_on_the_phone_and_nobody_elses(world: World, case: Case, officer: Actor) -> None:
    issue(case, kind="test-letter", by=officer)
    issue(case, kind="test-record", by=officer)
    client, other = of_worker(world.person), of_worker(world.new_person(name="何静山"))
    shown = client.get(f"/m/cases/{case.code}/").content.decode()
    assert "给你的文书" in shown
    assert "协助函" in shown
    assert "说事记录" not in shown
    assert client.get(f"/m/cases/{case.code}/papers/1.pdf").content.startswith(b"%PDF")
    assert client.get(f"/m/cases/{case.code}/papers/2.pdf").status_code == 404, "not meant for the worker"
    assert other.get(f"/m/cases/{case.code}/papers/1.pdf").status_code == 404
    assert client.get(f"/desk/cases/{case.code}/papers/1/").status_code in (302, 403)
