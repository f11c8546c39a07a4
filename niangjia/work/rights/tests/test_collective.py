"""Collective disputes: everybody's sums come out even, representatives, sheets as people send them, joining and parting with claims."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM, Actor
from niangjia.core.access.rules import Refused
from niangjia.core.cases.actions import advance, merge, split
from niangjia.core.cases.models import Case
from niangjia.core.people.models import Person
from niangjia.work.rights import actions
from niangjia.work.rights.actions import Asked, Worker
from niangjia.work.rights.enums import Kind
from niangjia.work.rights.models import Claim, Dispute, Receipt, Share
from niangjia.work.rights.tests.factories import acting, new_dispute
from niangjia.work.rights.tests.test_pages import client_of
from tests.world import World

pytestmark = pytest.mark.django_db
AGREED = date(2023, 11, 15)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def officer(world: World) -> Actor:
    return acting(world.officer(world.here))


def workers(world: World, number: int) -> list[Person]:
    with elevated("test"):
        return [world.new_person(name=f"工友{at:02d}") for at in range(number)]


def collective(world: World, officer: Actor, number: int = 3, paper: str = "6000") -> tuple[Case, list[Person]]:
    """A case of several workers who claim 3,000 each, with an agreement."""
    people = workers(world, number)
    case = new_dispute(world, applicants=people, kinds=[Kind.WAGES], claims=())
    actions.add_workers(case, parts=[Worker(person, Decimal(3000)) for person in people], by=officer)
    advance(case, "accept", by=SYSTEM, on=AGREED, mediated_by="调解室")
    advance(case, "agree", by=SYSTEM, on=AGREED, amount=Decimal(paper), plan=[(AGREED, Decimal(paper))])
    return case, people


def test_the_sums_of_all_are_the_sum_of_the_paper_or_nothing_is_kept(world: World, officer: Actor) -> None:
    case, people = collective(world, officer)
    ids = [person.pk for person in people]
    with pytest.raises(ValidationError, match="少 1,000"):
        actions.agree_shares(case, agreed=dict.fromkeys(ids, Decimal(0)) | {ids[0]: Decimal(5000)}, by=officer)
    with pytest.raises(ValidationError, match="还有 1 人没有写金额"):
        actions.agree_shares(case, agreed={ids[0]: Decimal(3000), ids[1]: Decimal(3000)}, by=officer)
    assert actions.agree_shares(case, agreed=dict.fromkeys(ids, Decimal(2000)), by=officer) == 3
    with elevated("test"):
        assert {share.agreed for share in Share.objects.all()} == {Decimal(2000)}


def test_some_may_sign_while_others_claim_on(world: World, officer: Actor) -> None:
    case, people = collective(world, officer)
    agreed = {person.pk: Decimal(3000) for person in people[:2]}
    assert actions.agree_shares(case, agreed=agreed, stays_out=frozenset({people[2].pk}), by=officer) == 2
    with elevated("test"):
        assert list(Share.objects.order_by("id").values_list("stays_out", "agreed")) == [
            (False, Decimal(3000)), (False, Decimal(3000)), (True, None)
        ]  # fmt: skip


def test_nobody_receives_more_than_was_agreed_and_receipts_carry_their_person(world: World, officer: Actor) -> None:
    case, people = collective(world, officer)
    with pytest.raises(ValidationError, match="先写好每人说定"):
        actions.receive_shares(case, received={people[0].pk: Decimal(100)}, proof_note="代发回单", by=officer, on=AGREED)
    actions.agree_shares(case, agreed={person.pk: Decimal(2000) for person in people}, by=officer)
    with pytest.raises(ValidationError, match="工友00还差 2,000"):
        actions.receive_shares(case, received={people[0].pk: Decimal("2000.01")}, proof_note="代发回单", by=officer, on=AGREED)
    paid = {person.pk: Decimal(2000) for person in people}
    assert actions.receive_shares(case, received=paid, proof_note="代发回单 0628", by=officer, on=AGREED) == Decimal(6000)
    with elevated("test"):
        assert sorted(Receipt.objects.values_list("person", "amount")) == sorted(paid.items())
    advance(case, "complete", by=SYSTEM, on=AGREED)


def test_a_case_is_not_closed_before_everybody_s_sum_is_said(world: World, officer: Actor) -> None:
    case, _ = collective(world, officer)
    actions.receive(case, amount=Decimal(6000), on=AGREED, proof_note="回单", by=officer)
    with pytest.raises(ValidationError, match="每人说定"):
        advance(case, "complete", by=SYSTEM, on=AGREED)


def test_a_new_paper_wants_new_sums(world: World, officer: Actor) -> None:
    case, people = collective(world, officer)
    actions.agree_shares(case, agreed={person.pk: Decimal(2000) for person in people}, by=officer)
    with elevated("test"):
        actions.agree(case, ground="award", amount=Decimal(9000), plan=[(AGREED, Decimal(9000))], by=SYSTEM, on=AGREED)
        assert {share.agreed for share in Share.objects.all()} == {None}


def test_three_to_five_of_ten_or_more_speak_for_all(world: World, officer: Actor) -> None:
    people = workers(world, 10)
    case, small = new_dispute(world, applicants=people, claims=()), new_dispute(world)
    with pytest.raises(ValidationError, match="10 人以上"):
        actions.elect_representatives(small, persons=[world.person], by=officer)
    with pytest.raises(ValidationError, match="3 至 5 名"):
        actions.elect_representatives(case, persons=people[:2], by=officer)
    with pytest.raises(ValidationError, match="不在本案里"):
        actions.elect_representatives(case, persons=[*people[:2], world.person], by=officer)
    with pytest.raises(Refused):
        actions.elect_representatives(case, persons=people[:3], by=acting(world.officer(world.elsewhere)))
    actions.elect_representatives(case, persons=people[:3], by=officer)
    actions.elect_representatives(case, persons=people[3:7], by=officer)
    with elevated("test"):
        assert case.parties.filter(part="speaker", until__isnull=True).count() == 4


def test_whoever_goes_on_alone_takes_the_claims_along(world: World, officer: Actor) -> None:
    people = workers(world, 3)
    claims = [Asked(Kind.WAGES, "10月工资", Decimal(1000 + at), person=person) for at, person in enumerate(people)]
    case = new_dispute(world, applicants=people, kinds=[Kind.WAGES], claims=claims)
    actions.add_workers(case, parts=[Worker(person, Decimal(3000)) for person in people], by=officer)
    made = split(case, persons=people[:1], by=SYSTEM, permission="cases.manage", reason="一人另行协商")
    with elevated("test"):
        assert Claim.objects.get(case=made[0]).claimed == Decimal(1000)
        assert Dispute.objects.get(case=made[0]).kinds == ["D02"]
        assert (Dispute.objects.get(case=case).headcount, Share.objects.filter(case=case).count()) == (2, 2)
        assert made[0].parties.get(part="respondent").name == "迅帆配送"


def test_joined_cases_claim_together(world: World) -> None:
    first, second = (
        new_dispute(world, claims=[Asked(Kind.WAGES, "10月工资", Decimal(1000))]),
        new_dispute(world, applicants=workers(world, 1)),
    )
    merge(first, others=[second], by=SYSTEM, permission="cases.manage", reason="同一单位同一诉求")
    with elevated("test"):
        assert Claim.objects.filter(case=first).count() == 3
        assert Dispute.objects.get(case=first).headcount == 2


def sheet(rows: list[tuple[Any, ...]]) -> SimpleUploadedFile:
    text = "\n".join(",".join(map(str, row)) for row in rows)
    return SimpleUploadedFile("名单.csv", text.encode("gb18030"))


def test_a_sheet_with_any_headings_becomes_a_row_for_each(world: World, officer: Actor) -> None:
    people, case, client = workers(world, 3), new_dispute(world), client_of(world, world.here)
    rows = [
        ("欠薪名单", "", ""),
        ("会员编号", "姓 名", "欠发工资（元）"),
        *((one.code, one.name, "3,000.00".replace(",", "")) for one in people),
    ]
    page = f"/desk/rights/{case.code}/people/import/"
    done = client.post(page, {"file": sheet([*rows, ("合计", "", 9000)])})
    assert done.status_code == 302, done.content.decode()
    with elevated("test"):
        case.refresh_from_db()
        assert set(Share.objects.values_list("claimed", flat=True)) == {Decimal(3000)}
        assert len(case.persons) == 4
    for broken, said in (
        ([*rows, ("330212999999999", "无此人", 1)], "没有登记过"), ([*rows, (people[0].code, "别人", 1)], "姓名写的是别人"),
        ([*rows, (people[0].code, people[0].name, 1)], "写了两遍"), ([("甲", "乙"), (1, 2)], "没有找到表头"),
    ):  # fmt: skip
        refused = client.post(page, {"file": sheet(broken)})
        assert refused.status_code == 422
        assert said in refused.content.decode()


def test_the_table_of_everybody_stands_on_a_page_and_is_exported(world: World, officer: Actor) -> None:
    case, people = collective(world, officer)
    client = client_of(world, world.here)
    page = f"/desk/rights/{case.code}/people/"
    lines = "\n".join(f"{person.code} 2000" for person in people)
    assert people[0].code in client.get(f"{page}agree/").content.decode()
    assert client.post(f"{page}agree/", {"lines": lines.replace("2000", "1999", 1)}).status_code == 422
    assert client.post(f"{page}agree/", {"lines": lines}).status_code == 302
    assert client.post(f"{page}receive/", {"everything": "on", "proof_note": "代发回单", "on": "2023-11-20"}).status_code == 302
    shown = client.get(page).content.decode()
    assert "工友00" in shown and "6,000" in shown
    assert "工友00" in b"".join(client.get(f"{page}?format=csv").streaming_content).decode("utf-8-sig")
    added = client.post(f"{page}add/", {"lines": f"{world.person.code} 500"})
    assert added.status_code == 302
    assert "10 人以上" in client.post(f"{page}represent/", {"persons": people[0].code}).content.decode()
    assert client_of(world, world.elsewhere).get(page).status_code == 404
    assert client.get(f"{page}nothing/").status_code == 404


def test_persons_are_parted_on_the_case_s_menu(world: World, officer: Actor) -> None:
    case, people = collective(world, officer)
    client = client_of(world, world.here)
    page = f"/desk/cases/{case.code}/do/split/"
    assert "不在本案里" in client.post(page, {"persons": "330212000", "reason": "另行协商解决"}).content.decode()
    assert client.post(page, {"persons": people[0].code, "reason": "另行协商解决"}).status_code == 302
    with elevated("test"):
        assert Case.objects.filter(came_from=case).count() == 1
