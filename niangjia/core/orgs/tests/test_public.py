"""The card of a union that anybody may open: from a poster, a chat, or the worker's home."""

from datetime import date

import pytest
from django.test import Client

from niangjia.core.access.actor import SYSTEM
from niangjia.core.access.tests.factories import a_district, a_person, a_town, a_union
from niangjia.core.orgs.actions import dissolve
from niangjia.core.orgs.models import Organisation

pytestmark = pytest.mark.usefixtures("seeing_all")


@pytest.fixture
def union() -> Organisation:
    return a_union(a_town(a_district()))


def shown(union: Organisation) -> str:
    return Client().get(f"/u/{union.code}/").content.decode()


def test_anybody_reads_name_and_telephone_and_can_pass_it_on(union: Organisation) -> None:
    page = shown(union)
    assert union.name in page and 'href="tel:0574-55550100"' in page
    assert f"http://testserver/u/{union.code}/" in page and "<svg" in page
    assert "我是会员，进去看看" in page


def test_it_names_no_member_and_no_number_of_members(union: Organisation) -> None:
    person = a_person(union)
    page = shown(union)
    assert person.name not in page and person.code not in page


def test_without_an_own_telephone_it_is_the_one_above_else_the_hotline(union: Organisation) -> None:
    Organisation.objects.filter(pk=union.pk).update(contact_phone="")
    assert 'href="tel:12351"' in shown(union)
    Organisation.objects.filter(pk=union.parent_id).update(contact_phone="0574-55550199")
    assert 'href="tel:0574-55550199"' in shown(union)


def test_a_poster_of_a_dissolved_union_says_so_and_whom_to_call(union: Organisation) -> None:
    Organisation.objects.filter(pk=union.parent_id).update(contact_phone="0574-55550199")
    dissolve(union, reason="单位注销", by=SYSTEM, on=date(2023, 12, 1))
    page = shown(union)
    assert "已经撤销" in page and 'href="tel:0574-55550199"' in page
    assert "入会" not in page


def test_a_code_of_nobody_is_not_found() -> None:
    assert Client().get("/u/33021299999/").status_code == 404
