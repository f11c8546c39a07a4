"""Issuing: numbers without gaps, the right day, the right post; voiding; what the persons learn."""

import json
from datetime import date

import pytest
from django.core.exceptions import ValidationError

from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import Refused
from niangjia.core.cases.actions import advance
from niangjia.core.cases.models import Case
from niangjia.core.cases.tests.conftest import open_one
from niangjia.core.notices.models import Notice
from niangjia.core.papers.actions import issue, issue_many, set_head, void_paper
from niangjia.core.papers.models import IssuedPaper, Series
from niangjia.core.papers.paper import digest
from niangjia.core.papers.queries import address_of, checks, makable, paper_of, read_code
from tests.world import World

pytestmark = pytest.mark.django_db
WHY = {"why": "核实工资"}


def test_a_paper_gets_the_next_number_of_its_word_and_year(case: Case, officer: Actor) -> None:
    first, second = (issue(case, kind="test-letter", by=officer, facts=WHY) for _ in range(2))
    assert first.number == "桃源街道工说〔2023〕1号"
    assert second.number == "桃源街道工说〔2023〕2号"
    assert (first.ordinal, second.ordinal) == (1, 2)
    assert paper_of(first).number == first.number
    assert paper_of(first).issuer == "桃源街道总工会"


def test_a_refused_paper_uses_up_no_number(case: Case, officer: Actor) -> None:
    issue(case, kind="test-letter", by=officer, facts=WHY)
    for wrong in ({"on": date(2023, 12, 19)}, {"on": date(2023, 11, 5)}):
        with pytest.raises(ValidationError):
            issue(case, kind="test-letter", by=officer, facts=WHY, **wrong)
    assert issue(case, kind="test-letter", by=officer, facts=WHY).number.endswith("〕2号")
    with elevated("test"):
        assert Series.objects.get().last == 2


def test_what_was_issued_is_kept_sealed_with_its_hash(case: Case, officer: Actor) -> None:
    issued = issue(case, kind="test-letter", by=officer, facts=WHY)
    assert issued.sha256 == digest(issued.structure)
    assert "核实工资".encode() not in bytes(issued.structure_sealed)
    assert "核实工资" in json.loads(issued.structure)["blocks"][0]["text"]


def test_the_code_on_the_pages_names_the_paper_and_the_slip(case: Case, officer: Actor) -> None:
    issued = issue(case, kind="test-letter", by=officer, facts=WHY)
    assert paper_of(issued).qr == address_of(issued.token)
    assert read_code(f"{paper_of(issued).qr}#2r") == (issued.token, 2, True)
    assert read_code(f"{paper_of(issued).qr}#1") == (issued.token, 1, False)
    assert read_code("https://example.org/p/short/") is None


@pytest.mark.parametrize("kind", ["test-letter", "test-record"])
def test_a_stranger_issues_nothing(case: Case, stranger: Actor, kind: str) -> None:
    with pytest.raises(Refused):
        issue(case, kind=kind, by=stranger)


def test_a_kind_that_nobody_declares_is_refused(case: Case, officer: Actor) -> None:
    with pytest.raises(ValidationError, match="没有"):
        issue(case, kind="made-up", by=officer)


def test_a_paper_belongs_to_states(case: Case, officer: Actor) -> None:
    assert [kind.name for kind in makable(officer, case)] == ["test-record", "test-letter"]
    advance(case, "talk", by=officer)
    advance(case, "agree", by=officer)
    assert [kind.name for kind in makable(officer, case)] == ["test-record"]
    with pytest.raises(ValidationError, match="不能出"):
        issue(case, kind="test-letter", by=officer)


def test_once_means_one_in_force(case: Case, officer: Actor) -> None:
    first = issue(case, kind="test-record", by=officer)
    assert first.number == ""
    with pytest.raises(ValidationError, match="作废"):
        issue(case, kind="test-record", by=officer)
    void_paper(first, by=officer, reason="记错了一处")
    assert issue(case, kind="test-record", by=officer).ordinal == 2


def test_a_void_paper_stays_with_its_reason_and_is_not_voided_twice(case: Case, officer: Actor, stranger: Actor) -> None:
    issued = issue(case, kind="test-letter", by=officer, facts=WHY)
    with pytest.raises(Refused):
        void_paper(issued, by=stranger, reason="不是我的案子")
    with pytest.raises(ValidationError, match="理由"):
        void_paper(issued, by=officer, reason="错")
    void_paper(issued, by=officer, reason="写错了单位")
    with pytest.raises(ValidationError, match="作废"):
        void_paper(issued, by=officer, reason="再废一次吧")
    with elevated("test"):
        kept = IssuedPaper.objects.get(pk=issued.pk)
    assert (kept.void_reason, kept.voided_on) == ("写错了单位", date(2023, 12, 18))


def test_the_person_hears_of_papers_meant_for_them_and_a_sealed_case_is_not_named(case: Case, officer: Actor, world: World) -> None:
    issue(case, kind="test-letter", by=officer, facts=WHY)
    issue(case, kind="test-record", by=officer)
    with elevated("test"):
        assert [one.title for one in Notice.objects.filter(person=world.person)] == ["有一份文书给你：协助函"]
        Case.objects.filter(pk=case.pk).update(sealed=True, sealed_because="怕报复", accounts=[officer.user_id])
    issue(case, kind="test-letter", by=officer, facts=WHY)
    with elevated("test"):
        assert Notice.objects.filter(person=world.person).latest("id").title == "你的事有进展"


def test_a_sealed_case_gives_papers_to_its_readers_only(case: Case, officer: Actor, world: World) -> None:
    with elevated("test"):
        Case.objects.filter(pk=case.pk).update(sealed=True, sealed_because="怕报复")
    with pytest.raises(Refused):
        issue(case, kind="test-letter", by=officer, facts=WHY)


def test_one_refusal_in_many_hinders_no_other(world: World, officer: Actor) -> None:
    cases = [open_one(world) for _ in range(3)]
    issue(cases[1], kind="test-record", by=officer)
    came = issue_many(cases, kind="test-record", by=officer)
    assert [paper.case for paper in came.papers] == [cases[0], cases[2]]
    assert [(refused, "已" in why or "出过" in why) for refused, why in came.refused] == [(cases[1], True)]


def test_an_organisation_sets_the_head_of_its_papers(case: Case, officer: Actor, stranger: Actor, world: World) -> None:
    with pytest.raises(Refused):
        set_head(org=world.here, name="桃源街道总工会", word="桃工", by=stranger)
    set_head(org=world.here, name="望湖区桃源街道总工会", word="桃工", by=officer)
    issued = issue(case, kind="test-letter", by=officer, facts=WHY)
    assert (issued.number, issued.issuer) == ("桃工说〔2023〕1号", "望湖区桃源街道总工会")
    with pytest.raises(ValidationError, match="已有"):
        set_head(org=world.elsewhere, name="竹溪街道总工会", word="桃工", by=stranger)


def test_verify_finds_an_altered_paper_and_a_missing_number(case: Case, officer: Actor) -> None:
    first, _ = (issue(case, kind="test-letter", by=officer, facts=WHY) for _ in range(2))
    void_paper(first, by=officer, reason="写错了单位")
    with elevated("test"):
        assert [check.ok for check in checks()] == [True, True], "a void paper keeps its number"
        IssuedPaper.objects.filter(pk=first.pk).update(sha256="0" * 64)
        assert [check.ok for check in checks()] == [False, True]
        IssuedPaper.objects.filter(pk=first.pk).update(sha256=first.sha256, number="")
        assert [check.ok for check in checks()] == [True, False]
