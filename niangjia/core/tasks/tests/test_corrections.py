"""A worker says «我的信息有误»: it reaches the union's officer, is corrected or refused with a reason, closed, and told to the worker."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from niangjia.base.chinese import id_check_digit
from niangjia.core.access.actor import SYSTEM, Actor, worker
from niangjia.core.access.models import User
from niangjia.core.access.rules import Refused
from niangjia.core.access.tests.factories import a_district, a_person, a_post, a_town, a_union, acting, an_account
from niangjia.core.notices.models import Notice
from niangjia.core.orgs.actions import add_employer
from niangjia.core.orgs.enums import Nature
from niangjia.core.orgs.models import Organisation
from niangjia.core.people import actions as people
from niangjia.core.people.models import Person
from niangjia.core.tasks import actions
from niangjia.core.tasks.enums import CORRECTED, NOT_CORRECTED, PERSON_GONE
from niangjia.core.tasks.models import Task
from niangjia.core.tasks.queries import report_of, waiting_for
from niangjia.core.trail.models import Event

pytestmark = pytest.mark.usefixtures("seeing_all")
NEW_PHONE = "13700002211"


@pytest.fixture
def union() -> Organisation:
    return a_union(a_town(a_district()))


def themselves(person: Person) -> Actor:
    return worker(people.give_account(person=person, by=SYSTEM), person.pk)


def reported(union: Organisation, *wrong: str) -> Person:
    person = a_person(union)
    actions.ask_correction(person=person, wrong=wrong or ("phone",), by=themselves(person))
    return person


def desk(union: Organisation, role: str = "grassroots_chair") -> Client:
    user = an_account(f"desk-{role}-{union.pk}")
    a_post(user, role, union)
    return signed_in(user)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def page_of(person: Person) -> str:
    return f"/desk/people/{person.code}/correction/"


def test_the_report_waits_in_the_inbox_of_the_unions_chair(union: Organisation) -> None:
    person = reported(union, "phone", "employer")
    inbox = desk(union).get("/desk/").content.decode()
    assert f"会员 {person.code} 请求更正：手机号、工作单位" in inbox
    assert page_of(person) in inbox


def test_the_page_says_what_was_reported_and_asks_for_nothing_else(union: Organisation) -> None:
    page = desk(union).get(page_of(reported(union, "phone"))).content.decode()
    assert "139****2210" in page and "13900002210" not in page
    assert 'name="phone"' in page and 'name="id_number"' not in page
    assert "个人信息保护法第四十六条" in page


def test_accepting_corrects_closes_and_tells(union: Organisation) -> None:
    person = reported(union, "phone")
    answer = desk(union).post(page_of(person), {"decision": "accept", "phone": "137 0000 2211"})
    assert (answer.status_code, answer.url) == (302, "/desk/")
    person.refresh_from_db()
    assert person.phone == NEW_PHONE
    task = Task.objects.get()
    assert (task.done_on, task.outcome) == (date(2023, 12, 18), CORRECTED)
    letter = Notice.objects.get(person=person)
    assert (letter.title, letter.text) == (CORRECTED, "工会核对过了，改了这些：\n手机号")
    assert {"people.ask_correction", "people.change_details", "people.accept_correction"} <= set(
        Event.objects.filter(subject=person.subject).values_list("verb", flat=True)
    )


def test_refusing_keeps_the_value_and_tells_the_reason(union: Organisation) -> None:
    person = reported(union, "name")
    client = desk(union)
    assert "至少4个字" in client.post(page_of(person), {"decision": "refuse", "reason": "不"}).content.decode()
    assert report_of(person).outcome == ""  # type: ignore[union-attr]
    assert client.post(page_of(person), {"decision": "refuse", "reason": "和身份证一致，不用改"}).url == "/desk/"
    person.refresh_from_db()
    assert (person.name, Task.objects.get().outcome) == ("何小川", NOT_CORRECTED)
    assert "和身份证一致，不用改" in Notice.objects.get(person=person).text


def test_accepting_without_any_change_wants_a_word_on_what_was_done(union: Organisation) -> None:
    person = reported(union, "union")
    client = desk(union)
    answer = client.post(page_of(person), {"decision": "accept"})
    assert answer.status_code == 422 and "没有改动任何一项" in answer.content.decode()
    assert client.post(page_of(person), {"decision": "accept", "note": "已经办了转会"}).status_code == 302
    assert Notice.objects.get(person=person).text == "工会核对过了。\n已经办了转会"


def test_a_bad_value_stands_at_its_field_and_nothing_is_closed(union: Organisation) -> None:
    person = reported(union, "phone", "employer")
    answer = desk(union).post(page_of(person), {"decision": "accept", "phone": "12345", "employer": "没有的单位"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "手机号应为 11 位" in page and "找不到“没有的单位”" in page
    assert Task.objects.get().done_on is None


def test_a_number_known_elsewhere_is_refused_with_the_place(union: Organisation) -> None:
    number = "000330199005010012"
    other = a_person(union, name="罗明", phone="13700000001")
    people.change_details(other, by=SYSTEM, id_number=_valid(number))
    person = reported(union, "id_number")
    answer = desk(union).post(page_of(person), {"decision": "accept", "id_number": _valid(number)})
    assert answer.status_code == 422 and "一个人只有一份档案" in answer.content.decode()
    assert Task.objects.get().done_on is None


def test_the_employer_is_corrected_by_its_name(union: Organisation) -> None:
    employer = add_employer(name="迅帆配送有限公司", nature=Nature.PRIVATE, answering_org=union, by=SYSTEM)
    person = reported(union, "employer")
    desk(union).post(page_of(person), {"decision": "accept", "employer": "迅帆配送有限公司"})
    person.refresh_from_db()
    assert person.employer == employer


def test_the_second_officer_is_told_that_it_is_done(union: Organisation) -> None:
    person = reported(union, "phone")
    desk(union).post(page_of(person), {"decision": "accept", "phone": NEW_PHONE})
    later = desk(union.parent, "town_officer")  # type: ignore[arg-type]
    assert "已办结" in later.get(page_of(person)).content.decode()
    with pytest.raises(ValidationError, match="已经办结"):
        actions.refuse_correction(person, by=SYSTEM, reason="重复办理，不用再改")


def test_an_officer_elsewhere_finds_nothing_and_may_do_nothing(union: Organisation) -> None:
    person = reported(union, "phone")
    town = a_town(Organisation.objects.get(short_name="区总"), "白鹤街道")
    stranger = acting("town_officer", town, "gw0999")
    client = signed_in(User.objects.get(pk=stranger.user_id))
    assert {client.get(page_of(person)).status_code, client.post(page_of(person), {"decision": "accept"}).status_code} == {404}
    for act in (actions.accept_correction, actions.refuse_correction):
        facts: dict[str, Any] = {"facts": {"phone": NEW_PHONE}} if act is actions.accept_correction else {"reason": "不在我这里办"}
        with pytest.raises(Refused):
            act(person, by=stranger, **facts)
    assert not waiting_for(stranger).exists()


def test_saying_it_again_renews_what_is_wrong_but_not_the_day_of_the_answer(union: Organisation) -> None:
    person = reported(union, "phone")
    actions.ask_correction(person=person, wrong=["name"], by=themselves(person), on=date(2023, 12, 30))
    report = report_of(person)
    assert report and (report.titles, report.due_on) == (["姓名"], date(2024, 1, 2))


def test_the_worker_sees_where_it_is_and_how_it_ended(union: Organisation) -> None:
    person = reported(union, "phone")
    phone = signed_in(people.give_account(person=person, by=SYSTEM))
    session = phone.session
    session["person"] = person.pk
    session.save()
    assert "工会在核对" in phone.get("/m/").content.decode()
    assert "1月2日" in phone.get("/m/me/").content.decode()
    desk(union).post(page_of(person), {"decision": "refuse", "reason": "和登记的一致，不用改"})
    assert NOT_CORRECTED in phone.get("/m/me/").content.decode()
    assert "和登记的一致，不用改" in phone.get("/m/messages/").content.decode()


def test_a_report_follows_a_transferred_person(union: Organisation) -> None:
    person = reported(union, "phone")
    other = a_union(union.parent, "码头工会")  # type: ignore[arg-type]
    people.transfer(person, to=other, by=SYSTEM, on=date(2023, 12, 10))
    assert actions.follow_persons() == 1
    assert Task.objects.get().org == other
    assert actions.follow_persons() == 0


def test_a_report_passes_to_the_record_that_survives_a_merge(union: Organisation) -> None:
    person = reported(union, "phone")
    kept = a_person(union, phone="13700000001")
    people.merge_persons(keep=kept, drop=person, by=SYSTEM, reason="同一个人登记了两次")
    actions.follow_persons()
    task = Task.objects.get()
    assert (task.subject, task.url, task.done_on) == (kept.subject, page_of(kept), None)


def test_a_report_ends_with_a_death(union: Organisation) -> None:
    person = reported(union, "phone")
    people.record_death(person, on=date(2023, 12, 15), by=SYSTEM)
    actions.follow_persons()
    assert Task.objects.get().outcome == PERSON_GONE


def _valid(number: str) -> str:
    return number[:17] + id_check_digit(number[:17])
