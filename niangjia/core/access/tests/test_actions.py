"""Accounts and posts: who may grant what to whom, and that a lapsed post gives nothing."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from niangjia.core.access import actions
from niangjia.core.access.actor import SYSTEM, under
from niangjia.core.access.models import Grant, User
from niangjia.core.access.queries import explain, grants_in_force
from niangjia.core.access.rules import Refused
from niangjia.core.access.tests.factories import PASSWORD, a_district, a_post, a_town, acting, an_account
from niangjia.core.orgs.actions import rename
from niangjia.core.trail.models import Event

pytestmark = pytest.mark.usefixtures("seeing_all")


def test_an_account_opened_with_a_temporary_password_says_so() -> None:
    user = an_account(temporary=True)
    assert (user.check_password(PASSWORD), user.password_is_temporary, user.is_staff) == (True, True, True)
    assert Event.objects.filter(verb="access.open_account", subject=f"user:{user.pk}").count() == 1


def test_two_accounts_cannot_have_one_name() -> None:
    an_account()
    with pytest.raises(ValidationError, match="账号"):
        an_account()


def test_a_weak_password_is_refused() -> None:
    with pytest.raises(ValidationError):
        an_account(password="12345678")


def test_a_town_officer_may_open_no_account() -> None:
    officer = acting("town_officer", a_town(a_district()))
    with pytest.raises(Refused, match="授权"):
        an_account("gw0999", by=officer)


def test_a_post_is_granted_within_ones_own_subtree_only() -> None:
    district = a_district()
    east, south = a_town(district), a_town(district, "南部街道")
    granter, other = acting("secadmin", east), an_account("gw0002")
    post = a_post(other, "town_officer", east, by=granter)
    assert list(grants_in_force(other)) == [post]
    with pytest.raises(Refused, match="不在当前岗位"):
        a_post(other, "town_officer", south, by=granter)


def test_nobody_grants_to_himself() -> None:
    district = a_district()
    granter = acting("secadmin", district)
    with pytest.raises(ValidationError, match="自己"):
        a_post(User.objects.get(pk=granter.user_id), "dept_officer", district, by=granter)


def test_the_three_administrators_are_kept_apart() -> None:
    district, user = a_district(), an_account()
    a_post(user, "secadmin", district)
    with pytest.raises(ValidationError, match="三员分立"):
        a_post(user, "dept_officer", district)


def test_the_same_post_twice_is_refused_and_after_revoking_it_may_be_given_again() -> None:
    district, user = a_district(), an_account()
    post = a_post(user, "dept_officer", district)
    with pytest.raises(ValidationError, match="已经授过"):
        a_post(user, "dept_officer", district)
    actions.revoke(grant=post, by=SYSTEM, reason="调离")
    assert a_post(user, "dept_officer", district).pk != post.pk


def test_a_post_lasts_from_its_first_to_its_last_day() -> None:
    district, user = a_district(), an_account()
    a_post(user, "dept_officer", district, valid_from=date(2023, 1, 1), valid_to=date(2023, 6, 30))
    assert [grants_in_force(user, day).count() for day in (date(2022, 12, 31), date(2023, 1, 1), date(2023, 6, 30), date(2023, 7, 1))] == [
        0,
        1,
        1,
        0,
    ]


def test_a_revoked_post_gives_nothing_from_that_moment() -> None:
    district, user = a_district(), an_account()
    actions.revoke(grant=a_post(user, "dept_officer", district), by=SYSTEM, reason="调离")
    assert not grants_in_force(user).exists()
    with pytest.raises(ValidationError, match="已经收回"):
        actions.revoke(grant=Grant.objects.get(), by=SYSTEM, reason="再收一次")


def test_closing_an_account_ends_its_posts() -> None:
    district, user = a_district(), an_account()
    a_post(user, "dept_officer", district)
    actions.close_account(user=user, by=SYSTEM, reason="退休")
    assert (User.objects.get(pk=user.pk).is_active, grants_in_force(user).count()) == (False, 0)


def test_a_session_takes_only_ones_own_post() -> None:
    district, user, other = a_district(), an_account(), an_account("gw0002")
    mine, theirs = a_post(user, "dept_officer", district), a_post(other, "dept_officer", district)
    session: dict[str, int] = {}
    assert actions.switch_post(session=session, user=user, grant_id=mine.pk).grant_id == session["post"] == mine.pk
    with pytest.raises(Refused):
        actions.switch_post(session=session, user=user, grant_id=theirs.pk)


def test_the_trail_names_the_one_acted_for() -> None:
    district, leader, clerk = a_district(), an_account("ld0001"), an_account("bg0002")
    post = a_post(clerk, "leader_office", district, acting_for=leader)
    by = under(post)
    with pytest.raises(Refused):
        rename(district, name="新名", by=by, on=date(2023, 12, 18))
    actions.switch_post(session={}, user=clerk, grant_id=post.pk)
    event = Event.objects.get(verb="access.switch_post")
    assert (event.actor, event.acting_for) == (f"user:{clerk.pk}", f"user:{leader.pk}")


def test_explain_names_the_post_that_allows() -> None:
    district, user = a_district(), an_account()
    a_post(user, "dept_officer", district)
    [reason] = explain(user, "people.unmask", a_town(district))
    assert reason.allows and "组织部干部" in reason.text and "2023年1月1日" in reason.text


@pytest.mark.parametrize(
    ("role", "dates", "said"),
    [
        ("grassroots_chair", {}, "不含“看完整号码"),
        ("town_officer", {"valid_to": date(2023, 6, 30)}, "已于2023年6月30日到期"),
        ("town_officer", {"valid_from": date(2024, 1, 1)}, "要到2024年1月1日才生效"),
        ("town_officer", {}, "不在“东柳街道总工会”之下"),
    ],
)
def test_explain_says_what_is_missing_and_whom_to_ask(role: str, dates: dict[str, date], said: str) -> None:
    district = a_district()
    east, south, user = a_town(district), a_town(district, "南部街道"), an_account()
    acting("secadmin", district, "aq0001")
    a_post(user, role, east, **dates)
    first, last = explain(user, "people.unmask", south)
    assert (first.allows, last.allows) == (False, False)
    assert said in first.text
    assert "沈慧（区总）" in last.text and "组织部干部" in last.text


def test_explain_tells_a_person_without_posts_so() -> None:
    texts = [reason.text for reason in explain(an_account(), "people.view")]
    assert texts[0] == "这个账号没有任何岗位。"
